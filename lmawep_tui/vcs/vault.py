"""The vault: private refs that keep everything in a pod before it goes."""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, is_sha
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, branch_ref, commit_of, update_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import Dirt, admin_dir, nested_repositories, read_dirt

PREFIX = "refs/lmawep/vault/"


def snapshot(git: Git, pod: PodId, why: str, branch: str | None = None) -> str:
    """Keeps a pod's whole content under a new ref and returns the ref's name.

    The snapshot's tree is the worktree with untracked files; its parents are HEAD, the index as a commit, `branch`, and
    commits that only the pod's own records still know. Raises Refused when something could not be kept: a safety net
    that fails must stop what it was for.
    """
    dirt = read_dirt(git)
    refuse_nested(git, pod, dirt)
    head = commit_of(git, "HEAD")
    tip = commit_of(git, branch_ref(branch)) if branch else None
    index_tree = _index_tree(git, dirt)
    tree = _worktree_tree(git, index_tree)
    known = (head, tip, _commit(git, index_tree, head), *_forgotten(git, branch))
    parents = list(dict.fromkeys(p for p in known if p))
    commit = _commit(git, tree, *parents, message=why)
    assert commit is not None  # the tree exists
    ref = new_ref(pod)
    update_ref(git, ref, commit, ZERO, why)
    if git("rev-parse", f"{ref}^{{tree}}").text != tree:
        raise Refused(f"The snapshot of {pod} could not be read back.", "Nothing was removed.")
    return ref


def refuse_nested(git: Git, pod: PodId, dirt: Dirt) -> None:
    """Raises Refused when the pod holds repositories of its own: what is committed there is nowhere else."""
    nested = nested_repositories(git, dirt)
    if nested:
        raise Refused(
            f"{pod} contains repositories of its own, which cannot be kept: {', '.join(nested[:3])}.",
            "Move them away first.",
        )


def new_ref(pod: PodId) -> str:
    """A name for the next snapshot of a pod."""
    return f"{PREFIX}{pod}/{time.time_ns()}"


def has_forgotten(git: Git, branch: str | None = None) -> bool:
    """Whether the pod's own records still know commits that no branch has."""
    return bool(_forgotten(git, branch))


_ALL = ("-c", "core.sparseCheckout=false")
"""A sparse checkout is the agent's business; what lies outside of it is kept all the same."""


def _index_tree(git: Git, dirt: Dirt) -> str:
    """The index as a tree; the sides of unmerged files stand in a folder of their own."""
    if not dirt.unmerged:
        return git("write-tree").text
    lines: list[str] = []
    for field in git("ls-files", "-s", "-z").fields:
        facts, _, path = field.partition("\t")
        mode, sha, stage = facts.split()
        lines.append(f"{mode} {sha} 0\t{path if stage == '0' else f'unmerged~{stage}/{path}'}\0")
    with _own_index() as env:
        git("update-index", "-z", "--index-info", stdin="".join(lines).encode("utf-8", "surrogateescape"), env=env)
        return git("write-tree", env=env).text


def _worktree_tree(git: Git, index_tree: str) -> str:
    """The worktree as a tree, through an index of its own: no flag of the real one can hide a change."""
    with _own_index() as env:
        git(*_ALL, "read-tree", index_tree, env=env)
        git(*_ALL, "add", "--all", "--", ".", env=env, timeout_s=600)
        return git("write-tree", env=env).text


@contextlib.contextmanager
def _own_index() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="lmawep-index-") as folder:
        yield {"GIT_INDEX_FILE": str(Path(folder) / "index")}


def _commit(git: Git, tree: str | None, *parents: str | None, message: str = "index") -> str | None:
    if tree is None:
        return None
    flags = [part for parent in parents if parent for part in ("-p", parent)]
    return git("commit-tree", tree, *flags, "-F", "-", stdin=message.encode(), env=OWN_IDENTITY).text


_SHA = re.compile(r"(?<![0-9a-f])[0-9a-f]{40,64}(?![0-9a-f])")
_RECORDS = ("logs/HEAD", "MERGE_HEAD", "MERGE_AUTOSTASH", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "ORIG_HEAD",
            "rebase-merge/orig-head", "rebase-merge/autostash", "rebase-apply/orig-head")  # fmt: skip
"""Files in a worktree's own git folder that name commits; they go with the worktree."""


def _forgotten(git: Git, branch: str | None) -> list[str]:
    """Commits that only the pod's own records still reach: amended, reset away, detached, half merged."""
    admin = admin_dir(git)
    records = [admin / name for name in _RECORDS]
    if branch is not None:
        records.append(git.folder / git("rev-parse", "--git-path", f"logs/{branch_ref(branch)}").text)
    texts = [path.read_text("utf-8", "replace") for path in records if path.is_file()]
    own = ("refs/worktree/", "refs/bisect/", "refs/rewritten/")
    texts.append(git("for-each-ref", "--format=%(objectname)", *own).text)
    shas = dict.fromkeys(sha for text in texts for sha in _SHA.findall(text) if is_sha(sha) and sha.strip("0"))
    if not shas:
        return []
    asked = "".join(f"{sha}^{{commit}}\n" for sha in shas).encode()
    answers = git("cat-file", "--batch-check=%(objectname)", stdin=asked).text.splitlines()
    known = [answer for answer in answers if is_sha(answer)]
    if not known:
        return []
    listed = git("rev-list", "--no-walk=unsorted", "--ignore-missing", *known, "--not", "--branches", "--tags", "HEAD")
    return listed.text.splitlines()


def stored(git: Git, pod: PodId | None = None) -> list[tuple[str, str, str]]:
    """Snapshots as (ref, commit, subject), oldest first."""
    pattern = f"{PREFIX}{pod}/" if pod else PREFIX
    lines = git("for-each-ref", "--format=%(refname)%00%(objectname)%00%(subject)", pattern).text.splitlines()
    return [(parts[0], parts[1], parts[2]) for line in lines if len(parts := line.split("\0")) == 3]
