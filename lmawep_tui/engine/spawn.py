"""`spawn`: a worktree, a branch and a memory bank for a ticket."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.preflight import check_disk
from lmawep_tui.engine.provision import copy_ticket, provide_files, run_setup
from lmawep_tui.engine.raise_signal import first_role, raise_signal
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder
from lmawep_tui.files.journal import now
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, LmawepError, Refused
from lmawep_tui.model.graph import waits_for
from lmawep_tui.model.ids import PodId, Sha, TicketId, branch_name, pod_id
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.vcs import vault, worktree
from lmawep_tui.vcs.memory import memory_ref
from lmawep_tui.vcs.repo import branch_ref, commit_of, delete_ref, is_ancestor, objects_of
from lmawep_tui.vcs.status import read_dirt

if TYPE_CHECKING:
    from lmawep_tui.engine.spares import Spare
    from lmawep_tui.vcs.vault_list import Kept


def spawn(
    ws: Workspace, ticket_id: TicketId, *, agent: str | None = None, force: bool = False, of: Kept | None = None
) -> PodRecord:
    """Makes a pod for a ticket and runs the configured setup in it.

    `force` spawns although dependencies are open; `of` brings back a snapshot from the vault instead of starting at
    main. Raises Refused, or GitFailed; then nothing is left behind.
    """
    check_disk(ws, make_room=True)
    check_git_config(ws.layout, ws.git)
    with ws.change(f"spawn {ticket_id}") as change:
        ticket = change.ticket(ticket_id)
        asked = _ask_git(ws, change, ticket_id)
        abandoned = of is not None and ticket.status is Status.ABANDONED
        _check(ws, change, ticket, asked, force=force, reopen=abandoned)
        pod, path = _free_place(ws, change, ticket_id, asked)
        branch = branch_name(pod, ticket_id)
        start = Sha(of.head) if of else asked.base
        spare = _spare(ws, start) if of is None else None
        pending = {"op": "spawn", "pod": pod, "ticket": ticket_id, "branch": branch, "path": str(path), "base": start,
                   "spare": spare.path if spare else None, "of": of.ref if of else None}  # fmt: skip
        _make(ws, change, ticket, pending, spare, of, remembered=asked.remembered)
        base = Sha(ws.git("merge-base", asked.base, start, ok=(0, 1)).text or start) if of else start
        record = PodRecord(
            id=pod,
            ticket=ticket_id,
            branch=branch,
            base=base,
            path=str(path),
            created=now(),
            agent=agent,
            next_role=first_role(ticket),
        )
        raise_signal(change, BuiltIn.SPAWNED, ticket_id, pod, base)
        change.put_pod(record)
        if abandoned:
            change.move(ticket_id, Event.REOPENED)
        change.move(ticket_id, Event.SPAWNED, assigned_to=pod)
        # A ticket that was reopened has not landed: what an earlier pod brought to main says nothing of this one.
        landed = {number: sha for number, sha in change.state.landed.items() if number != ticket_id}
        change.state = replace(change.state, landed=landed)
        change.state = replace(change.state, pending=None)
        change.note("spawned", pod=pod, ticket=ticket_id, base=base, memory="restored" if asked.remembered else "new",
                    spare=spare is not None, of=of.ref if of else None)  # fmt: skip
        change.save()
    _renew_spares(ws)
    return run_setup(ws, record) if ws.config.worktree.setup else record


def _make(
    ws: Workspace, change: Change, ticket: Ticket, pending: dict[str, Any], spare: Spare | None, of: Kept | None,
    *, remembered: bool,
) -> None:  # fmt: skip
    """Makes worktree, branch and what belongs into them; takes everything back when that fails."""
    pod, path, branch, start = PodId(pending["pod"]), Path(pending["path"]), str(pending["branch"]), pending["base"]
    change.state = replace(change.state, next_pod=int(pod[4:]) + 1, pending=pending)
    change.save()
    try:
        make_folder(path.parent)
        if spare is None or not _move_spare(ws, spare, path, branch, start):
            worktree.add_branch(ws.git, path, branch, start)
        if of is not None:
            vault.put_back(ws.pod_git(path), of.head, of.tree, of.index)
        memory_bank.fill(ws, path, ticket, remembered=remembered)
        copy_ticket(ws, ticket.id, path)
        provide_files(ws, path)
    except (LmawepError, OSError) as error:
        mend_spawn(ws, change, pending)
        change.state = replace(change.state, pending=None)
        change.save()
        if isinstance(error, OSError):
            raise LmawepError(f"{pod} could not be made: {error.strerror} ({error.filename}).") from error
        raise


@dataclass(frozen=True, slots=True)
class _Asked:
    """What git knows that a spawn depends on, asked by one process."""

    base: Sha
    """Main's commit."""
    tracks_bank: bool
    remembered: bool
    """Whether an earlier pod of the ticket left a memory bank."""
    next_taken: bool
    """Whether the branch of the next pod exists already."""


def _ask_git(ws: Workspace, change: Change, ticket: TicketId) -> _Asked:
    main = branch_ref(change.state.main)
    branch = branch_ref(branch_name(pod_id(change.state.next_pod), ticket))
    base, tracked, bank, taken = objects_of(
        ws.git, f"{main}^{{commit}}", f"{main}:memory-bank", memory_ref(ticket), branch
    )
    if base is None:
        raise GitFailed(f"{main} does not exist in {ws.git.folder}.")
    return _Asked(Sha(base), tracked is not None, bank is not None, taken is not None)


