"""A table whose cursor is on a cell: each row and each column is one of a kind."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.strip import Strip

from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.widgets.columns import Placed
from lmawep_tui.ui.widgets.table_rows import Cell, Row

_GUTTER = 3
"""Cells left of the first column."""


class GridTable(ListTable):
    """The first column names the row; `h` and `l` go through the others, and those near the cursor stay in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "side(-1)", "Left", show=False, id="grid.left"),
        Binding("l,right", "side(1)", "Right", show=False, id="grid.right"),
    ]

    column = 1
    """The column under the cursor."""
    _on_cursor_row = False

    @property
    def cell_key(self) -> str | None:
        """`ROW COLUMN` under the cursor; None in an empty table."""
        row = self.cursor_key
        return f"{row} {self.columns[self.column].key}" if row is not None and len(self.columns) > 1 else None

    def fold(self) -> None:
        """Share the width; what does not fit is left out, the farthest from the cursor first."""
        self.column = max(1, min(self.column, len(self.columns) - 1))
        self.columns = tuple(
            replace(column, priority=10_000 if not number else 5_000 - abs(number - self.column))
            for number, column in enumerate(self.columns)
        )
        super().fold()

    def action_side(self, by: int) -> None:
        """Go to the cell beside."""
        self.go_to_column(self.column + by)

    def go_to_column(self, column: int) -> None:
        """Put the cursor into a column."""
        column = max(1, min(column, len(self.columns) - 1))
        if column != self.column and len(self.columns) > 1:
            self.column = column
            self.fold()
            self.forget_strips()
            self.refresh()
            self.post_message(self.Selected(self, self.cursor_key))

    def on_click(self, event: Click) -> None:
        """The cell that was clicked."""
        x = event.x - _GUTTER
        for at in self.placed:
            if 0 <= x < at.width and at.index:
                self.go_to_column(at.index)
                break
            x -= at.width + 1

    def _paint_row(self, row: Row, width: int) -> Strip:
        self._on_cursor_row = row[0] == self.rows.cursor
        return super()._paint_row(row, width)

    def _paint_cell(self, cell: Cell, at: Placed, base: Style, *, plain: bool) -> list[RichSegment]:
        pieces = super()._paint_cell(cell, at, base, plain=plain)
        if self._on_cursor_row and at.index == self.column:
            return [RichSegment(text, (style or base) + Style(reverse=True)) for text, style, _ in pieces]
        return pieces
