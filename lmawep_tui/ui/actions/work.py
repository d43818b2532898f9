"""What is done with tickets and pods."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope

WORK = (
    Action("ticket.spawn", "s", "spawn", "Make a pod: worktree, branch, memory bank", Scope.TICKETS,
           when.can_spawn, "spawn", "a ready ticket without a pod", footer=True),
    Action("pod.review", "r", "review", "Look at the work; approve it or request changes", Scope.PODS,
           when.can_review, "review", "a pod whose work is up for review", footer=True),
    Action("pod.answer", "i", "answer", "Answer the agent, or tell it something for when its run ends", Scope.PODS,
           when.can_tell, "tell", "a pod that is not done", footer=True, typed=True),
    Action("pod.attach", "a", "attach", "Take over in the agent's own program (asks to end a run)", Scope.PODS,
           when.can_attach, "attach", "a pod that is not done", footer=True),
    Action("pod.open", "o", "open", "Open the pod in a program of the config's open:, or a shell", Scope.PODS,
           when.can_attach, "open", "a pod that is not done"),
    Action("pod.run", "e", "run", "Start the agent", Scope.PODS,
           when.can_run, "run", "a pod at rest", footer=True),
    Action("pod.test", "t", "test", "Run the project's tests in the pod", Scope.PODS,
           when.can_test, "test", "a pod at rest with a run behind it", footer=True),
    Action("pod.merge", "m", "merge", "Land it: test the combined result, then move main", Scope.PODS,
           when.can_merge, "merge", "a pod that is approved", footer=True),
    Action("pod.stop", "x", "stop", "End the live run and all its processes (asks first)", Scope.PODS,
           when.can_stop, "stop", "a live run", footer=True),
    Action("ticket.decide", "b", "decide", "Blocked: go on, fix by hand, re-scope, later, abandon", Scope.TICKETS,
           when.can_decide, "unblock", "a blocked ticket, or a pod you have taken over", footer=True),
    Action("pod.resolve", "c", "resolve", "Bring main in; resolve a conflict by side, editor or agent", Scope.PODS,
           when.can_resolve, "resolve", "a pod at rest", footer=when.has_conflict),
    Action("next", "exclamation_mark", "next ⚑", "Go to the next that needs you", Scope.GLOBAL,
           when.somebody_waits, "", "Nothing needs you now.", footer=True),
    Action("pod.pause", "p", "pause", "Freeze the run and keep autopilot off, or go on", Scope.PODS,
           when.has_pod, "pause", "a pod", footer=True),
    Action("pod.remove", "D,delete", "remove", "Remove the pod, keep its work in the vault (asks first)",
           Scope.PODS, when.can_remove, "remove", "a pod"),
    Action("ticket.new", "n", "new", "Make a ticket", Scope.TICKETS, verb="ticket", footer=True),
    Action("ticket.edit", "E", "edit", "Edit the ticket in a form; a broken file in $EDITOR", Scope.TICKETS,
           when.has_file, "ticket", "a ticket",
           footer=when.is_invalid),
    Action("ticket.status", "S", "status", "Set the status by hand: ready, blocked, abandoned", Scope.TICKETS,
           when.open_ticket, "ticket", "a ticket without a pod"),
    Action("undo", "u", "undo", "Take the newest landing or removal back (asks, tests first)", Scope.GLOBAL,
           when.can_undo, "undo", "a landing or a removal"),
    Action("why", "w", "why", "Say why it is not moving", Scope.GLOBAL, when.selected, "why", "a ticket or pod",
           footer=True),
)  # fmt: skip
