"""The vault: private refs that keep everything in a pod before it goes."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, is_sha
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, commit_of, update_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import admin_dir, nested_repositories, read_dirt

PREFIX = "refs/lmawep/vault/"


def snapshot(git: Git, pod: PodId, why: str) -> str:
    """Keeps a pod's whole content under a new ref and returns the ref's name.

    The snapshot's tree is the worktree with untracked files; its parents are HEAD, the index as a commit, and commits
    that only the pod's own reflog still knows. Raises Refused when something could not be kept: a safety net that
    fails must stop what it was for.
    """
    dirt = read_dirt(git)
    nested = nested_repositories(git.folder, dirt.untracked)
    if nested:
        raise Refused(
            f"{pod} contains repositories of its own, which cannot be kept: {', '.join(nested[:3])}.",
            "Move them away first.",
        )
    head = commit_of(git, "HEAD")
    index_tree = None if dirt.unmerged else git("write-tree").text
    tree = _worktree_tree(git)
    parents = list(dict.fromkeys(p for p in (head, _commit(git, index_tree, head), *_forgotten(git)) if p))
    commit = _commit(git, tree, *parents, message=why)
    assert commit is not None  # the tree exists
    ref = new_ref(pod)
    update_ref(git, ref, commit, ZERO, why)
    if git("rev-parse", f"{ref}^{{tree}}").text != tree:
        raise Refused(f"The snapshot of {pod} could not be read back.", "Nothing was removed.")
    return ref


def new_ref(pod: PodId) -> str:
    """A name for the next snapshot of a pod."""
    return f"{PREFIX}{pod}/{time.time_ns()}"


def has_forgotten(git: Git) -> bool:
    """Whether the pod's reflog still knows commits that no branch has."""
    return bool(_forgotten(git))


def _worktree_tree(git: Git) -> str:
    """The worktree as a tree, through an index of its own: no flag of the real one can hide a change."""
    with tempfile.TemporaryDirectory(prefix="lmawep-index-") as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if commit_of(git, "HEAD") is not None:
            git("read-tree", "HEAD", env=env)
        git("add", "--all", "--", ".", env=env, timeout_s=600)
        return git("write-tree", env=env).text


def _commit(git: Git, tree: str | None, *parents: str | None, message: str = "index") -> str | None:
    if tree is None:
        return None
    flags = [part for parent in parents if parent for part in ("-p", parent)]
    return git("commit-tree", tree, *flags, "-F", "-", stdin=message.encode(), env=OWN_IDENTITY).text


_REFLOG_SHA = re.compile(r"^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ", re.MULTILINE)


def _forgotten(git: Git) -> list[str]:
    """Commits that only the pod's reflog still reaches: amended, reset away, made on a detached HEAD."""
    log = admin_dir(git) / "logs" / "HEAD"
    if not log.is_file():
        return []
    text = log.read_text("utf-8", "replace")
    shas = dict.fromkeys(sha for pair in _REFLOG_SHA.findall(text) for sha in pair if is_sha(sha) and sha.strip("0"))
    known = [sha for sha in shas if commit_of(git, sha) is not None]
    if not known:
        return []
    listed = git("rev-list", "--no-walk=unsorted", "--ignore-missing", *known, "--not", "--branches", "--tags", "HEAD")
    return listed.text.splitlines()


def stored(git: Git, pod: PodId | None = None) -> list[tuple[str, str, str]]:
    """Snapshots as (ref, commit, subject), oldest first."""
    pattern = f"{PREFIX}{pod}/" if pod else PREFIX
    lines = git("for-each-ref", "--format=%(refname)%00%(objectname)%00%(subject)", pattern).text.splitlines()
    return [(parts[0], parts[1], parts[2]) for line in lines if len(parts := line.split("\0")) == 3]
