"""The table of a pane."""

from __future__ import annotations

from dataclasses import replace

from textual.geometry import Region
from textual.strip import Strip

from lmawep_tui.ui.widgets.table import Table


def below(needle: str, marked: int) -> str:
    """Return what a list's frame says below: its filter, and how many rows are marked."""
    return " · ".join(part for part in (f"/{needle}" if needle else "", f"{marked} marked" if marked else "") if part)


_ROOMY, _SHORT = 66, 14
"""Cells from which on a third is given away; with fewer, titles need them more than `waits for 103, 104` does."""


class ListTable(Table):
    """A table whose very first picture has its rows: it shares out its width before it is told of it."""

    _folded_for = 0
    wish = 0
    """Cells that the last column would like to have; it gets them as far as the others can spare them."""

    def leave_out(self, bare: frozenset[str]) -> None:
        """Give the room of these columns, which no row has anything in, to the others."""
        if bare != {column.key for column in self.columns if column.bare}:
            self.columns = tuple(replace(column, bare=column.key in bare) for column in self.columns)
            self.fold()

    def fold(self) -> None:
        """Share the width, the last column first having what it needs of it."""
        if self.wish:
            last = self.columns[-1]
            width = self.scrollable_content_region.width
            most = max(last.min_width, width // 3 if width >= _ROOMY else _SHORT)
            width = min(max(self.wish, last.min_width), most)
            if width != last.width:
                self.columns = (*self.columns[:-1], replace(last, width=width))
        super().fold()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines."""
        width = self.scrollable_content_region.width
        if width != self._folded_for:
            self._folded_for = width
            self.fold()
        return super().render_lines(crop)
