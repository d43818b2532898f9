"""The parts of a view of many lines of which only those on the screen are drawn.

A widget for each line freezes at a thousand lines; a view that paints strips on demand does not notice a million.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import ClassVar

from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.present.styled import StyledLine, plain_text
from lmawep_tui.ui.widgets.semantic import SemanticView, overlay, to_strip

Mark = tuple[int, int, str]
"""Start, end and style name of a stretch to be marked in a line."""

COPY_LIMIT = 20_000  # lines: "select all" in a log of a gigabyte must not fill the memory
_SELECTED = "screen--selection"


class ScrollKeys(SemanticView):
    """Scrolling by the keys people know from less and vim, at once.

    Textual animates its own scrolling; a person who holds `j` wants lines, not a film.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="view.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="view.up"),
        Binding("h,left", "scroll_left", "Left", show=False, id="view.left"),
        Binding("l,right", "scroll_right", "Right", show=False, id="view.right"),
        Binding("g,home", "scroll_home", "Top", show=False, id="view.top"),
        Binding("G,end", "scroll_end", "End", show=False, id="view.end"),
        Binding("space,pagedown", "page_down", "Page down", show=False, id="view.page-down"),
        Binding("b,pageup", "page_up", "Page up", show=False, id="view.page-up"),
        Binding("ctrl+d", "half_down", "Half page down", show=False, id="view.half-down"),
        Binding("ctrl+u", "half_up", "Half page up", show=False, id="view.half-up"),
    ]

    def jump(self, row: int) -> None:
        """Put `row` at the top of the view, as far as the end allows."""
        self.scroll_to(y=row, animate=False, force=True)

    def reveal(self, row: int) -> None:
        """Scroll so that `row` is on the screen with some lines around it; not at all if it is already."""
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= row < self.scroll_offset.y + height:
            self.jump(max(0, row - height // 3))

    def _scroll_by(self, rows: int) -> None:
        self.jump(self.scroll_offset.y + rows)

    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)  # one line stays, for the eye

    def action_scroll_down(self) -> None:
        """Scroll one line down."""
        self._scroll_by(1)

    def action_scroll_up(self) -> None:
        """Scroll one line up."""
        self._scroll_by(-1)

    def action_scroll_left(self) -> None:
        """Scroll eight columns to the left."""
        self.scroll_to(x=self.scroll_offset.x - 8, animate=False)

    def action_scroll_right(self) -> None:
        """Scroll eight columns to the right."""
        self.scroll_to(x=self.scroll_offset.x + 8, animate=False)

    def action_scroll_home(self) -> None:
        """Go to the first line."""
        self.scroll_to(x=0, y=0, animate=False, force=True)

    def action_scroll_end(self) -> None:
        """Go to the last line."""
        self.jump(self.virtual_size.height)

    def action_page_down(self) -> None:
        """Scroll one page down."""
        self._scroll_by(self._page())

    def action_page_up(self) -> None:
        """Scroll one page up."""
        self._scroll_by(-self._page())

    def action_half_down(self) -> None:
        """Scroll half a page down."""
        self._scroll_by(self._page() // 2)

    def action_half_up(self) -> None:
        """Scroll half a page up."""
        self._scroll_by(-(self._page() // 2))


class LineScroll(ScrollKeys):
    """Scrolls over numbered rows that a subclass provides one at a time."""

    DEFAULT_CSS = """
    LineScroll {
        background: $surface;
        color: $foreground;
        overflow: scroll scroll; /* a bar that comes or goes lays out the whole screen anew: 20 ms for a key */
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0; /* a bar that comes and goes moves the lines; h and l scroll without it */
    }
    """

    empty: reactive[str] = reactive("")
    """What to say when there is nothing to show."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view that shows nothing yet."""
        super().__init__(name=name, id=id, classes=classes)
        self._strips: LRUCache[Hashable, Strip] = LRUCache(1024)

    # -- what a subclass provides ---------------------------------------------------------------------------------

    def row_count(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError

    def row_line(self, row: int) -> StyledLine:
        """Return the content of one row; called only for rows that are painted or copied."""
        raise NotImplementedError

    def row_key(self, row: int) -> Hashable:
        """Return what the picture of a row is kept under; it must differ whenever the picture would."""
        return row

    def row_marks(self, row: int, text: str) -> Iterable[Mark]:
        """Return the stretches of a row to mark, such as matches of a search."""
        return ()

    def row_style(self, row: int) -> Style:
        """Return the style of what is empty at the right of a row."""
        return self._base

    # -- painting -------------------------------------------------------------------------------------------------

    def line_on(self, y: int) -> int:
        """Return the row that is painted at a place of the screen, which may be one that there is not."""
        return self.scroll_offset.y + y

    def rows_shown(self) -> range:
        """Return the rows that are on the screen."""
        top = self.scroll_offset.y
        return range(top, min(self.row_count(), top + self.scrollable_content_region.height))

    def forget_strips(self) -> None:
        """Paint every row anew; for when their marks or the theme have changed."""
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Paint one row of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        row, width = scroll_y + y, self.size.width
        if row >= self.row_count():
            return self._beyond(y, width)
        strip = self._row_strip(row)
        return strip.crop_extend(scroll_x, scroll_x + width, self.row_style(row)).apply_offsets(scroll_x, row)

    def _beyond(self, y: int, width: int) -> Strip:
        """Paint a place where there is no row: blank, or the words for an empty view."""
        if y == 0 and self.empty and not self.row_count():
            pieces = self.pieces([(f" {self.empty}", "muted")], self._base)
            return to_strip(pieces).crop_extend(0, width, self._base)
        return Strip.blank(width, self._base)

    def _row_strip(self, row: int) -> Strip:
        """Return the whole picture of a row, from the cache unless text is being selected."""
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(row)) is not None:
            style = self.screen.get_component_rich_style(_SELECTED)
            return to_strip(overlay(self._row_pieces(row), *span, style))
        key = self.row_key(row)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = to_strip(self._row_pieces(row))
            if strip.cell_length > self.virtual_size.width:
                self.call_later(self._widen, strip.cell_length)
        return strip

    def _row_pieces(self, row: int) -> list[RichSegment]:
        pieces = self.pieces(self.row_line(row), self._base)
        text = "".join([piece.text for piece in pieces])
        for start, end, name in self.row_marks(row, text):
            pieces = overlay(pieces, start, end, self.semantic(name))
        return pieces

    def _widen(self, width: int) -> None:
        if width > self.virtual_size.width:
            self.set_extent(width, self.virtual_size.height)

    def set_extent(self, width: int, rows: int) -> None:
        """Say how large the whole is, without laying out the screen again.

        Setting `virtual_size` plainly would arrange every widget of the screen anew for each line that arrives.
        """
        size = Size(width, rows)
        if size == self.virtual_size:
            return
        self.set_reactive(Widget.virtual_size, size)
        if self.is_mounted:
            self._scroll_update(size)

    # -- selecting ------------------------------------------------------------------------------------------------

    def selection_updated(self, selection: Selection | None) -> None:
        """Repaint when the selected text changes."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text for copying."""
        start, end = selection
        first = start.y if start else 0
        last = min(end.y if end else self.row_count() - 1, self.row_count() - 1, first + COPY_LIMIT)
        lines = [clean_line(plain_text(self.row_line(row))) for row in range(first, last + 1)]
        if lines and end is not None and end.y == last:
            lines[-1] = lines[-1][: end.x]
        if lines and start is not None:
            lines[0] = lines[0][start.x :]
        return "\n".join(lines), "\n"
