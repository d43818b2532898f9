"""Why something is not moving: the same causes that `lmawep why` prints."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lmawep_tui.model.costs import day_of
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Ticket


def why_words(snapshot: Snapshot, ticket: Ticket | None, pod: Pod | None) -> str:
    """Return all causes, a line each, the most important first; takes some time in a big project."""
    from lmawep_tui.engine.decide import decide
    from lmawep_tui.engine.decision import Around
    from lmawep_tui.engine.why import explain
    from lmawep_tui.files.journal import now

    number = pod.ticket if pod else ticket.id if ticket else None
    if number is None:
        return "Nothing is selected."
    around = Around(now=now(), today=day_of(time.time()), staggered=False)
    return "\n".join(explain(snapshot, decide(snapshot, around=around), number))


def first_causes(snapshot: Snapshot, tickets: Sequence[TicketId]) -> dict[TicketId, str]:
    """Return the most important cause for each of these; one decision serves them all."""
    from lmawep_tui.engine.decide import decide
    from lmawep_tui.engine.decision import Around
    from lmawep_tui.engine.why import explain
    from lmawep_tui.files.journal import now

    decision = decide(snapshot, around=Around(now=now(), today=day_of(time.time()), staggered=False))
    return {number: next(iter(explain(snapshot, decision, number)), "") for number in tickets}
