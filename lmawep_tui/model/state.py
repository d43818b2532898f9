"""The state file: pods, assignments and the train, the source of truth for who works on what."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from lmawep_tui.model.alert import SentAlert
from lmawep_tui.model.claim import PathClaim
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import FIRST_TICKET, PodId, TicketId
from lmawep_tui.model.pod import Car, Hold, Limit, PodRecord, Refusal
from lmawep_tui.model.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the changelog of what has landed."""

    ticket: TicketId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`lmawep-state.yaml`. `version` rises by one with every write; a writer may only write the next one."""

    version: int = 0
    main: str = ""
    """Branch that work lands on; read once at init."""
    sprint: int = 1
    next_ticket: int = FIRST_TICKET
    next_pod: int = 1
    next_train_run: int = 1
    pods: dict[PodId, PodRecord] = field(default_factory=dict)
    train: tuple[Car, ...] = ()
    holds: dict[TicketId, Hold] = field(default_factory=dict)
    refused: dict[TicketId, Refusal] = field(default_factory=dict)
    limited: dict[str, Limit] = field(default_factory=dict)
    """By agent: all its runs wait."""
    landed: dict[TicketId, str] = field(default_factory=dict)
    """Commit on main by which a ticket landed."""
    unreleased: tuple[Entry, ...] = ()
    """The changelog of what has landed, newest first, and no longer than that it can be read."""
    alerts: tuple[SentAlert, ...] = ()
    """Breaking changes that pods announced, oldest first; the journal keeps those that were dropped."""
    next_alert: int = 1
    claims: tuple[PathClaim, ...] = ()
    """Paths that pods claimed; they go with the pod."""
    signals: tuple[Signal, ...] = ()
    """Lmawep's own signals that nobody acted on yet."""
    consumed: tuple[str, ...] = ()
    """Dropped signal files that were acted on: one that a kill left behind is not acted on twice."""
    pending: dict[str, Any] | None = None
    """The one destructive or multi-step verb under way; found by recovery when its process was killed."""
    stuck: dict[str, Any] | None = None
    """A move of main that was cut off and can be neither completed nor undone yet, with `why`: nothing else lands."""
