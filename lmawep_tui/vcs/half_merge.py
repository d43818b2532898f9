"""A merge that stands half done in a worktree: begun, its files decided, committed or undone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from lmawep_tui.files.read import read_regular
from lmawep_tui.model.errors import BadFile, GitFailed, Refused
from lmawep_tui.model.ids import Sha, is_sha
from lmawep_tui.vcs.conflict import Clash, Clashes, Stage, blobs_at, find_clashes, marker_lines, without_labels
from lmawep_tui.vcs.diff import changed_paths
from lmawep_tui.vcs.repo import identity_env, must_have
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import file_blob

_ZERO_ENTRY = "0 " + "0" * 40
_SUBMODULE = "160000"
_BIGGEST = 64 << 20


def own_git_dir(worktree: Path) -> Path | None:
    """The worktree's own folder in `.git/worktrees`, read from its `.git` file without asking git."""
    try:
        text = (worktree / ".git").read_text("utf-8", "surrogateescape")
    except (OSError, UnicodeError):
        return None
    folder = Path(text.removeprefix("gitdir:").strip())
    return folder if folder.is_absolute() else (worktree / folder).resolve()


def merge_heads(worktree: Path) -> tuple[Sha, ...]:
    """The commits whose merge is half done in this worktree; empty when none is. Costs one small file."""
    folder = own_git_dir(worktree)
    if folder is None:
        return ()
    try:
        lines = (folder / "MERGE_HEAD").read_text("ascii", "replace").split()
    except (OSError, UnicodeError):
        return ()
    return tuple(Sha(line) for line in lines if is_sha(line))


def in_the_way(git: Git, tip: str, clashes: Clashes) -> tuple[str, ...]:
    """Files git does not know that a merge would overwrite: also ignored ones, over which git writes without a word."""
    added = changed_paths(git, tip, clashes.tree, "A")
    there = {path for path in added if os.path.lexists(git.folder / path)}
    for path in added:
        for parent in map(str, Path(path).parents):
            place = git.folder / parent
            if parent != "." and os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
                there.add(parent)
    if not there:
        return ()
    unknown = git("ls-files", "--others", "-z", timeout_s=300).fields
    return tuple(sorted(path for path in there if any(_overlap(u, path) for u in unknown)))


def _overlap(unknown: str, path: str) -> bool:
    """Whether an unknown file, or a repository of its own (`name/`), is at, below or above the path."""
    return unknown == path or unknown.startswith(f"{path}/") or (unknown[-1:] == "/" and path.startswith(unknown))


def begin(git: Git, branch: str, main_ref: str) -> None:
    """Merges `main_ref` into the worktree of `branch` and stops before the commit, with or without conflicts.

    Raises GitFailed when git would not merge at all.
    """
    # What the shared config says about merging this branch is not the person's word: an agent may have put it there.
    options = ("-c", f"branch.{branch}.mergeoptions=", "-c", "merge.autoStash=false", "-c", "merge.ff=true")
    git(*options, "merge", "--no-commit", "--no-ff", "--no-edit", "--no-stat", "--no-log", "--quiet", "--no-squash",
        "--no-autostash", "--strategy=ort", main_ref, ok=(0, 1), timeout_s=600)  # fmt: skip


def unmerged(git: Git) -> dict[str, dict[int, Stage]]:
    """The sides of every file that is not decided yet, by path."""
    found: dict[str, dict[int, Stage]] = {}
    for entry in git("ls-files", "-u", "-z", timeout_s=300).fields:
        facts, _, path = entry.partition("\t")
        mode, sha, stage = facts.split(" ")
        found.setdefault(path, {})[int(stage)] = Stage(mode, sha)
    return found


def read_file(worktree: Path, path: str) -> bytes | None:
    """A regular file of the worktree of at most 64 MiB; None for anything else, also when a link leads there."""
    if _behind_link(worktree, path):
        return None
    try:
        return read_regular(worktree / path, _BIGGEST)
    except (OSError, BadFile):
        return None


def _behind_link(worktree: Path, path: str) -> bool:
    return any((worktree / parent).is_symlink() for parent in Path(path).parents if str(parent) != ".")


def refuse_links(worktree: Path, paths: Iterable[str]) -> None:
    """Raises Refused for a path that leads through a symbolic link: it would be written outside the pod."""
    for path in paths:
        if _behind_link(worktree, path):
            raise Refused(f"{path} lies behind a symbolic link.", "Remove the link first.")


def edited(git: Git, tip: str, other: str, clashes: Iterable[Clash]) -> tuple[str, ...]:
    """Files in conflict whose content is not what git's merge left or one of the sides: somebody's work is in them."""
    by_path = {clash.path: clash for clash in clashes}
    made = blobs_at(git, find_clashes(git, tip, other, texts=False).tree, by_path)
    found: list[str] = []
    for path, clash in by_path.items():
        data = read_file(git.folder, path)
        if data is None or (path in made and without_labels(made[path]) == without_labels(data)):
            continue
        if file_blob(git, git.folder / path, path) not in {stage.sha for stage in clash.stages.values()}:
            found.append(path)
    return tuple(found)


