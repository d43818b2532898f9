"""The list of tickets."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.store.queries import filter_tickets
from lmawep_tui.ui.panes.list_table import ListTable, below
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.ticket_row import (
    affected,
    invalid_key,
    invalid_row,
    still_open,
    ticket_key,
    ticket_order,
    ticket_row,
)
from lmawep_tui.ui.widgets.table import Column, Entry, Group

COLUMNS = (
    Column("glyph", width=1, priority=9),
    Column("id", width=4, priority=8),
    Column("title", flex=1, min_width=22, priority=7),
    Column("priority", width=4, priority=3),
    Column("estimate", width=4, priority=1, from_width=70),
    Column("pod", width=6, priority=2),
    Column("state", width=10, min_width=10, align="right", priority=6),
)
_SPARSE = (3, 4, 5)
"""Columns that many a project leaves empty; the titles get their room then."""
EMPTY = "No tickets yet. n makes one."


class TicketsPane(Pane):
    """Tickets by number, open ones first; files that are no tickets on top."""

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(id="tickets-pane")
        self.table = ListTable(COLUMNS, show_header=False, id="tickets")
        self.table.marks_by_click = True
        self.needle = ""
        self._shown: set[TicketId] = set()
        self._pinned: tuple[str, ...] = ()
        self._made_of: tuple[object, ...] = ()
        self._tickets: Mapping[TicketId, Ticket] = {}

    def compose(self) -> ComposeResult:
        """Put the table into the frame."""
        yield self.table

    def fill(self, snapshot: Snapshot, busy: Mapping[str, str]) -> None:
        """Show every ticket that passes the filter; nothing is done when nothing of it has changed."""
        if not self._differs(snapshot, busy):
            return
        found = sorted(filter_tickets(snapshot.tickets.values(), text=self.needle), key=ticket_order)
        entries: list[Entry] = [(invalid_key(bad), invalid_row(bad)) for bad in snapshot.invalid]
        self._pinned = pinned = snapshot.pinned
        rows = [(ticket_key(t.id), ticket_row(snapshot, t, busy)) for t in found]
        if any(key in pinned for key, _ in rows):
            on_top = sorted((row for row in rows if row[0] in pinned), key=lambda row: pinned.index(row[0]))
            rest = [row for row in rows if row[0] not in pinned]
            entries += [Group(f" pinned · {len(on_top)}", "muted"), *on_top]
            entries += [Group(f" tickets · {len(rest)}", "muted"), *rest] if rest else []
        else:
            entries += rows
        self._shown = {t.id for t in found}
        self.table.empty = f"No ticket has “{self.needle}” in it. Esc shows all." if self.needle else EMPTY
        self._give_room(max((_state_width(row) for row in entries), default=0))
        self.table.leave_out(
            frozenset(COLUMNS[at].key for at in _SPARSE if not any(_fills(row, at) for row in entries))
        )
        self.table.set_rows(entries)
        self._say(snapshot)

    def renew(self, snapshot: Snapshot, busy: Mapping[str, str], changed: frozenset[TicketId]) -> None:
        """Paint the rows that a change of these tickets alters; anew when rows came, went or moved."""
        rows = affected(snapshot, changed)
        moved = any((n in snapshot.tickets) != (n in self._shown) or self._moves(snapshot, n) for n in changed)
        if self.needle or moved or snapshot.pinned != self._pinned:
            self.fill(snapshot, busy)
            return
        self._differs(snapshot, busy)
        bare = {column.key for column in self.table.columns if column.bare}
        for number in rows & self._shown:
            cells = ticket_row(snapshot, snapshot.tickets[number], busy)
            self._give_room(max(self.table.wish, _state_width((ticket_key(number), cells))))
            bare -= {COLUMNS[at].key for at in _SPARSE if _fills((ticket_key(number), cells), at)}
            self.table.update_row(ticket_key(number), cells)
        self.table.leave_out(frozenset(bare))
        self._say(snapshot)

    def _differs(self, snapshot: Snapshot, busy: Mapping[str, str]) -> bool:
        """Whether the rows would be other ones than at the last time this was asked."""
        made_of = (snapshot.invalid, snapshot.state.refused, snapshot.dead_ends, snapshot.pinned, snapshot.snoozed,
                   dict(busy), self.needle)  # fmt: skip
        same = self._tickets is snapshot.tickets and made_of == self._made_of
        self._tickets, self._made_of = snapshot.tickets, made_of
        return not same

    def _give_room(self, wish: int) -> None:
        """Let the words of the state be read whole where there is room for them."""
        if wish != self.table.wish:
            self.table.wish = wish
            self.table.fold()

    def _moves(self, snapshot: Snapshot, number: TicketId) -> bool:
        """Whether a row stands among the open ones and is closed now, or the other way round."""
        ticket = snapshot.tickets.get(number)
        place = self.table.rows.place(ticket_key(number))
        if ticket is None or place < 0:
            return False
        cells = self.table.rows.entries[place][1]
        was_closed = isinstance(cells[1], tuple) and cells[1][1] == "muted"
        return was_closed is still_open(ticket)

    def _say(self, snapshot: Snapshot) -> None:
        left = sum(still_open(t) for t in snapshot.tickets.values())
        count = f"{left} open of {len(snapshot.tickets)}" if snapshot.tickets else ""
        bad = f" · {len(snapshot.invalid)} invalid" if snapshot.invalid else ""
        self.name_it(f"Tickets {count}{bad}".rstrip())
        self.tell_marks()

    def tell_marks(self) -> None:
        """Say below what the list is filtered by and how many rows are marked."""
        self.note_it(below(self.needle, len(self.table.marked)))

    def selected(self, snapshot: Snapshot) -> Ticket | InvalidTicket | None:
        """Return what the cursor is on."""
        key = self.table.cursor_key
        if key is None:
            return None
        if key.startswith("invalid:"):
            return next((bad for bad in snapshot.invalid if invalid_key(bad) == key), None)
        return snapshot.tickets.get(TicketId(int(key)))


def _fills(row: Entry, at: int) -> bool:
    """Whether a row has anything in this column."""
    cell = "" if isinstance(row, Group) else row[1][at]
    return bool(cell[0] if isinstance(cell, tuple) else cell)


def _state_width(row: Entry) -> int:
    """Return the cells that the last cell of a row takes."""
    cell = "" if isinstance(row, Group) else row[1][-1]
    if isinstance(cell, str):
        return len(cell)
    return sum(len(text) for text, _ in (cell if isinstance(cell, list) else [cell]))
