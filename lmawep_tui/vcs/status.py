"""What is not committed in a checkout."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from lmawep_tui.vcs.run import Git


@dataclass(frozen=True, slots=True)
class Dirt:
    """Paths by how they are not committed, relative to the checkout."""

    staged: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All but the ignored ones."""
        return tuple(dict.fromkeys((*self.unmerged, *self.staged, *self.changed, *self.untracked)))

    def __bool__(self) -> bool:
        return bool(self.paths)


def read_dirt(git: Git, *, ignored: bool = False) -> Dirt:
    """The state of the checkout in `git.folder`, submodules looked at but not into."""
    flags = ("--ignored=matching",) if ignored else ()
    fields = git(
        "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignore-submodules=none", *flags, timeout_s=300
    ).stdout.split(b"\0")
    found: dict[str, list[str]] = {key: [] for key in ("staged", "changed", "untracked", "unmerged", "ignored")}
    items = iter(part.decode("utf-8", "surrogateescape") for part in fields)
    for item in items:
        kind = item[:1]
        if kind in ("1", "2"):
            path = item.split(" ", 8 if kind == "1" else 9)[-1]
            if item[2] != ".":
                found["staged"].append(path)
            if item[3] != ".":
                found["changed"].append(path)
            if kind == "2":
                next(items, None)  # the old name of a rename
        elif kind == "u":
            found["unmerged"].append(item.split(" ", 10)[-1])
        elif kind == "?":
            found["untracked"].append(item[2:])
        elif kind == "!":
            found["ignored"].append(item[2:])
    found["changed"] += [path for path in _hidden(git) if path not in found["changed"]]
    return Dirt(**{key: tuple(paths) for key, paths in found.items()})


_FLAGGED = re.compile(rb"(?:^|\0)[a-zS] ")


def _hidden(git: Git) -> list[str]:
    """Changed files that the index says not to look at: assume-unchanged and skip-worktree hide them from status."""
    found: list[str] = []
    listed = git("ls-files", "-v", "-s", "-z", timeout_s=300)
    if _FLAGGED.search(listed.stdout) is None:
        return found  # nearly always, and no reason to look at thousands of lines one by one
    for field in listed.fields:
        flag, facts = field[0], field[2:]
        if not flag.islower() and flag != "S":
            continue
        mode, sha, rest = facts.split(" ", 2)
        path = rest.partition("\t")[2]
        file = git.folder / path
        there = file_blob(git, file, path)
        if there is None and flag in "Ss":
            continue  # not checked out, as a sparse checkout wants it
        if there != sha or (mode in ("100644", "100755") and _mode(file) != mode):
            found.append(path)
    return found


def _mode(file: Path) -> str:
    return "100755" if os.stat(file, follow_symlinks=False).st_mode & stat.S_IXUSR else "100644"  # noqa: PTH116


def file_blob(git: Git, file: Path, path: str) -> str | None:
    """The id that git would give to a file's content, or a link's target; None when it is neither."""
    if file.is_symlink():
        data = str(file.readlink()).encode("utf-8", "surrogateescape")
        return git("hash-object", "--stdin", stdin=data).text
    if not file.is_file():
        return None
    return git("hash-object", f"--path={path}", "--stdin", stdin=file.read_bytes()).text


def half_done(git_dir: Path) -> str | None:
    """The operation a person or agent left half done in a worktree's git folder, in words, or None."""
    marks = {
        "MERGE_HEAD": "a merge",
        "CHERRY_PICK_HEAD": "a cherry-pick",
        "REVERT_HEAD": "a revert",
        "rebase-merge": "a rebase",
        "rebase-apply": "a rebase",
        "BISECT_LOG": "a bisect",
    }
    return next((words for name, words in marks.items() if (git_dir / name).exists()), None)


def admin_dir(git: Git) -> Path:
    """The git folder of this checkout alone: `.git`, or `.git/worktrees/pod-1`."""
    dot_git = git.folder / ".git"
    if dot_git.is_dir() and not dot_git.is_symlink():
        return dot_git  # the usual cases cost no process
    if dot_git.is_file():
        admin = Path(dot_git.read_text("utf-8", "surrogateescape").removeprefix("gitdir:").strip())
        if admin.is_absolute():
            return admin
    return Path(git("rev-parse", "--absolute-git-dir").text)


def nested_repositories(git: Git, dirt: Dirt) -> tuple[str, ...]:
    """Repositories inside this checkout whose content git would not keep with ours.

    Untracked ones, those added as a mere link to a commit, and submodules with work in them.
    """
    found = [path for path in dirt.untracked if path.endswith("/") and (git.folder / path / ".git").exists()]
    for field in git("ls-files", "-s", "-z", timeout_s=300).fields:
        if field.startswith("160000 "):
            path = field.partition("\t")[2]
            inner = git.folder / path / ".git"
            if inner.is_dir() or (inner.is_file() and path in dirt.paths):
                found.append(path)
    return tuple(found)
