"""The journal's runs on one clock, with those that go on now."""

from __future__ import annotations

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.timeline import Line, lines_of


def timeline(ws: Workspace, snapshot: Snapshot) -> list[Line]:
    """Each ticket that had a run, the first begun first. Reads only."""
    live = [f"{pod.id}/{pod.run.name}" for pod in snapshot.pods.values() if pod.live and pod.run is not None]
    return lines_of(journal.read(ws.layout.journal), live)
