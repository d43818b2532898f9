"""Who ran when, and how it ended: the journal's runs as bars on one clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.history import says_not_done, seconds_of, succeeded
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.run import Outcome, Role

Entry = Mapping[str, Any]


@dataclass(slots=True)
class Span:
    """One run; times in seconds since the epoch, `end` None while it goes on."""

    pod: str
    run: str
    role: str
    agent: str
    start: float
    end: float | None = None
    outcome: str = ""
    why: str = ""


@dataclass(slots=True)
class Line:
    """One ticket: its runs in the order they began, and when it landed."""

    ticket: TicketId
    spans: list[Span] = field(default_factory=list)
    landed: float | None = None

    @property
    def start(self) -> float:
        return self.spans[0].start if self.spans else self.landed or 0.0

    def worked_s(self, now: float) -> float:
        """How long somebody was at work up to `now`, in seconds."""
        return sum(max(0.0, (now if span.end is None else span.end) - span.start) for span in self.spans)


def lines_of(entries: Iterable[Entry], live: Iterable[str] = ()) -> list[Line]:
    """Each ticket that had a run, the first begun first; `live` names runs (`pod-1/0003-task`) that go on.

    A run whose end the journal does not know ended with whatever came next for its pod, for want of a better word.
    """
    found: dict[TicketId, Line] = {}
    open_: dict[str, Span] = {}
    latest: dict[str, float] = {}
    for entry in entries:
        at, ticket, pod = seconds_of(entry.get("at")), entry.get("ticket"), str(entry.get("pod") or "")
        if at is None or not isinstance(ticket, int):
            continue
        key = f"{pod}/{entry.get('run')}"
        event = entry.get("event")
        if event == "run":
            _end_lost(open_, pod, latest.get(pod, at))
            line = found.setdefault(TicketId(ticket), Line(TicketId(ticket)))
            span = Span(pod, str(entry.get("run")), str(entry.get("role")), str(entry.get("agent") or ""), at)
            line.spans.append(span)
            open_[key] = span
        elif event in ("run_ended", "settled") and key in open_:
            _end(open_.pop(key), at, entry)
        elif event == "landed":
            found.setdefault(TicketId(ticket), Line(TicketId(ticket))).landed = at
        latest[pod] = at
    going = set(live)
    for key, span in open_.items():
        if key not in going:
            span.end, span.outcome = latest.get(span.pod, span.start), Outcome.LOST
    return sorted(found.values(), key=lambda line: line.start)


def _end(span: Span, at: float, entry: Entry) -> None:
    span.end = at
    span.outcome = str(entry.get("outcome") or "")
    span.why = str(entry.get("reason") or entry.get("why") or "")


def _end_lost(open_: dict[str, Span], pod: str, at: float) -> None:
    """A pod has one run at a time: another that begins says that the one before is over."""
    for key in [key for key in open_ if key.startswith(f"{pod}/")]:
        span = open_.pop(key)
        span.end, span.outcome = at, Outcome.LOST


LETTERS = {Role.TASK: "T", Role.REVIEW: "R", Role.TEST: "F", Role.RESOLVE: "X", Role.DOCS: "D", Role.CHECK: "C",
           Role.SETUP: "S", Role.MERGE: "M", Role.COMMAND: "$"}  # fmt: skip
"""What a bar begins with: task, review, fixing tests, resolving, docs, checking, setting up, merging, a command."""
LANDED = "▲"


def mark(span: Span) -> tuple[str, str]:
    """The sign a bar ends with, and its style: shape says the same as colour."""
    if span.end is None:
        return "▶", "busy"
    if succeeded(span.outcome) and not says_not_done(span.role, span.why):
        return "✓", "ok"
    if span.outcome in (Outcome.QUESTION, Outcome.DENIED, Outcome.BLOCKED):
        return "?", "warn"
    if span.outcome in (Outcome.RATE_LIMITED, Outcome.AUTH, Outcome.KILLED):
        return "‖", "warn"
    return "✗", "error"


def bar(line: Line, begin: float, end: float, width: int, now: float) -> list[tuple[str, str]]:
    """One ticket's runs between two times as (text, style), together `width` cells; empty where nobody worked.

    However short a run is, it has a cell; where several fall into one, the last of them is seen.
    """
    cells = [(" ", "")] * max(width, 0)
    scale = width / (end - begin) if end > begin else 0.0
    for span in line.spans:
        first, last = int((span.start - begin) * scale), int(((span.end or now) - begin) * scale)
        if last < 0 or first >= width:
            continue
        sign, style = mark(span)
        for at in range(max(first, 0), min(last, width - 1) + 1):
            cells[at] = ("━", style)
        if 0 <= last < width:
            cells[last] = (sign, style)
        if 0 <= first < last and first < width:
            cells[first] = (_letter(span.role), style)
    if line.landed is not None and 0 <= (at := int((line.landed - begin) * scale)) < width:
        cells[at] = (LANDED, "ok")
    return _joined(cells)


def _letter(role: str) -> str:
    return next((letter for known, letter in LETTERS.items() if known.value == role), "·")


def _joined(cells: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for sign, style in cells:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + sign, style)
        else:
            joined.append((sign, style))
    return joined


STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 7 * 86400)


def ticks(begin: float, end: float, width: int, offset_s: float = 0.0) -> list[tuple[int, float]]:
    """Cells of a clock's ticks and their times, at round times of day, a dozen cells apart or more.

    `offset_s` is how far the person's clock is ahead of UTC.
    """
    if end <= begin or width <= 0:
        return []
    step = next((s for s in STEPS_S if s * width / (end - begin) >= 12), STEPS_S[-1])
    at = ((begin + offset_s) // step + 1) * step - offset_s
    found = []
    while at <= end:
        found.append((int((at - begin) * width / (end - begin)), at))
        at += step
    return [(cell, when) for cell, when in found if cell < width]


def clock_line(begin: float, end: float, width: int) -> str:
    """The line above the bars: times of day, on the person's clock, where their ticks are."""
    offset = time.localtime(begin).tm_gmtoff
    form = "%H:%M:%S" if end - begin < 600 else "%H:%M" if end - begin < 2 * 86400 else "%d %b"
    line = [" "] * width
    for cell, when in ticks(begin, end, width, offset):
        words = f"╷{time.strftime(form, time.localtime(when))}"
        if cell + len(words) <= width:
            line[cell : cell + len(words)] = words
    return "".join(line)