def take(git: Git, files: Mapping[str, Mapping[int, Stage]], side: int) -> None:
    """Decides files for one side, 2 ours or 3 theirs: worktree first, index last, so that a kill loses no decision.

    `files` are the stages of each path. A path that the side does not have goes. Raises Refused for paths behind links.
    """
    refuse_links(git.folder, files)
    kept = {path: stages[side] for path, stages in files.items() if side in stages}
    _put_stages(git, {path: files[path] for path in files.keys() - unmerged(git).keys()})
    there = [path for path, stage in kept.items() if stage.mode != _SUBMODULE]
    if there:
        git("--literal-pathspecs", "checkout", "--quiet", "--ours" if side == 2 else "--theirs",
            "--pathspec-from-file=-", "--pathspec-file-nul", stdin=_nul(there), timeout_s=600)  # fmt: skip
    for path in files.keys() - kept.keys():
        _unlink(git.folder, path)
    lines = [f"{_ZERO_ENTRY}\t{path}" for path in files]
    lines += [f"{stage.mode} {stage.sha} 0\t{path}" for path, stage in kept.items()]
    git("update-index", "-z", "--index-info", stdin=_nul(lines))
    git("update-index", "-q", "--refresh", ok=(0, 1))


def _put_stages(git: Git, files: Mapping[str, Mapping[int, Stage]]) -> None:
    """Makes decided files undecided again, so that another decision can be taken."""
    lines: list[str] = []
    for path, stages in files.items():
        lines.append(f"{_ZERO_ENTRY}\t{path}")
        lines += [f"{stage.mode} {stage.sha} {number}\t{path}" for number, stage in stages.items()]
    if lines:
        git("update-index", "-z", "--index-info", stdin=_nul(lines))


def _unlink(worktree: Path, path: str) -> None:
    """Removes a file and the folders it leaves empty, as git does."""
    with contextlib.suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
        (worktree / path).unlink()
    for parent in Path(path).parents:
        if str(parent) == ".":
            return
        try:
            (worktree / parent).rmdir()
        except OSError:
            return


def stage(git: Git, paths: Iterable[str]) -> None:
    """Marks files as decided with the content they have."""
    wanted = list(paths)
    if wanted:
        git("--literal-pathspecs", "add", "--all", "--force", "--pathspec-from-file=-", "--pathspec-file-nul",
            stdin=_nul(wanted), timeout_s=600)  # fmt: skip


def stage_tracked(git: Git) -> None:
    """Takes every change to files git knows into the index."""
    git("add", "--update", "--", ".", timeout_s=600)


def left_markers(git: Git, tip: str, other: str, undecided: Iterable[str] = ()) -> tuple[str, ...]:
    """Files with conflict markers that neither side had: a text about markers may hold its own."""
    differs = {*changed_paths(git, tip, other), *undecided}
    with_markers = {path: lines for path in sorted(differs)
                    if (data := read_file(git.folder, path)) and (lines := marker_lines(data))}  # fmt: skip
    ours, theirs = blobs_at(git, tip, with_markers), blobs_at(git, other, with_markers)
    known = {path: marker_lines(ours.get(path, b"")) | marker_lines(theirs.get(path, b"")) for path in with_markers}
    return tuple(path for path, lines in with_markers.items() if lines - known[path])


def commit(git: Git, message: str) -> Sha:
    """Commits the merge and returns the commit; hooks do not run."""
    git("commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--no-status", "-F", "-", stdin=message.encode(),
        env=identity_env(git), timeout_s=600)  # fmt: skip
    return must_have(git, "HEAD")


def undo(git: Git) -> None:
    """Takes the worktree back to its HEAD and forgets the merge; untracked files stay.

    Whoever calls this has kept what may be lost. Raises GitFailed when something is left of the merge.
    """
    git("reset", "--hard", "--quiet", "HEAD", timeout_s=600)
    if merge_heads(git.folder):
        raise GitFailed(f"The merge in {git.folder} could not be undone.")


def undo_gently(git: Git) -> bool:
    """`git merge --abort`, which keeps local changes from before the merge; False when git cannot."""
    try:
        git("merge", "--abort", timeout_s=600)
    except GitFailed:
        return False
    return not merge_heads(git.folder)


def drop_made(git: Git, clashes: Clashes, tip: str) -> None:
    """Removes files that a merge cut off before its index was written had put there: whole ones, or beginnings."""
    made = changed_paths(git, tip, clashes.tree, "A")
    known = set(git("ls-files", "-z", timeout_s=300).fields)
    whole = blobs_at(git, clashes.tree, made)
    for path in made:
        data = None if path in known else _content(git.folder, path)
        if data is None:
            continue
        if path not in whole:  # too big to be read with the others
            whole[path] = git("cat-file", "blob", f"{clashes.tree}:{path}", ok=(0, 128)).stdout
        if whole[path].startswith(data) or without_labels(whole[path]).startswith(without_labels(data)):
            _unlink(git.folder, path)


def _content(worktree: Path, path: str) -> bytes | None:
    """What git would keep of a file: its bytes, or a link's target."""
    file = worktree / path
    if file.is_symlink() and not _behind_link(worktree, path):
        return os.fsencode(file.readlink())
    return read_file(worktree, path)


def parents(git: Git, commit: str) -> tuple[Sha, ...]:
    """The parents of a commit, first one first."""
    return tuple(Sha(sha) for sha in git("rev-list", "--parents", "-1", commit).text.split()[1:])


def _nul(items: Iterable[str]) -> bytes:
    return b"".join(item.encode("utf-8", "surrogateescape") + b"\0" for item in items)
