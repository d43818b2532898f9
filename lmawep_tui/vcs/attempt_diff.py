"""What one run of a pod changed, told apart from what it merged in from main."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.vcs.run import Git

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color")


@dataclass(frozen=True, slots=True)
class Size:
    """How much a run changed."""

    files: int = 0
    insertions: int = 0
    deletions: int = 0


def between(git: Git, before: str, after: str, main: str) -> int:
    """Commits of `after` that neither `before` nor main has. Raises GitFailed when one of them is gone.

    After a landing main has them all: then those of the pod's own line count, whoever else has them.
    """
    mine = int(git("rev-list", "--count", f"^{before}", f"^{main}", after).text)
    return mine or int(git("rev-list", "--count", "--first-parent", f"^{before}", after).text)


def size(git: Git, before: str, after: str) -> Size:
    """What changed from `before` to `after`, without files that are at `after` just as a merge brought them.

    Raises GitFailed when a commit is gone.
    """
    if before == after:
        return Size()
    numbers = _numstat(git, before, after)
    merged = _merged_in(git, before, after)
    if merged is not None:
        other = _numstat(git, merged, after)
        numbers = {path: n for path, n in numbers.items() if path in other}
    return Size(len(numbers), sum(n[0] for n in numbers.values()), sum(n[1] for n in numbers.values()))


def _merged_in(git: Git, before: str, after: str) -> str | None:
    """The newest commit that was merged in on the way from `before` to `after`; None without a merge."""
    lines = git("log", "--first-parent", "--merges", "--format=%P", f"^{before}", after).text.splitlines()
    return lines[0].split()[1] if lines else None


def _numstat(git: Git, old: str, new: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for line in git("diff", "--numstat", "-z", "--no-renames", *_PLAIN, old, new, timeout_s=60).fields:
        added, removed, path = line.split("\t", 2)
        found[path] = (int(added) if added.isdigit() else 0, int(removed) if removed.isdigit() else 0)
    return found


def differences(git: Git, old: str, new: str) -> str:
    """The unified diff of two commits' trees."""
    return git("diff", *_PLAIN, "--find-renames", old, new, timeout_s=60).stdout.decode("utf-8", "replace")
