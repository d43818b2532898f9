"""Who ran when, and how it ended; with a moment in time that can be moved through it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lmawep_tui.engine.timeline import timeline
from lmawep_tui.model.age import age
from lmawep_tui.model.timeline import (
    LANDED,
    LETTERS,
    Line,
    bar,
    clock_line,
    landed_by,
    mark,
    run_at,
    with_cursor,
    working_at,
)  # fmt: skip
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.views import Frame, Page, RunAt, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_EDGE = 3 + 5 + 1 + 1 + 7
"""Cells of a row that are not the bar: the table's gutter, ticket, gaps, total."""
_ZOOM = 1.6


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """A bar for each ticket, all on one clock; `frame` says how much of the time is seen, and which moment."""
    lines, now = timeline(ws, snapshot), frame.now
    width = max(20, frame.width - _EDGE)
    columns = (Column("ticket", width=5, priority=9), Column("bar", width=width, priority=8),
               Column("worked", width=7, align="right", priority=5))  # fmt: skip
    if not lines:
        return Page(columns, (), empty="No agent has run yet: e on a pod starts one, P switches autopilot on.")
    begin, end = _seen(lines, now, frame)
    at = -1 if frame.at is None else int((frame.at - begin) / (end - begin) * width)
    entries: list[Entry] = [
        Group(" " * 9 + clock_line(begin, end, width), "muted"),
        Group(" " * 9 + moment_words(lines, frame.at, now), "accent" if frame.at is not None else "muted"),
    ]
    for line in lines:
        cells: list[Cell] = [
            f"#{line.ticket}",
            with_cursor(bar(line, begin, end, width, now), at),
            (age(line.worked_s(now)), "muted"),
        ]
        entries.append((ticket_key(line.ticket), cells))
    legend = "  ".join(f"{letter} {role}" for role, letter in list(LETTERS.items())[:6])
    chosen = {line.ticket: run_at(line, frame.at) for line in lines}
    return Page(
        columns,
        entries,
        note=f"{legend}  M merge  {LANDED} landed",
        about={ticket_key(line.ticket): _runs(snapshot, line, frame.at, now) for line in lines},
        goes={ticket_key(line.ticket): ticket_key(line.ticket) for line in lines},
        logs={ticket_key(ticket): RunAt(span.pod, span.run) for ticket, span in chosen.items() if span is not None},
        span=(begin, end, width),
    )


def _seen(lines: list[Line], now: float, frame: Frame) -> tuple[float, float]:
    """The times at the left and the right edge; all of it, unless zoomed in, and then its end unless moved."""
    going = any(span.end is None for line in lines for span in line.spans)
    first = min(line.start for line in lines)
    last = max([line.landed or 0.0 for line in lines] + [span.end or now for line in lines for span in line.spans])
    whole = max((now if going else last) - first, 10.0) * 1.02
    long = whole / _ZOOM**frame.zoom
    end = min(first + whole, max(first + long, first + whole - frame.shift * long))
    if frame.at is not None:  # the moment stays in sight
        end = min(max(end, frame.at + long * 0.02), frame.at + long * 0.98)
    return end - long, end


def moment_words(lines: list[Line], at: float | None, now: float) -> str:
    """What was so at a moment, in a line."""
    when = now if at is None else at
    clock = "now" if at is None else time.strftime("%H:%M:%S", time.localtime(at))
    working = working_at(lines, when) if at is not None else [
        (line.ticket, span) for line in lines for span in line.spans if span.end is None
    ]  # fmt: skip
    who = ", ".join(f"#{ticket} {span.role} {age(when - span.start)}" for ticket, span in working[:6])
    more = f" and {len(working) - 6} more" if len(working) > 6 else ""
    busy = f"{len(working)} at work: {who}{more}" if working else "nobody at work"
    return f"{clock}  {busy}; {landed_by(lines, when)} landed"


def _runs(snapshot: Snapshot, line: Line, at: float | None, now: float) -> list[StyledLine]:
    ticket = snapshot.tickets.get(line.ticket)
    lines: list[StyledLine] = [[(f"#{line.ticket} ", "accent"), (ticket.title if ticket else "", "strong")], []]
    chosen = run_at(line, at)
    for span in line.spans:
        sign, style = mark(span)
        clock = time.strftime("%H:%M:%S", time.localtime(span.start))
        long = age((span.end or now) - span.start)
        words = f"{span.pod} {span.run}"
        lines.append([("▸ " if span is chosen else "  ", "accent"), (f"{clock} ", "muted"), (f"{sign} ", style),
                      (f"{words:<22}", "strong" if span is chosen else ""), (f"{long:>8}  ", "muted"),
                      (span.agent, "accent"), (f"  {span.why}" if span.why else "", "warn")])  # fmt: skip
    if line.landed is not None:
        lines.append([(time.strftime("  %H:%M:%S ", time.localtime(line.landed)), "muted"), (f"{LANDED} landed", "ok")])
    return lines


VIEW = View("Timeline", read, zooms=True, renew_s=2)
