"""The painting half of the table: columns, rows, titles, cursor bar and marks.

Only the rows on the screen are ever drawn, so a hundred thousand of them cost no more than fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.cache import LRUCache
from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.widgets.columns import Column, Placed, fit, place
from lmawep_tui.ui.widgets.semantic import SemanticView, to_strip
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group, Row, TableRows

GUTTER = 3  # cursor bar, mark and a blank
_GAP = 1  # cells between columns

_CURSOR, _HEADER = "table--cursor", "table--header"


class TableView(SemanticView):
    """Paints a `TableRows` and scrolls over it.

    Apart from `Table` so that what a key does and what a row looks like can be read, and changed, one at a time.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR, _HEADER}
    ALLOW_SELECT = False  # dragging would select text where a click means a row
    DEFAULT_CSS = """
    TableView {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .table--header { color: $text-muted; text-style: bold; }
        & > .table--cursor { background: $foreground 10%; text-style: bold; }
        &:focus > .table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        &:ansi > .table--header { text-style: bold dim; }
        &:ansi > .table--cursor { background: ansi_default; text-style: bold underline; }
        &:ansi:focus > .table--cursor { background: $block-cursor-background; text-style: bold; }
        &:nocolor:focus > .table--cursor { text-style: bold reverse; }
    }
    """

    empty: reactive[str] = reactive("")
    """What to say when there are no rows."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        show_header: bool = True,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a table without rows."""
        super().__init__(name=name, id=id, classes=classes)
        self.columns = tuple(columns)
        self.rows = TableRows()
        self.marked: set[str] = set()
        """Keys of the rows marked with Space."""
        self._show_header = show_header
        self._placed: tuple[Placed, ...] = ()
        self._strips: LRUCache[object, tuple[Entry, Strip]] = LRUCache(512)
        self.set_reactive(TableView.empty, empty)

    @property
    def header_height(self) -> int:
        """Rows of the screen that the column titles take."""
        return 1 if self._show_header and self.rows else 0

    @property
    def page_size(self) -> int:
        """Rows that fit on the screen."""
        return max(1, self.scrollable_content_region.height - self.header_height)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The columns that are shown at the present width."""
        return self._placed

    def forget_strips(self) -> None:
        """Paint every row anew."""
        self._strips.clear()

    def fold(self) -> None:
        """Share the width among the columns and tell the scrollbar how many rows there are."""
        width = self.scrollable_content_region.width
        placed = place(self.columns, max(1, width - GUTTER), _GAP) if self.columns else ()
        if placed != self._placed:
            self._placed = placed
            self.forget_strips()
            self.refresh()
        self.virtual_size = Size(width, len(self.rows) + self.header_height)

    def on_resize(self, event: Resize) -> None:
        """Fold or unfold columns."""
        self.fold()
        if self.rows.cursor is not None:
            self.keep_visible(self.rows.cursor_place)

    def keep_visible(self, row: int) -> None:
        """Scroll just so far that a row is on the screen."""
        top = self.scroll_offset.y
        if row < top:
            # The title of the first group belongs to the first row.
            above = row - 1 if row > 0 and self.rows.key_at(row - 1) is None else row
            self.scroll_to(y=above, animate=False, force=True)
        elif row >= top + self.page_size:
            self.scroll_to(y=row - self.page_size + 1, animate=False, force=True)

    def refresh_row(self, row: int) -> None:
        """Paint one row of the screen, if it is there."""
        y = row - self.scroll_offset.y
        if 0 <= y < self.page_size:
            self.refresh(Region(0, y + self.header_height, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Paint one line of the screen: the column titles, a row, or nothing."""
        width = self.size.width
        if not self.rows:
            return self._paint_empty(y, width)
        if y < self.header_height:
            return self._paint_header(width)
        row = self.scroll_offset.y + y - self.header_height
        if row >= len(self.rows):
            return Strip.blank(width, self._base)
        entry = self.rows.entries[row]
        if isinstance(entry, Group):
            return self._paint_group(entry, width)
        key = entry[0]
        cursor = key == self.rows.cursor
        state = (key, cursor, cursor and self.has_focus, key in self.marked, width)
        kept = self._strips.get(state)
        # The same cells, not merely the same key: so nothing has to be thrown away when rows come, go or move.
        if kept is None or (kept[0] is not entry and kept[0] != entry):
            kept = self._strips[state] = (entry, self._paint_row(entry, width))
        return kept[1]

    def _paint_empty(self, y: int, width: int) -> Strip:
        if y or not self.empty:
            return Strip.blank(width, self._base)
        return self._filled(self.pieces([(f" {self.empty}", "muted")], self._base), width, self._base)

    def _paint_header(self, width: int) -> Strip:
        style = self._base + self.component_style(_HEADER)
        titles = [fit(self.columns[at.index].title, at.width, at.align) for at in self._placed]
        text = " " * GUTTER + (" " * _GAP).join(titles)
        return self._filled([RichSegment(clean_line(text), style)], width, style)

    def _paint_group(self, group: Group, width: int) -> Strip:
        return self._filled(self.pieces([(group.title, group.style)], self._base), width, self._base)

    def _paint_row(self, row: Row, width: int) -> Strip:
        """Paint one row; under the focused cursor in the cursor's own colours, which every theme keeps legible."""
        key, cells = row
        cursor, marked = key == self.rows.cursor, key in self.marked
        over = self.component_style(_CURSOR) if cursor else Style.null()
        base = self._base + over
        plain = cursor and self.has_focus
        # Shape as well as colour: a solid bar where keys go, a thin one where they would.
        bar = ("▌" if plain else "▏") if cursor else " "
        pieces = [RichSegment(bar, base)]
        pieces += self.pieces([("✓ " if marked else "  ", "" if plain else "accent")], base)
        for number, at in enumerate(self._placed):
            if number:
                pieces.append(RichSegment(" " * _GAP, base))
            cell = cells[at.index] if at.index < len(cells) else ""
            pieces += self._paint_cell(cell, at, base, plain=plain)
        return self._filled(pieces, width, base)

    def _paint_cell(self, cell: Cell, at: Placed, base: Style, *, plain: bool) -> list[RichSegment]:
        if isinstance(cell, list):
            return self._paint_parts(cell, at, base, plain=plain)
        text, name = (cell, "") if isinstance(cell, str) else cell
        shown = fit(clean_line(text), at.width, at.align)
        return [RichSegment(shown, base if plain or not name else base + self.semantic(name))]

    def _paint_parts(self, parts: list[tuple[str, str]], at: Placed, base: Style, *, plain: bool) -> list[RichSegment]:
        """Paint a cell of several styles; what it lacks in width goes to the side its text does not lie at."""
        pieces = self.pieces([(text, "" if plain else name) for text, name in parts], base)
        strip = to_strip(pieces)
        if strip.cell_length > at.width:
            cut = strip.crop(0, at.width - 1)
            return [*cut, RichSegment("…", base)] if at.width > 1 else [RichSegment("…", base)]
        padding = RichSegment(" " * (at.width - strip.cell_length), base)
        return [padding, *pieces] if at.align == "right" else [*pieces, padding]

    def _filled(self, pieces: list[RichSegment], width: int, style: Style) -> Strip:
        return to_strip(pieces).crop_extend(0, width, style)
