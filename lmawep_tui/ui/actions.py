"""Everything a key can do, in one table: bindings, footer, palette, `?` and the README's key table come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lmawep_tui.model.pod import HoldKind, Pod
from lmawep_tui.model.run import RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.store.queries import attention_count, waiting_words


class Scope(StrEnum):
    """What an action is about, and so where its key works."""

    TICKETS = "tickets"
    PODS = "pods"
    LOG = "log"
    REVIEW = "review"
    VIEWS = "views"
    BOARD = "board"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Situation:
    """What an action would act on."""

    snapshot: Snapshot
    ticket: Ticket | None = None
    invalid: InvalidTicket | None = None
    """The file under the cursor when it is no ticket."""
    pod: Pod | None = None
    place: str = "tickets"
    """Where the focus is: tickets, pods, one of the detail tabs, review, or a view by its name."""
    searched: bool = False
    """Whether something is looked for in the log."""
    busy: Mapping[str, str] = field(default_factory=dict)
    """Verbs under way by the key of what they work on."""
    records: str = ""
    """How a log of records is shown: as events or raw; empty for one of plain lines."""
    row: str = ""
    """The row under the cursor of a view."""

    @property
    def free(self) -> bool:
        """Whether no verb of this screen works on the selection."""
        return not (self.pod and self.pod.id in self.busy) and not (
            self.ticket and f"ticket-{self.ticket.id}" in self.busy
        )


When = Callable[[Situation], bool]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does."""

    id: str
    keys: str
    """Default keys in Textual's names, separated by commas."""
    title: str
    """Its word in the footer."""
    help: str
    scope: Scope
    when: When = lambda _: True
    verb: str = ""
    """The verb of `engine.verbs.VERBS` that does the same on the command line."""
    needs: str = ""
    """What is missing when it is not allowed, as the end of "… needs …"; a whole sentence when it ends in a dot."""
    footer: bool | When = False
    """Whether, or where, the footer offers it when it is allowed."""
    by_widget: bool = False
    """The key belongs to a list or view itself; the table tells of it, the screen does not bind it."""


def _idle(s: Situation) -> bool:
    return s.pod is not None and not s.pod.live and s.free


def _can_spawn(s: Situation) -> bool:
    ticket = s.ticket
    return (
        ticket is not None
        and s.pod is None
        and s.free
        and ticket.status in (Status.READY, Status.BLOCKED)
        and not waiting_words(s.snapshot, ticket)
    )


def _can_run(s: Situation) -> bool:
    return _idle(s) and s.pod is not None and s.pod.status not in (Status.COMPLETE, Status.ABANDONED, Status.MERGING)


def _is_asked(s: Situation) -> bool:
    """Whether the live run waits for an answer."""
    return s.pod is not None and s.free and bool(s.pod.asks)


def _can_tell(s: Situation) -> bool:
    return s.pod is not None and s.free and not s.pod.status.closed


def _can_attach(s: Situation) -> bool:
    return s.pod is not None and s.free and s.pod.sitting is None


def _has_question(s: Situation) -> bool:
    if _is_asked(s):
        return True
    hold = s.pod.hold if s.pod else None
    return hold is not None and hold.kind in (HoldKind.QUESTION, HoldKind.DENIED, HoldKind.BLOCKED)


def _can_review(s: Situation) -> bool:
    return s.pod is not None and s.free and s.pod.status in (Status.REVIEW, Status.TESTING, Status.MERGING)


def _under_review(s: Situation) -> bool:
    return _can_review(s) and s.pod is not None and s.pod.status is Status.REVIEW


def _can_test(s: Situation) -> bool:
    """Tests make sense once a run has ended; the engine looks at the rest."""
    ended = s.pod is not None and s.pod.run is not None and s.pod.run.state is RunState.ENDED
    return _idle(s) and ended and s.pod is not None and s.pod.status is not Status.WORKING


def _can_merge(s: Situation) -> bool:
    return _idle(s) and s.pod is not None and s.pod.status in (Status.TESTING, Status.MERGING)


def _can_decide(s: Situation) -> bool:
    if s.pod is not None:
        taken_over = s.pod.status is Status.ASSIGNED and s.pod.record.paused
        return _idle(s) and (s.pod.status is Status.BLOCKED or taken_over)
    return s.ticket is not None and s.free and s.ticket.status is Status.BLOCKED


def _can_resolve(s: Situation) -> bool:
    return _idle(s) and s.pod is not None and not s.pod.status.closed


