"""Bars on one clock: pure, as tables."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.timeline import Line, Span, bar, lines_of, ticks

AT = "2026-01-15T10:00:{:02d}Z"
START = 1768471200.0  # AT, second 0


def entry(second: int, event: str, run: str = "0001-task", **facts: Any) -> dict[str, Any]:
    return {"at": AT.format(second), "event": event, "pod": "pod-1", "ticket": 101, "run": run, **facts}


def text(line: Line, width: int = 20, now: float = START + 20) -> str:
    return "".join(sign for sign, _ in bar(line, START, START + 20, width, now))


def test_runs_begin_and_end_where_the_journal_says() -> None:
    [line] = lines_of([
        entry(0, "run", role="task", agent="claude"),
        entry(5, "run_ended", outcome="crashed", reason="exit status 1"),
        entry(5, "settled", outcome="crashed", why="exit status 1"),
        entry(8, "run", "0002-task", role="task"),
        entry(12, "run_ended", "0002-task", outcome="completed"),
        entry(14, "landed", commit="abc"),
    ])  # fmt: skip
    assert text(line) == "T━━━━✗  T━━━✓ ▲     "
    assert line.worked_s(START) == 9 and line.spans[0].why == "exit status 1"


def test_what_goes_on_counts_until_now() -> None:
    [line] = lines_of([entry(0, "run", role="task"), entry(3, "run_ended", outcome="completed"),
                       entry(8, "run", "0002-task", role="task")], {"pod-1/0002-task"})  # fmt: skip
    begun = line.spans[1].start
    assert (line.worked_s(begun + 4), line.worked_s(begun - 4)) == (7, 3)


def test_what_goes_on_and_what_nobody_saw_end() -> None:
    entries = [entry(2, "run", role="task"), entry(6, "run", "0002-review", role="review")]
    [line] = lines_of(entries, live=["pod-1/0002-review"])
    assert text(line, now=START + 10) == "  ✗   R━━━▶         "
    assert [span.outcome for span in line.spans] == ["lost", ""]
    assert line.worked_s(START + 10) == 4, "what goes on counts, too"
    [line] = lines_of(entries)
    assert [span.outcome for span in line.spans] == ["lost", "lost"]


@pytest.mark.parametrize(
    ("outcome", "sign"), [("completed", "✓"), ("no_change", "✓"), ("question", "?"), ("denied", "?"), ("killed", "‖"),
                          ("rate_limited", "‖"), ("timeout", "✗"), ("what ever", "✗")]
)  # fmt: skip
def test_shape_says_how_it_ended(outcome: str, sign: str) -> None:
    line = Line(TicketId(1), [Span("pod-1", "0001-task", "task", "", START + 1, START + 3, outcome)])
    assert text(line) == f" T━{sign}                "


def test_who_reports_failure_has_not_done_well() -> None:
    line = Line(TicketId(1), [Span("p", "r", "task", "", START + 1, START + 3, "completed", "it reported FAILED")])
    assert "✗" in text(line)


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0, 50)), max_size=8), st.integers(0, 60))
def test_any_bar_has_its_width(runs: list[tuple[float, float]], width: int) -> None:
    spans = [Span("p", "r", "task", "", START + at, START + at + long, "completed") for at, long in runs]
    assert sum(len(sign) for sign, _ in bar(Line(TicketId(1), spans), START, START + 20, width, START)) == width


@given(st.floats(1, 10_000_000), st.integers(1, 300))
def test_ticks_are_round_and_apart(long: float, width: int) -> None:
    found = ticks(START, START + long, width)
    assert all(0 <= cell < width and when % 1 == 0 for cell, when in found)
    assert all(b[0] - a[0] >= 11 for a, b in pairwise(found)) or long > 86400 * 7


@given(st.lists(st.dictionaries(st.sampled_from(["at", "event", "pod", "ticket", "run", "role"]),
                                st.one_of(st.none(), st.integers(), st.text(max_size=5)))))  # fmt: skip
def test_any_journal_is_read(entries: list[dict[str, Any]]) -> None:
    lines_of(entries)