def _check(ws: Workspace, change: Change, ticket: Ticket, asked: _Asked, *, force: bool, reopen: bool) -> None:
    other = next((p for p in change.state.pods.values() if p.ticket == ticket.id), None)
    if other is not None:
        raise Refused(f"Ticket {ticket.id} already has {other.id}.", f"`lmawep run {other.id}` works on in it.")
    if not reopen and not allowed(ticket.status, Event.SPAWNED):
        raise Refused(f"Ticket {ticket.id} is {ticket.status}.", "Only a ready ticket gets a pod.")
    waiting = waits_for(ticket, _tickets_for(change, ticket))
    if waiting and not force:
        raise Refused(
            f"Ticket {ticket.id} waits for {', '.join(map(str, waiting))}.", "`--force` spawns it all the same."
        )
    if asked.tracks_bank:
        raise Refused(
            "This repository tracks a folder memory-bank/, which every pod uses for itself.", "Rename that folder."
        )


def _tickets_for(change: Change, ticket: Ticket) -> dict[TicketId, Ticket]:
    found: dict[TicketId, Ticket] = {}
    for number in ticket.dependencies:
        try:
            found[number] = change.ticket(number)
        except LmawepError:  # missing or invalid: it is not complete, so the ticket waits for it
            continue
    return found


def _free_place(ws: Workspace, change: Change, ticket: TicketId, asked: _Asked) -> tuple[PodId, Path]:
    """The next pod number whose folder and branch do not exist: nothing that is there is ever reused."""
    number = change.state.next_pod
    while True:
        pod = pod_id(number)
        path = ws.layout.worktree(pod)
        if not os.path.lexists(path):
            first = number == change.state.next_pod
            if not (asked.next_taken if first else worktree.branch_exists(ws.git, branch_name(pod, ticket))):
                return pod, path
        number += 1


def _spare(ws: Workspace, base: Sha) -> Spare | None:
    if ws.config.worktree.spares <= 0:
        return None
    from lmawep_tui.engine.spares import take

    return take(ws, base)


def _renew_spares(ws: Workspace) -> None:
    if ws.config.worktree.spares > 0:
        from lmawep_tui.engine.spares import keep_spares_later

        keep_spares_later(ws)


def _move_spare(ws: Workspace, spare: Spare, path: Path, branch: str, base: Sha) -> bool:
    """Makes the pod's worktree of a spare; False when git does not move it, and then nothing has happened."""
    try:
        worktree.move(ws.git, Path(spare.path), path)
    except GitFailed:
        if os.path.lexists(path):
            raise
        return False
    worktree.switch_new(ws.git.at(path), branch, None if spare.at == (base,) else base)
    return True


def submodule_note(record: PodRecord) -> str:
    """A sentence when the repository has submodules: they are not touched, so the person should know."""
    if not os.path.lexists(Path(record.path) / ".gitmodules"):
        return ""
    return f"This repository has submodules; {record.id} leaves them empty. A setup command can fill them."


def mend_spawn(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """Takes back a spawn that was cut off: only what it made itself, and only while nobody worked there."""
    if pending["pod"] in change.state.pods:
        return
    path, branch, base = Path(pending["path"]), str(pending["branch"]), str(pending["base"])
    tip = commit_of(ws.git, branch_ref(branch))
    if tip is not None and tip != base:
        return  # somebody committed there: doctor adopts it
    registered = worktree.find(ws.git, path)
    if registered is None and pending.get("spare") and path.is_dir() and not path.is_symlink():
        worktree.repair(ws.git, path)  # git was killed between moving the spare and noting where it is now
        registered = worktree.find(ws.git, path)
    if registered is not None and registered.branch in (branch, None):
        if not _untouched(ws, pending, registered):
            return
        if path.exists():
            _remove_half_made(ws, path)
        else:
            worktree.prune(ws.git, path)
    elif registered is None and path.is_dir() and not path.is_symlink() and path.parent == ws.layout.worktrees:
        shutil.rmtree(path)
    if tip is not None and worktree.checkout_of(ws.git, branch) is None:
        delete_ref(ws.git, branch_ref(branch), tip)


def _untouched(ws: Workspace, pending: dict[str, Any], made: worktree.Worktree) -> bool:
    """Whether nobody worked in what a cut-off spawn left.

    Git keeps a worktree locked until it is whole; after that, what is not committed is somebody's work. A spare may
    have been cut off between two commits of main, a snapshot while it was laid out: that is kept before it goes.
    """
    if made.branch is None and not is_ancestor(ws.git, made.head, str(pending["base"])):
        return False
    if made.locked or not worktree.check_links(made.path, ws.layout.git_dir).ok:
        return True
    git = ws.pod_git(made.path)
    if not read_dirt(git):
        return True
    ours = bool(pending.get("spare") or pending.get("of"))
    if ours:
        vault.snapshot(git, PodId(pending["pod"]), "a spawn that was cut off", str(pending["branch"]))
    return ours


def _remove_half_made(ws: Workspace, path: Path) -> None:
    """Git refuses to remove a worktree it had not finished; then the folder goes first and git forgets it."""
    try:
        worktree.remove(ws.git, path)
    except GitFailed:
        shutil.rmtree(path)
        worktree.prune(ws.git, path)
