"""Which files each pod changes, for finding one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.vcs.diff import own_paths
from lmawep_tui.vcs.repo import branch_ref

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot


def pod_files(ws: Workspace, snapshot: Snapshot) -> dict[PodId, tuple[str, ...]]:
    """Committed paths of every pod by name; blocks on one git command a pod. A pod whose branch is gone has none."""
    found: dict[PodId, tuple[str, ...]] = {}
    main = branch_ref(snapshot.state.main) if snapshot.state.main else ""
    for pod in snapshot.pods.values():
        try:
            found[pod.id] = tuple(sorted(own_paths(ws.git, main, branch_ref(pod.record.branch)))) if main else ()
        except LmawepError:
            found[pod.id] = ()
    return found
