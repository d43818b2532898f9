"""A merge of main in a pod that was cut off: what a kill leaves is undone, or left so that a person can end it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs import half_merge, vault
from lmawep_tui.vcs.conflict import find_clashes
from lmawep_tui.vcs.repo import branch_ref, commit_of, head_branch
from lmawep_tui.vcs.status import read_dirt
from lmawep_tui.vcs.worktree import check_links


def mend_merge(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """After a kill: a start that did not get to its end, and an abort that did not, leave the pod as it was before.

    A merge that was begun whole stays begun; a commit that was made stays made and `--done` records it.
    """
    record = change.state.pods.get(PodId(pending["pod"]))
    if record is None or not check_links(Path(record.path), ws.layout.git_dir).ok:
        return
    from lmawep_tui.engine.landing import clear_stale_locks

    clear_stale_locks(ws, Path(record.path), float(pending["at"]), record.branch)
    git = ws.pod_git(record.path)
    begun = bool(half_merge.merge_heads(Path(record.path)))
    if pending["step"] == "start" and begun:
        return
    if pending["step"] in ("start", "abort"):
        if head_branch(git) == record.branch and commit_of(git, "HEAD") == pending["tip"]:
            if read_dirt(git):
                vault.snapshot(git, record.id, f"merge of main, cut off ({pending['step']})", record.branch)
            half_merge.undo(git)
            labels = (branch_ref(change.state.main), str(pending["main"])) if pending["step"] == "start" else ()
            with contextlib.suppress(
                GitFailed
            ):  # perhaps that commit of main is gone: what it made stays, and git names it
                for label in labels:
                    half_merge.drop_made(git, find_clashes(git, "HEAD", label, texts=False), pending["tip"])
        forget_merging(change, record)


def forget_merging(change: Change, record: PodRecord) -> PodRecord:
    """The record and the memory bank as they were before the merge was begun."""
    merging = record.merging
    if merging is None:
        return record
    memory_bank.take_back_text(record, "blockers.md", merging.note, merging.trimmed)
    return change.put_pod(replace(record, merging=None, paused=merging.paused))
