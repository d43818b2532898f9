"""`remove`: a pod goes, and nothing that was in it is lost (safety C6, C7)."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmawep_tui.agents import control
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.recovery import end_strays, strays
from lmawep_tui.engine import memory_bank, shared, trash
from lmawep_tui.engine.prune import prune_quietly
from lmawep_tui.engine.runs import newest, refuse_sitting
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.bank_folder import FOLDER, not_kept
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, GitFailed, LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.vcs import vault, worktree
from lmawep_tui.vcs.coordination import FOLDER as SHARED
from lmawep_tui.vcs.diff import subjects
from lmawep_tui.vcs.repo import branch_ref, commit_of, delete_ref, is_ancestor, objects_of
from lmawep_tui.vcs.status import Checkout, read_checkout, read_dirt


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal kept and what it dropped."""

    pod: PodId
    vault: str | None
    """Ref that holds the pod's content, None when all of it is on main."""
    ignored: tuple[str, ...] = ()
    """Ignored files that went with the worktree, by name."""
    held: bool = False
    """Whether the ticket waits for the person now instead of being begun anew."""


def remove(ws: Workspace, pod: PodId, *, force: bool = False, hold: bool = False) -> Removal:
    """Removes a pod: worktree and branch; the memory bank stays in its ref, anything not on main in the vault.

    Without `force` it refuses while work is not on main or a run is live. Raises Refused when the folder is not the
    worktree we made: nothing else is ever deleted. With `hold` the ticket is blocked in the same step instead of
    becoming ready, so that no conductor begins it anew.
    """
    _end_runs(ws, pod, force=force)
    with ws.change(f"remove {pod}") as change:
        record = change.pod(pod)
        path = Path(record.path)
        came_back = not path.exists() and worktree.reconnect(ws.git, path, ws.layout.git_dir)
        try:
            found = _look(ws, change, record)
            open_work = _open_work(ws, change, record, found, came_back=came_back)
            if open_work and not force:
                raise Refused(f"{pod} holds work that is not on {change.state.main}: {open_work}.",
                              f"`lmawep remove {pod} --force` keeps it in the vault and removes the pod.")  # fmt: skip
            if found.seen is not None:
                record = shared.collect(ws, change, record)
            ignored = _ignored(ws, record, found)
            kept = _keep(ws, record, found, needed=bool(open_work) or not found.on_main)
        except LmawepError:
            if came_back:
                (path / ".git").unlink()
                path.rmdir()
            raise
        pending = {"op": "remove", "pod": pod, "ticket": record.ticket, "path": str(path), "branch": record.branch,
                   "tip": found.tip, "vault": kept, "hold": hold}  # fmt: skip
        change.state = replace(change.state, pending=pending)
        change.save()
        _carry_out(ws, change, pending)
        change.state = replace(change.state, pending=None)
        change.note("removed", pod=pod, ticket=record.ticket, vault=kept, tip=found.tip, ignored=list(ignored)[:20],
                    landed=record.ticket in change.state.landed)  # fmt: skip
        change.save()
        held = hold and record.ticket in change.state.holds
    prune_quietly(ws)
    trash.empty_later(ws)
    return Removal(pod, kept, ignored, held)


def _end_runs(ws: Workspace, pod: PodId, *, force: bool) -> None:
    refuse_sitting(ws, pod)
    run = newest(ws, pod)
    if run is not None and is_live(ws.run_dir(pod, run.name), run):
        if not force:
            raise Refused(f"{pod} has a live run ({run.name}).", f"`lmawep stop {pod}` ends it.")
        control.stop(ws.run_dir(pod, run.name), f"{pod} is removed")
    if pod in ws.snapshot().pods:
        settle(ws, pod)
    left = [stray for stray in strays(ws.layout.root, set()) if stray.pod == pod]
    if left and end_strays(left):
        raise Refused(f"{left[0].name} (process {left[0].id.pid}) of {pod} does not end.", "Nothing was removed.")


