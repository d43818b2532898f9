"""`pods move`: a pod's worktree to another folder, through git, with its record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.runs import ready_to_run
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs import worktree


def move_pod(ws: Workspace, pod: PodId, to: Path) -> PodRecord:
    """Moves the pod to `to`, which must not exist. Raises Refused while a run lives there."""
    target = to.absolute()
    with ws.change(f"pods move {pod}") as change:
        record = change.pod(pod)
        ready_to_run(ws, record)
        if target.exists() or target.is_symlink():
            raise Refused(f"{target} exists already.", "Name a folder that does not.")
        if not target.parent.is_dir():
            raise Refused(f"{target.parent} does not exist.", "Make it first.")
        worktree.move(ws.git, Path(record.path), target)
        found = next((w for w in worktree.list_worktrees(ws.git) if w.branch == record.branch), None)
        record = change.put_pod(replace(record, path=str(found.path if found else target)))
        change.note("pod moved", pod=pod, to=record.path)
        change.save()
        return record
