"""Tickets: one work item each, as it stands in `.lmawep/tickets/ticket-101.yaml`."""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId


class Status(StrEnum):
    """Where a ticket is in its life; the lifecycle table says what may follow what."""

    READY = "ready"
    ASSIGNED = "assigned"
    WORKING = "working"
    REVIEW = "review"
    TESTING = "testing"
    MERGING = "merging"
    COMPLETE = "complete"
    BLOCKED = "blocked"
    ABANDONED = "abandoned"

    closed: bool
    """Whether nothing more is done for it."""

    def __init__(self, word: str) -> None:
        self.closed = word in ("complete", "abandoned")  # an attribute: it is asked of every ticket at every look


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    rank: int
    """0 is the most urgent."""

    def __init__(self, word: str) -> None:
        self.rank = ("critical", "high", "medium", "low").index(word)


class ReviewPolicy(StrEnum):
    """Who reviews the work on one ticket, where that is not left to the config."""

    HUMAN = "human"
    AGENT = "agent"
    BOTH = "both"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A valid ticket. Unknown keys stay in the file and are not carried here."""

    id: TicketId
    title: str
    description: str = ""
    status: Status = Status.READY
    priority: Priority = Priority.MEDIUM
    estimate: str = ""
    assigned_to: PodId | None = None
    dependencies: tuple[TicketId, ...] = ()
    created: str = ""
    assignee_notes: str = ""
    blockers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    lane: str = ""
    agent: str | None = None
    touches: tuple[str, ...] = ()
    test: str | None = None
    acceptance: tuple[str, ...] = ()
    """What has to hold when it is done, a sentence each."""
    review: ReviewPolicy | None = None
    """None: as `roles.review.by` has it."""
    budget: float | None = None
    """US dollars for all its runs; None: as `budgets.ticket` has it."""


TICKET_FIELDS = tuple(Ticket.__dataclass_fields__)
"""The field names in the order they are shown and written."""


@dataclass(frozen=True, slots=True)
class InvalidTicket:
    """A ticket file that does not parse or validate; it stays on the board and harms nothing else."""

    id: TicketId | None
    file: str
    line: int | None
    reason: str
