"""The board: every ticket a card in the column of its state."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lmawep_tui.model.age import since
from lmawep_tui.model.graph import waits_for
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Priority, Status, Ticket
from lmawep_tui.store.queries import pod_of_ticket, waiting_words
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS, PRIORITIES
from lmawep_tui.ui.present.pod_row import moment, pod_state
from lmawep_tui.ui.present.styled import Segment, StyledLine
from lmawep_tui.ui.present.ticket_lines import field, ticket_lines

COLUMNS: Mapping[str, tuple[Status, ...]] = {
    "Needs you": (Status.BLOCKED,),
    "To do": (Status.READY,),
    "Working": (Status.ASSIGNED, Status.WORKING),
    "Review": (Status.REVIEW,),
    "Testing": (Status.TESTING,),
    "Merging": (Status.MERGING,),
    "Done": (Status.COMPLETE, Status.ABANDONED),
}
"""Columns from left to right, and the states whose cards they hold: what needs the person, then the pipeline."""
EMPTY = {
    "Needs you": "nothing blocked",
    "To do": "n makes a ticket",
    "Working": "nobody at work",
    "Review": "nothing to review",
    "Testing": "nothing to test",
    "Merging": "the train is empty",
    "Done": "nothing landed yet",
}
_COLUMN_OF = {status: name for name, states in COLUMNS.items() for status in states}
_RANK = {priority: priority.rank for priority in Priority}
MOST = 300
"""Cards of a column that are drawn; a filter finds the others."""


def cards(snapshot: Snapshot, needle: str = "") -> dict[str, list[Ticket]]:
    """The tickets of each column, the most urgent first; of what is done, the newest first."""
    words = needle.casefold().split()
    found: dict[str, list[Ticket]] = {name: [] for name in COLUMNS}
    for ticket in snapshot.tickets.values():
        text = f"#{ticket.id} {ticket.title} {ticket.assigned_to}".casefold() if words else ""
        if all(word in text for word in words):
            found[_COLUMN_OF[ticket.status]].append(ticket)
    for name, tickets in found.items():
        if name == "Done":
            tickets.sort(key=lambda ticket: -ticket.id)
        else:
            tickets.sort(key=lambda ticket: (_waits(snapshot, ticket), _RANK[ticket.priority], ticket.id))
    return found


def _waits(snapshot: Snapshot, ticket: Ticket) -> bool:
    return bool(ticket.dependencies) and ticket.status is Status.READY and bool(waits_for(ticket, snapshot.tickets))


def card(snapshot: Snapshot, ticket: Ticket, pod: Pod | None, busy: Mapping[str, str], now: float) -> list[StyledLine]:
    """The lines of a card: number and title; who is at it and for how long; what it waits for or asks."""
    look = LOOKS[ticket.status]
    doing = busy.get(pod.id if pod else "") or busy.get(f"ticket-{ticket.id}")
    closed = ticket.status.closed
    glyph: Segment = (look.glyph, look.style)
    if doing:
        glyph = (BUSY, "busy")
    elif (pod is not None and pod.attention) or (pod is None and ticket.id in snapshot.dead_ends):
        glyph = (FLAG, "blocked")
    lines: list[StyledLine] = [[glyph, (f" {ticket.id} ", "strong"), (ticket.title, "muted" if closed else "")]]
    facts = _facts(snapshot, ticket, pod, now)
    if facts:
        lines.append([("  ", ""), *facts])
    words, style = _words(snapshot, ticket, pod)
    if doing:
        words, style = f"{doing}…", "busy"
    if words:
        lines.append([("  ", ""), (words, style)])
    return lines


def _facts(snapshot: Snapshot, ticket: Ticket, pod: Pod | None, now: float) -> list[Segment]:
    """Priority, pod, agent, and how long it has been so."""
    if ticket.status.closed:
        landed = snapshot.state.landed.get(ticket.id)
        return [(f"landed {landed[:7]}", "muted")] if landed else [(str(ticket.status), "muted")]
    parts: list[Segment] = []
    if PRIORITIES[ticket.priority][0]:
        parts.append((str(ticket.priority), PRIORITIES[ticket.priority][1]))
    if pod is not None:
        parts.append((pod.id, "muted"))
        agent = (pod.run.agent if pod.run is not None else "") or ticket.agent or ""
        parts += [(agent, "accent")] if agent and pod.live else []
        parts.append((since(moment(pod), now).partition(" ")[0], "muted"))
    elif ticket.estimate:
        parts.append((ticket.estimate, "muted"))
    found: list[Segment] = []
    for text, style in parts:
        if text:
            found += [(" · ", "muted")] if found else []
            found.append((text, style))
    return found


def _words(snapshot: Snapshot, ticket: Ticket, pod: Pod | None) -> Segment:
    """What it waits for, asks, or is at."""
    if pod is not None and pod.attention:
        return pod.attention, "blocked"
    hold = snapshot.state.holds.get(ticket.id)
    if ticket.status is Status.BLOCKED and hold is not None:
        return f"{hold.kind}: {hold.why}", "blocked"
    waiting = waiting_words(snapshot, ticket)
    if waiting:
        return waiting, "blocked" if ticket.id in snapshot.dead_ends else "muted"
    refused = snapshot.state.refused.get(ticket.id)
    if refused is not None and not ticket.status.closed:
        return f"cannot {refused.verb}: {refused.why}", "warn"
    words, style = pod_state(pod) if pod is not None and not ticket.status.closed else ("", "")
    return ("", "") if words == str(ticket.status) else (words, style)


def details(snapshot: Snapshot, ticket: Ticket, now: float) -> list[StyledLine]:
    """The whole of a card: its ticket, then what is known of its pod."""
    lines = ticket_lines(snapshot, ticket, now)
    pod = pod_of_ticket(snapshot, ticket.id)
    if pod is None:
        return lines
    words, style = pod_state(pod)
    lines += [[], [(f"{pod.id} ", "accent"), (words, style), (f"  {since(moment(pod), now)}", "muted")]]
    if pod.attention:
        lines.append(field("needs you", pod.attention, "blocked"))
    if pod.run is not None:
        outcome = f", {pod.run.outcome.replace('_', ' ')}" if pod.run.outcome is not None and not pod.live else ""
        lines.append(field("run", f"{pod.run.name} by {pod.run.agent or pod.run.role}{outcome}"))
    if pod.record.tests is not None:
        lines.append(field("tests", pod.record.tests.summary, "ok" if pod.record.tests.green else "warn"))
    if pod.record.setback:
        lines.append(field("sent back", pod.record.setback, "warn"))
    return lines


def aside(counts: Mapping[str, int], focus: str) -> list[Segment]:
    """What the head says of the columns there is no room for, from how many cards each of them has."""
    names = list(COLUMNS)
    before = [f"{name} {counts[name]}" for name in names[: names.index(focus)] if counts[name]]
    after = [f"{name} {counts[name]}" for name in names[names.index(focus) :] if counts[name]]
    parts = [f"‹ {', '.join(before)}"] if before else []
    parts += [f"{', '.join(after)} ›"] if after else []
    return [(f"{'   '.join(parts)}  ", "accent")] if parts else []


def columns_shown(full: Collection[str], focus: str, room: int) -> set[str]:
    """Which columns there is room for: the one with the focus, those with cards, then empty ones, from the left."""
    names = list(COLUMNS)
    wanted = [name for name in names if name in full or name == focus]
    if len(wanted) > room:
        start = min(max(0, wanted.index(focus) - room // 2), len(wanted) - room)
        return set(wanted[start : start + max(room, 1)])
    empty = [name for name in names if name not in wanted and name != "Needs you"]
    empty += [name for name in names if name not in wanted and name == "Needs you"]
    return {*wanted, *empty[: room - len(wanted)]}
