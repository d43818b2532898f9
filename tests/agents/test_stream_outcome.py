"""From what a program told to an outcome: the whole table, by events alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.agents.limited import Limited
from lmawep_tui.agents.listen import Listener
from lmawep_tui.agents.outcome import Killed
from lmawep_tui.agents.stream_outcome import derive, session_unknown, wall_of
from lmawep_tui.model import event as e
from lmawep_tui.model.event import Ask, Event, ToolKind, TurnEnd, Wall
from lmawep_tui.model.run import Outcome
from lmawep_tui.model.usage import Usage

DONE = e.Ended(TurnEnd.COMPLETED)
FAILED = e.Ended(TurnEnd.FAILED, error="API Error: 500")
DENIED = e.Denied("Bash", "touch x", "needs approval")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Tape:
    """A parser whose records are numbers: places in a list of events."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self.cwd = ""

    def line(self, line: bytes) -> list[Event]:
        return [self._events[int(line)]]

    def close(self) -> list[Event]:
        return []


def report(status: str, **more: str) -> e.Text:
    lines = {"STATUS": status, "PROGRESS": "did it", "BLOCKERS": "none", **more}
    return e.Text("\n".join(f"{key}: {value}" for key, value in lines.items()))


def listen(tmp_path: Path, *events: Event, finish: bool = True) -> Listener:
    log = tmp_path / "output.log"
    log.write_text("".join(f"{n}\n" for n in range(len(events))))
    told = Listener(log, Tape(events))
    return told.finish() if finish else told.catch_up()


def outcome(told: Listener, exit_status: int | None = 0, killed: Killed | None = None, *, committed: bool = False,
            limited: Limited | None = None) -> tuple[str, str]:  # fmt: skip
    found, reason = derive(told, exit_status=exit_status, killed_by=killed, report=told.digest.report, limited=limited,
                           committed=lambda: committed)  # fmt: skip
    return str(found), reason


STARTED = e.Started("s1", "m1")


@pytest.mark.parametrize(
    ("events", "exit_status", "expected"),
    [
        ([STARTED, report("COMPLETE"), DONE], 0, ("completed", "")),
        ([STARTED, report("COMPLETE"), DONE], 3, ("completed", "exit status 3 after its turn had ended")),
        ([STARTED, report("COMPLETE"), DONE], -9, ("completed", "")),
        ([STARTED, e.Text("hm"), DONE], 0, ("completed", "it ended without a report")),
        ([STARTED, report("BLOCKED", BLOCKERS="no network"), DONE], 0, ("blocked", "no network")),
        ([STARTED, report("QUESTION", QUESTION="Which?"), DONE], 0, ("question", "Which?")),
        ([STARTED, report("NO_CHANGE"), DONE], 0, ("no_change", "did it")),
        ([STARTED, report("COMPLETE")], 0, ("lost", "exit status 0, without a word on how it ended")),
        ([STARTED, report("COMPLETE")], 1, ("crashed", "exit status 1, without a word on how it ended")),
        ([STARTED], -11, ("crashed", "ended by SIGSEGV, without a word on how it ended")),
        ([], 0, ("lost", "exit status 0, without a word on how it ended")),
        ([STARTED, report("COMPLETE"), FAILED], 0, ("crashed", "its turn failed: API Error: 500")),
        ([STARTED, e.Ended(TurnEnd.FAILED, wall=Wall.CONTEXT)], 0,
         ("crashed", "its turn failed: the conversation is too long for its model")),
        ([STARTED, e.Ended(TurnEnd.INTERRUPTED)], 0, ("crashed", "it was interrupted")),
        ([STARTED, FAILED, STARTED, report("COMPLETE"), DONE], 0, ("completed", "")),
        ([STARTED, report("COMPLETE"), DONE, STARTED, e.Text("bye"), DONE], 0, ("completed", "")),
        ([STARTED, DENIED, report("BLOCKED"), DONE], 0, ("denied", "Bash touch x: needs approval")),
        ([STARTED, DENIED, report("QUESTION", QUESTION="May I?"), DONE], 0, ("question", "May I?")),
        ([STARTED, DENIED, report("COMPLETE"), DONE], 0,
         ("completed", "was denied on the way: Bash touch x: needs approval")),
        ([STARTED, DENIED, e.Text("so"), DONE], 0, ("denied", "Bash touch x: needs approval")),
        ([STARTED, DENIED, DENIED, e.Ended(TurnEnd.FAILED)], 0, ("denied", "Bash touch x: needs approval")),
        ([STARTED, e.Denied("AskUserQuestion", "Which greeting?"), e.Text("so"), DONE], 0,
         ("question", "Which greeting?")),
        ([STARTED, e.Asked("1", Ask.PERMISSION, "Bash touch x")], 143, ("denied", "nobody answered: Bash touch x")),
        ([STARTED, e.Asked("1", Ask.QUESTION, "Which greeting?")], 143, ("question", "Which greeting?")),
    ],
)  # fmt: skip
def test_how_it_ended_by_itself(
    tmp_path: Path, events: list[Event], exit_status: int, expected: tuple[str, str]
) -> None:
    assert outcome(listen(tmp_path, *events), exit_status) == expected


