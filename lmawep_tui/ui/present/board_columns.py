"""The board: every ticket a card in the column of its state."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.queries import pod_of_ticket, waiting_words
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS
from lmawep_tui.ui.present.pod_row import pod_state
from lmawep_tui.ui.present.styled import Segment

COLUMNS: Mapping[str, tuple[Status, ...]] = {
    "To do": (Status.READY,),
    "Working": (Status.ASSIGNED, Status.WORKING),
    "Needs you": (Status.BLOCKED,),
    "Review": (Status.REVIEW,),
    "Testing": (Status.TESTING,),
    "Merging": (Status.MERGING,),
    "Done": (Status.COMPLETE, Status.ABANDONED),
}
"""Columns from left to right, and the states whose cards they hold."""
_MOST_DONE = 200
"""Of what is done, the newest so many; the others are history."""


def cards(snapshot: Snapshot, column: str) -> list[Ticket]:
    """The tickets of a column, the most urgent first; of what is done, the newest first."""
    found = [ticket for ticket in snapshot.tickets.values() if ticket.status in COLUMNS[column]]
    if column == "Done":
        return sorted(found, key=lambda ticket: -ticket.id)[:_MOST_DONE]
    return sorted(found, key=lambda ticket: (bool(waiting_words(snapshot, ticket)), ticket.priority.rank, ticket.id))


def card(snapshot: Snapshot, ticket: Ticket, busy: Mapping[str, str]) -> list[Segment | list[Segment]]:
    """The cells of a card: its sign, its number, and its title with what it is at or waits for."""
    pod = pod_of_ticket(snapshot, ticket.id)
    look = LOOKS[ticket.status]
    doing = busy.get(pod.id if pod else "") or busy.get(f"ticket-{ticket.id}")
    if doing:
        return [(BUSY, "busy"), (f"{ticket.id}", "strong"), [(f"{doing}… ", "busy"), (ticket.title, "")]]
    words, style = pod_state(pod) if pod else (waiting_words(snapshot, ticket), "muted")
    glyph = (FLAG, "blocked") if pod is not None and pod.attention else (look.glyph, look.style)
    said = "" if words == str(ticket.status) else words
    return [glyph, (f"{ticket.id}", "strong"), [(ticket.title, ""), (f"  {said}" if said else "", style)]]


def columns_shown(full: Collection[str], focus: str, room: int) -> set[str]:
    """Which columns there is room for: the one with the focus, those with cards, then empty ones, from the left."""
    names = list(COLUMNS)
    wanted = [name for name in names if name in full or name == focus]
    if len(wanted) > room:
        start = min(max(0, wanted.index(focus) - room // 2), len(wanted) - room)
        return set(wanted[start : start + max(room, 1)])
    empty = [name for name in names if name not in wanted]
    return {*wanted, *empty[: room - len(wanted)]}
