"""Why something is not moving: the conductor's own reasons, in words."""

from __future__ import annotations

from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.ui.present.why import standing_words


def why_words(snapshot: Snapshot, ticket: Ticket | None, pod: Pod | None) -> str:
    """Return the whole reason in a sentence; takes some time in a big project."""
    from lmawep_tui.engine.decide import decide

    number = pod.ticket if pod else ticket.id if ticket else None
    refused = snapshot.state.refused.get(number) if number is not None else None
    if refused is not None:
        return f"Autopilot cannot {refused.verb}: {refused.why}"
    decision = decide(snapshot)
    for waiting in decision.waiting:
        if waiting.ticket == number:
            return f"{waiting.why[:1].upper()}{waiting.why[1:]}."
    action = next((a for a in decision.actions if a.ticket == number), None)
    if action is not None:
        role = f" ({action.role})" if action.role else ""
        later = "" if snapshot.autopilot else " Autopilot is off, so that is up to you."
        return f"Next comes {action.verb}{role}.{later}"
    return standing_words(ticket, pod)
