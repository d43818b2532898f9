"""What a review asks of git: which contents changed, what lines came through, what changed since an earlier commit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmawep_tui.model.anchor import Hunk
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.vcs.diff import own_paths
from lmawep_tui.vcs.merge import merge_trees
from lmawep_tui.vcs.repo import is_ancestor, objects_of
from lmawep_tui.vcs.run import Git

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color")
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MAX_FILE = 4 * 1024 * 1024
"""Bytes of a file whose lines are read; comments on larger ones are followed by git alone."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a diff by its contents."""

    path: str
    old_path: str
    content: str
    """Modes and blobs of both sides: two diffs of a file are the same one when this is."""


def file_changes(git: Git, old: str, new: str, paths: Sequence[str] = ()) -> list[FileChange]:
    """The files in which two trees differ, in the order of the diff."""
    only = ("--", *paths) if paths else ()
    fields = git("--literal-pathspecs", "diff", "--raw", "-z", "--no-abbrev", "--find-renames", *_PLAIN, old, new,
                 *only, timeout_s=60).fields  # fmt: skip
    found: list[FileChange] = []
    at = 0
    while at < len(fields):
        old_mode, new_mode, old_blob, new_blob, kind = fields[at].removeprefix(":").split(" ")
        was = fields[at + 1]
        two = kind[0] in "RC"
        found.append(FileChange(fields[at + 2] if two else was, was, f"{old_mode}:{old_blob}..{new_mode}:{new_blob}"))
        at += 3 if two else 2
    return found


def tree_patch(git: Git, old: str, new: str, *options: str, paths: Sequence[str] = ()) -> str:
    """The unified diff of two trees, of these paths only when some are given; `options` go to `git diff`."""
    only = ("--", *paths) if paths else ()
    done = git("--literal-pathspecs", "diff", *_PLAIN, "--find-renames", *options, old, new, *only, timeout_s=60)
    return done.stdout.decode("utf-8", "replace")


def file_lines(git: Git, tree: str, path: str) -> list[str] | None:
    """The lines of a file at a commit or tree; None when it is not there, too large, or no text."""
    blob = objects_of(git, f"{tree}:{path}")[0] if "\n" not in path else None
    if blob is None or git("cat-file", "-t", blob).text != "blob" or int(git("cat-file", "-s", blob).text) > _MAX_FILE:
        return None
    data = git("cat-file", "blob", blob).stdout
    if b"\0" in data[:8000]:
        return None
    text = data.decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []


def hunks_between(git: Git, old: str, old_path: str, new: str, path: str) -> list[Hunk]:
    """The stretches in which two versions of a file differ, without context. Raises GitFailed when one is gone."""
    hunks = []
    for line in tree_patch(git, f"{old}:{old_path}", f"{new}:{path}", "-U0", "--inter-hunk-context=0").split("\n"):
        if match := _HUNK.match(line):
            start, count, now, now_count = match.groups()
            hunks.append(Hunk(int(start), int(count or 1), int(now), int(now_count or 1)))
    return hunks


@dataclass(frozen=True, slots=True)
class Since:
    """What an earlier commit of a pod is compared with the present one by."""

    tree: str
    """The earlier commit, or its work put on what main is now under the pod."""
    paths: tuple[str, ...] = ()
    """The files to compare; none stands for all."""
    exact: bool = True
    """Whether it holds the pod's own changes alone; else main's in the same files are among them."""


def since(git: Git, then: str, then_base: str, tip: str, base: str) -> Since:
    """How to tell what a pod changed from `then` to `tip` apart from what it took in from main meanwhile.

    `then_base` and `base` are the commits of main that it stood on then and now. Raises GitFailed when one is gone.
    """
    if then_base == base:
        return Since(then)
    if is_ancestor(git, then_base, base):  # so the two merge from just there
        merged = merge_trees(git, base, then)
        if merged.tree is not None:
            return Since(merged.tree)
    paths = own_paths(git, then_base, then) | own_paths(git, base, tip)
    if not paths:
        raise GitFailed("Neither of the two commits changes a file.")
    return Since(then, tuple(sorted(paths)), exact=False)
