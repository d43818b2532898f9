"""The vault: private refs that keep everything in a pod before it goes, and after every run.

A snapshot is a commit. Its tree is the worktree with untracked files; its parents are HEAD, the index as a commit, the
branch, and commits that only the pod's own records still know. Lines at the end of its message say which is which.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, is_sha
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, branch_ref, commit_of, update_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import Checkout, Dirt, admin_dir, common_dir, nested_repositories, read_checkout

PREFIX = "refs/lmawep/vault/"


def snapshot(git: Git, pod: PodId, why: str, branch: str | None = None, *, seen: Checkout | None = None) -> str:
    """Keeps a pod's whole content under a new ref and returns the ref's name.

    `seen` is what read_checkout just said. Raises Refused when something could not be kept: a safety net that fails
    must stop what it was for.
    """
    seen = seen or read_checkout(git)
    content = _content(git, pod, branch, seen)
    ref = _store(git, pod, why, content)
    if git("rev-parse", f"{ref}^{{tree}}").text != content.tree:
        raise Refused(f"The snapshot of {pod} could not be read back.", "Nothing was removed.")
    return ref


def keep_run(git: Git, pod: PodId, why: str, branch: str, base: str | None = None) -> str | None:
    """A snapshot after a run; None when there is nothing yet beyond `base`, or the newest one holds the same.

    Cheap when nothing is uncommitted. Raises Refused as snapshot does.
    """
    content = _content(git, pod, branch, read_checkout(git))
    if content.parents == (base,) and "Index" not in content.roles:
        return None
    newest = git("for-each-ref", "--sort=-refname", "--count=1", "--format=%(tree) %(parent)", f"{PREFIX}{pod}/").text
    if newest.split() == [content.tree, *content.parents]:
        return None
    return _store(git, pod, why, content)


def keep_commit(git: Git, pod: PodId, why: str, commit: str, branch: str) -> str:
    """A snapshot of a branch whose folder is gone."""
    tree = git("rev-parse", f"{commit}^{{tree}}").text
    return _store(git, pod, why, _Content(tree, (commit,), {"Head": commit, "Branch": branch}))


def put_back(git: Git, head: str, tree: str, index: str | None) -> None:
    """Lays a snapshot's uncommitted content over a clean checkout of its `head`: files, untracked ones, the index."""
    git("read-tree", "-m", "-u", head, tree, timeout_s=600)
    sides = index is not None and git("ls-tree", "-z", "--name-only", index).fields
    unmerged = bool(sides) and any(re.fullmatch(r"unmerged~[123]", name) for name in sides or ())
    git("read-tree", head if index is None or unmerged else index)
    git("update-index", "-q", "--refresh", ok=(0, 1), timeout_s=600)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a snapshot will hold."""

    tree: str
    parents: tuple[str, ...]
    roles: dict[str, str]


def _content(git: Git, pod: PodId, branch: str | None, seen: Checkout) -> _Content:
    refuse_nested(git, pod, seen)
    head, tip = seen.head, None
    if branch:
        tip = head if seen.branch == branch else commit_of(git, branch_ref(branch))
    if seen.dirt or head is None:
        index_tree = _index_tree(git, seen.dirt)
        tree, index = _worktree_tree(git, index_tree), _commit(git, index_tree, head)
    else:
        tree, index = git("rev-parse", f"{head}^{{tree}}").text, None
    known = (head, tip, index, *_forgotten(git, branch, (head, tip)))
    roles = {"Head": head, "Index": index, "Branch": branch}
    return _Content(tree, tuple(dict.fromkeys(p for p in known if p)), {k: v for k, v in roles.items() if v})


def _store(git: Git, pod: PodId, why: str, content: _Content) -> str:
    message = why + "\n\n" + "".join(f"Lmawep-{role}: {value}\n" for role, value in content.roles.items())
    commit = _commit(git, content.tree, *content.parents, message=message)
    ref = f"{PREFIX}{pod}/{time.time_ns()}"
    update_ref(git, ref, commit, ZERO, why)
    return ref


def refuse_nested(git: Git, pod: PodId, seen: Checkout) -> None:
    """Raises Refused when the pod holds repositories of its own: what is committed there is nowhere else."""
    nested = nested_repositories(git, seen)
    if nested:
        raise Refused(
            f"{pod} contains repositories of its own, which cannot be kept: {', '.join(nested[:3])}.",
            "Move them away first.",
        )


def has_forgotten(git: Git, branch: str | None, known: Iterable[str | None] = ()) -> bool:
    """Whether the pod's own records still know commits that no branch has; `known` are some that a branch has."""
    return bool(_forgotten(git, branch, known))


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
    with own_index() as env:
        git("update-index", "-z", "--index-info", stdin="".join(lines).encode("utf-8", "surrogateescape"), env=env)
        return git("write-tree", env=env).text


