"""The radar: which pods would conflict with each other, or with main, if they landed as they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId

MAIN: Literal["main"] = "main"
"""The other side of a clash with the branch that work lands on, whatever that branch is called."""

Paths = Mapping[str, str]
"""Changed paths with git's letter for each: A added, D deleted, anything else changed."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides that no longer merge, and the files in which they do not."""

    a: PodId
    b: PodId | Literal["main"]
    files: tuple[str, ...]
    kind: str
    """Git's words for it: `content`, `modify/delete`, `file location`; several with commas."""


@dataclass(frozen=True, slots=True)
class Radar:
    """One look: the pairs that clash, and what could not be looked at."""

    pairs: tuple[Clash, ...]
    at: str
    pods: tuple[PodId, ...] = ()
    """Pods that were looked at."""
    skipped: Mapping[PodId, str] = field(default_factory=dict)
    """Pods that were not looked at, or only in part, and why."""

    def of(self, pod: PodId) -> tuple[Clash, ...]:
        """The clashes of one pod."""
        return tuple(clash for clash in self.pairs if pod in (clash.a, clash.b))


def may_clash(a: Paths, b: Paths) -> bool:
    """Whether merging can conflict at all: only then is a merge tried.

    It can when both change a path, when one has a file where the other needs a folder, and when one takes files away
    while the other adds some: git may take that for a renamed folder, however far up.
    """
    if not a or not b:
        return False
    if not a.keys().isdisjoint(b.keys()):
        return True
    return _inside(a, b) or _inside(b, a) or _moved(a, b) or _moved(b, a)


def _inside(a: Paths, b: Paths) -> bool:
    """Whether some path of `a` is a folder of `b`."""
    return not a.keys().isdisjoint(_folders(b))


def _moved(a: Paths, b: Paths) -> bool:
    return "D" in a.values() and "A" in b.values()


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder above the paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