def _has_conflict(s: Situation) -> bool:
    return s.pod is not None and (s.pod.record.conflict is not None or s.pod.record.merging is not None)


def _can_undo(s: Situation) -> bool:
    return "undo" not in s.busy


def _can_stop(s: Situation) -> bool:
    return s.pod is not None and s.pod.live


def _can_remove(s: Situation) -> bool:
    return s.pod is not None and s.free


def _has_pod(s: Situation) -> bool:
    return s.pod is not None


def _in_log(s: Situation) -> bool:
    return s.place == "log"


def _in_view(s: Situation) -> bool:
    return s.place in ("log", "diff", "memory", "ticket", "evidence")


def _in_document(s: Situation) -> bool:
    return _in_view(s) and not _in_log(s)


def _searched(s: Situation) -> bool:
    return s.place == "log" and s.searched


def _has_records(s: Situation) -> bool:
    return s.place == "log" and bool(s.records)


def _has_events(s: Situation) -> bool:
    return s.place == "log" and s.records == "events"


def _has_file(s: Situation) -> bool:
    return s.ticket is not None or (s.invalid is not None and s.invalid.id is not None)


def _is_invalid(s: Situation) -> bool:
    return s.invalid is not None


def _open_ticket(s: Situation) -> bool:
    return s.ticket is not None and s.pod is None and s.free


def _selected(s: Situation) -> bool:
    return s.ticket is not None or s.pod is not None


def _anything(s: Situation) -> bool:
    return _selected(s) or _is_invalid(s)


def _somebody_waits(s: Situation) -> bool:
    return attention_count(s.snapshot) > 0


def _goes_on(s: Situation) -> bool:
    return s.place in ("view graph", "view train", "view timeline", "view memory") and bool(s.row)


def _in_timeline(s: Situation) -> bool:
    return s.place == "view timeline"


def _in_vault(s: Situation) -> bool:
    return s.place == "view vault" and bool(s.row)


def _in_doctor(s: Situation) -> bool:
    return s.place == "view doctor" and "doctor" not in s.busy


_G, _T, _P, _L, _R, _V = Scope.GLOBAL, Scope.TICKETS, Scope.PODS, Scope.LOG, Scope.REVIEW, Scope.VIEWS

