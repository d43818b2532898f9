"""A run's digest: which event makes which state of it."""

from __future__ import annotations

import pytest

from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.agents.streams.final_report import find_report
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
    Denied,
    Ended,
    Event,
    Limited,
    Note,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)
from lmawep_tui.model.usage import Usage

_START, _DONE = Started("s", "m"), Ended(TurnEnd.COMPLETED)
_ASKS = Asked("1", Ask.PERMISSION, "Bash: rm x")
_RETRY = Retrying(1, "busy", Wall.OVERLOADED, 2.0)
_TOOL = ToolStarted("t", "Bash", ToolKind.COMMAND, "ls")
_REPORT = "STATUS: DONE\nPROGRESS: it\nNEXT: none"

_PHASES: list[tuple[list[Event], Phase, Phase]] = [
    ([], Phase.STARTING, Phase.LOST),
    ([Note("hello"), Raw("x"), Used(1), Limited("x")], Phase.STARTING, Phase.LOST),
    ([_START], Phase.WORKING, Phase.LOST),
    ([_START, Text("a")], Phase.WORKING, Phase.LOST),
    ([_START, _RETRY], Phase.RETRYING, Phase.LOST),
    ([_START, _RETRY, Thinking("a")], Phase.WORKING, Phase.LOST),
    ([_START, _RETRY, Note("hook")], Phase.RETRYING, Phase.LOST),
    ([_START, _TOOL, _ASKS], Phase.WAITING, Phase.WAITING),
    ([_START, _TOOL, _ASKS, Answered("1")], Phase.WORKING, Phase.LOST),
    ([_START, _ASKS, ToolStarted("u", "Read", ToolKind.READ), ToolEnded("u", True)], Phase.WAITING, Phase.WAITING),
    ([_START, _ASKS, Text("so")], Phase.WORKING, Phase.LOST),
    ([_START, _TOOL, _ASKS, ToolEnded("u", True)], Phase.WAITING, Phase.WAITING),
    ([_START, _ASKS, Text("never mind"), Asked("2", Ask.QUESTION, "?"), Answered("2")], Phase.WORKING, Phase.LOST),
    ([_START, _ASKS, Denied("Bash"), _DONE], Phase.COMPLETED, Phase.COMPLETED),
    ([_START, _DONE], Phase.COMPLETED, Phase.COMPLETED),
    ([_START, _DONE, Note("hook Stop"), Raw("bye"), Used(cost=1.0)], Phase.COMPLETED, Phase.COMPLETED),
    ([_START, _DONE, _START], Phase.WORKING, Phase.LOST),
    ([_START, _DONE, Text("late")], Phase.WORKING, Phase.LOST),
    ([_START, Ended(TurnEnd.FAILED, "why")], Phase.FAILED, Phase.FAILED),
    ([_START, Ended(TurnEnd.INTERRUPTED)], Phase.INTERRUPTED, Phase.INTERRUPTED),
]


@pytest.mark.parametrize(("events", "live", "over"), _PHASES, ids=lambda value: str(len(value)))
def test_a_run_is_at_what_its_last_telling_event_says(events: list[Event], live: Phase, over: Phase) -> None:
    digest = Digest().take_all(events)
    assert digest.phase is live
    assert digest.close().phase is over


def test_what_was_asked_in_vain_is_kept() -> None:
    digest = Digest().take_all([_START, Asked("1", Ask.QUESTION, "Which?")]).close()
    assert digest.question == "Which?"
    assert Digest().take_all([_START, _ASKS]).close().question == "", "a permission is no question"
    assert Digest().take_all([_START, _ASKS, _DONE]).close().unanswered is None


def test_the_tool_at_work_is_the_one_started_last_that_has_not_come_back() -> None:
    other = ToolStarted("u", "Read", ToolKind.READ, "a")
    digest = Digest().take_all([_START, _TOOL, other])
    assert digest.tool is other
    digest.take(ToolEnded("u", True))
    assert digest.tool is _TOOL
    digest.take(_DONE)
    assert digest.tool is None


