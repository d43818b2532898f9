"""The journal's runs on one clock, with those that go on now."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.read import Stamp, stamp
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.timeline import Line, lines_of

_known: dict[Path, tuple[Stamp, frozenset[str], list[Line]]] = {}
"""What was read last, by the journal's path: a person who moves through the time reads the same journal at each key."""


def timeline(ws: Workspace, snapshot: Snapshot) -> list[Line]:
    """Each ticket that had a run, the first begun first. Reads only; nobody may change what it returns."""
    live = frozenset(f"{pod.id}/{pod.run.name}" for pod in snapshot.pods.values() if pod.live and pod.run is not None)
    path = ws.layout.journal
    seen = stamp(path)
    known = _known.get(path)
    if known is not None and known[:2] == (seen, live):
        return known[2]
    lines = lines_of(journal.read(path), live)
    if seen is not None:
        _known.clear()  # one project is looked at at a time
        _known[path] = (seen, live, lines)
    return lines
