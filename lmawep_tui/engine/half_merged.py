"""A pod with a merge half done: what every step of `resolve` asks first, and writes down before it acts."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.runs import ready_to_run
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs.half_merge import merge_heads
from lmawep_tui.vcs.run import Git


def half_merged(ws: Workspace, change: Change, pod: PodId) -> tuple[PodRecord, Git, Sha]:
    """The pod, its git and the commit that is being merged; raises Refused without a merge, or with a live run."""
    record = change.pod(pod)
    heads = merge_heads(Path(record.path))
    if not heads:
        raise Refused(f"{pod} has no merge half done.", f"`lmawep resolve {pod} --start` begins one.")
    if len(heads) > 1:
        raise Refused(f"The merge in {pod} is of {len(heads)} commits at once.", "End it with git.")
    ready_to_run(ws, replace(record, merging=None))
    return record, ws.pod_git(record.path), heads[0]


def refuse_closed(change: Change, record: PodRecord) -> None:
    status = change.ticket(record.ticket).status
    if status.closed or status is Status.WORKING:
        why = "is working; its run is starting or ending" if status is Status.WORKING else f"is {status}"
        raise Refused(f"Ticket {record.ticket} {why}.", f"`lmawep why {record.id}` tells more.")


def pend(change: Change, record: PodRecord, step: str, tip: Sha, main: Sha) -> None:
    """Writes down what is about to happen in the worktree, for whoever comes after a kill."""
    pending = {"op": "resolve", "step": step, "pod": record.id, "tip": tip, "main": main, "at": time.time()}
    change.state = replace(change.state, pending=pending)
    change.save()


def finished(change: Change) -> None:
    change.state = replace(change.state, pending=None)
    change.save()
