"""Landing: main moves to exactly the commit whose tree passed the tests, or nothing moves (safety C4, C5)."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmawep_tui.engine.changelog import add_entry
from lmawep_tui.engine.claims import release_landed
from lmawep_tui.engine.raise_signal import raise_signal
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, GitFailed, LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import merge
from lmawep_tui.vcs.merge import Target
from lmawep_tui.vcs.repo import branch_ref, commit_of, is_ancestor


class MainMoved(Exception):
    """Main moved between the test and the landing: build and test again."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One car's part of what lands: its own commit, and the commit that was put on."""

    pod: PodId
    ticket: TicketId
    base: Sha
    commit: Sha
    tree: str


def advance_main(
    ws: Workspace, change: Change, target: Target, cars: Sequence[Arrival], touched: Mapping[str, str]
) -> None:
    """Moves main to the last car's commit, in one step, and records every landing; call under the state lock.

    Main never shows what lies between: only the last tree passed the tests. Raises MainMoved, or Refused when main's
    checkout holds the person's own changes in the way.
    """
    last = cars[-1]
    facts = {"op": "land", "pod": last.pod, "ticket": last.ticket, "cars": [to_plain(car) for car in cars]}
    names = ", ".join(f"{car.pod} (ticket {car.ticket})" for car in cars)
    move_main(ws, change, target, last.commit, touched, facts, f"land {names}")


def move_main(
    ws: Workspace,
    change: Change,
    target: Target,
    new: Sha,
    touched: Mapping[str, str],
    facts: dict[str, Any],
    why: str,
) -> None:
    """Moves main from `target.old` to `new` and records it as `facts["op"]` says; call under the state lock.

    `touched` is path → git's letter of all that differs between the two.

    The intention is written down first, so that whoever comes after a kill completes or undoes it. Raises MainMoved or
    Refused.
    """
    refuse_while_stuck(ws, change)
    current = merge.read_target(ws.git, target.branch)
    if current.old != target.old:
        raise MainMoved
    merge.own_changes(ws.git, current).refuse(touched)
    pending: dict[str, Any] = {
        **facts,
        "branch": target.branch,
        "old": target.old,
        "new": new,
        "checkout": str(current.checkout) if current.checkout else None,
        "at": time.time(),
    }
    change.state = replace(change.state, pending=pending)
    change.save()
    try:
        merge.advance(ws.git, current, new, why)
    except GitFailed as error:
        mend_move(ws, change, pending, killed=False)
        change.state = replace(change.state, pending=None)
        change.save()
        if commit_of(ws.git, branch_ref(target.branch)) == new:
            return
        if commit_of(ws.git, branch_ref(target.branch)) != target.old:
            raise MainMoved from error
        raise Refused(f"{target.branch} could not be moved: {error}", "Mend that, then merge again.") from error
    _record(ws, change, pending)
    change.state = replace(change.state, pending=None)
    change.save()


