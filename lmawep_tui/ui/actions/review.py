"""The review screen: its verdicts and its way through a diff."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope

REVIEW = (
    Action("review.approve", "y", "approve", "Approve exactly the commit that is shown", Scope.REVIEW,
           when.under_review, "review",
           "a pod whose work is up for review", footer=True),
    Action("review.reject", "n", "request changes", "Send the pod back to work and say why", Scope.REVIEW,
           when.can_review, "review",
           "a pod whose work is up for review", footer=True),
    Action("review.ticket", "4", "ticket", "Show the ticket and the pod's commits, or the diff again", Scope.REVIEW,
           footer=True),
    Action("review.reload", "r", "look again", "Show the newest commit", Scope.REVIEW),
    Action("review.back", "escape,q", "back", "Back without a verdict", Scope.REVIEW, footer=True),
)  # fmt: skip