def seen_from(line: Line, after: float) -> bool:
    """Whether anything of the line happens after that time."""
    return (line.landed or 0.0) >= after or any((span.end or after) >= after for span in line.spans)


def run_at(line: Line, at: float | None) -> Span | None:
    """The run of a ticket that a moment is about: the one going on then, else the one before, else its first.

    None for `at` is now: the newest.
    """
    begun = [span for span in line.spans if at is None or span.start <= at]
    return begun[-1] if begun else line.spans[0] if line.spans else None


def working_at(lines: Iterable[Line], at: float) -> list[tuple[TicketId, Span]]:
    """Who was at work at a moment, the longest first."""
    found = [(line.ticket, span) for line in lines for span in line.spans if span.start <= at <= (span.end or at)]
    return sorted(found, key=lambda item: item[1].start)


def landed_by(lines: Iterable[Line], at: float) -> int:
    """How many tickets had landed by then."""
    return sum(line.landed is not None and line.landed <= at for line in lines)


def typical_s(lines: Iterable[Line]) -> float | None:
    """How long a ticket takes from its first run to its landing: the median of those that landed; None without any."""
    took = [line.landed - line.start for line in lines if line.landed is not None and line.spans]
    return statistics.median(took) if took else None


def with_cursor(cells: Sequence[tuple[str, str]], at: int) -> list[tuple[str, str]]:
    """A bar with a moment marked in it: a thin line where nobody works, else the sign that is there, inverted."""
    found: list[tuple[str, str]] = []
    place = 0
    for text, style in cells:
        here = at - place
        if 0 <= here < len(text):
            sign = text[here]
            found += [
                (text[:here], style),
                ("│", "accent") if sign == " " else (sign, "match"),
                (text[here + 1 :], style),
            ]
        else:
            found.append((text, style))
        place += len(text)
    return [part for part in found if part[0]]
