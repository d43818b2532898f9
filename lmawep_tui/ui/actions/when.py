"""When an action makes sense: the conditions of what is selected that several of them share."""

from __future__ import annotations

from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.run import RunState
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.queries import attention_count, waiting_words
from lmawep_tui.ui.actions.action import Situation


def idle(s: Situation) -> bool:
    return s.pod is not None and not s.pod.live and s.free


def can_spawn(s: Situation) -> bool:
    ticket = s.ticket
    return (
        ticket is not None
        and s.pod is None
        and s.free
        and ticket.status in (Status.READY, Status.BLOCKED)
        and not waiting_words(s.snapshot, ticket)
    )


def can_run(s: Situation) -> bool:
    return idle(s) and s.pod is not None and s.pod.status not in (Status.COMPLETE, Status.ABANDONED, Status.MERGING)


def is_asked(s: Situation) -> bool:
    """Whether the live run waits for an answer."""
    return s.pod is not None and s.free and bool(s.pod.asks)


def can_tell(s: Situation) -> bool:
    return s.pod is not None and s.free and not s.pod.status.closed


def can_attach(s: Situation) -> bool:
    return s.pod is not None and s.free and s.pod.sitting is None


def has_question(s: Situation) -> bool:
    if is_asked(s):
        return True
    hold = s.pod.hold if s.pod else None
    return hold is not None and hold.kind in (HoldKind.QUESTION, HoldKind.DENIED, HoldKind.BLOCKED)


def can_review(s: Situation) -> bool:
    return s.pod is not None and s.free and s.pod.status in (Status.REVIEW, Status.TESTING, Status.MERGING)


def under_review(s: Situation) -> bool:
    return can_review(s) and s.pod is not None and s.pod.status is Status.REVIEW


def others_to_review(s: Situation) -> bool:
    """Whether another pod waits for a review."""
    return any(pod.status is Status.REVIEW and pod is not s.pod for pod in s.snapshot.pods.values())


def can_test(s: Situation) -> bool:
    """Tests make sense once a run has ended; the engine looks at the rest."""
    ended = s.pod is not None and s.pod.run is not None and s.pod.run.state is RunState.ENDED
    return idle(s) and ended and s.pod is not None and s.pod.status is not Status.WORKING


def can_merge(s: Situation) -> bool:
    return idle(s) and s.pod is not None and s.pod.status in (Status.TESTING, Status.MERGING)


def can_decide(s: Situation) -> bool:
    if s.pod is not None:
        taken_over = s.pod.status is Status.ASSIGNED and s.pod.record.paused
        return idle(s) and (s.pod.status is Status.BLOCKED or taken_over)
    return s.ticket is not None and s.free and s.ticket.status is Status.BLOCKED


def can_resolve(s: Situation) -> bool:
    return idle(s) and s.pod is not None and not s.pod.status.closed


def has_conflict(s: Situation) -> bool:
    return s.pod is not None and (s.pod.record.conflict is not None or s.pod.record.merging is not None)


def can_undo(s: Situation) -> bool:
    return "undo" not in s.busy


def can_stop(s: Situation) -> bool:
    return s.pod is not None and s.pod.live


def can_remove(s: Situation) -> bool:
    return s.pod is not None and s.free


def has_pod(s: Situation) -> bool:
    return s.pod is not None


def in_view(s: Situation) -> bool:
    return s.place in ("log", "diff", "memory", "ticket", "evidence")


def has_file(s: Situation) -> bool:
    return s.ticket is not None or (s.invalid is not None and s.invalid.id is not None)


def is_invalid(s: Situation) -> bool:
    return s.invalid is not None


def open_ticket(s: Situation) -> bool:
    return s.ticket is not None and s.pod is None and s.free


def selected(s: Situation) -> bool:
    return s.ticket is not None or s.pod is not None


def anything(s: Situation) -> bool:
    return selected(s) or is_invalid(s)


def somebody_waits(s: Situation) -> bool:
    return attention_count(s.snapshot) > 0
