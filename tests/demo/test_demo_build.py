"""The demo's repository, and the words of its headless play."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lmawep_tui.demo.build import SLOTS, build
from lmawep_tui.demo.story import STORY, Story
from lmawep_tui.demo.tickets import TICKETS
from lmawep_tui.engine.preflight import preflight
from lmawep_tui.model.errors import LmawepError


def test_the_repository_is_real_clean_and_ready(tmp_path: Path) -> None:
    ws = build(tmp_path / "shop")
    snapshot = ws.snapshot()
    assert not snapshot.invalid and not snapshot.problems
    assert [t.title for t in snapshot.tickets.values()] == [planned.title for planned in TICKETS]
    assert list(snapshot.tickets) == [101, 102, 103, 104, 105, 106, 107]
    assert snapshot.config.slots == SLOTS
    assert preflight(ws) == []
    git = ["git", "-C", str(ws.layout.root)]
    assert subprocess.check_output([*git, "status", "--porcelain"]) == b""
    assert subprocess.check_output([*git, "rev-list", "--count", "main"]).strip() == b"3"
    assert not list(ws.layout.root.glob("**/__pycache__"))


def test_the_history_is_the_same_every_time(tmp_path: Path) -> None:
    heads = {build(tmp_path / name).git("rev-parse", "HEAD").text for name in ("one", "two")}
    assert len(heads) == 1


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(LmawepError, match="is not empty"):
        build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine")
    with pytest.raises(LmawepError, match="is not empty"):
        build(tmp_path / "shop")


def test_what_went_wrong_is_counted_once() -> None:
    entries = [
        {"event": "settled", "run": "0001-task", "outcome": "crashed"},
        {"event": "sent back", "by": "run failed"},
        {"event": "settled", "run": "0004-merge", "outcome": "crashed"},
        {"event": "sent back", "by": "tests red"},
        {"event": "settled", "run": "0001-task", "outcome": "question"},
        {"event": "sent back", "by": "conflict with main"},
        {"event": "escalated", "why": "failed twice"},
    ]
    assert Story.summary(entries) == "1 crash, 1 question, 1 conflict, 1 red when combined, 1 escalation"


def test_only_what_a_person_wants_to_hear_is_told() -> None:
    assert STORY.words({"event": "run", "pod": "pod-1"}) == ""
    assert STORY.words({"event": "settled", "run": "0003-check", "outcome": "crashed"}) == ""
    asked = {"event": "settled", "pod": "pod-5", "ticket": 105, "run": "0001-task", "outcome": "question", "why": "8?"}
    assert STORY.words(asked) == "pod-5 #105 asks: 8?"


def test_the_hints_fit_a_small_terminal_and_name_real_keys() -> None:
    from lmawep_tui.demo.play import HINTS
    from lmawep_tui.ui.actions import ACTIONS

    assert max(map(len, HINTS)) <= 80
    assert len(f" {HINTS[0]} Esc hides this ") <= 80
    keys = {action.id: action.keys for action in ACTIONS.values()}
    names = {"!": "next", "i": "pod.answer", "w": "why", "n": "ticket.new", "?": "help"}
    written = {"exclamation_mark": "!", "question_mark": "?"}
    for key, action in names.items():
        assert written.get(keys[action], keys[action]) == key
        assert f" {key} " in HINTS[0]