def test_a_commit_after_a_denial_is_work(tmp_path: Path) -> None:
    told = listen(tmp_path, STARTED, DENIED, e.Text("so"), DONE)
    assert outcome(told, committed=True)[0] == "completed"
    blocked = listen(tmp_path, STARTED, DENIED, report("BLOCKED"), DONE)
    assert outcome(blocked, committed=True)[0] == "denied"


TIMEOUT, STALLED = Killed(Outcome.TIMEOUT, "ran longer than 15m"), Killed(Outcome.STALLED, "printed nothing for 5m")
FINAL = Killed(Outcome.COMPLETED, "it had reported and did not exit")
ASKED = e.Asked("1", Ask.PERMISSION, "Bash touch x")
WAITS = e.Retrying(2, "429 Too Many Requests", Wall.RATE_LIMIT, 40.0)


@pytest.mark.parametrize(
    ("events", "killed", "expected"),
    [
        ([STARTED, e.Text("so")], STALLED, "stalled"),
        ([STARTED, e.Text("so")], TIMEOUT, "timeout"),
        ([STARTED, report("COMPLETE"), DONE], FINAL, "completed"),
        ([STARTED, report("BLOCKED"), DONE], FINAL, "blocked"),
        ([STARTED, FAILED], FINAL, "crashed"),
        ([STARTED, report("COMPLETE"), DONE], STALLED, "completed"),
        ([STARTED, report("COMPLETE"), DONE], TIMEOUT, "completed"),
        ([STARTED, report("COMPLETE"), DONE], Killed(Outcome.KILLED, "stopped by you"), "killed"),
        ([STARTED, ASKED], STALLED, "denied"),
        ([STARTED, ASKED], TIMEOUT, "denied"),
        ([STARTED, ASKED], Killed(Outcome.KILLED, "stopped by you"), "killed"),
        ([STARTED, WAITS], STALLED, "rate_limited"),
        ([STARTED, WAITS], TIMEOUT, "rate_limited"),
        ([STARTED, WAITS, e.Text("on")], STALLED, "stalled"),
        ([STARTED, e.Text("so")], Killed(Outcome.CRASHED, "its log passed 100 MB"), "crashed"),
    ],
)
def test_how_it_ended_when_it_was_ended(tmp_path: Path, events: list[Event], killed: Killed, expected: str) -> None:
    told = listen(tmp_path, *events)
    assert outcome(told, -15, killed, limited=wall_of(told, failed=False, now=NOW))[0] == expected


def at(seconds: float) -> float:
    return NOW.timestamp() + seconds


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([STARTED, e.Ended(TurnEnd.FAILED, "429 slow down", Wall.RATE_LIMIT)], ("rate_limited", "429 slow down", None)),
        ([STARTED, e.Limited("5h", at(600)), e.Ended(TurnEnd.FAILED, "429", Wall.RATE_LIMIT)],
         ("rate_limited", "429", 600)),
        ([STARTED, e.Limited("5h", at(-60)), e.Ended(TurnEnd.FAILED, "429, try again in 20s", Wall.RATE_LIMIT)],
         ("rate_limited", "429, try again in 20s", 20)),
        ([STARTED, e.Retrying(1, "too busy", Wall.RATE_LIMIT, 40.0, at(-10))], ("rate_limited", "too busy", 30)),
        ([STARTED, e.Ended(TurnEnd.FAILED, "401", Wall.AUTH)], ("auth", "401", None)),
        ([STARTED, e.Ended(TurnEnd.FAILED, "", Wall.AUTH)], ("auth", "it is not logged in", None)),
        ([STARTED, e.Retrying(1, "busy", Wall.RATE_LIMIT), e.Text("on"), DONE], None),
        ([STARTED, e.Ended(TurnEnd.FAILED, "529", Wall.OVERLOADED)], None),
        ([STARTED, e.Ended(TurnEnd.FAILED, "429", Wall.RATE_LIMIT), STARTED, e.Text("so"), DONE], None),
        ([e.Raw("Not logged in · Please run /login")], ("auth", "Not logged in · Please run /login", None)),
        ([STARTED, e.Text("I implemented the rate limit (429)."), e.Raw("error: 429")], None),
    ],
)  # fmt: skip
def test_walls(tmp_path: Path, events: list[Event], expected: tuple[str, str, float | None] | None) -> None:
    found = wall_of(listen(tmp_path, *events), failed=True, now=NOW)
    seen = found and (str(found.outcome), found.words, found.until and (found.until - NOW).total_seconds())
    assert seen == expected


