"""The drawn graph of dependencies: read back from the drawing alone, it is the graph that was drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.graph_text import dot, mermaid
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.lanes import NODE, LaneRow, critical_path, lane_rows
from lmawep_tui.model.ticket import Status, Ticket

Tickets = dict[TicketId, Ticket]


def of(**edges: tuple[int, ...]) -> Tickets:
    """`of(t2=(1,))` is a ticket 2 that waits for 1."""
    made = [Ticket(id=TicketId(int(name[1:])), title=name, dependencies=tuple(map(TicketId, deps)))
            for name, deps in edges.items()]  # fmt: skip
    return {ticket.id: ticket for ticket in made}


def drawn(tickets: Tickets) -> list[str]:
    return [f"{row.before}{NODE}{row.after} {row.ticket}" for row in lane_rows(tickets)]


def read_back(rows: tuple[LaneRow, ...]) -> set[tuple[TicketId, TicketId]]:
    """(ticket, what it waits for), as a person follows the lines; those that are alone stand apart."""
    rows = tuple(row for row in rows if not row.alone)
    grid = [f" {row.before}{NODE}{row.after}".ljust(400) for row in rows]
    found = set()
    for y, row in enumerate(rows):
        x = len(row.before) + 1
        for start in (x, *_joints(grid[y], x, -1), *_joints(grid[y], x, 1)):
            up = y - 1
            while up >= 0 and grid[up][start] in "│├┤┼":
                up -= 1
            if up >= 0 and grid[up][start] == NODE:
                found.add((row.ticket, rows[up].ticket))
    return found


def _joints(line: str, at: int, step: int) -> list[int]:
    """Where the line that goes from a sign to one side is joined from above."""
    found = []
    while (sign := line[at + step]) in "─│┼┴├┤╰╯" and (line[at + step] != "│" or line[at + 2 * step] in "─┼┴├┤╰╯"):
        at += step
        if sign in "├╰┤╯┼┴":
            found.append(at)
        if sign in "├╰┤╯":
            break
    return found


@st.composite
def graphs(draw: st.DrawFn) -> Tickets:
    count = draw(st.integers(1, 30))
    return of(**{f"t{n}": tuple(draw(st.sets(st.integers(1, n - 1), max_size=3))) if n > 1 else ()
                 for n in range(1, count + 1)})  # fmt: skip


@given(graphs())
def test_the_drawing_says_exactly_what_waits_for_what(tickets: Tickets) -> None:
    rows = lane_rows(tickets)
    assert sorted(row.ticket for row in rows) == sorted(tickets)
    assert read_back(rows) == {(ticket.id, dep) for ticket in tickets.values() for dep in ticket.dependencies}


@given(graphs(), st.randoms())
def test_circles_and_missing_tickets_do_no_harm(tickets: Tickets, random: object) -> None:
    first = next(iter(tickets.values()))
    tickets[first.id] = Ticket(id=first.id, title="", dependencies=(max(tickets), TicketId(999)))
    assert {row.ticket for row in lane_rows(tickets)} == tickets.keys()


def test_it_looks_like_this() -> None:
    assert drawn(of(t101=(), t102=(), t103=(), t104=(), t105=(101,), t106=(102, 104), t107=(101,))) == [
        "● 101",
        "├─● 105",
        "● 107",
        "  ● 102",
        "● │ 104",
        "●─╯ 106",
        "● 103",
    ]


def test_the_critical_path_is_the_longest_way_of_open_tickets() -> None:
    tickets = of(t1=(), t2=(1,), t3=(2,), t4=(1,), t5=())
    assert critical_path(tickets) == (1, 2, 3)
    tickets[TicketId(3)] = Ticket(id=TicketId(3), title="", dependencies=(TicketId(2),), status=Status.COMPLETE)
    assert critical_path(tickets) == (1, 2)
    assert critical_path(of(t1=(), t2=())) == ()


def test_titles_are_only_text_in_other_languages() -> None:
    title = 'a"] --> evil["b #quot; \\" ]; c'
    tickets = of(t1=(), t2=(1,))
    tickets[TicketId(1)] = Ticket(id=TicketId(1), title=title)
    assert mermaid(tickets).count("-->") == 1 and '"]' not in mermaid(tickets).splitlines()[1][:-11]
    assert dot(tickets).splitlines()[3].count('"') - dot(tickets).splitlines()[3].count('\\"') == 4