def test_a_call_that_is_told_when_it_ends_counts_then() -> None:
    live = ToolStarted("t", "x", ToolKind.COMMAND, live=True)
    digest = Digest().take_all([_START, live])
    assert digest.tool_calls == 0
    digest.take_all([ToolEnded("t", False), ToolEnded("t", True), _TOOL, ToolEnded("t", True)])
    assert (digest.tool_calls, digest.tool_errors) == (2, 1)


def test_tokens_add_up_or_are_replaced_by_a_total_and_a_total_of_nothing_says_nothing() -> None:
    digest = Digest().take_all([Used(10, 1, 2), Used(5, 0, 1), Used(cost=0.5, total=True)])
    assert digest.usage == Usage(15, 1, 3, 0.5)
    digest.take_all([Used(100, 10, 20, total=True), Used(cost=0.7, total=True)])
    assert digest.usage == digest.last_usage == Usage(100, 10, 20, 0.7)
    digest.take_all([_DONE, Used(7, 0, 1)])
    assert digest.usage == Usage(107, 10, 21, 0.7)
    assert digest.last_usage == Usage(7, 0, 1, 0.7)


def test_an_error_stands_until_a_turn_goes_well() -> None:
    digest = Digest().take_all([_START, Problem("slow", Wall.OVERLOADED), Ended(TurnEnd.FAILED, "no", Wall.AUTH)])
    assert (digest.error, digest.problem, digest.wall) == ("no", "slow", Wall.AUTH)
    digest.take_all([_START, Text("well"), _DONE])
    assert (digest.error, digest.wall) == ("", None)


def test_the_last_turn_with_a_report_counts() -> None:
    digest = Digest().take_all([_START, Text(_REPORT), _DONE, _START, Text("bye"), _DONE]).close()
    assert digest.report is not None
    assert digest.said == "bye"


def test_the_final_answer_goes_before_what_was_said_on_the_way() -> None:
    final = _REPORT.replace("DONE", "BLOCKED")
    digest = Digest().take_all([_START, Text(_REPORT), Ended(TurnEnd.COMPLETED, text=final)])
    assert digest.report is not None
    assert digest.report.status == "BLOCKED"
    early = Digest().take_all([_START, Text(_REPORT), Ended(TurnEnd.COMPLETED, text="Done, see above.")])
    assert early.report is not None
    broken = Digest().take_all([_START, Text(_REPORT), Ended(TurnEnd.FAILED, "no", text="API Error")])
    assert broken.report is None


def test_thoughts_and_notes_are_not_said() -> None:
    digest = (
        Digest().take_all([_START, Thinking(_REPORT), Note(_REPORT), Raw(_REPORT), Problem(_REPORT), _DONE]).close()
    )
    assert (digest.report, digest.said) == (None, "")


def test_pieces_are_joined_and_blocks_are_apart() -> None:
    digest = Digest().take_all([Text("a"), Text("b", partial=True), Text("c")])
    assert digest.said == "ab\n\nc"


def test_a_stream_that_never_ends_its_tools_does_not_eat_the_memory() -> None:
    digest = Digest()
    for number in range(5000):
        digest.take(ToolStarted(str(number), "x", ToolKind.OTHER))
        digest.take(Denied("x"))
    assert digest.tool_calls == 5000
    assert len(digest._open) <= 1000
    assert len(digest.denied) <= 1000


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (_REPORT, "DONE"),
        ("Half an answ" + _REPORT, "DONE"),
        ("Half an " + _REPORT, "DONE"),
        ("STATUS: PARTIAL\nPROGRESS: cut oSTATUS: DONE\nPROGRESS: all", "DONE"),
        ("**STATUS:** DONE\n**PROGRESS:** it", "DONE"),
        ("> STATUS: DONE\n> PROGRESS: it", "DONE"),
        ("I end with `STATUS: DONE`, as asked.\n\nSTATUS: BLOCKED\nBLOCKERS: x", "BLOCKED"),
        ("status: done\nprogress: it", "done"),
        ("no report, only (STATUS: DONE) in passing", None),
        ("", None),
    ],
)
def test_the_last_report_is_found_in_what_was_said(said: str, status: str | None) -> None:
    found = find_report(said)
    assert (found and found.status) == status