_TABLE = (
    Action("ticket.spawn", "s", "spawn", "Make a pod: worktree, branch, memory bank", _T,
           _can_spawn, "spawn", "a ready ticket without a pod", footer=True),
    Action("pod.review", "r", "review", "Look at the work; approve it or request changes", _P,
           _can_review, "review", "a pod whose work is up for review", footer=True),
    Action("pod.answer", "i", "answer", "Answer the agent, or tell it something for when its run ends", _P,
           _can_tell, "tell", "a pod that is not done", footer=True),
    Action("pod.attach", "a", "attach", "Take over in the agent's own program (asks to end a run)", _P,
           _can_attach, "attach", "a pod that is not done", footer=True),
    Action("pod.open", "o", "open", "Open the pod in a program of the config's open:, or a shell", _P,
           _can_attach, "open", "a pod that is not done"),
    Action("pod.run", "e", "run", "Start the agent", _P,
           _can_run, "run", "a pod at rest", footer=True),
    Action("pod.test", "t", "test", "Run the project's tests in the pod", _P,
           _can_test, "test", "a pod at rest with a run behind it", footer=True),
    Action("pod.merge", "m", "merge", "Land it: test the combined result, then move main", _P,
           _can_merge, "merge", "a pod that is approved", footer=True),
    Action("pod.stop", "x", "stop", "End the live run and all its processes (asks first)", _P,
           _can_stop, "stop", "a live run", footer=True),
    Action("ticket.decide", "b", "decide", "Blocked: go on, fix by hand, re-scope, later, abandon", _T,
           _can_decide, "unblock", "a blocked ticket, or a pod you have taken over", footer=True),
    Action("pod.resolve", "c", "resolve", "Bring main in; resolve a conflict by side, editor or agent", _P,
           _can_resolve, "resolve", "a pod at rest", footer=_has_conflict),
    Action("next", "exclamation_mark", "next ⚑", "Go to the next that needs you", _G,
           _somebody_waits, "", "Nothing needs you now.", footer=True),
    Action("pod.pause", "p", "pause", "Freeze the run and keep autopilot off, or go on", _P,
           _has_pod, "pause", "a pod", footer=True),
    Action("pod.remove", "D,delete", "remove", "Remove the pod, keep its work in the vault (asks first)",
           _P, _can_remove, "remove", "a pod"),
    Action("ticket.new", "n", "new", "Make a ticket", _T, verb="ticket", footer=True),
    Action("ticket.edit", "E", "edit", "Edit the ticket's file in $EDITOR", _T, _has_file, "ticket", "a ticket",
           footer=_is_invalid),
    Action("ticket.status", "S", "status", "Set the status by hand: ready, blocked, abandoned", _T,
           _open_ticket, "ticket", "a ticket without a pod"),
    Action("undo", "u", "undo", "Take the newest landing or removal back (asks, tests first)", _G,
           _can_undo, "undo", "a landing or a removal"),
    Action("why", "w", "why", "Say why it is not moving", _G, _selected, "why", "a ticket or pod", footer=True),
    Action("filter", "slash", "filter", "Filter the list, or search the log", _G, footer=True),
    Action("autopilot", "P", "autopilot", "Switch autopilot on or off", _G, verb="up", footer=True),
    Action("tab.log", "1", "log", "Show the newest run's output", _G, _selected),
    Action("tab.diff", "2", "diff", "Show what the pod brings to main, or brought", _G, _selected, "diff", "a pod"),
    Action("tab.memory", "3", "memory", "Show the memory bank", _G, _selected),
    Action("tab.ticket", "4", "ticket", "Show the ticket", _G, _anything),
    Action("tab.evidence", "5", "evidence", "Show the evidence: done contract, review, tests", _G, _has_pod, "",
           "a pod"),
    Action("views", "V", "views", "Views: board, graph, train, timeline, memory, vault, doctor …", _G),
    Action("pane.next", "tab", "next pane", "Go to the next pane", _G),
    Action("pane.previous", "shift+tab", "previous pane", "Go to the previous pane", _G),
    Action("back", "escape", "back", "Go back to the list; leave a filter or search", _G),
    Action("palette", "colon,ctrl+p", "palette", "Find an action, ticket or pod by name", _G, footer=True),
    Action("help", "question_mark", "help", "Show this help", _G, footer=True),
    Action("quit", "q", "quit", "Leave the screen; agents go on", _G, footer=True),
    Action("table.down", "j,down", "down", "Next row", _T, by_widget=True),
    Action("table.up", "k,up", "up", "Previous row", _T, by_widget=True),
    Action("table.top", "g,home", "top", "First row", _T, by_widget=True),
    Action("table.end", "G,end", "end", "Last row", _T, by_widget=True),
    Action("table.page-down", "pagedown", "page down", "A screen down", _T, by_widget=True),
    Action("table.page-up", "pageup", "page up", "A screen up", _T, by_widget=True),
    Action("table.open", "enter", "open", "Open the ticket or pod", _T, by_widget=True),
    Action("log.follow", "f", "follow", "Follow the end of the log, or stay", _L, _in_log, by_widget=True,
           footer=True),
    Action("log.raw", "v", "raw", "Show an agent's output as it is, or as events again", _L, _has_records,
           "logs", "a log of an agent's records", by_widget=True, footer=True),
    Action("log.fold", "z", "fold", "Show long output among events whole, or cut short again", _L, _has_events, "",
           "a log shown as events", by_widget=True, footer=True),
    Action("log.next", "n", "next match", "Next line that matches the search", _L, _searched, by_widget=True,
           footer=True),
    Action("log.previous", "N", "previous match", "Previous line that matches the search", _L, _searched,
           by_widget=True, footer=True),
    Action("run.previous", "left_square_bracket", "older run", "Show the output of the run before", _L, _anything,
           footer=_in_log),
    Action("run.next", "right_square_bracket", "newer run", "Show the output of the run after", _L, _anything,
           footer=_in_log),
    Action("view.down", "j,down", "down", "A line down", _L, by_widget=True),
    Action("view.up", "k,up", "up", "A line up", _L, by_widget=True),
    Action("view.left", "h,left", "left", "To the left", _L, by_widget=True),
    Action("view.right", "l,right", "right", "To the right", _L, by_widget=True),
    Action("view.top", "g,home", "top", "To the first line", _L, by_widget=True),
    Action("view.end", "G,end", "end", "To the end, and follow", _L, by_widget=True),
    Action("view.page-down", "space,pagedown", "page down", "A page down", _L, by_widget=True),
    Action("view.page-up", "b,pageup", "page up", "A page up", _L, by_widget=True),
    Action("view.half-down", "ctrl+d", "half page down", "Half a page down", _L, by_widget=True),
    Action("view.half-up", "ctrl+u", "half page up", "Half a page up", _L, by_widget=True),
    Action("view.wrap", "w", "wrap", "Wrap long lines (in documents and diffs)", _L, _in_document, by_widget=True,
           footer=True),
    Action("review.approve", "y", "approve", "Approve exactly the commit that is shown", _R, _under_review, "review",
           "a pod whose work is up for review", footer=True),
    Action("review.reject", "n", "request changes", "Send the pod back to work and say why", _R, _can_review, "review",
           "a pod whose work is up for review", footer=True),
    Action("review.ticket", "4", "ticket", "Show the ticket and the pod's commits, or the diff again", _R, footer=True),
    Action("review.reload", "r", "look again", "Show the newest commit", _R),
    Action("review.back", "escape,q", "back", "Back without a verdict", _R, footer=True),
    Action("views.go", "enter", "go there", "Go to the pod or ticket of the row", _V, _goes_on,
           by_widget=True, footer=True),
    Action("timeline.closer", "plus,equals_sign", "closer", "Timeline: come closer", _V, _in_timeline, footer=True),
    Action("timeline.farther", "minus", "farther", "Timeline: see more of the time", _V, _in_timeline, footer=True),
    Action("timeline.earlier", "h,left", "earlier", "Timeline: go back in time", _V, _in_timeline, footer=True),
    Action("timeline.later", "l,right", "later", "Timeline: go on in time", _V, _in_timeline),
    Action("timeline.all", "0", "all", "Timeline: see all of it", _V, _in_timeline, footer=True),
    Action("vault.restore", "R", "bring back", "Vault: bring the snapshot back as a new pod (asks first)", _V,
           _in_vault, "vault", "a snapshot of the vault", footer=True),
    Action("doctor.mend", "f", "mend", "Doctor: mend what can be mended without losing anything", _V, _in_doctor,
           "doctor", "the doctor's view", footer=True),
    Action("board.left", "h,left", "left", "The column to the left that has a card", Scope.BOARD, by_widget=True),
    Action("board.right", "l,right", "right", "The column to the right that has a card", Scope.BOARD, by_widget=True),
    Action("views.reload", "r", "look again", "Look again now", _V, footer=True),
    Action("views.back", "escape,q", "back", "Back to mission control", _V, footer=True),
    Action("diff.next-hunk", "right_square_bracket", "next hunk", "Next hunk", _R, by_widget=True, footer=True),
    Action("diff.previous-hunk", "left_square_bracket", "previous hunk", "Previous hunk", _R, by_widget=True),
    Action("diff.next-file", "right_curly_bracket", "next file", "Next file", _R, by_widget=True, footer=True),
    Action("diff.previous-file", "left_curly_bracket", "previous file", "Previous file", _R, by_widget=True),
)  # fmt: skip