@dataclass(frozen=True, slots=True)
class _Found:
    """What git says of a pod that is to go."""

    tip: str | None
    main: str | None
    on_main: bool
    """After a squash the work has landed, but its commits are nowhere else: then this is False."""
    seen: Checkout | None
    """Its checkout, None when the folder is gone."""


def _look(ws: Workspace, change: Change, record: PodRecord) -> _Found:
    """Asks git about the pod; raises Refused when the folder is not the worktree we made."""
    present = _check_ours(ws, change, record)
    refs = (branch_ref(record.branch), branch_ref(change.state.main))
    tip, main = objects_of(ws.git, *(f"{ref}^{{commit}}" for ref in refs))
    on_main = tip is None or tip == main or is_ancestor(ws.git, tip, refs[1])
    seen = read_checkout(ws.pod_git(record.path), ignored=True) if present else None
    return _Found(tip, main, on_main, seen)


def _check_ours(ws: Workspace, change: Change, record: PodRecord) -> bool:
    """Whether the worktree is there; raises Refused unless git has it at exactly that path, in our folder."""
    path = Path(record.path)
    found = worktree.find(ws.git, path)
    if found is not None and found.locked:
        raise Refused(f"{record.id} is locked (`git worktree lock`).", f"`git worktree unlock {path}` first.")
    if not path.exists() and not path.is_symlink():
        return False
    if record.branch == change.state.main or path == ws.layout.root:
        raise Refused(f"{record.id} names the main checkout.", "It is never removed.")
    if path.is_symlink() or found is None or path.resolve() != path.parent.resolve() / path.name:
        raise Refused(f"{path} is not the worktree that lmawep made.", "Nothing was removed; `lmawep doctor` tells.")
    links = worktree.check_links(path, ws.layout.git_dir)
    if not links.ok:
        raise Refused(f"{record.id} is not in order: {links.why}.", "Nothing was removed; `lmawep doctor` tells.")
    return True


def _open_work(ws: Workspace, change: Change, record: PodRecord, found: _Found, *, came_back: bool) -> str:
    """What would not be on main, in words; asked of git, never of the pipeline's state.

    In a folder that `came_back` every file is missing: that is no work.
    """
    words: list[str] = []
    tip, main = found.tip, branch_ref(change.state.main)
    if tip is not None and not found.on_main and not _same_tree_landed(ws, change, record, tip):
        commits = subjects(ws.git, main, tip)
        words.append(f"{len(commits)} commit{'s' if len(commits) != 1 else ''}")
    if found.seen is not None:
        vault.refuse_nested(ws.pod_git(record.path), record.id, found.seen)
        dirt, head = found.seen.dirt, found.seen.head
        paths = (*dirt.unmerged, *dirt.staged) if came_back else dirt.paths
        if paths:
            words.append(f"uncommitted {', '.join(paths[:3])}" + (" …" if len(paths) > 3 else ""))
        if head is not None and head != tip and not is_ancestor(ws.git, head, main):
            words.append(f"commits on {head[:7]} outside its branch")
    return ", ".join(words)


def _same_tree_landed(ws: Workspace, change: Change, record: PodRecord, tip: str) -> bool:
    """After a squash the branch is no ancestor of main; it landed when exactly this commit was the approved car."""
    landed = change.state.landed.get(record.ticket)
    approved = record.verdict is not None and record.verdict.approved and record.verdict.commit == tip
    return landed is not None and approved and is_ancestor(ws.git, landed, branch_ref(change.state.main))


def _ignored(ws: Workspace, record: PodRecord, looked: _Found) -> tuple[str, ...]:
    """Ignored files, by name; of our own two folders those that are kept nowhere else."""
    root = Path(record.path)
    found: list[str] = []
    for path in looked.seen.dirt.ignored if looked.seen is not None else ():
        if path.startswith(f"{FOLDER}/"):
            found += [f"{FOLDER}/{name}" for name in not_kept(root / FOLDER)]
        elif path.startswith(".lmawep/"):
            found += _beside_ticket(ws, record, root / path)
        elif path.startswith(f"{SHARED}/"):
            found += shared.not_shared(ws, record)
        else:
            found.append(path)
    return tuple(dict.fromkeys(found))


