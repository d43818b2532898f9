"""Merges as commits in memory, and main moved by compare-and-swap (design: the train)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.model.config import MergeStyle
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, Refused
from lmawep_tui.model.ids import Sha
from lmawep_tui.vcs.diff import changed_paths
from lmawep_tui.vcs.repo import OWN_IDENTITY, branch_ref, commit_of, identity_env, is_ancestor, must_have, update_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import admin_dir, file_blob, half_done, read_dirt
from lmawep_tui.vcs.worktree import checkout_of


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging two commits gives: a tree, or the paths in conflict and git's words about them."""

    tree: str | None
    conflicts: tuple[str, ...] = ()
    words: str = ""


def merge_trees(git: Git, main: str, tip: str) -> Merged:
    """Merges without touching any checkout."""
    result = git("merge-tree", "--write-tree", "--name-only", "-z", "--messages", main, tip, ok=(0, 1), timeout_s=300)
    head, _, rest = result.stdout.partition(b"\0")
    tree = head.decode("ascii", "replace").strip()
    if result.status == 0:
        return Merged(tree)
    names, _, messages = rest.partition(b"\0\0")
    paths = tuple(dict.fromkeys(p.decode("utf-8", "surrogateescape") for p in names.split(b"\0") if p))
    return Merged(None, paths, _messages(messages))


def _messages(data: bytes) -> str:
    """The readable part of merge-tree's `-z` messages: count, paths, kind, text."""
    fields = [part.decode("utf-8", "replace") for part in data.split(b"\0")]
    return "\n".join(field.strip() for field in fields if field.startswith("CONFLICT"))


def undo_tree(git: Git, main: str, before: str, after: str) -> Merged:
    """Takes what `before`..`after` brought out of `main` again, without touching any checkout.

    A three-way merge: from `after`, the way to `main` and the way back to `before`. The three are given to git as
    commits without any other history, because only those tell every git since 2.38 which base to use.
    """
    base = _bare_commit(git, after)
    return merge_trees(git, _bare_commit(git, main, base), _bare_commit(git, before, base))


def _bare_commit(git: Git, commit: str, *parents: str) -> str:
    flags = [part for parent in parents for part in ("-p", parent)]
    return git("commit-tree", f"{commit}^{{tree}}", *flags, "-m", "undo", env=OWN_IDENTITY).text


def build_landing(git: Git, main: Sha, tip: Sha, tree: str, message: str, style: MergeStyle) -> Sha:
    """The commit that would become main: a merge, one squashed commit, or the pod's own tip when it can be."""
    if style == "ff" and is_ancestor(git, main, tip):
        return tip
    parents = ("-p", main) if style == "squash" else ("-p", main, "-p", tip)
    made = git("commit-tree", tree, *parents, "-F", "-", stdin=message.encode(), env=identity_env(git))
    return Sha(made.text)


@dataclass(frozen=True, slots=True)
class Target:
    """Where main is, and the checkout that has to come along when it moves."""

    branch: str
    old: Sha
    checkout: Path | None


def read_target(git: Git, branch: str) -> Target:
    """Main as it stands now; raises Refused when the branch is gone."""
    old = commit_of(git, branch_ref(branch))
    if old is None:
        raise Refused(f"The branch {branch}, on which work lands, does not exist.",
                      f"Bring it back (`git branch {branch} COMMIT`), or name another: `main:` in .lmawep/config.yaml, "
                      "then `lmawep doctor --fix`.")  # fmt: skip
    return Target(branch, old, checkout_of(git, branch))


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """What a person has not committed in main's checkout: none of it may be touched."""

    branch: str
    checkout: Path | None
    paths: frozenset[str] = frozenset()

    def in_the_way(self, landing: Mapping[str, str]) -> tuple[str, ...]:
        """Of these the ones that a landing touches too; `landing` is path → git's letter, as `changed_kinds` has it."""
        if self.checkout is None:
            return ()
        # Ignored files are not dirt, and git would overwrite them without a word.
        mine = self.paths | {p for p, kind in landing.items() if kind == "A" and os.path.lexists(self.checkout / p)}
        above = {folder for path in landing for folder in _folders(path)}
        return tuple(sorted(p for p in mine if p in landing or p in above or any(f in landing for f in _folders(p))))

    def refuse(self, landing: Mapping[str, str]) -> None:
        """Raises Refused when something is in the way, and names it."""
        clash = self.in_the_way(landing)
        if clash:
            names = ", ".join(clash[:5]) + (" …" if len(clash) > 5 else "")
            raise Refused(
                f"Your checkout of {self.branch} in {self.checkout} has uncommitted changes in {names}, "
                "which this landing changes too.",
                "Commit or stash them, then merge again.",
            )


