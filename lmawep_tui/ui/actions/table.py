"""All actions in one table, and what the footer and a refusal say of one."""

from __future__ import annotations

from lmawep_tui.store.queries import waiting_words
from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope, Situation
from lmawep_tui.ui.actions.anywhere import ANYWHERE
from lmawep_tui.ui.actions.diffs import DIFFS
from lmawep_tui.ui.actions.lists import LISTS
from lmawep_tui.ui.actions.logs import LOGS
from lmawep_tui.ui.actions.review import REVIEW
from lmawep_tui.ui.actions.settings import SETTINGS, START
from lmawep_tui.ui.actions.triage import TRIAGE, is_pinned, is_snoozed
from lmawep_tui.ui.actions.views import VIEWS, enter_words
from lmawep_tui.ui.actions.watch import WATCH
from lmawep_tui.ui.actions.work import WORK

ACTIONS: dict[str, Action] = {
    action.id: action
    for actions in (
        WORK,
        TRIAGE,
        ANYWHERE,
        LISTS,
        LOGS,
        REVIEW,
        DIFFS,
        VIEWS,
        WATCH,
        SETTINGS,
        START,
    )
    for action in actions
}
"""By id, in the order in which the footer and `?` tell of them."""


def title_for(action: Action, s: Situation) -> str:
    """Return an action's word for what is selected: the same key answers, instructs, pauses and resumes."""
    if action.id == "pod.answer" and (s.marked or not when.has_question(s)):
        return "tell"
    if action.id == "back" and s.marked:
        return "unmark"
    if action.id == "triage.snooze" and is_snoozed(s):
        return "wake"
    if action.id == "triage.pin" and is_pinned(s):
        return "unpin"
    if action.id == "views.go":
        return enter_words(s)
    if action.id == "filter" and s.place == "log":
        return "search"
    if action.id == "log.raw" and s.records == "raw":
        return "events"
    if action.id == "pod.pause" and s.pod is not None and s.pod.record.paused:
        return "resume"
    return action.title


def footer_actions(s: Situation) -> list[Action]:
    """Return what the footer offers now, verbs of the selection first."""
    own = _OWN_SCREENS.get(s.place.partition(" ")[0])
    found = [a for a in ACTIONS.values() if _is_of(a, own) and a.when(s) and _offered(a, s)]
    if own is None and when.in_view(s):
        # The view's own verbs first: they win its keys, too.
        found.sort(key=lambda a: a.scope not in (Scope.LOG, Scope.DIFF))
    return found


_OWN_SCREENS = {"review": Scope.REVIEW, "view": Scope.VIEWS, "board": Scope.BOARD, "watch": Scope.WATCH,
                 "settings": Scope.SETTINGS, "start": Scope.START}  # fmt: skip
"""Screens whose keys are theirs alone."""


def _is_of(action: Action, own: Scope | None) -> bool:
    if own is Scope.REVIEW and action.scope is Scope.DIFF:
        return True
    return action.scope is own if own else action.scope not in _OWN_SCREENS.values()


def _offered(action: Action, s: Situation) -> bool:
    return action.footer if isinstance(action.footer, bool) else action.footer(s)


def refusal(action: Action, s: Situation) -> str:
    """Return in words why an action is not allowed now."""
    if not s.free:
        doing = s.busy.get(s.pod.id if s.pod else "") or (s.busy.get(f"ticket-{s.ticket.id}") if s.ticket else "")
        return f"{(doing or 'something').capitalize()} is under way there."
    if action.needs.endswith("."):
        return action.needs
    if action.id == "ticket.spawn" and s.ticket is not None and s.pod is None:
        waiting = waiting_words(s.snapshot, s.ticket)
        return f"#{s.ticket.id} {waiting or f'is {s.ticket.status}'}."
    if s.pod is None and s.ticket is not None and action.scope is Scope.PODS:
        return f"#{s.ticket.id} has no pod yet. {_way_to_a_pod(s)}"
    title = title_for(action, s).capitalize()
    return f"{title} needs {action.needs}." if action.needs else f"{title} is not possible here."


def _way_to_a_pod(s: Situation) -> str:
    """Return how the selected ticket would get a pod."""
    if when.can_spawn(s):
        return "s makes one."
    waiting = waiting_words(s.snapshot, s.ticket) if s.ticket else ""
    return f"It {waiting}." if waiting else f"It is {s.ticket.status}." if s.ticket else ""
