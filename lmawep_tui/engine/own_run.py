"""The run that an agent acts for: it must be the one that lives in its pod now, whatever its environment says."""

from __future__ import annotations

from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.run import Run
from lmawep_tui.store.queries import must_have_pod


def own_run(ws: Workspace, pod: PodId, name: str) -> Run:
    """The pod's live run of that name; raises Refused when it is over, or another has begun, or is no agent's."""
    found = must_have_pod(ws.snapshot(), pod)
    run = newest(ws, pod)
    if run is None or not found.live or run.name != name:
        raise Refused(f"The run {name[:40]} of {pod} is over.", "Nothing can be done for it any more.")
    if not run.role.by_agent:
        raise Refused(f"The run {run.name} is no agent's.", "Only agents report and ask.")
    return run
