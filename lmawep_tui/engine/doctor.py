"""`doctor`: what is not in order, and `--fix`. It may add and mend; it never throws work away."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.recovery import Stray, end_strays, strays
from lmawep_tui.engine import settle, spares, trash
from lmawep_tui.engine.preflight import preflight
from lmawep_tui.engine.rebuild import rebuilt_state
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.transaction import Change, read_redo, write_views
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import TEMP_PREFIX, make_folder, write_text
from lmawep_tui.files.lock import hold
from lmawep_tui.files.read import read_text
from lmawep_tui.files.state_file import MAX_STATE_BYTES, parse_state, state_text
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import worktree
from lmawep_tui.vcs.repo import add_excludes, branch_ref, commit_of, main_branch

_IN_POD = (Status.ASSIGNED, Status.WORKING, Status.REVIEW, Status.TESTING, Status.MERGING)
_OLD_TEMP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order, in a sentence; `fixed` when `--fix` mended it."""

    what: str
    fixed: bool = False


def doctor(ws: Workspace, *, fix: bool = False) -> list[Finding]:
    """Looks at everything; with `fix` mends what can be mended without loss, and a second time finds nothing new.

    Works with a lost or damaged state file too: pods come back from `git worktree list` and the tickets.
    """
    found: list[Finding] = []
    _folders(ws, found, fix=fix)
    with hold(ws.layout.lock("state"), what="lmawep", doing="doctor"):
        _redo(ws, found, fix=fix)
        usable = _state_file(ws, found, fix=fix)
    if usable and fix:
        with ws.change("doctor --fix"):  # taking the lock recovers what a killed process left half done
            usable = _state_file(ws, found, fix=fix)  # recovery may leave a pod that is not in the state
    if usable:
        _pods(ws, found, fix=fix)
        _runs(ws, found, fix=fix)
        _tickets(ws, found, fix=fix)
        _strays(ws, found, fix=fix)
        _spares(ws, found, fix=fix)
        _trash(ws, found, fix=fix)
    found += [Finding(f"{item.file}{f':{item.line}' if item.line else ''}: {item.reason}")
              for item in ws.snapshot().invalid]  # fmt: skip
    found += [Finding(text) for text in preflight(ws)]
    if fix and usable:
        write_views(ws)
    return found


