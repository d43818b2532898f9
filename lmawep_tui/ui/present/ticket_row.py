"""A ticket → the cells of its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.store.queries import waiting_words
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS, PRIORITIES, SNOOZED
from lmawep_tui.ui.present.styled import Segment

NEVER = "can never begin"
"""State of a ticket that waits for what will not come; what that is, its detail says."""
Cells: TypeAlias = list[str | Segment]


def ticket_key(ticket: TicketId) -> str:
    """Return the key of a ticket's row."""
    return str(ticket)


def ticket_row(snapshot: Snapshot, ticket: Ticket, busy: Mapping[str, str]) -> Cells:
    """Return glyph, number, title, priority, estimate, pod and state; `busy` has the verbs under way by key."""
    look = LOOKS[ticket.status]
    doing = busy.get(f"ticket-{ticket.id}") or (busy.get(ticket.assigned_to) if ticket.assigned_to else None)
    waiting = waiting_words(snapshot, ticket)
    faded = "muted" if ticket.status.closed else ""
    refused = snapshot.state.refused.get(ticket.id) if not ticket.status.closed and not ticket.assigned_to else None
    aside = snapshot.snoozed.get(ticket.assigned_to or ticket_key(ticket.id)) if snapshot.snoozed else None
    if doing:
        state: Segment = (f"{doing}…", "busy")
    elif aside is not None:
        return [(SNOOZED, "muted"), (str(ticket.id), "strong"), (ticket.title, "muted"), PRIORITIES[ticket.priority],
                (ticket.estimate, "muted"), (ticket.assigned_to or "", "muted"), ("snoozed", "muted")]  # fmt: skip
    elif refused is not None and not waiting:
        return [(FLAG, "blocked"), (str(ticket.id), "strong"), (ticket.title, ""), PRIORITIES[ticket.priority],
                (ticket.estimate, "muted"), "", (f"cannot {refused.verb}", "blocked")]  # fmt: skip
    elif waiting and ticket.id in snapshot.dead_ends:
        return [(FLAG, "blocked"), (str(ticket.id), "strong"), (ticket.title, ""), PRIORITIES[ticket.priority],
                (ticket.estimate, "muted"), "", (NEVER, "blocked")]  # fmt: skip
    elif waiting:
        state = (waiting, "muted")
    else:
        state = (str(ticket.status), look.style)
    return [
        (BUSY, "busy") if doing else (look.glyph, "muted" if waiting else look.style),
        (str(ticket.id), faded or "strong"),
        (ticket.title, faded),
        PRIORITIES[ticket.priority] if not ticket.status.closed else "",
        (ticket.estimate, "muted"),
        (ticket.assigned_to or "", "muted"),
        state,
    ]


def invalid_key(bad: InvalidTicket) -> str:
    """Return the key of an invalid ticket's row."""
    return f"invalid:{bad.file}"


def invalid_row(bad: InvalidTicket) -> Cells:
    """Return the row of a file that is no ticket: what is wrong with it stands where the title would."""
    where = f"line {bad.line}: " if bad.line else ""
    return [(FLAG, "error"), (str(bad.id or "?"), "error"), (f"{where}{bad.reason}", "error"), "", "", "",
            ("invalid", "error")]  # fmt: skip


def ticket_order(ticket: Ticket) -> tuple[bool, int]:
    """Order of the list: open tickets by number, closed ones below."""
    return ticket.status.closed, ticket.id


def affected(snapshot: Snapshot, changed: frozenset[TicketId]) -> set[TicketId]:
    """Return the tickets whose rows a change of `changed` alters: themselves and those that wait for them."""
    waiting = {t.id for t in snapshot.tickets.values() if t.dependencies and not changed.isdisjoint(t.dependencies)}
    return waiting | set(changed)


def still_open(ticket: Ticket) -> bool:
    """Whether anything is left to do."""
    return ticket.status not in (Status.COMPLETE, Status.ABANDONED)
