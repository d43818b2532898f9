"""Our own files (plain codec, journal) and people's (YAML, tickets, config): what goes in comes out, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.files import journal
from lmawep_tui.files.config_file import explain, parse_config
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.state_file import parse_state, state_text
from lmawep_tui.files.ticket_file import change_ticket, new_ticket_text, parse_ticket
from lmawep_tui.files.yaml_io import change_fields, parse_mapping
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Car, Hold, HoldKind, PodRecord, Verdict
from lmawep_tui.model.run import Limits, ProcessId, Role, Run
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Priority, Status, Ticket

words = st.text(max_size=30)
line = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).filter(str.strip)
number = st.integers(1, 10**6)
PATH = Path("ticket-101.yaml")

runs = st.builds(Run, pod=st.just(PodId("pod-1")), ticket=number, number=number, role=st.sampled_from(Role), cwd=words,
                 argv=st.lists(words, max_size=3).map(tuple), mark=words, env=st.dictionaries(words, words, max_size=2),
                 limits=st.builds(Limits, timeout_s=st.floats(0, 1e6), log_bytes=number),
                 process=st.none() | st.builds(ProcessId, number, number, words), reason=words)  # fmt: skip
pods = st.builds(PodRecord, id=st.builds("pod-{}".format, number), ticket=number, branch=words, base=words, path=words,
                 next_role=st.sampled_from(Role), paused=st.booleans(),
                 verdict=st.none() | st.builds(Verdict, commit=words, approved=st.booleans(), by=words))  # fmt: skip
states = st.builds(State, version=number, main=words,
                   pods=st.lists(pods, max_size=3).map(lambda p: {r.id: r for r in p}),
                   train=st.lists(st.builds(Car, pod=words, commit=words), max_size=2).map(tuple),
                   holds=st.dictionaries(number, st.builds(Hold, was=st.sampled_from(Status),
                                                           kind=st.sampled_from(HoldKind), why=words), max_size=2),
                   landed=st.dictionaries(number, words, max_size=2))  # fmt: skip


@given(runs)
def test_a_run_survives_json(run: Run) -> None:
    assert from_plain(Run, json.loads(json.dumps(to_plain(run)))) == run


@settings(max_examples=60)
@given(states)
def test_a_state_survives_its_file(state: State) -> None:
    assert parse_state(state_text(state), Path("s")) == state


def test_unknown_keys_are_passed_over_and_wrong_types_named() -> None:
    good = to_plain(Car(pod=PodId("pod-1"), commit=Sha("a")))
    assert from_plain(Car, {**good, "new": 1}) == Car(pod=PodId("pod-1"), commit=Sha("a"))
    for bad in ({**good, "pod": 1}, {"pod": "pod-1"}, [], None, "x"):
        with pytest.raises(ValueError, match=r".+"):
            from_plain(Car, bad)


tickets = st.builds(
    Ticket, id=st.just(TicketId(101)), title=line, description=words, priority=st.sampled_from(Priority),
    status=st.sampled_from(Status), estimate=words, dependencies=st.lists(number, max_size=3, unique=True).map(tuple),
    assignee_notes=words, blockers=st.lists(words, max_size=2).map(tuple), labels=st.lists(line, max_size=2).map(tuple),
    lane=words, agent=st.none() | line, test=st.none() | line, assigned_to=st.none() | st.just(PodId("pod-3")),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(tickets)
def test_a_new_ticket_file_says_what_the_ticket_says(ticket: Ticket) -> None:
    """To us and to any other YAML reader."""
    text = new_ticket_text(ticket)
    assert parse_ticket(text, PATH) == ticket
    foreign = yaml.safe_load(text)
    assert (foreign["title"], foreign["description"], foreign["blockers"]) == (
        ticket.title, ticket.description, list(ticket.blockers))  # fmt: skip


_BY_HAND = """\
# The first thing to do
id: 101   # never change this
title: 'Add user authentication'
x-team: {lead: "Ana", since: 2026-01-15}   # unknown to lmawep

status: ready
priority: high
dependencies:
    - 7    # the database
    - 8
description: |
  Two lines,
    one of them indented.
