"""Tickets that can never start: named, with the circle they wait in, in one pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.model.graph import dead_ends
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Status, Ticket


def board(**on: tuple[list[int], Status] | list[int]) -> dict[TicketId, Ticket]:
    found = {}
    for name, facts in on.items():
        deps, status = facts if isinstance(facts, tuple) else (facts, Status.READY)
        number = TicketId(int(name[1:]))
        found[number] = Ticket(id=number, title="t", status=status, dependencies=tuple(map(TicketId, deps)))
    return found


@pytest.mark.parametrize(("tickets", "expected"), [
    (board(t1=[]), {}),
    (board(t1=[], t2=[1]), {}),
    (board(t1=[9]), {1: "waits for #9, which is no ticket"}),
    (board(t1=[8, 9]), {1: "waits for #8, #9, which are no tickets"}),
    (board(t1=[2], t2=([], Status.ABANDONED)), {1: "waits for #2, which was abandoned"}),
    (board(t1=[1]), {1: "waits in a circle: #1 → #1"}),
    (board(t1=[2], t2=[1]), {1: "waits in a circle: #1 → #2 → #1", 2: "waits in a circle: #1 → #2 → #1"}),
    (board(t1=[2], t2=[3], t3=[2]), {2: "waits in a circle: #2 → #3 → #2", 3: "waits in a circle: #2 → #3 → #2"}),
    (board(t1=[2], t2=([1], Status.WORKING)), {}),  # it was spawned all the same and will end
    (board(t1=([9], Status.BLOCKED)), {}),  # it needs the person already
])  # fmt: skip
def test_who_can_never_start(tickets: dict[TicketId, Ticket], expected: dict[int, str]) -> None:
    assert dead_ends(tickets) == expected


def test_a_long_circle_is_told_in_short() -> None:
    tickets = board(**{f"t{n}": [n % 30 + 1] for n in range(1, 31)})
    assert dead_ends(tickets)[TicketId(7)] == "waits in a circle: #1 → #2 → #3 → #4 → #5 → #6 → … (23 more) → #30 → #1"


graphs: Any = st.dictionaries(st.integers(1, 9), st.lists(st.integers(1, 11), max_size=3), max_size=9)


@settings(max_examples=300, deadline=None)
@given(graphs)
def test_what_is_left_can_be_done_in_some_order(graph: dict[int, list[int]]) -> None:
    """Every ticket either gets its turn, or is named, or waits for one that does not get its turn."""
    tickets = board(**{f"t{n}": deps for n, deps in graph.items()})
    done: set[int] = set()
    while turn := [n for n, t in tickets.items() if n not in done and set(t.dependencies) <= done]:
        done.update(turn)
    named = dead_ends(tickets)
    assert not named.keys() & done, "what can be done is never called a dead end"
    for number in tickets.keys() - done:
        seen, stack = set(), [number]
        while stack and not (named.keys() & seen):
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack += [d for d in tickets[node].dependencies if d in tickets and d not in done]
        assert named.keys() & seen, f"{number} never gets its turn, and nobody is told why"
