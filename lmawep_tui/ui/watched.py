"""Whose logs are watched, in the order in which they get their tiles."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.queries import decision_list
from lmawep_tui.ui.present.pod_row import moment


class Who(StrEnum):
    """Whose logs are watched."""

    LIVE = "at work"
    ALL = "of all pods"
    MARKED = "marked"


def watched(snapshot: Snapshot, who: Who, marked: Sequence[PodId]) -> list[PodId]:
    """Return those at work as the decision list has them; of all, the newest first; of the marked, those there are."""
    pods = decision_list(snapshot).flat
    if who is Who.LIVE:
        return [pod.id for pod in pods if pod.live]
    if who is Who.MARKED:
        return [name for name in marked if name in snapshot.pods]
    ran = [pod for pod in pods if pod.run is not None]
    return [pod.id for pod in sorted(ran, key=lambda pod: (pod.live, moment(pod)), reverse=True)]
