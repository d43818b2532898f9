"""`lmawep postmortem`: the journal of this project, told as a report."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.model.config import seconds
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.history import tell
from lmawep_tui.model.postmortem import Postmortem
from lmawep_tui.model.postmortem import postmortem as add_up


def postmortem(ws: Workspace, *, since: float = 0.0) -> Postmortem:
    """What happened after `since` (seconds since the epoch). Reads only; as quick as the journal is read."""
    snapshot = ws.snapshot()
    tickets, costs = snapshot.tickets, snapshot.costs
    dependencies = {number: ticket.dependencies for number, ticket in tickets.items()}
    history = tell(journal.read(ws.layout.journal), now=time.time(), since=since, dependencies=dependencies)
    spent = costs.by(lambda booked: booked.ticket, costs.since(since))
    for story in history.stories.values():
        if used := spent.get(story.id):
            story.tokens, story.cost = used.tokens, used.cost
        ticket = tickets.get(story.id)
        if ticket is not None:  # a person may have changed the file by hand: what it says now is what is so
            story.title, story.status = ticket.title, ticket.status
    return add_up(history, dependencies)


def since_when(text: str) -> float:
    """`2h`, `3d`, `2026-01-15` or `2026-01-15T10:30:00Z` as seconds since the epoch; raises UsageError for others."""
    text = text.strip()
    try:
        return time.time() - seconds(text)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no time.", "Give 2h, 3d, 2026-01-15 or 2026-01-15T10:30:00Z.") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