def _worktree_tree(git: Git, index_tree: str) -> str:
    """The worktree as a tree, through an index of its own: no flag of the real one can hide a change."""
    with own_index() as env:
        git(*_ALL, "read-tree", index_tree, env=env)
        git(*_ALL, "add", "--all", "--", ".", env=env, timeout_s=600)
        return git("write-tree", env=env).text


@contextlib.contextmanager
def own_index() -> Iterator[dict[str, str]]:
    """The environment for an index file that nobody else sees."""
    with tempfile.TemporaryDirectory(prefix="lmawep-index-") as folder:
        yield {"GIT_INDEX_FILE": str(Path(folder) / "index")}


_NO_TIME = {"GIT_AUTHOR_DATE": "@0 +0000", "GIT_COMMITTER_DATE": "@0 +0000"}
"""The same index is the same commit whenever it is kept."""


def _commit(git: Git, tree: str, *parents: str | None, message: str | None = None) -> str:
    flags = [part for parent in parents if parent for part in ("-p", parent)]
    env = OWN_IDENTITY if message is not None else {**OWN_IDENTITY, **_NO_TIME}
    return git("commit-tree", tree, *flags, "-F", "-", stdin=(message or "index").encode(), env=env).text


_SHA = re.compile(r"(?<![0-9a-f])[0-9a-f]{40,64}(?![0-9a-f])")
_RECORDS = ("logs/HEAD", "MERGE_HEAD", "MERGE_AUTOSTASH", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "ORIG_HEAD",
            "rebase-merge/orig-head", "rebase-merge/autostash", "rebase-apply/orig-head")  # fmt: skip
"""Files in a worktree's own git folder that name commits; they go with the worktree."""


def _forgotten(git: Git, branch: str | None, known: Iterable[str | None]) -> list[str]:
    """Commits that only the pod's own records still reach: amended, reset away, detached, half merged."""
    admin = admin_dir(git)
    records = [admin / name for name in _RECORDS]
    if branch is not None:
        records.append(common_dir(admin) / "logs" / branch_ref(branch))
    texts = [path.read_text("utf-8", "replace") for path in records if path.is_file()]
    if any(not path.is_dir() for path in (admin / "refs").rglob("*")) or (admin / "reftable").exists():
        own = ("refs/worktree/", "refs/bisect/", "refs/rewritten/")
        texts.append(git("for-each-ref", "--format=%(objectname)", *own).text)
    named = dict.fromkeys(sha for text in texts for sha in _SHA.findall(text) if is_sha(sha) and sha.strip("0"))
    shas = [sha for sha in named if sha not in set(known)]
    if not shas:
        return []
    # What is no commit, or is gone, is passed over by git itself.
    wanted = "".join(f"{sha}\n" for sha in shas).encode()
    listed = git("rev-list", "--no-walk=unsorted", "--ignore-missing", "--stdin", "--not", "--branches", "--tags",
                 "HEAD", stdin=wanted)  # fmt: skip
    return listed.text.splitlines()
