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


def all_waiting(tickets: Mapping[TicketId, Ticket]) -> dict[TicketId, tuple[TicketId, ...]]:
    """Ready tickets that wait for others, and for which."""
    known = {ticket.id: ticket.status is Status.COMPLETE for ticket in tickets.values()}
    found: dict[TicketId, tuple[TicketId, ...]] = {}
    for ticket in tickets.values():
        if ticket.dependencies and ticket.status is Status.READY:
            open_ = tuple([dep for dep in ticket.dependencies if not known.get(dep)])
            if open_:
                found[ticket.id] = open_
    return found


def ready(
    tickets: Mapping[TicketId, Ticket],
    depth: Mapping[TicketId, int] | None = None,
    waiting: Mapping[TicketId, tuple[TicketId, ...]] | None = None,
) -> tuple[Ticket, ...]:
    """Tickets that could be spawned now, most urgent first: priority, then the longest way behind, then age.

    `depth` and `waiting` are critical_depth and all_waiting of the same tickets, for who has them already.
    """
    depth = critical_depth(tickets) if depth is None else depth
    waiting = all_waiting(tickets) if waiting is None else waiting
    free = [t for t in tickets.values() if t.status is Status.READY and t.id not in waiting]
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
    behind = dependents({number: ticket for number, ticket in tickets.items() if not ticket.status.closed})
    depth: dict[TicketId, int] = {}
    open_behind = {number: len(behind[number]) if number in behind else 0 for number in tickets}
    free = [number for number, count in open_behind.items() if not count]
    for number in free:  # grows while it is walked: each ticket after all that wait for it
        depth[number] = max([depth[n] for n in behind[number]]) + 1 if number in behind else 0
        for dep in () if tickets[number].status.closed else tickets[number].dependencies:
            left = open_behind.get(dep)
            if left is not None:
                open_behind[dep] = left - 1
                if left == 1:
                    free.append(dep)
    if len(depth) < len(tickets):
        _depth_in_cycles(tickets, behind, depth)
    return depth


def _depth_in_cycles(
    tickets: Mapping[TicketId, Ticket], behind: Mapping[TicketId, list[TicketId]], depth: dict[TicketId, int]
) -> None:
    """Adds the depth of cycles and of what they wait for."""
    for root in tickets:
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
                stack.extend((n, False) for n in behind.get(node, ()))


_SHOWN = 8
"""Members of a cycle that are named."""


def dead_ends(tickets: Mapping[TicketId, Ticket]) -> dict[TicketId, str]:
    """Ready tickets that can never start as things stand, and why in words; those behind them are not repeated.

    They wait in a circle, for a ticket that is not there or cannot be read, or for one that was abandoned.
    """
    found: dict[TicketId, str] = {}
    waiting = {t.id: t for t in tickets.values() if t.status is Status.READY and t.dependencies}
    for ticket in waiting.values():
        missing = [dep for dep in ticket.dependencies if dep not in tickets]
        dropped = [dep for dep in ticket.dependencies if dep in tickets and tickets[dep].status is Status.ABANDONED]
        if missing:
            found[ticket.id] = f"waits for {_numbers(missing)}, which {_is(missing)}"
        elif dropped:
            found[ticket.id] = f"waits for {_numbers(dropped)}, which {_was(dropped)} abandoned"
    for circle in _circles(waiting):
        words = f"waits in a circle: {_way(circle)}"
        found.update({number: words for number in circle if number not in found})
    return dict(sorted(found.items()))


def _is(numbers: list[TicketId]) -> str:
    return "are no tickets" if len(numbers) > 1 else "is no ticket"


def _was(numbers: list[TicketId]) -> str:
    return "were" if len(numbers) > 1 else "was"


def _numbers(tickets: list[TicketId]) -> str:
    return ", ".join(f"#{number}" for number in tickets[:_SHOWN])


def _way(circle: list[TicketId]) -> str:
    names = [f"#{number}" for number in circle]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 2], f"… ({len(names) - _SHOWN + 1} more)", names[-1]]
    return " → ".join([*names, f"#{circle[0]}"])


def _circles(waiting: Mapping[TicketId, Ticket]) -> list[list[TicketId]]:
    """One circle for each knot of tickets that wait for each other, in the order they wait; linear time."""
    found: list[list[TicketId]] = []
    known: set[TicketId] = set()
    done: set[TicketId] = set()
    for root in waiting:
        place: dict[TicketId, int] = {}  # where on the way from the root
        way: list[TicketId] = []
        steps: list[list[TicketId]] = []
        if root not in done:
            place[root] = 0
            way.append(root)
            steps.append(list(waiting[root].dependencies))
        while steps:
            if not steps[-1]:
                steps.pop()
                node = way.pop()
                del place[node]
                done.add(node)
                continue
            step = steps[-1].pop()
            if step in place:
                if way[-1] not in known or step not in known:
                    found.append(way[place[step] :])
                    known.update(found[-1])
            elif step in waiting and step not in done:
                place[step] = len(way)
                way.append(step)
                steps.append(list(waiting[step].dependencies))
    return found
