"""Events as lines that a person skims: what each kind looks like, and whole recorded runs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.engine.conversation.line import Line, cells, lay
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.model import event as e
from tests.agents.recordings import recordings
from tests.engine.conversations import SHOWN, format_of, golden, recorded, told, told_whole

READ, EDIT, COMMAND = e.ToolKind.READ, e.ToolKind.EDIT, e.ToolKind.COMMAND


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize("name", SHOWN)
def test_a_recorded_run_reads_as_it_was_looked_at(name: str) -> None:
    assert "\n".join(told_whole(recorded(name), format_of(name))) == golden()[name]


@pytest.mark.parametrize("fold", [True, False])
@pytest.mark.parametrize("width", [24, 80, 160])
def test_nothing_but_text_in_the_width_it_was_laid_out_for(width: int, fold: bool) -> None:
    for recording in recordings():
        if recording.cli in ("aider", "mini"):
            continue
        for row in told_whole(recording.data, format_of(recording.id), fold=fold, width=width):
            assert cells(row) <= max(width, 31), (recording.id, row)
            assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in row), (recording.id, row)


CASES = {
    "a call and what came of it": (
        [e.ToolStarted("1", "Read", READ, "/repo/src/limits.py"), e.ToolEnded("1", True, output="a\nb\nc\n")],
        ["▸ read src/limits.py  3 lines"],
    ),
    "an edit that tells at its end": (
        [e.ToolStarted("1", "Edit", EDIT, "a.py"), e.ToolEnded("1", True, added=42, removed=3)],
        ["▸ edit a.py  +42 −3"],
    ),
    "an edit that tells at its start says it once": (
        [e.ToolStarted("1", "Edit", EDIT, "a.py", added=1), e.ToolEnded("1", True, kind=EDIT, target="a.py", added=1)],
        ["▸ edit a.py  +1"],
    ),
    "a command with its output below": (
        [e.ToolStarted("1", "Bash", COMMAND, "pytest -q"), e.ToolEnded("1", True, output="3 passed\n", exit=0)],
        ["$ pytest -q", "  3 passed"],
    ),
    "a command that fails": (
        [e.ToolStarted("1", "Bash", COMMAND, "pytest -q"), e.ToolEnded("1", False, output="1 failed", exit=1)],
        ["$ pytest -q  ✗ exit 1", "  1 failed"],
    ),
    "a command that fails and is called a success": (
        [e.ToolStarted("1", "Bash", COMMAND, "false"), e.ToolEnded("1", True, exit=2)],
        ["$ false  exit 2"],
    ),
    "a call of many lines": (
        [e.ToolStarted("1", "Bash", COMMAND, "cat <<E\none\ntwo\nE")],
        ["$ cat <<E … +3 lines"],
    ),
    "two calls at once": (
        [
            e.ToolStarted("1", "Read", READ, "a"), e.ToolStarted("2", "Bash", COMMAND, "b"),
            e.ToolEnded("2", True, output="done"), e.ToolEnded("1", False, output="gone"),
        ],
        ["▸ read a", "$ b", "  done", "✗ read a", "  gone"],
    ),
    "long output is folded": (
        [e.ToolStarted("1", "Bash", COMMAND, "seq 1500"),
         e.ToolEnded("1", True, output="\n".join(str(n) for n in range(1, 1501)))],
        ["$ seq 1500", "  1", "  2", "  3", "  … 1,493 more lines", "  1497", "  1498", "  1499", "  1500"],
    ),
    "pieces of words": (
        [e.Text("Hel"), e.Text("lo\n\n", partial=True), e.Text("world", partial=True), e.Text("New.")],
        ["Hello", "", "world", "", "New."],
    ),
    "empty lines at the end of words": ([e.Text("a\n\n\n\n"), e.Text("b")], ["a", "", "b"]),
    "one empty line is enough": ([e.Text("a\n\n\n\nb")], ["a", "", "b"]),
    "a thought in one line": (
        [e.Thinking("\n**I must", partial=True), e.Thinking(" look**\nand then", partial=True)],
        ["∴ **I must look** …"],
    ),
    "a thought before words": ([e.Thinking("hm"), e.Text("Yes.")], ["∴ hm", "Yes."]),
    "permission": (
        [e.Asked("1", e.Ask.PERMISSION, "rm -rf x", options=(("a", "Allow"), ("b", "Deny"))), e.Answered("1", False)],
        ["⚑ asks for permission: rm -rf x", "  Allow · Deny", "↳ refused"],
    ),
    "a question": (
        [e.Asked("1", e.Ask.QUESTION, "Which?", options=(("a", "This"), ("b", "That"))), e.Answered("1", None, "This")],
        ["⚑ asks: Which?", "  This", "  That", "↳ answered: This"],
    ),
    "denied, said once": (
        [e.ToolStarted("1", "Bash", COMMAND, "rm x"), e.Denied("Bash", "rm x", "needs approval"),
         e.ToolEnded("1", False, output="needs approval")],
        ["$ rm x", "⊘ denied: needs approval"],
    ),
    "a retry": (
        [e.Retrying(2, "", e.Wall.RATE_LIMIT, 4.0)],
        ["↻ tries again (2) in 4 s: rate limit"],
    ),
    "a limit that is reached and one that is not": (
        [e.Limited("five hours", 1_800_000_000.0, True), e.Limited("a week")],
        ["◷ limit reached, until 08:00: five hours"],
    ),
    "an end with its error, said once": (
        [e.Problem("no key"), e.Ended(e.TurnEnd.FAILED, "no key")],
        ["! no key", "", "✗ failed"],
    ),
    "what it used, added up or as a total": (
        [e.Used(1000, 500, 10, 0.5), e.Used(1_500_000, 0, 40, 0.25), e.Ended(e.TurnEnd.COMPLETED)],
        ["✓ completed · 1.5M in · 500 cached · 50 out · $0.75"],
    ),
    "an answer that only the end tells": (
        [e.Ended(e.TurnEnd.COMPLETED, text="The answer.")],
        ["The answer.", "", "✓ completed"],
    ),
    "records nobody knows": (
        [e.Raw("{}", kind="odd"), e.Raw("{}", kind="odd"), e.Raw("{}", kind="other")],
        ["· odd ×2", "· other"],
    ),
    "words of other programs and half a record": (
        [e.Raw("npm warn\x1b[31m!"), e.Raw('{"type', broken=True)],
        ["npm warn!", '? {"type'],
    ),
    "a note while a command runs": (
        [e.ToolStarted("1", "Bash", COMMAND, "x"), e.Note("hook ran"), e.ToolEnded("1", True, output="y")],
        ["· hook ran", "$ x", "  y"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_event(name: str) -> None:
    events, expected = CASES[name]
    assert told(events) == expected


def test_the_time_is_shown_when_it_changes_and_makes_room_on_every_line() -> None:
    presenter = Presenter()
    for event, at in ((e.Text("one"), 0.0), (e.Text("two"), 3661.0), (e.Text("three"), 3661.9), (e.Note("x"), 3662.0)):
        presenter.take(event, at)
    seen = ["".join(text for text, _ in lay(line, 80).rows[0]) for line in presenter.lines if line.text]
    assert seen == ["         one", "01:01:01 two", "         three", "01:01:02 · x"]
    assert "".join(text for text, _ in lay(presenter.lines[2], 50).rows[0]) == "01:01 two"


def test_a_call_that_was_shown_before_its_result_is_not_shown_again() -> None:
    presenter, seen = Presenter(), []
    for tool, ended in (("1", e.ToolEnded("1", True, output="3 passed")), ("2", e.ToolEnded("2", False, exit=1))):
        presenter.take(e.ToolStarted(tool, "Bash", COMMAND, "pytest"))
        presenter.release()
        seen += presenter.drain()
        presenter.take(ended)
        seen += presenter.drain()
    assert [line.text for line in seen] == ["$ pytest", "3 passed", "$ pytest", "  ✗ exit 1"]


def test_lines_that_were_given_away_come_out_once_and_in_order() -> None:
    for name in SHOWN:
        presenter, given_away = Presenter(root="/repo"), []
        parser = parser_for(format_of(name), "/repo")
        for record in recorded(name).split(b"\n"):
            for event in parser.line(record):
                presenter.take(event)
                given_away += presenter.drain()
        for event in parser.close():
            presenter.take(event)
        presenter.flush()
        given_away += presenter.drain()
        texts = ["".join(text for text, _ in lay(line, 10_000).rows[0]).strip() for line in given_away]
        whole = told_whole(recorded(name), format_of(name), width=10_000)
        assert [text for text in texts if text] == [text.strip() for text in whole if text.strip()], name


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200), st.integers(20, 60))
def test_wrapping_loses_nothing_but_spaces_at_the_breaks(text: str, width: int) -> None:
    laid = lay(Line(((text, ""),), wrap=True), width)
    assert "".join(text[start:end] for start, end in laid.spans).replace(" ", "") == text.replace(" ", "")
    assert all(cells("".join(part for part, _ in row)) <= width for row in laid.rows)
