"""The story of one ticket, and of all: what a post-mortem is made of."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Status


class Phase(StrEnum):
    """What the time of a ticket went into, in words that finish "went into …"."""

    DEPENDENCY = "waiting for a dependency"
    SLOT = "waiting for a free slot"
    OFF = "waiting while autopilot was off"
    QUOTA = "waiting for a quota or a login"
    WORK = "agents at work"
    REVIEWING = "agents reviewing"
    REVIEW = "waiting for review"
    TESTING = "running tests"
    TEST = "waiting for tests"
    TRAIN = "waiting in the train"
    YOU = "waiting for you"

    @property
    def is_wait(self) -> bool:
        """Whether nothing was done meanwhile."""
        return self not in (Phase.WORK, Phase.REVIEWING, Phase.TESTING)


@dataclass(slots=True)
class Trouble:
    """One thing that did not go as it should, or that was done about it."""

    at: float
    what: str


@dataclass(slots=True)
class Story:
    """One ticket from the moment the journal first names it. Times are seconds since the epoch."""

    id: TicketId
    title: str = ""
    status: str = Status.READY
    created: float | None = None
    started: float | None = None
    """When its first pod was made."""
    ended: float | None = None
    """When it landed, or was closed otherwise."""
    commit: str = ""
    """What it brought to main; empty before it landed, and when that was taken back."""
    phases: dict[Phase, float] = field(default_factory=dict)
    """Seconds in each phase."""
    runs: int = 0
    """Runs of agents."""
    attempts: int = 0
    """Runs that were to change the pod."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """How the runs of agents ended."""
    conflicts: int = 0
    combined_reds: int = 0
    """Green in the pod, red together with main."""
    reds: int = 0
    rejections: int = 0
    tokens: int | None = None
    """Of all its runs, those from a cache included; None when no program told. Added from the ledger, as is `cost`."""
    cost: float | None = None
    """US dollars, as far as known."""
    trouble: list[Trouble] = field(default_factory=list)
    steps: list[Trouble] = field(default_factory=list)
    """What people and agents did about it, and what else is worth telling: nothing that went wrong by itself."""
    landings: int = 0
    undone: int = 0
    """Landings that were taken back."""
    escalations: int = 0
    """How often it went to a person because an agent's attempts were used up."""

    @property
    def cycle_s(self) -> float | None:
        """From the first pod to the end; None before that."""
        return self.ended - self.started if self.ended is not None and self.started is not None else None


@dataclass(slots=True)
class History:
    """All stories, and what belongs to no ticket."""

    stories: dict[TicketId, Story] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None
    commits: list[str] = field(default_factory=list)
    """Commits by which main moved, in order."""
    most_at_once: int = 0
    """Agents at work at the same time, at most."""
    limits: dict[str, int] = field(default_factory=dict)
    """How often an agent ran into its quota or a missing login."""