def _folders(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    layout = ws.layout
    for folder in (layout.tickets, layout.workspace, layout.workspace / "locks", layout.runs, layout.board):
        if not folder.is_dir():
            if fix or folder.name == "locks" or folder == layout.workspace:
                make_folder(folder)
            found.append(Finding(f"The folder {folder} was missing.", fix))
    exclude = layout.exclude.read_text("utf-8", "replace").splitlines() if layout.exclude.exists() else []
    missing = [p for p in ("/lmawep-workspace/", "/memory-bank/", "/.lmawep/tickets/") if p not in exclude]
    if missing and not (ws.config.tickets.tracked and missing == ["/.lmawep/tickets/"]):
        if fix:
            add_excludes(layout.exclude, tuple(missing))
        found.append(Finding(f"{layout.exclude} does not exclude {', '.join(missing)}.", fix))
    now = time.time()
    for folder in (layout.tickets, layout.workspace):
        for temp in folder.glob(f"{TEMP_PREFIX}*") if folder.is_dir() else ():
            if now - temp.stat(follow_symlinks=False).st_mtime > _OLD_TEMP_S:
                if fix:
                    temp.unlink(missing_ok=True)
                found.append(Finding(f"{temp} was left by a killed write.", fix))


def _spares(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    """Spares are ours, but whatever somebody left in one is not: those are named, never removed."""
    before = {spare.name for spare, _ in spares.odd_ones(ws)}
    if before and fix:
        spares.mend(ws)
    left = spares.odd_ones(ws)
    for spare, why in left:
        found.append(Finding(f"The spare worktree {spare.path} is not used: {why}. `git worktree remove` removes it."))
    for name in sorted(before - {spare.name for spare, _ in left}):
        found.append(Finding(f"The spare worktree {name} was never finished.", fix))


def _trash(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    """What removals left to be deleted later: usually gone within a second, so only what is old is worth a word."""
    left = trash.empty(ws) if fix else trash.waiting(ws)
    old = [path for path in left if time.time() - path.stat(follow_symlinks=False).st_ctime > _OLD_TEMP_S]
    if left and fix:
        found.append(Finding(f"{left[0]} cannot be deleted; everything in it was kept before."))
    elif old:
        found.append(Finding(f"{len(old)} removed worktrees are not deleted yet, {old[0]} for one."))


def _redo(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    try:
        read_redo(ws.layout)
    except BadFile as error:
        if fix:
            ws.layout.redo.rename(ws.layout.redo.with_name(f"redo.json.damaged-{time.time_ns()}"))
        found.append(Finding(str(error).removesuffix(" " + error.hint), fix))


def _state_file(ws: Workspace, found: list[Finding], *, fix: bool) -> bool:
    """Whether the state can be read, after mending; also adopts pods that git has and the state does not."""
    layout = ws.layout
    state: State | None = None
    with contextlib.suppress(FileNotFoundError):
        try:
            state = parse_state(read_text(layout.state, MAX_STATE_BYTES), layout.state)
        except BadFile as error:
            found.append(Finding(str(error).removesuffix(" " + error.hint), fix))
            if fix:
                aside = layout.state.with_name(f"{layout.state.name}.damaged-{time.time_ns()}")
                layout.state.rename(aside)
    if state is None:
        if not layout.state.exists() and not any("state" in f.what for f in found):
            found.append(Finding(f"{layout.state} is missing.", fix))
        if not fix:
            return False
        layout.redo.unlink(missing_ok=True)  # it belonged to the state that is gone; tickets are whole by themselves
    main = (state.main if state else "") or ws.config.main or main_branch(ws.git)
    rebuilt = rebuilt_state(layout, ws.git, state or State(main=main))
    added = [pod for pod in rebuilt.pods if state is None or pod not in state.pods]
    if state is not None and state.pending is not None and state.pending.get("op") == "spawn":
        added = []  # a spawn under way: recovery decides about it
        rebuilt = state
    for pod in added:
        found.append(Finding(f"{pod} (ticket {rebuilt.pods[pod].ticket}) was not in the state.", fix))
    if fix and rebuilt != state:
        write_text(layout.state, state_text(replace(rebuilt, version=rebuilt.version + 1)))
        ws.journal("state rebuilt", pods=list(added))
    return True


def _pods(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    for pod in ws.snapshot().pods.values():
        record = pod.record
        path = Path(record.path)
        if commit_of(ws.git, branch_ref(record.branch)) is None:
            found.append(Finding(f"{pod.id}: its branch {record.branch} is gone."))
        elif not path.exists():
            found.append(Finding(f"{pod.id}: its folder {path} is gone.", fix and _bring_back(ws, record)))
        elif not worktree.check_links(path, ws.layout.git_dir).ok:
            why = worktree.check_links(path, ws.layout.git_dir).why
            found.append(Finding(f"{pod.id}: {why}.", fix and _repair(ws, record)))


def _bring_back(ws: Workspace, record: PodRecord) -> bool:
    """A pod that was moved by hand is found where git has it; one that was deleted comes back from its branch."""
    from lmawep_tui.engine import memory_bank

    with ws.change("doctor --fix") as change:
        there = next(
            (w for w in worktree.list_worktrees(ws.git) if w.branch == record.branch and w.path.exists()), None
        )
        if there is not None:
            change.put_pod(replace(record, path=str(there.path)))
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


def _runs(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    for pod in ws.snapshot().pods.values():
        if pod.run is not None and not pod.live and pod.run.number > pod.record.settled:
            what = f"{pod.id}: nobody acted on the end of {pod.run.name}."
            found.append(Finding(what, fix and settle.settle(ws, pod.id) is not None))


def _tickets(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    """Tickets and pods that disagree: the state says who works on what, the approval must be real."""
    snapshot = ws.snapshot()
    by_ticket = {pod.ticket: pod for pod in snapshot.pods.values()}
    for ticket in snapshot.tickets.values():
        pod = by_ticket.get(ticket.id)
        if pod is None and ticket.status in _IN_POD:
            what = f"Ticket {ticket.id} is {ticket.status}, but has no pod."
            _mend(ws, found, fix, what, partial(_step, ticket.id, Event.REMOVED, unassign=True))
        elif pod is not None and ticket.assigned_to != pod.id:
            what = f"Ticket {ticket.id} does not know that {pod.id} works on it."
            _mend(ws, found, fix, what, partial(_assign, ticket.id, pod.id))
        if pod is not None and ticket.status is Status.READY:
            what = f"Ticket {ticket.id} is ready, but has {pod.id}."
            _mend(ws, found, fix, what, partial(_step, ticket.id, Event.SPAWNED))
        if pod is not None and ticket.status in (Status.TESTING, Status.MERGING) and not _approved(pod.record):
            what = f"Ticket {ticket.id} is {ticket.status}, but nobody approved {pod.id}."
            _mend(ws, found, fix, what, partial(_step, ticket.id, Event.OUTDATED))
        if pod is not None and ticket.status is Status.WORKING and not pod.live and _settled(ws, pod.id, pod.record):
            what = f"Ticket {ticket.id} is working, but nothing runs in {pod.id}."
            _mend(ws, found, fix, what, partial(_step, ticket.id, Event.FAILED))
        if pod is not None and ticket.status is Status.MERGING and _approved(pod.record) and pod.in_train is None:
            what = f"{pod.id} is merging, but not in the train."
            _mend(ws, found, fix, what, partial(_rejoin, pod.id))


def _step(ticket: TicketId, event: Event, change: Change, *, unassign: bool = False) -> None:
    fields = {"assigned_to": None} if unassign else {}
    change.move(ticket, event, **fields)


def _assign(ticket: TicketId, pod: PodId, change: Change) -> None:
    change.change_ticket(ticket, assigned_to=pod)


def _rejoin(pod: PodId, change: Change) -> None:
    from lmawep_tui.engine.testing import join_train

    record = change.pod(pod)
    if record.verdict is not None:
        join_train(change, record, record.verdict.commit)


def _approved(record: PodRecord) -> bool:
    return record.verdict is not None and record.verdict.approved


def _settled(ws: Workspace, pod: PodId, record: PodRecord) -> bool:
    run = newest(ws, pod)
    return run is None or (run.number <= record.settled and not is_live(ws.run_dir(pod, run.name), run))


def _mend(ws: Workspace, found: list[Finding], fix: bool, what: str, how: Callable[[Change], object]) -> None:
    fixed = False
    if fix:
        try:
            with ws.change("doctor --fix") as change:
                how(change)
                change.note("mended", what=what)
                change.save()
            fixed = True
        except LmawepError as error:
            what = f"{what} ({error})"
    found.append(Finding(what, fixed))


def _strays(ws: Workspace, found: list[Finding], *, fix: bool) -> None:
    with ws.change("doctor"):
        live = set()
        for pod in ws.snapshot().pods.values():
            if pod.live and pod.run is not None:
                live.add(pod.run.mark)
        left: list[Stray] = strays(ws.layout.root, live)
    if not left:
        return
    survivors = {stray.id for stray in end_strays(left)} if fix else {stray.id for stray in left}
    for stray in left:
        what = f"{stray.name} (process {stray.id.pid}) outlived its run in {stray.pod or 'a pod'}."
        found.append(Finding(what, stray.id not in survivors))
