"""A table for rows that change while one looks at them.

Textual's own measures every cell it is given and keeps its cursor on a row *number*. This one draws only the rows on
the screen, so a hundred thousand of them are there at once, and its cursor is on a *key*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message

from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group, Row
from lmawep_tui.ui.widgets.table_view import GUTTER, TableView

__all__ = ["Cell", "Column", "Entry", "Group", "Row", "Table"]


class Table(TableView):
    """A table with a cursor, marks and live rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="table.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="table.up"),
        Binding("g,home", "edge(False)", "Top", show=False, id="table.top"),
        Binding("G,end", "edge(True)", "End", show=False, id="table.end"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("space", "mark", "Mark", show=False, id="table.mark"),
        Binding("enter", "activate", "Open", show=False, id="table.open"),
    ]

    marks_by_click = False
    """Whether a click on the place of the mark, before the row's text, marks it."""

    class Selected(Message):
        """The cursor is on another key now; None when the table has become empty."""

        def __init__(self, table: Table, key: str | None) -> None:
            """Say which table and which key."""
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> Table:
            """The table, for `@on(Table.Selected, "#tickets")`."""
            return self.table

    class Activated(Message):
        """A row was opened with Enter or a double click."""

        def __init__(self, table: Table, key: str) -> None:
            """Say which table and which key."""
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> Table:
            """The table, for `@on(Table.Activated, "#tickets")`."""
            return self.table

    class Marked(Message):
        """Rows were marked, or their marks taken away."""

        def __init__(self, table: Table) -> None:
            """Say which table."""
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table:
            """The table, for `@on(Table.Marked, "#tickets")`."""
            return self.table

    @property
    def cursor_key(self) -> str | None:
        """The key under the cursor."""
        return self.rows.cursor

    @property
    def chosen(self) -> tuple[str, ...]:
        """What a verb acts on: the marked rows from top to bottom, or, with none marked, the one under the cursor."""
        if self.marked:
            return tuple(key for key in self.rows.keys if key in self.marked)
        return () if self.rows.cursor is None else (self.rows.cursor,)

    # -- rows -----------------------------------------------------------------------------------------------------

    def set_rows(self, entries: Sequence[Entry]) -> None:
        """Show these rows and titles; the cursor stays on its key and, in a long table, at its place on the screen."""
        rows, entries = self.rows, list(entries)
        if entries == rows.entries:
            return
        before, old_place, had = rows.cursor, rows.cursor_place, len(rows)
        seen = self._on_screen()
        rows.replace(entries)
        if self.marked:
            self.marked.intersection_update(rows.keys)
        moved = rows.cursor_place - old_place
        if len(rows) != had:
            self.fold()
        if self.is_mounted and rows.cursor is not None:
            if moved and old_place >= 0 and self.scroll_offset.y:
                self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True)
            self.keep_visible(rows.cursor_place)
        if len(rows) != had or rows.cursor != before:
            self.refresh()
        else:
            self._refresh_changed(seen)
        if rows.cursor != before:
            self.post_message(self.Selected(self, rows.cursor))

    def update_row(self, key: str, cells: Sequence[Cell]) -> None:
        """Give one row other cells and paint that row alone."""
        place_of = self.rows.update(key, cells)
        if place_of >= 0:
            self.refresh_row(place_of)

    def _on_screen(self) -> tuple[int, list[Entry]]:
        top = self.scroll_offset.y
        return top, self.rows.entries[top : top + self.page_size]

    def _refresh_changed(self, seen: tuple[int, list[Entry]]) -> None:
        """Paint the rows of the screen that hold something else than they did."""
        top, entries = self._on_screen()
        if top != seen[0]:
            return  # scrolled, which paints everything
        for offset, (old, new) in enumerate(zip(seen[1], entries, strict=False)):
            if old != new:
                self.refresh_row(top + offset)

    # -- the cursor -----------------------------------------------------------------------------------------------

    def move_to(self, key: str | None) -> None:
        """Put the cursor on a key; a key that is not there changes nothing."""
        rows = self.rows
        if key is None or key not in rows or key == rows.cursor:
            return
        self.refresh_row(rows.cursor_place)
        rows.cursor = key
        self.refresh_row(rows.cursor_place)
        self.keep_visible(rows.cursor_place)
        self.post_message(self.Selected(self, key))

    def action_move(self, distance: int) -> None:
        """Move the cursor some rows down or up."""
        self.move_to(self.rows.step(distance))

    def action_page(self, pages: int) -> None:
        """Move the cursor a screen down or up."""
        self.move_to(self.rows.step(pages * max(1, self.page_size - 1)))

    def action_edge(self, last: bool) -> None:
        """Move the cursor to the first or the last row."""
        self.move_to(self.rows.edge(last=last))
        if not last:
            self.scroll_to(y=0, animate=False, force=True)

    def action_activate(self) -> None:
        """Open the row under the cursor."""
        if self.rows.cursor is not None:
            self.post_message(self.Activated(self, self.rows.cursor))

    # -- marks ----------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if self.toggle_mark():
            self.action_move(1)

    def toggle_mark(self) -> bool:
        """Mark the row under the cursor, or take its mark away; return whether there is one."""
        key = self.rows.cursor
        if key is None:
            return False
        self.marked.symmetric_difference_update({key})
        self.refresh_row(self.rows.cursor_place)
        self.post_message(self.Marked(self))
        return True

    def mark_all(self) -> None:
        """Mark every row there is; when all are, take the marks away."""
        keys = set(self.rows.keys)
        if keys <= self.marked:
            self.marked.clear()
        else:
            self.marked.update(keys)
        self.refresh()
        self.post_message(self.Marked(self))

    def clear_marks(self) -> None:
        """Take every mark away."""
        self.marked.clear()
        self.refresh()
        self.post_message(self.Marked(self))

    # -- the mouse ------------------------------------------------------------------------------------------------

    def on_click(self, event: Click) -> None:
        """Select the row that was clicked; open it at the second click. The right button only selects."""
        row = self.scroll_offset.y + event.y - self.header_height
        key = self.rows.key_at(row) if event.y >= self.header_height else None
        if key is None:
            return
        self.move_to(key)
        if self.marks_by_click and event.x < GUTTER:
            self.toggle_mark()
        elif event.chain == 2 and event.button == 1:
            self.action_activate()
