"""The cursor of the diff view: which line a comment would be for, and which lines are selected."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from lmawep_tui.ui.present.diff_lines import Place
from lmawep_tui.ui.widgets.diff_colours import DiffColours
from lmawep_tui.ui.widgets.diff_layout import NOTHING
from lmawep_tui.ui.widgets.plain import toast

_WHEEL = 3  # rows
_AROUND = 2  # rows kept visible above and below the cursor


class DiffCursor(DiffColours):
    """Moves a cursor through the lines of a diff; the view scrolls with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "select", "Select lines", show=False, id="diff.select"),
        Binding("shift+down", "extend(1)", "Select down", show=False, id="diff.select-down"),
        Binding("shift+up", "extend(-1)", "Select up", show=False, id="diff.select-up"),
        Binding("less_than_sign,greater_than_sign", "other_side", "Other side", show=False, id="diff.other-side"),
        Binding("space", "page_by_space", "Page down", show=False),
    ]

    in_review = False
    """Whether some keys are left to the review: there Space is a mark and `n` a verdict."""

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line of the diff the reader is at."""

    _anchor: int | None = None
    """Where the selection began."""

    # -- where the reader is --------------------------------------------------------------------------------------

    @property
    def line(self) -> int:
        """The line of the diff the reader is at."""
        return self.cursor

    def place(self) -> Place | None:
        """Return path, side and line number of the line under the cursor; None on a heading."""
        return self.diff.place(self.cursor)

    def selected(self) -> list[Place]:
        """Return the places of the selected lines, from top to bottom; without a selection that of the cursor."""
        first, last = self._span()
        layout = self.layout_of_rows
        if first == last:
            lines = [self.cursor]
        elif layout.two:
            lines = sorted({line for entry in range(first, last + 1) for line in layout.lines(entry)} - {NOTHING})
        else:
            lines = list(range(first, last + 1))
        return [place for line in lines if (place := self.diff.place(line)) is not None]

    @property
    def selecting(self) -> bool:
        """Whether lines are being selected."""
        return self._anchor is not None

    def _span(self) -> tuple[int, int]:
        """Return the first and the last selected entry."""
        here = self.layout_of_rows.entry_of(self.cursor) if len(self.diff) else 0
        there = here if self._anchor is None else self.layout_of_rows.entry_of(self._anchor)
        return min(here, there), max(here, there)

    def state_of(self, entry: int) -> str:
        """Return the style name that lies over an entry."""
        if entry == self.layout_of_rows.entry_of(self.cursor):
            return "line-cursor"
        if self._anchor is None:
            return ""
        first, last = self._span()
        return "line-selected" if first <= entry <= last else ""

    def has_cursor(self, line: int) -> bool:
        """Whether the cursor is on this very line."""
        return line == self.cursor or self.diff.kinds[line] == " "

    # -- going places ---------------------------------------------------------------------------------------------

    def go_to_line(self, line: int) -> None:
        """Put the cursor on a line of the diff, and that on the screen."""
        self.cursor = max(0, min(line, len(self.diff) - 1))
        layout = self.layout_of_rows
        if not len(layout):
            return
        entry = layout.entry_of(self.cursor)
        first, height = layout.row_of(entry), self.scrollable_content_region.height
        last = first + min(layout.height(entry), max(1, height - 2 * _AROUND)) - 1
        top = self.scroll_offset.y
        if not top - height <= first < top + 2 * height:  # far away: with some lines above it
            self.jump(max(0, first - height // 3))
            return
        around = min(_AROUND, max(0, (height - 1) // 2))
        if last + around >= top + height:
            top = last + around - height + 1
        if first - around < top:
            top = first - around
        if top != self.scroll_offset.y:
            self.jump(max(0, top))

    def _go_to_entry(self, entry: int) -> None:
        """Put the cursor on an entry, on the side it is on now if there is a line."""
        layout = self.layout_of_rows
        if not len(layout):
            return
        left, right = layout.lines(max(0, min(entry, len(layout) - 1)))
        on_left = layout.two and self.diff.kinds[self.cursor] == "-"
        first, second = (left, right) if on_left else (right, left)
        self.go_to_line(first if first != NOTHING else second)

    def _step_entry(self, step: int) -> None:
        self._go_to_entry(self.layout_of_rows.entry_of(self.cursor) + step if len(self.diff) else 0)

    def _scroll_by(self, rows: int) -> None:
        """Scroll by so many rows, the cursor staying where it is on the screen."""
        layout = self.layout_of_rows
        if not len(layout):
            return
        row = layout.row_of(layout.entry_of(self.cursor)) + rows
        super()._scroll_by(rows)
        self._go_to_entry(layout.entry_at(max(0, min(row, layout.rows - 1)))[0])

    def action_scroll_down(self) -> None:
        """Go a line down."""
        self._step_entry(1)

    def action_scroll_up(self) -> None:
        """Go a line up."""
        self._step_entry(-1)

    def action_scroll_home(self) -> None:
        """Go to the first line."""
        super().action_scroll_home()
        self.go_to_line(0)

    def action_scroll_end(self) -> None:
        """Go to the last line."""
        self._go_to_entry(len(self.layout_of_rows) - 1)

    def action_page_by_space(self) -> None:
        """Page down."""
        self.action_page_down()

    def action_other_side(self) -> None:
        """Go to the line that stands beside this one: what it was before, or what became of it."""
        layout = self.layout_of_rows
        if not layout.two:
            toast(self, "The other side stands beside this one only in two columns: | shows them.")
            return
        left, right = layout.lines(layout.entry_of(self.cursor))
        other = left if self.cursor == right else right
        if other != NOTHING:
            self.go_to_line(other)

    # -- selecting ------------------------------------------------------------------------------------------------

    def action_select(self) -> None:
        """Begin to select lines at the cursor, or stop."""
        self._anchor = self.cursor if self._anchor is None else None
        self.refresh()

    def action_extend(self, step: int) -> None:
        """Select one line more, or less."""
        if self._anchor is None:
            self._anchor = self.cursor
        self._step_entry(step)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; with Shift, select as far as there."""
        layout = self.layout_of_rows
        row = self.scroll_offset.y + event.y
        if row >= layout.rows:
            return
        if event.shift and self._anchor is None:
            self._anchor = self.cursor
        left, right = layout.lines(layout.entry_at(row)[0])
        wanted = left if layout.two and event.x < self.size.width // 2 else right
        self.go_to_line(wanted if wanted != NOTHING else max(left, right))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down, and take the cursor along."""
        self._wheel(event, _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up, and take the cursor along."""
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        """The next key must go on from what is on the screen, not jump back to where the wheel began."""
        if event.shift or event.ctrl or not len(self.layout_of_rows):
            return  # sideways
        event.stop()
        event.prevent_default()
        self.jump(self.scroll_offset.y + rows)
        layout, top = self.layout_of_rows, self.scroll_offset.y
        row = layout.row_of(layout.entry_of(self.cursor))
        last = top + self.scrollable_content_region.height - 1
        inside = max(min(row, last - _AROUND), top + _AROUND if top else 0)
        if inside != row:
            self._go_to_entry(layout.entry_at(max(0, min(inside, layout.rows - 1)))[0])

    def watch_cursor(self) -> None:
        """Paint the cursor at its new place."""
        self.refresh()
