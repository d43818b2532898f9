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
           "a pod whose work is up for review", footer=True, typed=True),
    Action("review.comment", "c", "comment", "Comment on the line or the selected lines; change that comment",
           Scope.REVIEW, verb="review", footer=True, typed=True),
    Action("review.mark", "x,space", "read", "Mark the file as reviewed (bound to its content), and go on",
           Scope.REVIEW, verb="review", footer=True),
    Action("review.files", "tab,shift+tab", "files", "Go to the tree of files, or back to the diff", Scope.REVIEW,
           footer=True),
    Action("review.unread", "u", "unread", "Go to the next file that is not reviewed", Scope.REVIEW, footer=True),
    Action("review.since", "L", "since", "Show only what changed since you last looked, or the whole again",
           Scope.REVIEW, verb="review", footer=True),
    Action("review.test", "t", "test", "Run the project's tests in the pod", Scope.REVIEW, when.can_test, "test",
           "a pod at rest with a run behind it", footer=True),
    Action("review.editor", "e,o", "editor", "Open the file in $EDITOR at the line", Scope.REVIEW, when.idle, "open",
           "a pod at rest", footer=True),
    Action("review.next", "exclamation_mark", "next pod", "Go on to the next pod that waits for your review",
           Scope.REVIEW, footer=when.others_to_review),
    Action("review.comments", "C", "comments", "List the comments: go to one, change it, delete it", Scope.REVIEW,
           verb="review", footer=True),
    Action("review.ticket", "4", "ticket", "Show the ticket, commits and test results, or the diff again",
           Scope.REVIEW, footer=True),
    Action("review.reload", "r", "look again", "Show the newest commit", Scope.REVIEW),
    Action("review.back", "escape,q", "back", "Back without a verdict", Scope.REVIEW, footer=True),
)  # fmt: skip
