"""Pods whose branch or folder was removed, moved or tampered with by hand."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha, is_sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import HoldKind, Pod, PodRecord
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import worktree
from lmawep_tui.vcs.half_merge import merge_heads
from lmawep_tui.vcs.repo import ZERO, branch_ref, commit_of, update_ref

_GONE = "was removed by hand"


def what_is_gone(ws: Workspace, record: PodRecord) -> str:
    """Which part of a pod was taken away by hand, in words; empty when it is whole. Asks git once."""
    if commit_of(ws.git, branch_ref(record.branch)) is None:
        return f"its branch {record.branch} {_GONE}"
    if not Path(record.path).exists():
        return f"its folder {record.path} {_GONE}"
    return ""


def block_if_gone(ws: Workspace, pod: PodId) -> bool:
    """Blocks the ticket of a pod that is not whole any more, and says why there; whether it did.

    For whoever was refused something in a pod: without it the same refusal would come for ever.
    """
    record = ws.snapshot().state.pods.get(pod)
    why = what_is_gone(ws, record) if record is not None else ""
    if record is None or not why:
        return False
    with ws.change(f"block {pod}") as change:
        if change.ticket(record.ticket).status in (Status.BLOCKED, Status.COMPLETE, Status.ABANDONED):
            return False
        change.block(record.ticket, HoldKind.TAMPERED, f"{why}. `lmawep doctor --fix` brings back what git still has.")
        change.save()
    return True


def look_at_pods(found: Findings) -> None:
    """Every pod by itself: one that cannot be looked at stops no other."""
    for pod in found.ws.snapshot().pods.values():
        found.check(lambda each, pod=pod: _pod(each, pod), pod.id)  # type: ignore[misc]


def _pod(found: Findings, pod: Pod) -> None:
    ws, record = found.ws, pod.record
    path = Path(record.path)
    if commit_of(ws.git, branch_ref(record.branch)) is None:
        if pod.live:
            found.add(f"{pod.id}: its branch {record.branch} is gone, and a run lives there: stop it first.")
            return
        found.mend_with(
            f"{pod.id}: its branch {record.branch} is gone.",
            lambda: _branch_back(ws, record),
            "made again at its newest known commit",
        )
    if not path.exists():
        if found.fix and commit_of(ws.git, branch_ref(record.branch)) is None:
            return
        found.mend_with(
            f"{pod.id}: its folder {path} is gone.",
            lambda: _folder_back(ws, record),
            "found again, or made from its branch",
        )
    else:
        links = worktree.check_links(path, ws.layout.git_dir)
        if not links.ok:
            found.mend_with(f"{pod.id}: {links.why}.", lambda: _repair(ws, record), "repaired")
        elif record.merging is not None or (merge_heads(path) and not pod.live):
            found.add(f"{pod.id}: a merge is half done. `lmawep resolve {pod.id}` says how to end it.")
    if found.fix and pod.hold is not None and pod.hold.kind is HoldKind.TAMPERED and _GONE in pod.hold.why:
        _unblock(found, pod)


def _branch_back(ws: Workspace, record: PodRecord) -> bool:
    """The branch at the newest commit known of the pod: where its worktree's HEAD was, else what was approved.

    Nothing is thrown away by that. False when no such commit exists any more.
    """
    for commit in (*_heads(ws, record), record.verdict.commit if record.verdict else "", record.base):
        if is_sha(commit) and (sha := commit_of(ws.git, commit)) is not None:
            with ws.change("doctor --fix") as change:
                update_ref(ws.git, branch_ref(record.branch), sha, ZERO, f"{record.id} brought back")
                change.note("branch brought back", pod=record.id, ticket=record.ticket, commit=sha)
                change.save()
            return True
    return False


def _heads(ws: Workspace, record: PodRecord) -> list[Sha]:
    """Where HEAD of the pod's worktree has been, newest first, from the log that git keeps of it."""
    for admin in (ws.layout.git_dir / "worktrees").glob("*/gitdir"):
        with contextlib.suppress(OSError):
            if Path(admin.read_text("utf-8", "surrogateescape").strip()).parent == Path(record.path):
                lines = (admin.parent / "logs" / "HEAD").read_text("utf-8", "surrogateescape").splitlines()
                return [Sha(line.split(" ", 2)[1]) for line in reversed(lines) if line.count(" ") > 1]
    return []


def _folder_back(ws: Workspace, record: PodRecord) -> bool:
    """A pod that was moved by hand is found where git has it; one that was deleted comes back from its branch."""
    from lmawep_tui.engine import memory_bank

    with ws.change("doctor --fix") as change:
        there = next(
            (w for w in worktree.list_worktrees(ws.git) if w.branch == record.branch and w.path.exists()), None
        )
        if there is not None:
            change.put_pod(replace(change.pod(record.id), path=str(there.path)))
        else:
            worktree.prune(ws.git, Path(record.path))
            worktree.add_existing(ws.git, Path(record.path), record.branch)
            memory_bank.fill(ws, Path(record.path), change.ticket(record.ticket))
        change.note("pod repaired", pod=record.id)
        change.save()
    return True


def _repair(ws: Workspace, record: PodRecord) -> bool:
    path = Path(record.path)
    if path.is_symlink() or not path.is_dir():
        return False
    with ws.change("doctor --fix"), contextlib.suppress(LmawepError):
        worktree.repair(ws.git, path)
    return worktree.check_links(path, ws.layout.git_dir).ok


def _unblock(found: Findings, pod: Pod) -> None:
    """What it was blocked for is mended; it goes on where it was."""
    if not what_is_gone(found.ws, found.ws.snapshot().pods[pod.id].record):
        what = f"{pod.id} is whole again, but ticket {pod.ticket} was still blocked for it."
        found.mend(what, lambda change: change.move(pod.ticket, Event.UNBLOCKED), "unblocked")
