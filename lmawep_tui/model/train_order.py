"""The order in which cars land: first come, first served, with a head start for what is urgent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Car, PodRecord
from lmawep_tui.model.ticket import Priority, Ticket

HEAD_START_S = {Priority.LOW: 0.0, Priority.MEDIUM: 300.0, Priority.HIGH: 900.0, Priority.CRITICAL: 1800.0}
"""How much earlier a car counts as having joined. Both ends of a comparison stand still, so the order of two cars
never changes while they wait, and nothing can pass a car that has waited half an hour longer: no car is starved."""


def in_order(
    cars: Iterable[Car], pods: Mapping[PodId, PodRecord], tickets: Mapping[TicketId, Ticket]
) -> tuple[Car, ...]:
    """The cars as they land; a car whose ticket cannot be read counts as medium."""

    def joined(car: Car) -> float:
        record = pods.get(car.pod)
        ticket = tickets.get(record.ticket) if record else None
        return _seconds(car.since) - HEAD_START_S[ticket.priority if ticket else Priority.MEDIUM]

    return tuple(sorted(cars, key=joined))


def _seconds(at: str) -> float:
    """A time of the state file; what is no time counts as very old, and so keeps its place before all others."""
    try:
        return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
