"""Breaking-change alerts as they are kept: who sent them, whom they concern, who has seen them."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.report import Alert

MAX_ALERTS = 60
MAX_FIELD = 600
"""Characters kept of each field: an alert is a notice, the code says the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlert:
    """One alert. Receivers are tickets: a ticket outlives its pod, and one without a pod yet gets it with its first."""

    number: int
    pod: PodId
    ticket: TicketId
    file: str = ""
    change: str = ""
    affects: str = ""
    migration: str = ""
    at: str = ""
    to: tuple[TicketId, ...] = ()
    acked: tuple[TicketId, ...] = ()

    def open_for(self, ticket: TicketId) -> bool:
        """Whether the ticket has to see it still."""
        return ticket in self.to and ticket not in self.acked

    @property
    def settled(self) -> bool:
        """Whether everybody it concerns has seen it."""
        return set(self.to) <= set(self.acked)

    def with_receiver(self, ticket: TicketId) -> SentAlert:
        return replace(self, to=(*self.to, ticket))

    def acked_by(self, ticket: TicketId) -> SentAlert:
        return replace(self, acked=tuple(dict.fromkeys((*self.acked, ticket))))

    def says_the_same(self, other: SentAlert) -> bool:
        """A retry prints its alerts again: the same news from the same ticket is one alert."""
        return (self.ticket, _squeezed(self.file), _squeezed(self.change)) == (
            other.ticket, _squeezed(other.file), _squeezed(other.change))  # fmt: skip


def sent(number: int, pod: PodId, ticket: TicketId, alert: Alert, at: str) -> SentAlert:
    """An alert as it is kept, its fields cut to what a notice needs."""
    cut = {name: getattr(alert, name).strip()[:MAX_FIELD] for name in ("file", "change", "affects", "migration")}
    return SentAlert(number=number, pod=pod, ticket=ticket, at=at, **cut)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
