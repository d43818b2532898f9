"""Why something is not moving: the same causes that `lmawep why` prints."""

from __future__ import annotations

import time

from lmawep_tui.model.costs import day_of
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
