"""What is not committed in a checkout."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from lmawep_tui.model.dataclass import dataclass
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


@dataclass(frozen=True, slots=True)
class Checkout:
    """All that is asked of a checkout, by two git processes."""

    head: str | None
    """Commit of HEAD, None before the first one."""
    branch: str | None
    """Short name, None when detached."""
    dirt: Dirt
    links: tuple[str, ...] = ()
    """Paths that the index holds as a mere link to a commit of another repository."""


def read_dirt(git: Git, *, ignored: bool = False) -> Dirt:
    """The state of the checkout in `git.folder`, submodules looked at but not into."""
    return read_checkout(git, ignored=ignored).dirt


def read_checkout(git: Git, *, ignored: bool = False) -> Checkout:
    """HEAD and what is not committed in `git.folder`."""
    from concurrent.futures import ThreadPoolExecutor  # late: reading commands ask no checkout

    with ThreadPoolExecutor(1) as beside:
        index = beside.submit(lambda: git("ls-files", "-v", "-s", "-z", timeout_s=300).stdout.split(b"\0"))
        facts, found = _parse_status(_status(git, ignored=ignored))
        listed = index.result()
    found["changed"] += [path for path in _hidden(git, listed) if path not in found["changed"]]
    links = tuple(_path(entry) for entry in listed if entry[2:9] == b"160000 ")
    return _checkout(facts, found, links)


def _checkout(facts: dict[str, str], found: dict[str, list[str]], links: tuple[str, ...]) -> Checkout:
    head, branch = facts.get("branch.oid", "(initial)"), facts.get("branch.head", "(detached)")
    return Checkout(
        None if head == "(initial)" else head,
        None if branch == "(detached)" else branch,
        Dirt(**{key: tuple(paths) for key, paths in found.items()}),
        links,
    )


def read_plain_checkout(git: Git) -> Checkout:
    """As read_checkout with ignored files, by one process: for an index that is known to hide nothing."""
    facts, found = _parse_status(_status(git, ignored=True))
    return _checkout(facts, found, ())


def _status(git: Git, *, ignored: bool) -> list[bytes]:
    flags = ("--ignored=matching",) if ignored else ()
    return git("status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all",
               "--ignore-submodules=none", *flags, timeout_s=300).stdout.split(b"\0")  # fmt: skip


def _parse_status(fields: list[bytes]) -> tuple[dict[str, str], dict[str, list[str]]]:
    facts: dict[str, str] = {}
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
        elif kind == "#":
            key, _, value = item[2:].partition(" ")
            facts[key] = value
    return facts, found


def _path(entry: bytes) -> str:
    return entry.partition(b"\t")[2].decode("utf-8", "surrogateescape")


def _hidden(git: Git, listed: list[bytes]) -> list[str]:
    """Changed files that the index says not to look at: assume-unchanged and skip-worktree hide them from status.

    `listed` is the index as `ls-files -v -s` tells it.
    """
    found: list[str] = []
    for entry in listed:
        if entry[:2] == b"H " or not entry:
            continue
        flag = chr(entry[0])
        if not flag.islower() and flag != "S":
            continue
        mode, sha, _ = entry[2:].decode("utf-8", "surrogateescape").split(" ", 2)
        path = _path(entry)
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
        return dot_git
    with contextlib.suppress(OSError, UnicodeDecodeError):  # the same that git does, without a process
        target = git.folder / dot_git.read_text("utf-8").removeprefix("gitdir:").strip()
        if (target / "commondir").is_file():
            return target
    return Path(git("rev-parse", "--absolute-git-dir").text)


def common_dir(admin: Path) -> Path:
    """The git folder that all worktrees share, from the one of a single worktree."""
    try:
        return Path(os.path.normpath(admin / (admin / "commondir").read_text("utf-8").strip()))
    except FileNotFoundError:
        return admin


def nested_repositories(git: Git, seen: Checkout) -> tuple[str, ...]:
    """Repositories inside this checkout whose content git would not keep with ours.

    Untracked ones, those added as a mere link to a commit, and submodules with work in them.
    """
    found = [path for path in seen.dirt.untracked if path.endswith("/") and (git.folder / path / ".git").exists()]
    for path in seen.links:
        inner = git.folder / path / ".git"
        if inner.is_dir() or (inner.is_file() and path in seen.dirt.paths):
            found.append(path)
    return tuple(found)
