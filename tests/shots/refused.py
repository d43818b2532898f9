"""What cannot be opened in a scene: the way that leads nowhere, and the sentence that is said instead."""

from __future__ import annotations

from tests.shots.tour import Way, at, inside, keys, review, then, view

UNDER_REVIEW = "a pod whose work is up for review"
NEEDS_LOG = "Log needs a ticket or pod."

REFUSED: dict[tuple[str, str], tuple[Way, str]] = {
    ("mission-log", "empty"): (keys("1"), NEEDS_LOG),
    ("mission-diff", "empty"): (keys("2"), "Diff needs a pod."),
    ("mission-memory", "empty"): (keys("3"), "Memory needs a ticket or pod."),
    ("mission-ticket", "empty"): (keys("4"), "Ticket needs a ticket or pod."),
    ("mission-evidence", "empty"): (keys("5"), "Evidence needs a pod."),
    ("mission-runs", "empty"): (keys("6"), "Runs needs a pod."),
    ("ticket-alone", "empty"): (keys("4"), "Ticket needs a ticket or pod."),
    ("card", "empty"): (then(view("board"), "enter"), ""),
    ("conflict-hunks", "empty"): (then(view("radar"), "enter"), ""),
    ("note", "empty"): (then(view("memory"), "e"), "Edit needs a note of the memory view."),
    ("note", "trouble"): (then(view("memory"), "e"), "Edit needs a note of the memory view."),
    ("bring-back", "empty"): (then(view("vault"), "R"), "Bring back needs a snapshot of the vault."),
    ("bring-back", "trouble"): (then(view("vault"), "R"), "Bring back needs a snapshot of the vault."),
    ("mend", "empty"): (then(view("doctor"), "f"), "Mend needs a finding of the doctor."),
    ("mend", "busy"): (then(view("doctor"), "f"), "Mend needs a finding of the doctor."),
    ("past-run", "empty"): (then(view("timeline"), "enter"), ""),
    ("watch-zoomed", "empty"): (keys("W", "enter"), ""),
    ("review", "empty"): (keys("r"), f"Review needs {UNDER_REVIEW}."),
    ("comments", "trouble"): (
        then(review, "C"),
        "There are no comments. c makes one on the line under the cursor.",
    ),
    ("request-changes", "trouble"): (then(review, "n"), f"Request changes needs {UNDER_REVIEW}."),
    ("run-log", "empty"): (keys("6"), "Runs needs a pod."),
    ("log-events", "empty"): (keys("1"), NEEDS_LOG),
    ("log-kinds", "trouble"): (
        inside("pod-5", "F"),
        "A log of plain lines has no events. ) and ( go from error to error, / searches.",
    ),
    ("ticket-edit", "empty"): (keys("E"), "Edit needs a ticket."),
    ("snooze", "empty"): (keys("Z"), "Snooze needs something that needs you."),
    ("marked", "empty"): (keys("space", "j", "space"), ""),
    ("tell", "empty"): (keys("i"), "Tell needs a pod that is not done."),
    ("decide", "empty"): (keys("b"), "Decide needs a blocked ticket, or a pod you have taken over."),
    ("decide", "busy"): (at("pod-2", "b"), "Decide needs a blocked ticket, or a pod you have taken over."),
    ("confirm", "empty"): (keys("D"), "Remove needs a pod."),
}

INSTEAD: dict[tuple[str, str], str] = {
    **{(name, "empty"): "review" for name in ("review-split", "review-files", "review-ticket", "comment", "comments",
                                              "request-changes", "help-review")},
    **{(name, "empty"): "log-events" for name in ("log-kinds", "log-search", "log-go-to")},
    **{(name, scene): "tell" for name in ("answer", "permission") for scene in ("empty", "busy")},
}  # fmt: skip
"""What is met, or refused, in the place of a screen: what it would be opened from, or what its key opens there."""
