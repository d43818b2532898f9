"""What is told to who comes back: each thing once, and what asks for them first."""

from __future__ import annotations

from typing import Any

from lmawep_tui.model.digest import Kind, Line, happened
from lmawep_tui.model.ids import TicketId

AT = 1768471800.0  # 2026-01-15T10:10:00Z
TITLES = {TicketId(101): "Sign in", TicketId(102): "Sort the menu"}


def entry(minute: int, event: str, **facts: Any) -> dict[str, Any]:
    return {"at": f"2026-01-15T10:{minute:02}:00Z", "event": event, **facts}


def words(*entries: dict[str, Any], asking: tuple[Line, ...] = ()) -> list[tuple[Kind, str, str]]:
    return [(line.kind, line.words, line.goal) for line in happened(entries, AT, TITLES, asking).lines]


def test_only_what_came_after() -> None:
    assert (
        words(entry(9, "landed", ticket=101, commit="a" * 40), entry(10, "landed", ticket=102, commit="b" * 40)) == []
    )
    found = words(entry(11, "landed", ticket=101, commit="a" * 40))
    assert found == [(Kind.LANDED, "#101 Sign in landed as aaaaaaa", "101")]


def test_what_failed_and_then_went_well_is_not_told() -> None:
    failed = entry(11, "settled", pod="pod-1", ticket=101, outcome="timeout", why="15m are over")
    assert words(failed) == [(Kind.FAILED, "#101 Sign in: timeout: 15m are over", "pod-1")]
    assert words(failed, entry(12, "settled", pod="pod-1", ticket=101, outcome="completed")) == []
    assert words(failed, entry(12, "landed", ticket=101, commit="a" * 40))[0][0] is Kind.LANDED
    red = entry(11, "tested", pod="pod-1", ticket=101, green=False, summary="2 failed")
    assert words(failed, red) == [(Kind.FAILED, "#101 Sign in: tests red: 2 failed", "pod-1")]


def test_what_failed_and_asks_is_told_as_asking() -> None:
    failed = entry(11, "settled", pod="pod-1", ticket=101, outcome="crashed")
    asks = Line(Kind.ASKS, "pod-1 #101 failed: crashed", "pod-1", AT + 60)
    landed = entry(12, "landed", ticket=102, commit="b" * 40)
    assert [kind for kind, _, _ in words(landed, failed, asking=(asks,))] == [Kind.ASKS, Kind.LANDED]


def test_a_landing_that_was_taken_back_has_not_landed() -> None:
    landed, undone = entry(11, "landed", ticket=101, commit="a" * 40), entry(12, "undone", ticket=101, commit="c" * 40)
    assert words(landed, undone) == [(Kind.UNDONE, "#101 Sign in was taken back as ccccccc", "101")]
    again = entry(13, "undone", ticket=101, commit="d" * 40, kind="undo")
    assert words(landed, undone, again) == [(Kind.LANDED, "#101 Sign in is on main again as ddddddd", "101")]


def test_the_foot_counts_runs_and_nothing_is_false() -> None:
    runs = [entry(11, "run_ended", pod="pod-1", ticket=101), entry(12, "run_ended", pod="pod-2", ticket=102)]
    digest = happened(runs, AT, TITLES)
    assert not digest and digest.foot == "2 runs ended"


def test_lines_that_are_no_events_harm_nothing() -> None:
    assert words(entry(11, "landed", ticket="x"), {"event": "landed"}, entry(11, "settled", outcome=7), {}) == []
