"""The pure rules: ids, the lifecycle table, dependencies, durations and sizes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.config import byte_count, seconds
from lmawep_tui.model.errors import Refused, UsageError
from lmawep_tui.model.graph import critical_depth, find_cycle, ready, waits_for
from lmawep_tui.model.ids import TicketId, parse_branch, parse_pod_id, parse_ticket_id, pod_number, ticket_of_file
from lmawep_tui.model.lifecycle import TABLE, UNBLOCK_TO, Event, allowed, move
from lmawep_tui.model.ticket import Priority, Status, Ticket


@pytest.mark.parametrize("text", ["101", "#101", "ticket-101"])
def test_a_ticket_id_is_read(text: str) -> None:
    assert parse_ticket_id(text) == 101


@given(st.text(max_size=12) | st.from_regex(r"(ticket-|pod-|#)?-?0?[0-9]{0,11}\s?"))
def test_an_id_is_a_plain_number_or_refused(text: str) -> None:
    """Whatever is let through is digits alone: never a path, an option, a glob or another alphabet's number."""
    for parse, prefixes in ((parse_ticket_id, ("", "#", "ticket-")), (parse_pod_id, ("", "pod-"))):
        try:
            number = int(str(parse(text)).removeprefix("pod-"))
        except UsageError:
            continue
        assert text in {f"{prefix}{number}" for prefix in prefixes} and 0 < number < 10**9


@pytest.mark.parametrize("name", ["ticket-0101.yaml", "ticket-1.yml", "ticket-1.yaml~", ".ticket-1.yaml",
                                  "ticket-.yaml",
                                  "ticket-1.yaml\n", "ticket-1234567890.yaml", "../ticket-1.yaml"])  # fmt: skip
def test_other_files_are_no_tickets(name: str) -> None:
    assert ticket_of_file(name) is None


@pytest.mark.parametrize("name", ["pod-1", "pod-1-ticket-", "pod-1-ticket-1-2", "xpod-1-ticket-1", "pod-01-ticket-1"])
def test_other_branches_are_no_pods(name: str) -> None:
    assert parse_branch(name) is None
    assert pod_number(name) == (1 if name == "pod-1" else None)


@given(st.sampled_from(Status), st.sampled_from(Event), st.none() | st.sampled_from(Status))
def test_only_listed_moves_are_made(status: Status, event: Event, was: Status | None) -> None:
    if event is Event.UNBLOCKED and status is Status.BLOCKED:
        assert (
            move(status, event, was=was) in (*UNBLOCK_TO, Status.ASSIGNED) and not move(status, event, was=was).closed
        )
        assert move(status, event, was=was) is not Status.WORKING, "a run that was cut off does not come back to life"
    elif (status, event) in TABLE:
        assert allowed(status, event) and move(status, event, was=was) is TABLE[status, event]
    else:
        assert not allowed(status, event)
        with pytest.raises(Refused):
            move(status, event, was=was)


def test_nothing_but_an_approval_and_green_tests_leads_to_main() -> None:
    assert {status for (status, event), to in TABLE.items() if to is Status.COMPLETE} == {Status.MERGING}
    assert {event for (_, event), to in TABLE.items() if to is Status.MERGING} == {Event.GREEN}
    assert {event for (_, event), to in TABLE.items() if to is Status.TESTING} == {Event.APPROVED}
    assert not any(status.closed and event is not Event.REOPENED for status, event in TABLE)


edges = st.dictionaries(st.integers(1, 7), st.lists(st.integers(1, 7), max_size=4), max_size=7)


@given(edges, st.integers(1, 7))
def test_a_cycle_is_found_exactly_when_there_is_one_and_is_named(graph: dict[int, list[int]], start: int) -> None:
    reach = set(graph.get(start, ()))
    for _ in range(7):
        reach |= {step for node in reach for step in graph.get(node, ())}
    cycle = find_cycle(graph, start)  # type: ignore[arg-type]
    assert bool(cycle) == (start in reach)
    if cycle:
        assert cycle[0] == cycle[-1] == start
        assert all(b in graph[a] for a, b in itertools.pairwise(cycle)), "each step named is a real dependency"


def ticket(number: int, *on: int, status: Status = Status.READY, priority: Priority = Priority.MEDIUM) -> Ticket:
    return Ticket(id=TicketId(number), title=f"T{number}", dependencies=tuple(map(TicketId, on)), status=status,
                  priority=priority)  # fmt: skip


def board(*tickets: Ticket) -> dict[TicketId, Ticket]:
    return {t.id: t for t in tickets}


def test_a_ticket_waits_for_what_is_open_or_missing() -> None:
    tickets = board(
        ticket(1, status=Status.COMPLETE), ticket(2), ticket(3, 1, 2, 9), ticket(4, status=Status.ABANDONED)
    )
    assert waits_for(tickets[TicketId(3)], tickets) == (2, 9)
    assert waits_for(ticket(5, 4), tickets) == (4,), "an abandoned dependency is not done"


def test_ready_is_by_priority_then_the_way_behind_then_age() -> None:
    tickets = board(
        ticket(1), ticket(2), ticket(3, 2), ticket(4, 3), ticket(5, priority=Priority.CRITICAL), ticket(6, 1)
    )
    assert [t.id for t in ready(tickets)] == [5, 2, 1]


@given(edges)
def test_the_depth_of_a_graph_without_cycles_is_its_longest_way(graph: dict[int, list[int]]) -> None:
    tickets = board(*(ticket(n, *(d for d in graph.get(n, ()) if d < n)) for n in range(1, 8)))
    behind = {n: [t.id for t in tickets.values() if n in t.dependencies] for n in range(1, 8)}

    def longest(node: int) -> int:
        return max((1 + longest(n) for n in behind[node]), default=0)

    assert critical_depth(tickets) == {n: longest(n) for n in range(1, 8)}


@given(edges)
def test_the_depth_ends_for_any_graph(graph: dict[int, list[int]]) -> None:
    assert len(critical_depth(board(*(ticket(n, *graph.get(n, ())) for n in range(1, 8))))) == 7


@pytest.mark.parametrize(("text", "value"), [("15m", 900), ("1h30m", 5400), ("10s", 10), ("90", 90), ("1.5h", 5400),
                                             ("0", 0), (" 5m ", 300)])  # fmt: skip
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("100MB", 10**8), ("1GB", 10**9), ("4096", 4096), ("1.5 kB", 1500), ("2T", 2 * 10**12)]
)
def test_sizes(text: str, value: int) -> None:
    assert byte_count(text) == value


@pytest.mark.parametrize("text", ["", "m", "15 minutes", "-5m", "1m1h", "１５m", "1e3", "inf", "nan"])
def test_what_is_neither(text: str) -> None:
    for read in (seconds, byte_count):
        with pytest.raises(ValueError, match="is not a"):
            read(text)
