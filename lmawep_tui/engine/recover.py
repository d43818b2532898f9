"""Recovery: what a killed process left half done is finished or undone by whoever takes the state lock next."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmawep_tui.engine.transaction import Change, finish_redo
from lmawep_tui.model.errors import Busy, LmawepError
from lmawep_tui.vcs.run import MARK

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace

_GIT_WAIT_S = 60.0


def recover(ws: Workspace) -> None:
    """Mends redo and pending verb, if any. Must be called under the state lock; cheap when there is nothing."""
    finish_redo(ws.layout)
    if not ws.layout.state.exists():
        return
    change = Change(ws)
    pending = change.state.pending
    if pending is None:
        return
    wait_for_own_git(ws.layout.root)
    from dataclasses import replace

    mend = _menders().get(str(pending.get("op")))
    if mend is not None:
        try:
            mend(ws, change, pending)
        except Busy:
            raise
        except LmawepError as error:
            # What cannot be mended now is left for doctor to name; a move of main also stops every further one.
            change = Change(ws)
            if pending.get("op") in ("land", "undo"):
                change.state = replace(change.state, stuck={**pending, "why": str(error)})
            change.note("recovery gave up", verb=pending.get("op"), pod=pending.get("pod"), why=str(error))
    change.state = replace(change.state, pending=None)
    change.note("recovered", verb=pending.get("op"), pod=pending.get("pod"))
    change.save()


def _menders() -> dict[str, Callable[[Workspace, Change, dict[str, Any]], None]]:
    from lmawep_tui.engine.landing import mend_move
    from lmawep_tui.engine.mend_merge import mend_merge
    from lmawep_tui.engine.remove import mend_removal
    from lmawep_tui.engine.spawn import mend_spawn

    return {
        "spawn": mend_spawn,
        "land": mend_move,
        "undo": mend_move,
        "remove": mend_removal,
        "resolve": mend_merge,
    }


def wait_for_own_git(root: Path) -> None:
    """Waits for git processes that a killed lmawep of this project left running: they still write.

    Raises Busy after a minute. Where /proc does not exist there is nothing to ask, and nothing is waited for.
    """
    deadline = time.monotonic() + _GIT_WAIT_S
    while pids := _own_git(root):
        if time.monotonic() > deadline:
            raise Busy(f"git process {pids[0]} of an earlier lmawep still runs.", "Wait for it, or end it.")
        time.sleep(0.02)


def _own_git(root: Path) -> list[int]:
    wanted = f"{MARK}={root}".encode("utf-8", "surrogateescape")
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                with contextlib.suppress(OSError):
                    environ = Path("/proc", name, "environ").read_bytes()
                    if wanted in environ.split(b"\0") and _is_git(name):
                        found.append(int(name))
    return found


def _is_git(pid: str) -> bool:
    """Only the git program itself: what it started (a daemon, say) is not waited for."""
    return Path("/proc", pid, "comm").read_bytes().strip() == b"git"