def _beside_ticket(ws: Workspace, record: PodRecord, path: Path) -> list[str]:
    """What an agent left in `.lmawep/` beside the copy of its ticket."""
    copy = Path(record.path) / ".lmawep" / "tickets" / ws.layout.ticket(record.ticket).name
    files = [path] if path.is_symlink() or not path.is_dir() else sorted(path.rglob("*"))
    return [str(f.relative_to(record.path)) for f in files if f != copy and (f.is_symlink() or not f.is_dir())]


def _keep(ws: Workspace, record: PodRecord, found: _Found, *, needed: bool) -> str | None:
    """Memory bank to its ref, everything else to the vault; raises rather than let anything go unkept."""
    why = f"{record.id} removed"
    if found.seen is not None:
        with contextlib.suppress(BadFile):  # a bank replaced by a link is no memory; what it points at is not ours
            memory_bank.keep(ws, record, "pod removed")
        git = ws.pod_git(record.path)
        if needed or vault.has_forgotten(git, record.branch, (found.seen.head, found.tip, found.main)):
            return vault.snapshot(git, record.id, why, record.branch, seen=found.seen)
    elif needed and found.tip is not None:
        return vault.keep_commit(ws.git, record.id, f"{why}, its folder was gone", found.tip, record.branch)
    return None


def mend_removal(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """Carries a removal through after a kill. What came into the pod since then is kept as well."""
    pod, path = PodId(pending["pod"]), Path(pending["path"])
    if pod in change.state.pods and path.is_dir() and not path.is_symlink():
        worktree.reconnect(ws.git, path, ws.layout.git_dir)
        git = ws.pod_git(path)
        branch = change.pod(pod).branch
        tip = commit_of(ws.git, branch_ref(branch))
        if worktree.check_links(path, ws.layout.git_dir).ok and (read_dirt(git) or tip != pending["tip"]):
            vault.snapshot(git, pod, f"{pod} removed, after a kill", branch)
    _carry_out(ws, change, pending)


def _carry_out(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """Takes the pod away; everything in it was kept before."""
    pod, path = PodId(pending["pod"]), Path(pending["path"])
    if pod not in change.state.pods:
        return
    record = change.pod(pod)
    if path.is_symlink():
        raise Refused(f"{path} is a symbolic link now.", "Nothing was removed.")
    trees = worktree.list_worktrees(ws.git)
    registered = any(tree.path == path for tree in trees)
    if registered and path.exists() and not trash.discard(ws, path):
        worktree.remove(ws.git, path)  # on another disk, say: slower, but the same
    elif registered:
        worktree.forget(ws.git, path)
    elif path.exists():
        raise Refused(f"{path} is not the worktree that lmawep made.", "Nothing was removed; `lmawep doctor` tells.")
    elsewhere = any(tree.branch == record.branch and tree.path != path for tree in trees)
    if pending["tip"] is not None and not elsewhere:
        with contextlib.suppress(GitFailed):  # gone already, or somebody committed there meanwhile: then it stays
            delete_ref(ws.git, branch_ref(record.branch), pending["tip"])
    change.drop_pod(pod)
    held = False
    try:
        if allowed(change.ticket(record.ticket).status, Event.REMOVED):
            change.move(record.ticket, Event.REMOVED, assigned_to=None)
            if pending.get("hold"):
                change.block(record.ticket, HoldKind.PERSON, "its pod was removed by you")
                held = True
    except (NotFound, BadFile) as error:  # the pod goes all the same; the file is the person's to mend
        change.note("ticket not moved", ticket=record.ticket, why=str(error))
    if not held:  # after the step: it takes the reason of the block out of the ticket
        holds = {number: hold for number, hold in change.state.holds.items() if number != record.ticket}
        change.state = replace(change.state, holds=holds)
