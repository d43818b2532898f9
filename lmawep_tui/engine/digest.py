"""`lmawep digest`: what happened since the person last looked."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.triage_file import read_looked
from lmawep_tui.model.age import epoch
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.digest import Digest, Kind, Line, happened
from lmawep_tui.model.ids import PodId, TicketId, pod_number
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.notices import notices

_ENTRIES = 20_000
"""Newest lines of the journal that are read: more than happens between two looks."""


def last_look(ws: Workspace) -> float | None:
    """When the person last looked at the screen, in seconds since the epoch; None when they never did."""
    return read_looked(ws.layout.looked)


def digest(ws: Workspace, snapshot: Snapshot, since: float, now: float) -> Digest:
    """What happened after `since`, both in seconds since the epoch. Reads only; blocks on the disk."""
    titles = {number: ticket.title for number, ticket in snapshot.tickets.items()}
    found = happened(journal.read(ws.layout.journal, last=_ENTRIES), since, titles, _asking(snapshot, since, now))
    return replace(found, spent=snapshot.costs.sum(snapshot.costs.since(since)).words)


def _asking(snapshot: Snapshot, since: float, now: float) -> list[Line]:
    """What needs the person now and did not before they left."""
    lines = []
    for key, notice in notices(snapshot, day_of(now)).items():
        at = _asked_at(snapshot, key)
        if at is not None and at > since:
            lines.append(Line(Kind.ASKS, notice.line, key, at))
    return lines


def _asked_at(snapshot: Snapshot, key: str) -> float | None:
    """Since when it has been asking, as far as anybody knows."""
    if pod_number(key) is not None and (pod := snapshot.pods.get(PodId(key))) is not None:
        run = pod.run
        told = pod.asks[0].since if pod.asks else pod.hold.at if pod.hold else run.ended if run else pod.record.created
        return epoch(told)
    if key.isascii() and key.isdigit():
        number = TicketId(int(key))
        hold, refused = snapshot.state.holds.get(number), snapshot.state.refused.get(number)
        return epoch(hold.at if hold else refused.at if refused else None)
    return None
