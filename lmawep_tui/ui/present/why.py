"""Why something is not moving, in one sentence (the same that `lmawep why` says)."""

from __future__ import annotations

from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.store.queries import group_of


def standing_words(ticket: Ticket | None, pod: Pod | None) -> str:
    """Return how things stand with what nothing is decided about."""
    if pod is not None and pod.live and pod.run is not None:
        return f"It is moving: {pod.run.role} runs in {pod.id}."
    if pod is not None:
        return f"{pod.id} is {pod.status} ({group_of(pod)})."
    return f"Ticket {ticket.id} is {ticket.status}." if ticket else "Nothing is selected."