def _folders(path: str) -> list[str]:
    """`a/b/c` → `a`, `a/b`."""
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def own_changes(git: Git, target: Target) -> OwnChanges:
    """What is not committed in main's checkout; raises Refused while something is half done there."""
    if target.checkout is None:
        return OwnChanges(target.branch, None)
    there = git.at(target.checkout)
    operation = half_done(admin_dir(there))
    if operation:
        raise Refused(f"{target.checkout} has {operation} half done.", "Finish or abort it, then merge again.")
    paths = frozenset(path.rstrip("/") for path in read_dirt(there).paths)
    return OwnChanges(target.branch, target.checkout, paths)


def advance(git: Git, target: Target, new: Sha, why: str) -> None:
    """Moves main from `target.old` to `new`, with its checkout; raises GitFailed when main moved meanwhile."""
    if target.checkout is None:
        update_ref(git, branch_ref(target.branch), new, target.old, why)
        came = checkout_of(git, target.branch)
        if came is not None:  # somebody checked it out in between: what is there is still the old commit's
            restore_checkout(git, came, target.old, new)
        return
    there = git.at(target.checkout)
    if commit_of(there, "HEAD") != target.old:
        raise GitFailed(f"{target.branch} moved while its merge was tested.")
    there("merge", "--ff-only", "--quiet", "--no-stat", "--no-autostash", "--no-overwrite-ignore", new, timeout_s=600)


def restore_checkout(git: Git, checkout: Path, old: Sha, new: Sha) -> tuple[str, ...]:
    """Brings a checkout whose fast-forward was cut off to its HEAD, where nobody else's content is in the way.

    Only paths whose file and index entry are `old`, `new` or on the way between are touched; a person's edits are not.
    Returns the paths that were brought along.
    """
    there = git.at(checkout)
    head = must_have(there, "HEAD")
    if head not in (old, new):
        return ()
    paths = [p for p in changed_paths(git, old, new) if _is_ours(there, checkout, p, old, new)]
    stale = [p for p in paths if _blob(there, head, p) != file_blob(there, checkout / p, p) or _index_differs(there, p)]
    gone = [p for p in stale if _blob(there, head, p) is None]
    kept = [p for p in stale if p not in gone]
    if kept:
        spec = "\0".join(kept).encode("utf-8", "surrogateescape")
        there("--literal-pathspecs", "checkout", "--force", head, "--pathspec-from-file=-", "--pathspec-file-nul",
              stdin=spec)  # fmt: skip
    for path in gone:
        there("--literal-pathspecs", "rm", "--quiet", "--force", "--ignore-unmatch", "--", path)
        (checkout / path).unlink(missing_ok=True)
    return tuple(stale)


def _is_ours(git: Git, checkout: Path, path: str, old: Sha, new: Sha) -> bool:
    """Old, new, or what a git killed between the two leaves: the file gone, or the beginning of the new one."""
    known = {_blob(git, old, path), _blob(git, new, path)}
    if _index_blob(git, path) not in known:
        return False
    return file_blob(git, checkout / path, path) in {*known, None} or _is_beginning(git, checkout / path, new, path)


def _is_beginning(git: Git, file: Path, commit: str, path: str) -> bool:
    whole = git("cat-file", "--filters", f"{commit}:{path}", ok=(0, 128))
    return whole.status == 0 and file.is_file() and whole.stdout.startswith(file.read_bytes())


def _blob(git: Git, commit: str, path: str) -> str | None:
    fields = git("--literal-pathspecs", "ls-tree", "-z", commit, "--", path).fields
    return fields[0].split()[2] if fields else None


def _index_blob(git: Git, path: str) -> str | None:
    fields = git("--literal-pathspecs", "ls-files", "-s", "-z", "--", path).fields
    return fields[0].split()[1] if fields else None


def _index_differs(git: Git, path: str) -> bool:
    return _index_blob(git, path) != _blob(git, "HEAD", path)
