"""The files of a review as a tree: folders fold, a folder with nothing but one folder in it shares its row."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.review_notes import Mark
from lmawep_tui.ui.present.styled import Segment

REVIEWED, CHANGED, OPEN, FOLDED, SAID = "✓", "≠", "▾", "▸", "✎"

Cells = list[str | Segment | list[Segment]]


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """One file of the diff as the tree shows it."""

    path: str
    old_path: str = ""
    added: int = 0
    removed: int = 0
    note: str = ""
    """Such as "new file", "renamed", "binary"."""
    mark: Mark = Mark.NEW
    comments: int = 0
    committed: bool = True
    """Whether it is a part of what a verdict is about."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row: a folder with what is below it, or a file."""

    key: str
    """`d:src/deep` or `f:3`; stays the same while files come and go elsewhere."""
    depth: int
    name: str
    places: tuple[int, ...]
    """Of the files at or below it."""
    folder: str | None = None
    """The folder's path; None for a file."""


def tree_rows(paths: Sequence[str], folded: Collection[str] = ()) -> list[TreeRow]:
    """Return the rows in the order of the paths, which is the diff's; files below `folded` folders are left out."""
    rows: list[TreeRow] = []
    _grow(rows, [tuple(path.split("/")) for path in paths], range(len(paths)), 0, 0, folded)
    return rows


def _grow(
    rows: list[TreeRow],
    parts: Sequence[tuple[str, ...]],
    places: Sequence[int],
    level: int,
    depth: int,
    folded: Collection[str],
) -> None:
    """Add rows for these files, which share their first `level` folders."""
    at = 0
    while at < len(places):
        own = parts[places[at]]
        if len(own) == level + 1:
            rows.append(TreeRow(f"f:{places[at]}", depth, own[level], (places[at],)))
            at += 1
            continue
        stop = at + 1
        while stop < len(places) and len(parts[places[stop]]) > level + 1 and parts[places[stop]][level] == own[level]:
            stop += 1
        below, deep = places[at:stop], level + 1
        while all(len(parts[n]) > deep + 1 and parts[n][deep] == own[deep] for n in below):
            deep += 1
        path = "/".join(own[:deep])
        rows.append(TreeRow(f"d:{path}", depth, "/".join(own[level:deep]) + "/", tuple(below), path))
        if path not in folded:
            _grow(rows, parts, below, deep, depth + 1, folded)
        at = stop


def row_cells(row: TreeRow, files: Sequence[ReviewFile], folded: Collection[str]) -> Cells:
    """Return mark, name, comments and the lines added and removed."""
    below = [files[place] for place in row.places]
    indent = "  " * row.depth
    name: list[Segment]
    if row.folder is not None:
        shut = row.folder in folded
        name = [(f"{indent}{FOLDED if shut else OPEN} ", "muted"), (row.name, "file" if shut else "muted")]
        if not shut:
            return [_mark(below), name, "", "", ""]
    else:
        name = [(indent, ""), (row.name, "muted" if below[0].mark is Mark.REVIEWED else "")]
        if note := _note(below[0]):
            name.append((f" {note}", "muted"))
    added, removed = sum(file.added for file in below), sum(file.removed for file in below)
    said = sum(file.comments for file in below)
    return [
        _mark(below), name, (f"{SAID}{said}" if said else "", "accent"),
        (f"+{added}" if added else "", "added"), (f"−{removed}" if removed else "", "removed"),
    ]  # fmt: skip


def _mark(files: Sequence[ReviewFile]) -> Segment:
    """Return a check only where all of it was read as it is."""
    marks = {file.mark for file in files if file.committed}
    if Mark.CHANGED in marks:
        return (CHANGED, "warn")
    return (REVIEWED, "ok") if marks == {Mark.REVIEWED} else ("", "")


def _note(file: ReviewFile) -> str:
    if not file.committed:
        return "not committed"
    if file.old_path and file.old_path != file.path:
        return f"← {file.old_path}"
    return {"new file": "new", "deleted": "deleted", "binary": "binary"}.get(file.note.partition(",")[0], "")
