"""The private worktree in which merges are tested: nobody else's, and shown one commit after the other.

Everything here happens under the merge lock. The state lock is taken only for `git worktree` itself, so that agents
start and end while a big checkout is under way (safety design note 1).
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from lmawep_tui.engine.train_files import TrainFiles
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder
from lmawep_tui.model.errors import Busy, GitFailed, Refused
from lmawep_tui.model.ids import Sha
from lmawep_tui.vcs import worktree
from lmawep_tui.vcs.status import admin_dir, read_dirt

_GIT_WAIT_S = 60.0
_LOCKS = ("index.lock", "HEAD.lock")


def check_out(ws: Workspace, commit: Sha) -> Path:
    """The folder, showing exactly `commit` and the ignored files that the project's worktrees get.

    Raises Refused when something that is not ours is in its place, or the checkout does not come out as committed.
    """
    folder = ws.layout.train
    check_git_config(ws.layout, ws.git)
    if not worktree.check_links(folder, ws.layout.git_dir).ok:
        _make(ws, folder, commit)
    git = ws.git.at(folder)
    admin = admin_dir(git)
    if (admin / "HEAD").read_text("utf-8", "replace").startswith("ref:"):
        raise Refused(f"{folder} is a worktree of yours, on a branch.", "Move it: `git worktree move`.")
    _free_locks(ws, folder, admin)
    files = TrainFiles(ws, folder)
    files.drop_changed()
    git(*worktree.WORKERS, "checkout", "--quiet", "--force", "--detach", commit, timeout_s=900)
    files.give()
    dirt = read_dirt(git)
    if dirt:
        git("clean", "-ffdq", timeout_s=600)
        dirt = read_dirt(git)
    if dirt:
        raise Refused(f"{folder} does not show the commit to be tested: {', '.join(dirt.paths[:3])}.",
                      "A clean filter or line ending rule changes files on checkout.")  # fmt: skip
    return folder


def _make(ws: Workspace, folder: Path, commit: Sha) -> None:
    """Registers the worktree, its files still to come; mends one whose links were cut."""
    with ws.change("train worktree"):
        found = worktree.find(ws.git, folder)
        if found is not None and not folder.exists():
            worktree.prune(ws.git, folder)
            found = None
        if found is None:
            if os.path.lexists(folder):
                raise Refused(f"{folder} exists and is not lmawep's.", "Move it away; lmawep tests merges there.")
            make_folder(folder.parent)
            worktree.add_empty(ws.git, folder, commit)
        elif folder.is_dir() and not folder.is_symlink():
            with contextlib.suppress(GitFailed):
                if not worktree.reconnect(ws.git, folder, ws.layout.git_dir):
                    worktree.repair(ws.git, folder)
    links = worktree.check_links(folder, ws.layout.git_dir)
    if not links.ok:
        raise Refused(f"The train's worktree is not in order: {links.why}.", "Move it away; it is made anew then.")


def _free_locks(ws: Workspace, folder: Path, admin: Path) -> None:
    """Takes away what a killed lander left: we hold the merge lock, so no git but a dying one works in this folder."""
    left = [lock for name in _LOCKS if (lock := admin / name).exists()]
    deadline = time.monotonic() + _GIT_WAIT_S
    while left and _git_in(folder):
        if time.monotonic() > deadline:
            raise Busy(f"A git of an earlier lmawep still works in {folder}.", "Wait for it, or end it.")
        time.sleep(0.02)
    for lock in left:
        with contextlib.suppress(FileNotFoundError):
            lock.unlink()
            ws.journal("stale lock removed", path=str(lock))


def _git_in(folder: Path) -> bool:
    """Whether some git process works in the folder."""
    for pid in os.listdir("/proc") if Path("/proc/self/cwd").exists() else ():
        if pid.isdigit():
            with contextlib.suppress(OSError):
                here = Path(f"/proc/{pid}/cwd").readlink()
                if here == folder and Path(f"/proc/{pid}/comm").read_bytes()[:3] == b"git":
                    return True
    return False
