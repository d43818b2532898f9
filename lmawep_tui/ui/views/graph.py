"""The graph of dependencies, one row a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine.timeline import timeline
from lmawep_tui.model.graph import critical_depth
from lmawep_tui.model.lanes import LaneRow, critical_path, lane_rows, length_words, open_part
from lmawep_tui.model.timeline import typical_s
from lmawep_tui.store.queries import waiting_words
from lmawep_tui.ui.present.glyphs import FLAG, LOOKS, Look
from lmawep_tui.ui.present.ticket_lines import ticket_lines
from lmawep_tui.ui.present.ticket_row import NEVER, ticket_key
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import TicketId
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.model.ticket import Ticket
    from lmawep_tui.ui.present.styled import Segment, StyledLine

MOST = 500
"""Tickets that are drawn; nobody follows more lanes than these make."""
WIDEST = 36
"""Cells of lanes that are seen at once; `h` and `l` go through wider ones."""


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Open tickets with what they name; closed ones that nobody waits for are history, shown when asked for."""
    wanted = snapshot.tickets if frame.whole else open_part(snapshot.tickets)
    tickets = most_telling(wanted, MOST)
    rows = lane_rows(tickets)
    lanes = max((len(row.before) + 1 + len(row.after) for row in rows), default=1)
    wide = min(WIDEST, lanes)
    side = min(max(0, frame.side), max(0, lanes - wide))
    states = {n: _state(snapshot, ticket) for n, ticket in tickets.items()}
    entries: list[Entry] = []
    for number, row in enumerate(rows):
        if row.alone and (not number or not rows[number - 1].alone):
            entries.append(Group(" on their own", "muted"))
        entries.append((ticket_key(row.ticket), _cells(row, tickets[row.ticket], states[row.ticket], side, wide)))
    columns = (
        Column("graph", width=wide, priority=8),
        Column("ticket", width=6, priority=9),
        Column("state", width=min(20, max(map(len, states.values()), default=5)) + 1, priority=4),
        Column("title", flex=1, min_width=10, priority=7),
    )
    return Page(
        columns,
        entries,
        empty=_empty(snapshot, frame),
        note=_note(ws, snapshot, rows, beyond=lanes > wide, left_out=len(wanted) - len(tickets)),
        goes={ticket_key(number): ticket_key(number) for number in tickets},
    )


def _state(snapshot: Snapshot, ticket: Ticket) -> str:
    waiting = waiting_words(snapshot, ticket)
    return NEVER if waiting and ticket.id in snapshot.dead_ends else waiting or str(ticket.status)


def most_telling(tickets: Mapping[TicketId, Ticket], most: int) -> Mapping[TicketId, Ticket]:
    """Return at most so many tickets: the critical path, then what most wait for, then the old."""
    if len(tickets) <= most:
        return tickets
    depth = critical_depth(tickets)
    path = set(critical_path(tickets, depth))
    order = sorted(tickets.values(), key=lambda t: (t.id not in path, t.status.closed, -depth[t.id], t.id))
    chosen = order[:most]
    return {ticket.id: ticket for ticket in sorted(chosen, key=lambda t: t.id)}


def _cells(row: LaneRow, ticket: Ticket, state: str, side: int, wide: int) -> list[Cell]:
    look = Look(FLAG, "blocked") if state == NEVER else LOOKS[ticket.status]
    style = "strong" if row.critical else "muted" if ticket.status.closed else ""
    lane: list[Segment] = [(row.before, "muted"), (look.glyph, look.style or "strong"), (row.after, "muted")]
    return [
        part_of(lane, side, wide),
        (f"#{ticket.id}{'*' if row.critical else ''}", style),
        (state, look.style or "muted"),
        (ticket.title, style),
    ]


def part_of(cells: Sequence[Segment], start: int, width: int) -> list[Segment]:
    """Return `width` cells of a line of single-cell signs; `‹` and `›` stand where it goes on."""
    whole = "".join(text for text, _ in cells)
    found: list[Segment] = []
    place = 0
    for text, style in cells:
        piece = text[max(0, start - place) : max(0, start + width - place)]
        place += len(text)
        if piece:
            found.append((piece, style))
    if start and whole[:start].strip() and found:
        found[0] = (f"‹{found[0][0][1:]}", found[0][1])
    if whole[start + width :].strip() and found:
        found[-1] = (f"{found[-1][0][:-1]}›", found[-1][1])
    return [part for part in found if part[0]]


def _empty(snapshot: Snapshot, frame: Frame) -> str:
    if not snapshot.tickets:
        return "No tickets yet. n on mission control makes one."
    return "No open tickets. a shows those that are done."


def _note(ws: Workspace, snapshot: Snapshot, rows: Sequence[LaneRow], *, beyond: bool, left_out: int) -> str:
    """The critical path, its length in tickets, and how long it will take if it goes as it went so far."""
    path = [row.ticket for row in rows if row.critical and not snapshot.tickets[row.ticket].status.closed]
    words = []
    if path:
        names = [f"#{number}" for number in path]
        shown = names if len(names) <= 8 else [*names[:3], "…", *names[-3:]]
        length = length_words(snapshot.tickets, path, typical_s(timeline(ws, snapshot)))
        words.append(f"* critical path {' → '.join(shown)}: {length}")
    if beyond:
        words.append("h l lanes")
    if left_out:
        words.insert(0, f"{left_out:,} more are not drawn: `lmawep graph ID` draws around one")
    return "  ".join(words)


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine]:
    """The ticket, as on its own tab, and who waits for it."""
    snapshot = ws.snapshot()
    ticket = next((t for t in snapshot.tickets.values() if ticket_key(t.id) == key), None)
    if ticket is None:
        return [[("It is gone.", "muted")]]
    waiting = [t for t in snapshot.tickets.values() if ticket.id in t.dependencies]
    lines: list[StyledLine] = [*ticket_lines(snapshot, ticket, frame.now)]
    if waiting:
        lines += [[], [("Waited for by", "subheading")]]
        lines += [[(f"  {LOOKS[t.status].glyph} ", LOOKS[t.status].style), (f"#{t.id} ", "strong"), (t.title, "")]
                  for t in waiting]  # fmt: skip
    return lines


VIEW = View("Dependencies", read, look)
