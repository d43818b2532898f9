"""What can be decided, of what it is decided, and the words for what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from enum import StrEnum
from typing import NamedTuple

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Limit, Pod
from lmawep_tui.model.run import Role


class Verb(StrEnum):
    """What the conductor may do."""

    SETTLE = "settle"
    SPAWN = "spawn"
    SETUP = "setup"
    RUN = "run"
    APPROVE = "approve"
    TEST = "test"
    LAND = "land"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Action:
    """One step to take; idempotent: taken twice, the second is refused or does nothing."""

    verb: Verb
    ticket: TicketId
    pod: PodId | None = None
    role: Role | None = None

    @property
    def key(self) -> str:
        """What is busy while this is done."""
        return self.pod or f"ticket-{self.ticket}"


class Waiting(NamedTuple):
    """Something that is not done now, and why."""

    ticket: TicketId
    pod: PodId | None
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, in order, and the reasons for what is left."""

    actions: tuple[Action, ...]
    waiting: tuple[Waiting, ...]
    resting: tuple[Action, ...] = ()
    """What would be done, had it not been refused lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What counts beside the snapshot: the time, what is under way here, and what is seen of the pods."""

    now: str = ""
    """UTC, as the files have it; empty is before everything, so that no limit is over."""
    busy: Set[str] = frozenset()
    """Keys of actions under way in this conductor."""
    resting: Mapping[Action, str] | None = None
    """Actions refused lately, and why."""
    just_started: Set[str] = frozenset()
    """Agents of which a run was started a moment ago: starts are staggered."""
    today: str = ""
    """The day on the person's calendar, for budgets; empty is none that has one."""
    staggered: bool = True
    """Whether starts keep their distance; who asks for lasting reasons does not want to hear of it."""
    main: Sha | None = None
    """Where main is, where that is known."""
    touched: Mapping[PodId, Iterable[str]] | None = None
    """Paths that each pod has changed so far."""


def limit_words(agent: str, limit: Limit) -> str:
    """`claude: quota until 14:05 UTC (429 Too Many Requests)`."""
    login = f" ({limit.login})" if limit.login else ""
    what = "quota until" if limit.kind == "rate_limited" else f"not logged in{login}; next try"
    day = "" if limit.until[:10] == limit.since[:10] else f"{limit.until[:10]} "
    return f"{agent}: {what} {day}{limit.until[11:16]} UTC ({limit.why})"


def told_words(pod: Pod) -> str:
    """`1 message waits to be sent to pod-1`."""
    count = len(pod.record.told)
    return f"{count} message{'s wait' if count != 1 else ' waits'} to be sent to {pod.id}"
