"""One consistent look at everything: what queries, the screen and decide() read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lmawep_tui.model.config import Config
from lmawep_tui.model.costs import Costs
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.model.triage import Snooze


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Tickets, pods and state as read from disk at one moment."""

    config: Config = field(default_factory=Config)
    state: State = field(default_factory=State)
    tickets: Mapping[TicketId, Ticket] = field(default_factory=dict)
    invalid: tuple[InvalidTicket, ...] = ()
    pods: Mapping[PodId, Pod] = field(default_factory=dict)
    autopilot: bool = False
    """Whether a conductor drives this repository now, in whatever process."""
    costs: Costs = field(default_factory=Costs)
    """What every run that has ended used."""
    dead_ends: Mapping[TicketId, str] = field(default_factory=dict)
    """Ready tickets that can never start as things stand, and why: circles, dependencies that are gone."""
    snoozed: Mapping[str, Snooze] = field(default_factory=dict)
    """What the person put aside and has not come back yet, by the key of its row: `pod-4`, `104`, `invalid:FILE`."""
    pinned: tuple[str, ...] = ()
    """What the person keeps on top of its list, by the same keys, in the order in which it was pinned."""
    problems: tuple[str, ...] = ()
    """Files that could not be read, in words: a damaged state file, a bad config."""

    @property
    def slots_used(self) -> int:
        """Runs alive now, over all roles."""
        return sum(pod.live for pod in self.pods.values())
