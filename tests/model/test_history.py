"""From events to what is reported: tables of short journals and what they tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.model.history import seconds_of, tell
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.postmortem import duration, postmortem
from lmawep_tui.model.story import Phase, Story
from lmawep_tui.model.ticket import Status

START = 1_700_000_000
Line = tuple[int, str, dict[str, Any]]


def stamp(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(START + at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def journal(*lines: Line | tuple[int, str]) -> list[dict[str, Any]]:
    return [{"at": stamp(line[0]), "event": line[1], "ticket": 101, **(line[2] if len(line) > 2 else {})}
            for line in ((0, "conductor started"), *lines)]  # fmt: skip


def moved(at: int, to: str, by: str = "", ticket: int = 101) -> Line:
    return (at, "moved", {"to": to, "by": by, "ticket": ticket})


def began(at: int, run: str, ticket: int = 101) -> Line:
    return (at, "run", {"run": run, "role": run.partition("-")[2], "ticket": ticket})


def ended(at: int, run: str, outcome: str = "completed", why: str = "", ticket: int = 101) -> Line:
    return (at, "run_ended", {"run": run, "outcome": outcome, "reason": why, "ticket": ticket})


LANDED: tuple[Any, ...] = (
    (0, "ticket created", {"title": "Tea"}), moved(10, "assigned", "spawned"), (10, "spawned"),
    moved(12, "working", "run started"), began(12, "0001-task"), ended(42, "0001-task"),
    moved(43, "review", "evidence holds"), began(53, "0002-review"), ended(60, "0002-review"),
    moved(61, "testing", "approved"), began(64, "0003-check"), ended(70, "0003-check"),
    moved(70, "merging", "tests green"), began(75, "0004-merge"), ended(84, "0004-merge"),
    moved(84, "complete", "landed"), (84, "landed", {"commit": "c" * 40}),
)  # fmt: skip


def phases(*lines: Any, now: int = 1000, **more: Any) -> dict[str, float]:
    history = tell(journal(*lines), now=START + now, **more)
    return {str(k): v for k, v in history.stories[TicketId(101)].phases.items()} if history.stories else {}


@pytest.mark.parametrize(("lines", "expected"), [
    (LANDED, {"waiting for a free slot": 12, "agents at work": 31, "waiting for review": 11, "agents reviewing": 7,
              "waiting for tests": 3, "running tests": 15, "waiting in the train": 5}),
    (((0, "ticket created"),), {"waiting for a free slot": 1000}),
    (((0, "ticket created"), moved(5, "blocked")), {"waiting for a free slot": 5, "waiting for you": 995}),
    (((0, "ticket created"), moved(5, "abandoned")), {"waiting for a free slot": 5}),
    # a quota: what is waited for after it is told until the next run
    (((0, "ticket created"), moved(0, "working"), began(0, "0001-task"), ended(10, "0001-task", "rate_limited"),
      moved(10, "assigned"), moved(100, "working"), began(100, "0002-task")),
     {"agents at work": 910, "waiting for a quota or a login": 90}),
    # autopilot was off for a while
    (((0, "ticket created"), (100, "conductor stopped"), (300, "conductor started"), moved(400, "complete")),
     {"waiting for a free slot": 200, "waiting while autopilot was off": 200}),
    # a clock that was set back
    (((50, "ticket created"), moved(40, "working"), moved(60, "review"), moved(70, "complete")),
     {"agents at work": 10, "waiting for review": 10}),
])  # fmt: skip
def test_what_the_time_went_into(lines: tuple[Any, ...], expected: dict[str, float]) -> None:
    assert phases(*lines) == expected


def test_ready_time_is_parted_into_waiting_for_another_and_for_a_slot() -> None:
    lines = journal((0, "ticket created"), (0, "ticket created", {"ticket": 102}), moved(100, "complete", ticket=102),
                    moved(130, "assigned"), moved(130, "complete"))  # fmt: skip
    history = tell(lines, now=START + 500, dependencies={TicketId(101): (TicketId(102),)})
    assert history.stories[TicketId(101)].phases == {Phase.DEPENDENCY: 100.0, Phase.SLOT: 30.0}
    report = postmortem(history, {TicketId(101): (TicketId(102),)})
    assert [(w.ticket, w.on, w.seconds) for w in report.waits] == [(101, 102, 100.0)]


@pytest.mark.parametrize(("lines", "field", "value"), [
    ((moved(0, "merging"), moved(1, "assigned", "tests red")), "combined_reds", 1),
    ((moved(0, "testing"), moved(1, "assigned", "tests red")), "reds", 1),
    ((moved(0, "merging"), moved(1, "assigned", "conflict with main")), "conflicts", 1),
    ((moved(0, "review"), moved(1, "assigned", "changes requested")), "rejections", 1),
    ((began(0, "0001-task"), ended(1, "0001-task", "crashed")), "outcomes", {"crashed": 1}),
    # told by the supervisor and again by who settled it: one run
    ((began(0, "0001-task"), ended(1, "0001-task"), (2, "settled", {"run": "0001-task", "outcome": "completed"})),
     "outcomes", {"completed": 1}),
    # its supervisor was killed: only who settled it tells
    ((began(0, "0001-task"), (2, "settled", {"run": "0001-task", "outcome": "lost"})), "outcomes", {"lost": 1}),
    ((began(0, "0001-check"), ended(1, "0001-check", "crashed")), "outcomes", {}),  # no agent, no outcome of an agent
    ((began(0, "0001-resolve"), began(1, "0002-review")), "attempts", 1),
    ((moved(0, "working"), (1, "override", {"to": "blocked"})), "status", Status.BLOCKED),
])  # fmt: skip
def test_what_is_counted(lines: tuple[Any, ...], field: str, value: object) -> None:
    assert getattr(tell(journal(*lines), now=START + 10).stories[TicketId(101)], field) == value


def test_the_figures_of_a_ticket_that_landed() -> None:
    report = postmortem(tell(journal(*LANDED), now=START + 1000), {})
    story = report.stories[0]
    assert (story.title, story.cycle_s, story.commit, story.runs, story.attempts) == ("Tea", 74.0, "c" * 40, 2, 1)
    assert (report.landed, report.open, report.median_cycle_s, report.success, report.commits) == (
        1, 0, 74.0, 1.0, ("c" * 40,))  # fmt: skip
    assert report.findings == (
        "The one ticket landed.",
        "More time went into agents at work than into anything else (31s of 1m 24s); "
        "the longest wait was for a free slot, 12s.",
        "Nothing went wrong.",
    )


def told(story: Story) -> list[str]:
    return [step.what for step in story.trouble]


UNDONE = (*LANDED, moved(100, "ready", "reopened"),
          (100, "undone", {"commit": "d" * 40, "undoes": "c" * 40, "kind": "landing"}))  # fmt: skip


def test_a_landing_that_was_undone_is_none() -> None:
    report = postmortem(tell(journal(*UNDONE), now=START + 1000), {})
    story = report.stories[0]
    assert (report.landed, report.open, report.undone, report.median_cycle_s) == (0, 1, 1, None)
    assert report.commits == ("c" * 40, "d" * 40), "the revert is a commit on main too"
    assert (story.commit, story.undone, told(story)) == ("", 1, ["landed as ccccccc, taken back as ddddddd"])
    assert report.findings[0] == "0 of 1 tickets landed, 1 is still open."
    assert "On the way: 1 landing undone, all in #101." in report.findings


def test_an_undone_landing_that_is_on_main_again() -> None:
    again = (*UNDONE, moved(200, "complete", "its undone landing was restored"),
             (200, "undone", {"commit": "e" * 40, "undoes": "d" * 40, "kind": "undo"}))  # fmt: skip
    report = postmortem(tell(journal(*again), now=START + 1000), {})
    assert (report.landed, report.open, report.undone, len(report.commits)) == (1, 0, 1, 3)
    assert report.stories[0].steps[0].what == "on main again as eeeeeee: ddddddd was undone"


def settled(at: int, run: str, outcome: str = "completed", why: str = "") -> Line:
    return (at, "settled", {"run": run, "outcome": outcome, "why": why})


BACK: Line = (2, "sent back", {"by": "run failed", "why": "uncommitted: a.py"})


@pytest.mark.parametrize(("lines", "trouble"), [
    ((ended(1, "0001-task", why="it reported FAILED"), BACK, settled(2, "0001-task", why="it reported FAILED")),
     "0001-task failed: it reported FAILED"),
    ((ended(1, "0001-task", why="it reported PARTIAL"), settled(2, "0001-task")),
     "0001-task failed: it reported PARTIAL"),
    ((ended(1, "0001-task"), BACK, settled(2, "0001-task")), "0001-task failed: uncommitted: a.py"),
    ((ended(1, "0001-task"), (2, "sent back", {"by": "run failed"})), "0001-task failed: its work was not believed"),
    # its supervisor was killed: only who settled it tells, after it was sent back
    ((BACK, settled(2, "0001-task")), "0001-task failed: uncommitted: a.py"),
])  # fmt: skip
def test_a_run_that_was_not_believed_failed(lines: tuple[Any, ...], trouble: str) -> None:
    escalated = (3, "escalated", {"why": "tried 3 times"})
    report = postmortem(tell(journal(began(0, "0001-task"), *lines, escalated), now=START + 9), {})
    assert (report.outcomes, report.success, report.escalations) == ({"failed": 1}, 0.0, 1)
    assert told(report.stories[0]) == [trouble, "escalated to you: tried 3 times"]
    assert "On the way: 1 failed run and 1 escalation, all in #101." in report.findings


@pytest.mark.parametrize("lines", [
    (ended(1, "0001-task"), (2, "sent back", {"by": "tests red"})),
    (ended(1, "0001-task", why="it reported OK, I think"),),
    (ended(1, "0001-task", why="it ended without a report"),),
])  # fmt: skip
def test_other_ends_are_no_failed_runs(lines: tuple[Any, ...]) -> None:
    report = postmortem(tell(journal(began(0, "0001-task"), *lines), now=START + 9), {})
    assert (report.outcomes, report.success) == ({"completed": 1}, 1.0)


@pytest.mark.parametrize(("event", "facts", "words"), [
    ("rescoped", {"text": "only\nthe parser"}, "you re-scoped it: only the parser"),
    ("unblocked", {"message": ""}, "you unblocked it"),
    ("abandoned", {}, "you gave it up"),
    ("taken over", {}, "you took it over"),
    ("handed in", {}, "you handed your work in"),
    ("fixed in review", {"by": "agent a"}, "a review committed changes of its own: agent a"),
    ("flaky", {"ticket": None, "pod": "pod-1", "tests": ["t.py::a"]}, "red once, green when run again: t.py::a"),
])  # fmt: skip
def test_what_people_did_is_in_the_story(event: str, facts: dict[str, Any], words: str) -> None:
    history = tell(journal((0, "spawned", {"pod": "pod-1"}), (1, event, facts)), now=START + 9)
    assert [step.what for step in history.stories[TicketId(101)].steps] == [words]


def test_the_abandoned_are_counted_by_themselves() -> None:
    lines = journal(*LANDED, (90, "ticket created", {"ticket": 102}), moved(91, "abandoned", "abandoned", 102),
                    (92, "ticket created", {"ticket": 103}),
                    (93, "limited", {"ticket": None, "agent": "me"}))  # fmt: skip
    report = postmortem(tell(lines, now=START + 99), {})
    assert (report.landed, report.open, report.abandoned, report.closed) == (1, 1, 1, 0)
    assert report.findings[0] == "1 of 3 tickets landed, 1 is still open, 1 is abandoned."
    assert report.limits == {"me": 1}


def test_only_what_happened_since_is_counted() -> None:
    assert phases(*LANDED, since=START + 60) == {"waiting for review": 1, "waiting for tests": 3,
                                                  "running tests": 15, "waiting in the train": 5}  # fmt: skip
    report = postmortem(tell(journal(*LANDED), now=START + 1000, since=START + 100), {})
    assert report.stories == () and report.findings == ("Nothing happened.",)


def test_the_findings_name_what_went_wrong() -> None:
    other = [
        (at, event, {**facts, "ticket": 102}) for at, event, *more in LANDED for facts in [more[0] if more else {}]
    ]
    trouble = [
        moved(44, "assigned", "tests red", 102), began(45, "0005-task", 102),
        ended(46, "0005-task", "timeout", "too long", 102), began(46, "0006-task", 102),
        ended(47, "0006-task", "question", "Which?", 102), moved(47, "merging", "", 102),
        moved(48, "assigned", "conflict with main", 102),
    ]  # fmt: skip
    lines = sorted([*LANDED, *other, *trouble], key=lambda line: line[0])
    report = postmortem(tell(journal(*lines), now=START + 1000), {})
    assert report.stories[0].id == 102
    assert [t.what for t in report.stories[0].trouble] == [
        "the tests are red in its pod", "0005-task ended as timeout: too long", "0006-task asked: Which?",
        "its work conflicts with main"]  # fmt: skip
    assert "On the way: 1 question, 1 failed run, 1 conflict and 1 red in its pod, all in #102." in report.findings


@pytest.mark.parametrize(("seconds", "words"), [
    (0.4, "0s"), (59.6, "1m 00s"), (192, "3m 12s"), (18_180, "5h 03m"), (187_200, "2d 4h"),
])  # fmt: skip
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize("text", ["", "yesterday", None, 7, "2026-13-01"])
def test_what_is_no_time_is_none(text: object) -> None:
    assert seconds_of(text) is None or text == 7


events: Any = st.lists(st.tuples(
    st.integers(0, 50),
    st.sampled_from(["ticket created", "moved", "run", "run_ended", "settled", "landed", "spawned", "override",
                     "conductor started", "conductor stopped", "changes requested",
                     "sent back", "escalated", "undone", "rescoped", "flaky", "limited", "x"]),
    st.fixed_dictionaries({"ticket": st.sampled_from([101, 102, None, "x", True]),
                           "to": st.sampled_from([*map(str, Status), "nonsense", None]),
                           "run": st.sampled_from(["0001-task", "0002-review", None]),
                           "role": st.sampled_from(["task", "review", "merge", "nonsense", None]),
                           "outcome": st.sampled_from(["completed", "crashed", None, 3]),
                           "by": st.sampled_from(["run failed", "tests red", None]),
                           "kind": st.sampled_from(["landing", "undo", None])}),
), max_size=40)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(events, st.integers(0, 60))
def test_whatever_the_journal_says_no_time_is_invented(lines: list[Line], since: int) -> None:
    history = tell(journal(*lines), now=START + 60, since=START + since)
    for story in history.stories.values():
        assert all(spent >= 0 for spent in story.phases.values())
        assert sum(story.phases.values()) <= 60 - since + 1e-6
    report = postmortem(history, {TicketId(101): (TicketId(102), TicketId(999))})
    assert report.landed + report.open + report.abandoned + report.closed == len(report.stories)
    assert all(count > 0 for count in report.outcomes.values())