ACTIONS: dict[str, Action] = {action.id: action for action in _TABLE}


def title_for(action: Action, s: Situation) -> str:
    """Return an action's word for what is selected: the same key answers, instructs, pauses and resumes."""
    if action.id == "pod.answer" and not _has_question(s):
        return "tell"
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
    found = [a for a in _TABLE if _is_of(a, own) and a.when(s) and _offered(a, s)]
    if own is None and _in_view(s):
        found.sort(key=lambda a: a.scope is not Scope.LOG)  # the view's own verbs first: they win its keys, too
    return found


_OWN_SCREENS = {"review": Scope.REVIEW, "view": Scope.VIEWS, "board": Scope.BOARD}
"""Screens whose keys are theirs alone."""


def _is_of(action: Action, own: Scope | None) -> bool:
    return action.scope is own if own else action.scope not in _OWN_SCREENS.values()


def _offered(action: Action, s: Situation) -> bool:
    return action.footer if isinstance(action.footer, bool) else action.footer(s)


def refusal(action: Action, s: Situation) -> str:
    """Return in words why an action is not allowed now."""
    if not s.free:
        doing = s.busy.get(s.pod.id if s.pod else "") or (s.busy.get(f"ticket-{s.ticket.id}") if s.ticket else "")
        return f"{doing or 'something'}… is under way there."
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
    if _can_spawn(s):
        return "s makes one."
    waiting = waiting_words(s.snapshot, s.ticket) if s.ticket else ""
    return f"It {waiting}." if waiting else f"It is {s.ticket.status}." if s.ticket else ""
