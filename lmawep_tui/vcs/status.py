"""What is not committed in a checkout."""

from __future__ import annotations

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
    return Dirt(**{key: tuple(paths) for key, paths in found.items()})


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
    return Path(git("rev-parse", "--absolute-git-dir").text)


def nested_repositories(folder: Path, untracked: tuple[str, ...]) -> tuple[str, ...]:
    """Untracked folders that are repositories of their own: git would not look into them."""
    return tuple(path for path in untracked if path.endswith("/") and (folder / path / ".git").exists())
