"""Triage: what is put aside, kept on top, marked and peeked at."""

from __future__ import annotations

from lmawep_tui.store.asks import asks_of
from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope, Situation


def key_of(s: Situation) -> str:
    """Return the key under which the selection asks, is snoozed and pinned: that of its pod, if it has one."""
    if s.invalid is not None:
        return f"invalid:{s.invalid.file}"
    return s.pod.id if s.pod is not None else str(s.ticket.id) if s.ticket is not None else ""


def is_snoozed(s: Situation) -> bool:
    """Whether the selection was put aside."""
    return key_of(s) in s.snapshot.snoozed


def row_key(s: Situation) -> str:
    """Return the key of the row in the list the focus is in: there it is pinned."""
    return str(s.ticket.id) if s.place == "tickets" and s.ticket is not None else key_of(s)


def is_pinned(s: Situation) -> bool:
    """Whether the row stays on top of its list."""
    return row_key(s) in s.snapshot.pinned


def _asks(s: Situation) -> bool:
    key = key_of(s)
    return bool(key) and bool(asks_of(s.snapshot, key))


def _in_a_list(s: Situation) -> bool:
    return s.place in ("tickets", "pods")


def _marks(s: Situation) -> bool:
    return s.marked > 0


TRIAGE = (
    Action("triage.snooze", "Z", "snooze", "Put aside what needs you for a while, or bring it back",
           Scope.PODS, _asks, "snooze", "something that needs you", footer=_asks),
    Action("triage.pin", "asterisk", "pin", "Keep it on top of its list, or let go of it", Scope.PODS, when.selected,
           "pin", "a ticket or pod"),
    Action("peek", "K,right", "peek", "Peek at a pod's last lines; it moves with the cursor",
           Scope.PODS, _in_a_list, "logs", "a list"),
    Action("digest", "H", "since you left", "Show what happened since you left: asked, failed, landed, cost",
           Scope.GLOBAL, verb="digest"),
    Action("table.mark", "space", "mark", "Mark the row for a verb on all marked, or take its mark away",
           Scope.TICKETS, _in_a_list, by_widget=True),
    Action("marks.all", "A", "mark all", "Mark every row that is shown, or none", Scope.TICKETS, _in_a_list, "",
           "a list", footer=_marks),
)  # fmt: skip
