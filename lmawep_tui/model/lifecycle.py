"""The one table that says which event moves a ticket from which status to which (design: lifecycle)."""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ticket import Status


class Event(StrEnum):
    SPAWNED = "spawned"
    STARTED = "run started"
    BELIEVED = "evidence holds"
    FAILED = "run failed"
    APPROVED = "approved"
    REJECTED = "changes requested"
    OUTDATED = "new commits since the approval"
    GREEN = "tests green"
    RED = "tests red"
    CONFLICT = "conflict with main"
    RESOLVED = "conflict resolved by a person"
    LANDED = "landed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    TAKEN_OVER = "taken over by you"
    HANDED_IN = "handed in by you"
    REMOVED = "pod removed"
    ABANDONED = "abandoned"
    REOPENED = "reopened"


_S, _E = Status, Event
_IN_POD = (_S.ASSIGNED, _S.WORKING, _S.REVIEW, _S.TESTING, _S.MERGING, _S.BLOCKED)
_OPEN = (_S.READY, *_IN_POD)

TABLE: dict[tuple[Status, Event], Status] = {
    (_S.READY, _E.SPAWNED): _S.ASSIGNED,
    (_S.BLOCKED, _E.SPAWNED): _S.ASSIGNED,
    (_S.ASSIGNED, _E.STARTED): _S.WORKING,
    (_S.REVIEW, _E.STARTED): _S.WORKING,
    (_S.TESTING, _E.STARTED): _S.WORKING,
    (_S.BLOCKED, _E.STARTED): _S.WORKING,
    (_S.WORKING, _E.STARTED): _S.WORKING,  # set to working by hand: nothing ran there
    (_S.WORKING, _E.BELIEVED): _S.REVIEW,
    (_S.WORKING, _E.FAILED): _S.ASSIGNED,
    (_S.REVIEW, _E.APPROVED): _S.TESTING,
    (_S.REVIEW, _E.REJECTED): _S.ASSIGNED,
    (_S.TESTING, _E.REJECTED): _S.ASSIGNED,
    (_S.MERGING, _E.REJECTED): _S.ASSIGNED,
    (_S.TESTING, _E.OUTDATED): _S.REVIEW,
    (_S.MERGING, _E.OUTDATED): _S.REVIEW,
    (_S.TESTING, _E.GREEN): _S.MERGING,
    # Red for an outside reason that is mended now; only while the approval still holds for exactly that commit.
    (_S.ASSIGNED, _E.GREEN): _S.MERGING,
    (_S.BLOCKED, _E.GREEN): _S.MERGING,
    (_S.TESTING, _E.RED): _S.ASSIGNED,
    (_S.MERGING, _E.RED): _S.ASSIGNED,
    (_S.MERGING, _E.CONFLICT): _S.ASSIGNED,
    (_S.MERGING, _E.LANDED): _S.COMPLETE,
    **{(status, _E.TAKEN_OVER): _S.ASSIGNED for status in _IN_POD if status is not _S.WORKING},
    (_S.ASSIGNED, _E.HANDED_IN): _S.REVIEW,
    # A person's merge counts as believed work: it was believed before the conflict, and the person vouches for the
    # rest. It is a new commit all the same, so it is looked at and tested again. Work that was never believed stays
    # assigned: main being in it does not finish it.
    **{(status, _E.RESOLVED): _S.REVIEW for status in (_S.ASSIGNED, _S.REVIEW, _S.TESTING, _S.MERGING, _S.BLOCKED)},
    (_S.ABANDONED, _E.REOPENED): _S.READY,
    (_S.COMPLETE, _E.REOPENED): _S.READY,
    **{(status, _E.BLOCKED): _S.BLOCKED for status in _OPEN},
    **{(status, _E.REMOVED): _S.READY for status in _IN_POD},
    **{(status, _E.ABANDONED): _S.ABANDONED for status in _OPEN},
}

UNBLOCK_TO = (_S.READY, _S.ASSIGNED, _S.WORKING, _S.REVIEW, _S.TESTING, _S.MERGING)
"""Where an unblocked ticket may return to: where it was."""


def move(status: Status, event: Event, *, was: Status | None = None) -> Status:
    """The status after `event`; `was` is the status before the block, for UNBLOCKED only.

    A run that was cut off by the block does not come back to life: `working` returns as `assigned`.
    Raises Refused when the table has no such move.
    """
    if event is Event.UNBLOCKED and status is Status.BLOCKED:
        to = was if was in UNBLOCK_TO else Status.READY
        return Status.ASSIGNED if to is Status.WORKING else to
    to_status = TABLE.get((status, event))
    if to_status is None:
        raise Refused(f"A ticket that is {status} cannot take the step “{event}”.")
    return to_status


def allowed(status: Status, event: Event) -> bool:
    """Whether the table knows this move."""
    return (status, event) in TABLE or (status is Status.BLOCKED and event is Event.UNBLOCKED)


OVERRIDES = (_S.READY, _S.ASSIGNED, _S.WORKING, _S.BLOCKED, _S.ABANDONED)
"""What `ticket update --status` may set without --force: the person's override."""