@pytest.mark.parametrize(
    ("events", "unknown"),
    [
        ([e.Raw("No conversation found with session ID: 123")], True),
        ([e.Raw("Error: thread/resume failed: no rollout found for thread id 12")], True),
        ([e.Raw("Error resuming session: Invalid session identifier \"x\".")], True),
        ([e.Raw("Session not found")], True),
        ([e.Ended(TurnEnd.FAILED, "No conversation found with session ID: 123")], True),
        ([STARTED, e.Text("There is no session of that kind in the code.")], False),
        ([e.Raw("Segmentation fault")], False),
        ([e.Ended(TurnEnd.FAILED, "429: no session left", Wall.RATE_LIMIT)], False),
    ],
)  # fmt: skip
def test_an_unknown_session(tmp_path: Path, events: list[Event], unknown: bool) -> None:
    assert session_unknown(listen(tmp_path, *events)) is unknown


def tool(id_: str, kind: ToolKind = ToolKind.COMMAND) -> e.ToolStarted:
    return e.ToolStarted(id_, "Bash", kind, "make")


@pytest.mark.parametrize(
    ("events", "over"),
    [
        ([STARTED, e.Text("so")], False),
        ([STARTED, DONE], True),
        ([STARTED, FAILED], True),
        ([STARTED, tool("a"), e.ToolEnded("a", True), DONE], True),
        ([STARTED, tool("a"), DONE], False),
        ([STARTED, tool("a"), DONE, e.ToolEnded("a", True)], False),
        ([STARTED, tool("a"), DONE, STARTED, DONE], True),
        ([STARTED, DONE, STARTED], False),
    ],
)
def test_when_it_is_over(tmp_path: Path, events: list[Event], over: bool) -> None:
    assert listen(tmp_path, *events, finish=False).over is over


def test_a_log_is_read_once_however_often_it_grows(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    texts = [e.Text(f"{n} ", partial=True) for n in range(200)]
    tape = Tape(texts)
    told = Listener(log, tape)
    told.catch_up()
    for n in range(200):
        with log.open("a") as file:
            file.write(f"{n}"[:1])
            file.flush()
            told.catch_up()
            file.write(f"{n}"[1:] + "\n")
        told.catch_up()
    told.finish()
    assert told.digest.said.split() == [str(n) for n in range(200)]
    assert told.last_words().split()[-1] == "199"


def test_last_words_are_for_people(tmp_path: Path) -> None:
    told = listen(
        tmp_path,
        STARTED,
        e.Text("I will "),
        e.Text("run it.", partial=True),
        tool("a"),
        e.ToolEnded("a", ok=False, name="Bash", output="boom\x1b[2J", exit=2),
        e.Used(1, 2, 3),
        e.Raw('{"type":"x"}', kind="x"),
        e.Retrying(1, "529"),
        FAILED,
    )
    words = "I will run it.\n$ make\n  failed (exit status 2): boom\ntries again: 529\nended as failed: API Error: 500"
    assert told.last_words() == words


def test_alerts_are_the_agents_own_words(tmp_path: Path) -> None:
    alert = "BREAKING CHANGE ALERT\nPOD: pod-1\nFILE: a.py\nCHANGE: {}\nAFFECTS: all\nMIGRATION: none\n"
    told = listen(
        tmp_path,
        STARTED,
        e.Text(alert.format("mine")),
        e.ToolEnded("a", True, output=alert.format("a file's")),
        DONE,
        STARTED,
        e.Text(alert.format("mine")),
        e.Ended(TurnEnd.COMPLETED, text=alert.format("later")),
    )
    assert [found.change for found in told.alerts] == ["mine", "later"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (Usage(10, 5, 3, 0.5), None, Usage(10, 5, 3, 0.5)),
        (Usage(10, 5, 3, 0.5), Usage(4, 5, 1, 0.2), Usage(6, 0, 2, 0.3)),
        (Usage(10, 5, 3, 0.5), Usage(0, 0, 0, 0.2), Usage(10, 5, 3, 0.3)),
        (Usage(2, 1, 1, 0.1), Usage(10, 5, 3, 0.5), Usage(2, 1, 1, 0.1)),
        (Usage(10, 5, 3), Usage(4, 5, 1, 0.2), Usage(6, 0, 2)),
    ],
)
def test_the_use_of_one_run(now: Usage, before: Usage | None, expected: Any) -> None:
    found = now.since(before)
    assert (found.input, found.cached, found.output) == (expected.input, expected.cached, expected.output)
    assert found.cost == pytest.approx(expected.cost) if expected.cost is not None else found.cost is None
