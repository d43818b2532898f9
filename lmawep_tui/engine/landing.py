"""Landing: main moves to exactly the commit whose tree passed the tests, or nothing moves (safety C4, C5)."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.claims import release_landed
from lmawep_tui.engine.raise_signal import raise_signal
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import BadFile, GitFailed, NotFound, Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import merge
from lmawep_tui.vcs.merge import Target
from lmawep_tui.vcs.repo import branch_ref, commit_of, is_ancestor


class MainMoved(Exception):
    """Main moved between the test and the landing: build and test again."""


def advance_main(ws: Workspace, change: Change, record: PodRecord, target: Target, new: Sha, tree: str) -> None:
    """Moves main to `new` and records the landing; must be called under the state lock.

    The intention is written down first, so that whoever comes after a kill completes or undoes it. Raises MainMoved,
    or Refused when main's checkout holds the person's own changes in the way.
    """
    current = merge.read_target(ws.git, target.branch)
    if current.old != target.old:
        raise MainMoved
    merge.refuse_overlap(ws.git, current, new)
    pending: dict[str, Any] = {
        "op": "land",
        "pod": record.id,
        "ticket": record.ticket,
        "branch": target.branch,
        "old": target.old,
        "new": new,
        "tree": tree,
        "checkout": str(current.checkout) if current.checkout else None,
        "at": time.time(),
    }
    change.state = replace(change.state, pending=pending)
    change.save()
    try:
        merge.advance(ws.git, current, new, f"land {record.id} (ticket {record.ticket})")
    except GitFailed as error:
        mend_landing(ws, change, pending, killed=False)
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
    """The landing as a fact: read back from main before it is believed."""
    pod, ticket, new = PodId(pending["pod"]), pending["ticket"], Sha(pending["new"])
    if not is_ancestor(ws.git, new, branch_ref(pending["branch"])):
        raise GitFailed(f"{new[:7]} is not on {pending['branch']} after it was landed.")
    change.state = replace(
        change.state,
        landed={**change.state.landed, ticket: new},
        train=tuple(car for car in change.state.train if car.pod != pod),
    )
    try:
        if change.ticket(ticket).status is Status.MERGING:
            change.move(ticket, Event.LANDED)
    except (NotFound, BadFile) as error:  # it has landed all the same; the file is the person's to mend
        change.note("ticket not moved", ticket=ticket, why=str(error))
    release_landed(change, pod)
    raise_signal(change, BuiltIn.MERGED, ticket, pod, new)
    if pod in change.state.pods:
        record = change.put_pod(replace(change.pod(pod), attempts=0, conflicts=0, brief=""))
        with contextlib.suppress(BadFile, OSError):
            memory_bank.keep(ws, record, f"landed as {new[:7]}")
    change.note("landed", pod=pod, ticket=ticket, commit=new, tree=pending["tree"], on=pending["branch"])


def mend_landing(ws: Workspace, change: Change, pending: dict[str, Any], *, killed: bool = True) -> None:
    """Completes or undoes a landing that was cut off, by what main says now; the person's edits are not touched.

    Only a git of ours that was killed leaves locks behind: after one that failed by itself, any lock is the person's.
    """
    old, new = Sha(pending["old"]), Sha(pending["new"])
    checkout = Path(pending["checkout"]) if pending["checkout"] else None
    if checkout is not None and checkout.is_dir():
        if killed and not _git_at_work(ws, checkout):
            clear_stale_locks(ws, checkout, float(pending["at"]))
        merge.restore_checkout(ws.git, checkout, old, new)
    if is_ancestor(ws.git, new, branch_ref(pending["branch"])):
        _record(ws, change, pending)


_LOCKS = ("index.lock", "HEAD.lock", "ORIG_HEAD.lock")


def clear_stale_locks(ws: Workspace, checkout: Path, since: float) -> None:
    """Removes lock files that our own killed git left in main's checkout.

    Only those made after the landing began, that no process has open: a lock of the person's git is never touched.
    """
    from lmawep_tui.vcs.status import admin_dir

    folder = admin_dir(ws.git.at(checkout))
    refs = ws.layout.git_dir / "refs" / "heads"
    for lock in (*(folder / name for name in _LOCKS), refs / f"{ws.snapshot().state.main}.lock"):
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