def _record(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """What happened as a fact: read back from main before it is believed."""
    new = Sha(pending["new"])
    if not is_ancestor(ws.git, new, branch_ref(pending["branch"])):
        raise GitFailed(f"{new[:7]} is not on {pending['branch']} after it was landed.")
    if pending["op"] == "undo":
        from lmawep_tui.engine.undo import record_undo

        record_undo(ws, change, pending)
        return
    alone = {"pod": pending["pod"], "ticket": pending["ticket"], "base": pending["old"], "commit": new,
             "tree": pending.get("tree", "")}  # fmt: skip
    for car in pending.get("cars") or [alone]:
        _record_car(change, from_plain(Arrival, car), pending["branch"])


def _record_car(change: Change, car: Arrival, branch: str) -> None:
    change.state = replace(
        change.state,
        landed={**change.state.landed, car.ticket: car.commit},
        train=tuple(other for other in change.state.train if other.pod != car.pod),
    )
    add_entry(change, car.pod, car.ticket)
    close_landed(change, car.pod, car.ticket)
    raise_signal(change, BuiltIn.MERGED, car.ticket, car.pod, car.commit)
    change.note("landed", pod=car.pod, ticket=car.ticket, commit=car.commit, base=car.base, tree=car.tree, on=branch)


def close_landed(change: Change, pod: PodId, ticket: TicketId) -> None:
    """The ticket is complete, its pod has nothing more to do."""
    try:
        if change.ticket(ticket).status is Status.MERGING:
            change.move(ticket, Event.LANDED)
    except (NotFound, BadFile) as error:  # it has landed all the same; the file is the person's to mend
        change.note("ticket not moved", ticket=ticket, why=str(error))
    release_landed(change, pod)
    if pod in change.state.pods:
        change.put_pod(replace(change.pod(pod), attempts=0, conflicts=0, conflict=None, brief="", setback=""))


def refuse_while_stuck(ws: Workspace, change: Change) -> None:
    """Raises Refused while an earlier move of main is neither done nor undone; tries once more to settle it first."""
    stuck = change.state.stuck
    if stuck is None:
        return
    try:
        mend_move(ws, change, stuck, killed=False)  # locks of today are not those our git left
    except LmawepError as error:
        what = f"landing of {stuck.get('pod')}" if stuck.get("op") == "land" else "undoing of a landing"
        raise Refused(
            f"An earlier {what} was cut off and cannot be settled yet: {error.message}",
            error.hint or "`lmawep doctor` says more.",
        ) from error
    change.state = replace(change.state, stuck=None)
    change.note("recovered", verb=stuck.get("op"), pod=stuck.get("pod"))
    change.save()


def mend_move(ws: Workspace, change: Change, pending: dict[str, Any], *, killed: bool = True) -> None:
    """Completes or undoes a move of main that was cut off, by what main says now; the person's edits are not touched.

    Only a git of ours that was killed leaves locks behind: after one that failed by itself, any lock is the person's.
    Raises Refused when main is gone: then nobody can tell yet.
    """
    old, new = Sha(pending["old"]), Sha(pending["new"])
    checkout = Path(pending["checkout"]) if pending["checkout"] else None
    if checkout is not None and checkout.is_dir():
        if killed and not _git_at_work(ws, checkout):
            clear_stale_locks(ws, checkout, float(pending["at"]))
        merge.restore_checkout(ws.git, checkout, old, new)
    if is_ancestor(ws.git, new, merge.read_target(ws.git, pending["branch"]).old):
        _record(ws, change, pending)


_LOCKS = ("index.lock", "HEAD.lock", "ORIG_HEAD.lock")


def clear_stale_locks(ws: Workspace, checkout: Path, since: float, branch: str | None = None) -> None:
    """Removes lock files that our own killed git left in a checkout, and on its branch (default: main).

    Only those made after our step began, that no process has open: a lock of the person's git is never touched.
    """
    from lmawep_tui.vcs.status import admin_dir

    folder = admin_dir(ws.git.at(checkout))
    refs = ws.layout.git_dir / "refs" / "heads"
    for lock in (*(folder / name for name in _LOCKS), refs / f"{branch or ws.snapshot().state.main}.lock"):
        with contextlib.suppress(FileNotFoundError):
            if lock.stat().st_mtime >= since - 1 and not _is_open(lock):
                lock.unlink()
                ws.journal("stale lock removed", path=str(lock))


def _git_at_work(ws: Workspace, checkout: Path) -> bool:
    """Whether somebody's git works in this checkout now: `git commit` holds its lock while the editor is open."""
    for pid in os.listdir("/proc") if Path("/proc/self/cwd").exists() else ():
        if pid.isdigit():
            with contextlib.suppress(OSError):
                here = Path(f"/proc/{pid}/cwd").readlink()
                ours = here.is_relative_to(ws.layout.workspace)
                if here.is_relative_to(checkout) and not ours and Path(f"/proc/{pid}/comm").read_bytes()[:3] == b"git":
                    return True
    return False


def _is_open(path: Path) -> bool:
    """Whether some process has the file open; without /proc nobody knows, and then it counts as open."""
    if not Path("/proc/self/fd").is_dir():
        return True
    wanted = str(path.resolve())
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            with contextlib.suppress(OSError):
                for fd in os.listdir(f"/proc/{pid}/fd"):
                    with contextlib.suppress(OSError):
                        if str(Path(f"/proc/{pid}/fd/{fd}").readlink()) == wanted:
                            return True
    return False
