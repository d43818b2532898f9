"""Worktrees: listed, added, moved, repaired, removed; every answer from git itself."""

from __future__ import annotations

import os
from pathlib import Path

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.vcs.repo import branch_ref
from lmawep_tui.vcs.run import Git

_PARALLEL_FROM = 2_000
"""Files from which a parallel checkout is faster than a serial one."""
WORKERS = ("-c", "checkout.workers=4", "-c", f"checkout.thresholdForParallelism={_PARALLEL_FROM}")
"""Flags for a checkout that may be a big one."""


@dataclass(frozen=True, slots=True)
class Worktree:
    """One line of `git worktree list`."""

    path: Path
    head: str
    branch: str | None
    """Short name, None when detached."""
    prunable: bool = False
    locked: bool = False


def list_worktrees(git: Git) -> list[Worktree]:
    """All worktrees, the main checkout first."""
    found: list[Worktree] = []
    for block in git("worktree", "list", "--porcelain", "-z").stdout.split(b"\0\0"):
        facts: dict[str, str] = {}
        for line in block.split(b"\0"):
            key, _, value = line.decode("utf-8", "surrogateescape").partition(" ")
            facts[key] = value
        if "worktree" in facts:
            branch = facts.get("branch", "").removeprefix("refs/heads/") or None
            found.append(
                Worktree(Path(facts["worktree"]), facts.get("HEAD", ""), branch, "prunable" in facts, "locked" in facts)
            )
    return found


def add_branch(git: Git, path: Path, branch: str, commit: str) -> None:
    """A new worktree on a new branch at `commit`. Never tracks, never forces, never reuses a branch."""
    git(*WORKERS, "worktree", "add", "--quiet", "--no-track", "-b", branch, "--", str(path), commit, timeout_s=900)


def add_existing(git: Git, path: Path, branch: str) -> None:
    """A worktree for a branch that exists and is checked out nowhere."""
    git("worktree", "add", "--quiet", "--", str(path), branch, timeout_s=900)


def add_empty(git: Git, path: Path, commit: str) -> None:
    """A worktree with a detached HEAD at `commit` and no files yet: quick, for whoever holds a lock."""
    git("worktree", "add", "--quiet", "--detach", "--no-checkout", "--", str(path), commit)


def add_detached(git: Git, path: Path, commit: str) -> None:
    """A worktree with a detached HEAD at `commit`."""
    git(*WORKERS, "worktree", "add", "--quiet", "--detach", "--", str(path), commit, timeout_s=900)


def switch_detached(git: Git, commit: str) -> None:
    """Brings a detached checkout to `commit`; git itself refuses when that would touch what is not committed."""
    git(*WORKERS, "switch", "--quiet", "--detach", commit, timeout_s=900)


def switch_new(git: Git, branch: str, commit: str | None) -> None:
    """A new branch at `commit` in a detached checkout, whose files are brought there; None is where HEAD is already.

    Git does not even look at the files then, which is five times faster on five thousand of them.
    """
    at = (commit,) if commit else ()
    git(*WORKERS, "switch", "--quiet", "--no-track", "--create", branch, *at, timeout_s=900)


def find(git: Git, path: Path) -> Worktree | None:
    """The worktree registered at exactly this path."""
    return next((w for w in list_worktrees(git) if w.path == path), None)


def checkout_of(git: Git, branch: str) -> Path | None:
    """Where the branch is checked out, or None."""
    return next((w.path for w in list_worktrees(git) if w.branch == branch), None)


def remove(git: Git, path: Path) -> None:
    """Removes a worktree whose content is safe elsewhere; the caller has made sure of that."""
    git("worktree", "remove", "--force", "--", str(path), timeout_s=900)


def forget(git: Git, path: Path) -> None:
    """Forgets a worktree whose folder was moved away. Raises GitFailed when something stands there again."""
    if os.path.lexists(path):
        raise GitFailed(f"{path} is there again.", "Move it away.")
    git("worktree", "remove", "--force", "--", str(path))


def prune(git: Git, path: Path) -> None:
    """Forgets one worktree whose folder is gone; others are left alone."""
    found = find(git, path)
    if found is not None and found.prunable and not path.exists():
        git("worktree", "remove", "--force", "--", str(path))


def move(git: Git, old: Path, new: Path) -> None:
    git("worktree", "move", "--", str(old), str(new))


def repair(git: Git, path: Path) -> None:
    """Mends the links between the repository and a worktree that was moved by hand."""
    git("worktree", "repair", str(path))


def branch_exists(git: Git, branch: str) -> bool:
    return git.succeeds("show-ref", "--verify", "--quiet", branch_ref(branch))


def reconnect(git: Git, path: Path, git_dir: Path) -> bool:
    """Gives a registered worktree its folder and `.git` file back, empty, when an agent deleted them.

    Then its index, HEAD and reflog can be asked again. False when git does not know the worktree or nothing is missing.
    """
    if path.is_symlink() or (path / ".git").is_symlink() or (path / ".git").exists() or find(git, path) is None:
        return False
    for record in (git_dir / "worktrees").glob("*/gitdir"):
        if Path(record.read_text("utf-8", "surrogateescape").strip()) == path / ".git":
            path.mkdir(exist_ok=True)
            (path / ".git").write_text(f"gitdir: {record.parent}\n", "utf-8", "surrogateescape")
            return True
    return False


@dataclass(frozen=True, slots=True)
class Links:
    """Whether a pod's `.git` file and git's own record of the pod still point at each other (safety T10)."""

    ok: bool
    why: str = ""


def check_links(path: Path, git_dir: Path) -> Links:
    """Reads the four small files that tie a worktree to its repository."""
    if path.is_symlink() or not path.is_dir():
        return Links(False, f"{path} is not a folder any more")
    dot_git = path / ".git"
    try:
        if dot_git.is_symlink() or not dot_git.is_file():
            return Links(False, f"{dot_git} is not the file git put there")
        target = Path(dot_git.read_text("utf-8").removeprefix("gitdir:").strip())
        admin = target if target.is_absolute() else (path / target).resolve()
        if admin.parent.resolve() != (git_dir / "worktrees").resolve():
            return Links(False, f"{dot_git} points outside this repository")
        if Path((admin / "gitdir").read_text("utf-8").strip()).resolve() != dot_git.resolve():
            return Links(False, f"{admin} belongs to another folder")
        if (admin / (admin / "commondir").read_text("utf-8").strip()).resolve() != git_dir.resolve():
            return Links(False, f"{admin} points at another repository")
    except (OSError, UnicodeDecodeError) as error:
        return Links(False, f"{dot_git} cannot be followed ({error})")
    return Links(True)