blockers: []
"""


def test_one_field_changes_and_every_other_byte_stays() -> None:
    text = change_ticket(_BY_HAND, PATH, {"status": Status.ASSIGNED, "assigned_to": PodId("pod-1")})
    assert text.replace("status: assigned", "status: ready").replace("assigned_to: pod-1\n", "") == _BY_HAND


def test_comments_on_list_items_that_stay_stay_too() -> None:
    text = change_ticket(_BY_HAND, PATH, {"dependencies": (7, 9)})
    assert "7    # the database" in text and yaml.safe_load(text)["dependencies"] == [7, 9]


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "description", "estimate", "lane"]), line, min_size=1), words)
def test_any_text_can_be_set_and_nothing_else_moves(changes: dict[str, str], extra: str) -> None:
    text = _BY_HAND + yaml.safe_dump({"x-extra": extra}, allow_unicode=True)
    changed = change_fields(text, PATH, changes)
    assert parse_mapping(changed, PATH).data == {**parse_mapping(text, PATH).data, **changes}
    assert "# never change this" in changed and "# unknown to lmawep" in changed


@pytest.mark.parametrize(("text", "reason", "where"), [
    ("id: 101\ntitle: x\nstatus: merged\n", "status", 3), ("id: 101\n", "title: is missing", None),
    ("id: 101\ntitle: x\ntitle: y\n", "twice", 3), ("id: 101\ntitle: &a x\nlane: *a\n", "alias", 2),
    ("id: 101\ntitle: !!python/name:os.system x\n", "tag", 2), ("id: 7\ntitle: x\n", "not the id", 1),
    ("id: 101\ntitle: ''\n", "empty title", 2), ("id: 101\ntitle: x\nassigned_to: /etc\n", "not a pod", 3),
    ("id: 101\ntitle: x\nn: " + "9" * 19, "integer", 3), ("- 1\n", "must hold", 1), ("id: [\n", "valid YAML", None),
    ("id: 101\ntitle: " + "[" * 60 + "]" * 60, "deeper", 2),
])  # fmt: skip
def test_a_bad_ticket_is_told_with_its_line(text: str, reason: str, where: int | None) -> None:
    with pytest.raises(BadFile) as caught:
        parse_ticket(text, PATH)
    assert reason in caught.value.reason
    assert where is None or caught.value.line == where


@pytest.mark.parametrize(("text", "said"), [("slotz: 4\n", "`slotz` is not a setting"), ("slots: many\n", "slots"),
                                            ("roles: {task: {timeout: soon}}\n", "not a duration"),
                                            ("limits: {log_bytes: big}\n", "not a size"), ("tests: 3\n", "tests"),
                                            ("agents: {me: {cmd: [x]}}\n", "agents.me.cmd")])  # fmt: skip
def test_a_bad_setting_is_named(text: str, said: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse_config(text, Path("config.yaml"))
    assert said in str(caught.value)


def test_settings_take_units_and_keep_their_defaults() -> None:
    text = "roles: {task: {timeout: 1h}, review: {by: auto}}\nlimits: {log_bytes: 5MB, kill_grace: 2s}\nkeys:\n"
    config = parse_config(text, Path("c"))
    assert (config.roles.task.timeout, config.roles.review.timeout, config.roles.review.by) == (3600, 600, "auto")
    assert (config.limits.log_bytes, config.limits.kill_grace, config.slots) == (5_000_000, 2, 6)
    assert parse_config("", Path("c")) == Config()
    assert all(setting.doc for setting in explain(Config()))


def test_the_journal_keeps_whole_lines_around_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal.append(path, "first", text="a\nb \x1b \udcff")
    with path.open("ab") as file:
        file.write(b'{"event": "torn", "at": "20')
    journal.append(path, "last", event="x", path="y")
    path.open("ab").write(b"\xff\xfe\n[1]\n3\n")
    entries: list[dict[str, Any]] = list(journal.read(path))
    assert [entry["event"] for entry in entries] == ["first", "x"] and entries[0]["text"].startswith("a\nb")
    assert [entry["event"] for entry in journal.read(path, last=1)] == ["x"]
    assert list(journal.read(tmp_path / "none")) == []
