"""Conflicts: where a pod and main cannot be merged by themselves, and a merge that a person has begun."""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import Sha

MAX_FILES = 50
"""Files that are recorded with a conflict; the rest is counted by asking git again."""
MAX_TEXT = 600
"""Characters of a file's conflicting text that are recorded."""


class Side(StrEnum):
    """Whose version of a file: git's own words, as seen from the pod."""

    OURS = "ours"
    """This pod's."""
    THEIRS = "theirs"
    """Main's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFile:
    """One file that cannot be merged by itself. Its words are clean: they may go to a terminal or the state file."""

    path: str
    kind: str
    """`content`, `add/add`, `binary`, `modify/delete`, `rename/rename`, … as git names it."""
    hunks: int = 0
    """Places to decide; 0 when the whole file is one decision."""
    text: str = ""
    """The hunks with their markers, cut short, or git's sentence when there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A pod's commit that does not merge with a commit of main."""

    main: Sha
    tip: Sha
    files: tuple[ConflictFile, ...] = ()
    count: int = 0
    """How many files there are, also those that are not listed."""
    at: str = ""
    tried: int = 0
    """Runs of role resolve that ended without mending it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """A merge of main that lmawep began in the pod's worktree, and what it takes to undo it."""

    main: Sha
    tip: Sha
    paused: bool
    """Whether the pod was paused before."""
    note: str = ""
    """What was added to blockers.md."""
    trimmed: int = 0
    """Newlines at the end of blockers.md that made room for the note."""
    at: str = ""


def files_words(paths: tuple[str, ...], count: int = 0) -> str:
    """`src/a.py (+2)`: the first file and how many more."""
    more = max(count, len(paths)) - 1
    return (paths[0] if paths else "the layout of folders") + (f" (+{more})" if more > 0 else "")


def conflict_words(conflict: Conflict, main: str = "main") -> str:
    """`conflicts with main in src/a.py (+2)`."""
    return f"conflicts with {main} in {files_words(tuple(f.path for f in conflict.files), conflict.count)}"
