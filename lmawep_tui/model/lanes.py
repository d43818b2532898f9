"""The graph of dependencies as rows with lanes, one row a ticket, as `git log --graph` does it for commits.

A ticket's lane begins in its row and goes down to the last ticket that waits for it; there it bends into that row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lmawep_tui.model.age import age
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.graph import critical_depth, dependents
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Status, Ticket

NODE = "●"
"""Stands where a ticket is; whoever shows the row may put another sign there."""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One ticket: what is drawn before its sign, its sign's column being the text's length, and what comes after."""

    ticket: TicketId
    before: str
    after: str
    depth: int
    """How many open tickets wait in a row behind it."""
    critical: bool
    """On the longest way of open tickets."""
    alone: bool
    """Nothing waits for it, and it waits for nothing that is drawn; these come last."""


def lane_rows(tickets: Mapping[TicketId, Ticket]) -> tuple[LaneRow, ...]:
    """Every ticket after all that it depends on; of a circle, the edges that lead back are not drawn.

    What stands directly below a ticket's sign, or below a line, is connected to it; nothing else is.
    """
    depth = critical_depth(tickets)
    order = _in_order(tickets, depth)
    critical = set(critical_path(tickets, depth))
    place = {number: row for row, number in enumerate(order)}
    edges = {n: [d for d in tickets[n].dependencies if d in place and place[d] < place[n]] for n in order}
    last = {dep: row for row, number in enumerate(order) for dep in edges[number]}
    lanes: list[TicketId | None] = []
    leaf: int | None = None
    rows = []
    for row, number in enumerate(order):
        joined = {lanes.index(dep) for dep in edges[number]}
        ended = {column for column in joined if last[lanes[column] or number] == row}
        alone = number not in last and not edges[number]
        column = 0 if alone else _column(lanes, joined, ended, leaf)
        before, after = _draw(lanes, column, joined, ended)
        for free in ended:
            lanes[free] = None
        lanes += [None] * (column + 1 - len(lanes))
        if number in last:
            lanes[column] = number
        else:
            lanes[column] = None
        while lanes and lanes[-1] is None:
            lanes.pop()
        leaf = None if number in last else column
        rows.append(LaneRow(number, before, after, depth[number], number in critical, alone))
    return tuple(rows)


def open_part(tickets: Mapping[TicketId, Ticket]) -> dict[TicketId, Ticket]:
    """Open tickets, and the closed ones that they name: what there is to draw as a rule."""
    open_ = {number: ticket for number, ticket in tickets.items() if not ticket.status.closed}
    named = {dep for ticket in open_.values() for dep in ticket.dependencies}
    return {number: ticket for number, ticket in tickets.items() if number in open_ or number in named}


def around(tickets: Mapping[TicketId, Ticket], number: TicketId) -> dict[TicketId, Ticket]:
    """The ticket with all that it waits for, and all that waits for it, however far away."""
    before = {n: list(ticket.dependencies) for n, ticket in tickets.items()}
    found = {number}
    for ways in (before, dependents(tickets)):
        todo = [number]
        while todo:
            steps = [n for n in ways.get(todo.pop(), ()) if n in tickets and n not in found]
            found.update(steps)
            todo += steps
    return {n: ticket for n, ticket in tickets.items() if n in found}


def critical_path(
    tickets: Mapping[TicketId, Ticket], depth: Mapping[TicketId, int] | None = None
) -> tuple[TicketId, ...]:
    """The longest row of open tickets that wait for each other, first to do first; empty when nothing waits."""
    depth = critical_depth(tickets) if depth is None else depth
    open_ = {number: ticket for number, ticket in tickets.items() if not ticket.status.closed}
    behind: dict[TicketId, list[TicketId]] = {}
    for ticket in open_.values():
        for dep in ticket.dependencies:
            behind.setdefault(dep, []).append(ticket.id)
    here = min(open_, key=lambda n: (-depth[n], open_[n].priority.rank, n), default=None)
    path: list[TicketId] = []
    while here is not None and here not in path:
        path.append(here)
        here = min(behind.get(here, ()), key=lambda n: (-depth[n], open_[n].priority.rank, n), default=None)
    return tuple(path) if len(path) > 1 else ()


def length_words(tickets: Mapping[TicketId, Ticket], path: Sequence[TicketId], typical: float | None) -> str:
    """Return `4 tickets, about 2h`: by what landed tickets took from their first run."""
    left = [number for number in path if tickets[number].status is not Status.COMPLETE]
    count = f"{len(left)} ticket{'s' if len(left) != 1 else ''}"
    return f"{count}, about {age(typical * len(left)).partition(' ')[0]} at the pace so far" if typical else count


def _in_order(tickets: Mapping[TicketId, Ticket], depth: Mapping[TicketId, int]) -> list[TicketId]:
    """Dependencies first; what a ticket leads to stays close below it, the longest way first."""
    behind: dict[TicketId, list[TicketId]] = {}
    missing = dict.fromkeys(tickets, 0)
    for ticket in tickets.values():
        for dep in set(ticket.dependencies) & tickets.keys():
            behind.setdefault(dep, []).append(ticket.id)
            missing[ticket.id] += 1

    def urgent_last(numbers: Iterable[TicketId]) -> list[TicketId]:
        return sorted(numbers, key=lambda n: (-depth[n], tickets[n].priority.rank, n), reverse=True)

    stack = urgent_last(number for number, count in missing.items() if not count)
    order: list[TicketId] = []
    while stack:
        number = stack.pop()
        order.append(number)
        freed = []
        for waiting in behind.get(number, ()):
            missing[waiting] -= 1
            if not missing[waiting]:
                freed.append(waiting)
        stack += urgent_last(freed)
    drawn = set(order)
    order += sorted(number for number in tickets if number not in drawn)
    tied = behind.keys() | {number for waiting in behind.values() for number in waiting}
    return sorted(order, key=lambda number: number not in tied)


def _column(lanes: Sequence[TicketId | None], joined: set[int], ended: set[int], leaf: int | None) -> int:
    """Where the ticket stands: below a lane that ends in it, else in the first free column right of what it joins.

    Never directly below the `leaf`, the sign of a ticket that nothing waits for: that would look like an edge.
    """
    if ended and min(ended) == min(joined):
        return min(ended)
    right = max(joined, default=-1)
    free = (c for c, lane in enumerate(lanes) if lane is None and c > right and c != leaf)
    return next(free, len(lanes) + (leaf == len(lanes)))


def _draw(lanes: Sequence[TicketId | None], column: int, joined: set[int], ended: set[int]) -> tuple[str, str]:
    """What stands left and right of the ticket's sign; two columns of text for each lane."""
    left, right = min(joined | {column}), max(joined | {column})
    cells = []
    for here in range(max(len(lanes), column + 1)):
        lane = here < len(lanes) and lanes[here] is not None
        within = left < here < right  # a lane that only passes stays whole: `├─│─●` joins the first, not the second
        if here == column:
            sign = NODE
        elif here in joined:
            sign = _joint(here, column, left, right, ends=here in ended)
        elif within and not lane:
            sign = "─"
        else:
            sign = "│" if lane else " "
        cells.append(sign + ("─" if left <= here < right else " "))
    text = "".join(cells)
    return text[: 2 * column], text[2 * column + 1 :].rstrip()


def _joint(here: int, column: int, left: int, right: int, *, ends: bool) -> str:
    """Where a lane meets the row: it goes on below, or ends here, to one side or to both."""
    both = left < here < right
    if both:
        return "┴" if ends else "┼"
    if here < column:
        return "╰" if ends else "├"
    return "╯" if ends else "┤"
