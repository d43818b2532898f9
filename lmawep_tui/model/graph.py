"""Dependencies: cycles, what is ready, what waits for what, and how long the way behind a ticket is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Status, Ticket

Edges = Mapping[TicketId, Iterable[TicketId]]


def find_cycle(edges: Edges, start: TicketId) -> tuple[TicketId, ...]:
    """A way from `start` along dependencies back to itself, first and last the same; empty when there is none."""
    path: list[TicketId] = [start]
    stack = [iter(edges.get(start, ()))]
    seen: set[TicketId] = set()
    while stack:
        for step in stack[-1]:
            if step == start:
                return (*path, start)
            if step not in seen:
                seen.add(step)
                path.append(step)
                stack.append(iter(edges.get(step, ())))
                break
        else:
            stack.pop()
            path.pop()
    return ()


def waits_for(ticket: Ticket, tickets: Mapping[TicketId, Ticket]) -> tuple[TicketId, ...]:
    """Dependencies that are not complete, missing ones included."""
    return tuple(dep for dep in ticket.dependencies if dep not in tickets or tickets[dep].status is not Status.COMPLETE)


def ready(tickets: Mapping[TicketId, Ticket], depth: Mapping[TicketId, int] | None = None) -> tuple[Ticket, ...]:
    """Tickets that could be spawned now, most urgent first: priority, then the longest way behind, then age.

    `depth` is critical_depth of the same tickets, for who has it already.
    """
    depth = critical_depth(tickets) if depth is None else depth
    free = [t for t in tickets.values() if t.status is Status.READY and not waits_for(t, tickets)]
    return tuple(sorted(free, key=lambda t: (t.priority.rank, -depth[t.id], t.id)))


def dependents(tickets: Mapping[TicketId, Ticket]) -> dict[TicketId, list[TicketId]]:
    """For each ticket, those that depend on it."""
    found: dict[TicketId, list[TicketId]] = {}
    for ticket in tickets.values():
        for dep in ticket.dependencies:
            found.setdefault(dep, []).append(ticket.id)
    return found


def critical_depth(tickets: Mapping[TicketId, Ticket]) -> dict[TicketId, int]:
    """How many open tickets wait in a row behind each one; members of a cycle count 0 for the cycle's own edges."""
    behind = dependents({number: t for number, t in tickets.items() if not t.status.closed})
    depth: dict[TicketId, int] = dict.fromkeys((n for n in tickets if n not in behind), 0)
    for root in behind:
        if root in depth:
            continue
        stack: list[tuple[TicketId, bool]] = [(root, False)]
        open_: set[TicketId] = set()
        while stack:
            node, leaving = stack.pop()
            if leaving:
                open_.discard(node)
                depth[node] = max((depth.get(n, 0) + 1 for n in behind.get(node, ())), default=0)
            elif node not in depth and node not in open_:
                open_.add(node)
                stack.append((node, True))
                stack.extend((n, False) for n in behind.get(node, ()) if n not in depth)
    return depth
