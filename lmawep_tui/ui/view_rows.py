"""Which rows of a view pass a filter."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group


def cell_text(cell: Cell) -> str:
    """Return what a cell says."""
    if isinstance(cell, str):
        return cell
    return "".join(text for text, _ in cell) if isinstance(cell, list) else cell[0]


def with_needle(entries: Sequence[Entry], needle: str) -> list[Entry]:
    """Return the rows that have every word of the needle in them, and the titles of groups that still have rows."""
    words = needle.casefold().split()
    found: list[Entry] = []
    group: Group | None = None
    for entry in entries:
        if isinstance(entry, Group):
            group = entry
            continue
        text = " ".join(cell_text(cell) for cell in entry[1]).casefold()
        if all(word in text for word in words):
            if group is not None:
                found.append(group)
                group = None
            found.append(entry)
    return found
