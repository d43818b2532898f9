"""The graph of dependencies, one row a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.model.lanes import lane_rows, open_part
from lmawep_tui.store.queries import waiting_words
from lmawep_tui.ui.present.glyphs import LOOKS
from lmawep_tui.ui.present.ticket_lines import ticket_lines
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_WIDEST = 40


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Open tickets with what they name; closed ones that nobody waits for are history."""
    tickets = open_part(snapshot.tickets)
    rows = lane_rows(tickets)
    wide = min(_WIDEST, max((len(row.before) + 1 + len(row.after) for row in rows), default=1))
    states = {n: waiting_words(snapshot, ticket) or str(ticket.status) for n, ticket in tickets.items()}
    entries: list[Entry] = []
    for number, row in enumerate(rows):
        if row.alone and (not number or not rows[number - 1].alone):
            entries.append(Group(" on their own", "muted"))
        ticket = tickets[row.ticket]
        look = LOOKS[ticket.status]
        style = "strong" if row.critical else ""
        cells: list[Cell] = [
            [(row.before, "muted"), (look.glyph, look.style or "strong"), (row.after, "muted")],
            (f"#{ticket.id}{'*' if row.critical else ''}", style),
            (states[ticket.id], look.style or "muted"),
            (ticket.title, style),
        ]
        entries.append((ticket_key(ticket.id), cells))
    critical = [f"#{row.ticket}" for row in rows if row.critical]
    columns = (
        Column("graph", width=wide, priority=8),
        Column("ticket", width=6, priority=9),
        Column("state", width=min(20, max(map(len, states.values()), default=5)), priority=4),
        Column("title", flex=1, min_width=10, priority=7),
    )
    return Page(
        columns,
        entries,
        empty="No open tickets.",
        note=f"* critical path {' → '.join(critical)}" if critical else "",
        goes={ticket_key(number): ticket_key(number) for number in tickets},
    )


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine]:
    """The ticket, as on its own tab."""
    snapshot = ws.snapshot()
    ticket = next((t for t in snapshot.tickets.values() if ticket_key(t.id) == key), None)
    return ticket_lines(snapshot, ticket, frame.now) if ticket else [[("It is gone.", "muted")]]


VIEW = View("Dependencies", read, look)
