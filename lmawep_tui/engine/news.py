"""What a run is told of the other pods: their breaking changes, and the paths they claim."""

from __future__ import annotations

from lmawep_tui.engine import alerts, claims
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.pod import PodRecord


@dataclass(frozen=True, slots=True)
class News:
    """Text for the prompt, and the alerts in it: they count as seen when the run ends well."""

    text: str = ""
    alerts: tuple[int, ...] = ()


def for_run(ws: Workspace, change: Change, record: PodRecord) -> News:
    """What a run that starts in the pod now has to know; within a change that the caller saves."""
    found = alerts.due(ws, change, record)
    parts = (alerts.words(found), claims.words(change.state, record.ticket))
    return News("\n\n".join(part for part in parts if part), tuple(alert.number for alert in found))
