"""Long lines of a plain log, broken at the right edge: only those on the screen, however many there are.

The scroll bar goes on counting lines. Where the view stands is the line at its top and the row of that line, so that
one line of a thousand rows can be scrolled through like any other text.
"""

from __future__ import annotations

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.widgets.log_conversation import LogConversation

Place = tuple[int, int]
"""A line, and a row of it."""


class LogWrap(LogConversation):
    """A log whose lines may take several rows; a conversation is laid out that way by its index."""

    _part = 0
    """The row of the top line that is at the top of the view."""
    _frame: tuple[tuple[int, int, int], ...] = ()
    """What each row of the screen shows: a line, and from which character of it to which."""

    @property
    def wrapping(self) -> bool:
        """Whether lines are broken here."""
        return self.wrap and isinstance(self.index, LineIndex)

    def _spans(self, line: int) -> list[tuple[int, int]]:
        """Return from which character to which each row of a line goes."""
        from lmawep_tui.engine.conversation.line import wrapped

        return wrapped(plain_text(self.row_line(line)), max(1, self.scrollable_content_region.width))

    # -- painting -------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Settle once for each picture which lines stand where."""
        if self.wrapping:
            self._frame = tuple(self._rows_from(self.scroll_offset.y, self._part, self.size.height))
        return super().render_lines(crop)

    def _rows_from(self, line: int, part: int, height: int) -> list[tuple[int, int, int]]:
        rows: list[tuple[int, int, int]] = []
        while len(rows) < height and line < self.row_count():
            rows += [(line, start, end) for start, end in self._spans(line)[part:]]
            line, part = line + 1, 0
        return rows[:height]

    def render_line(self, y: int) -> Strip:
        """Paint one row of the screen."""
        if not self.wrapping or (y >= len(self._frame) and not self.row_count()):
            return super().render_line(y)
        if y >= len(self._frame):
            return Strip.blank(self.size.width, self._base)
        from lmawep_tui.engine.conversation.line import cells

        line, start, end = self._frame[y]
        text = plain_text(self.row_line(line))
        low = cells(text[:start])
        strip = self._row_strip(line).crop(low, low + cells(text[start:end]))
        return strip.adjust_cell_length(self.size.width, self.row_style(line)).apply_offsets(start, line)

    def line_on(self, y: int) -> int:
        """Return the line that a row of the screen shows."""
        if self.wrapping and self._frame:
            return self._frame[min(y, len(self._frame) - 1)][0]
        return super().line_on(y)

    def rows_shown(self) -> range:
        """Return the lines that are on the screen."""
        if not self.wrapping:
            return super().rows_shown()
        rows = self._rows_from(self.scroll_offset.y, self._part, self.scrollable_content_region.height)
        return range(rows[0][0], rows[-1][0] + 1) if rows else range(0)

    # -- where the view stands ------------------------------------------------------------------------------------

    def _end_place(self) -> Place:
        """Return what is at the top when the last row is at the bottom."""
        room = self.scrollable_content_region.height
        line = self.row_count()
        while line > 0:
            line -= 1
            count = len(self._spans(line))
            if count >= room:
                return line, count - room
            room -= count
        return 0, 0

    def _move(self, rows: int, top: int) -> None:
        """Set the extent and the place in it: scrolling ends where the last row stands at the bottom."""
        if not self.wrapping:
            super()._move(rows, top)
            return
        end, part = self._end_place(), self._part
        super()._move(end[0] + self.scrollable_content_region.height, top)
        self._part = part
        if self.follow:
            self._stand(end, end)

    def jump(self, row: int) -> None:
        """Put `row` at the top of the view, from its beginning."""
        self._part = 0
        super().jump(row)

    def reveal(self, row: int) -> None:
        """Scroll so that `row` is on the screen with some rows before it; not at all if it is already."""
        if not self.wrapping:
            super().reveal(row)
            return
        if row not in self.rows_shown():
            place = self._back((row, 0), self.scrollable_content_region.height // 3)
            self._stand(min(place, self._end_place()), self._end_place())

    def _stand(self, place: Place, end: Place) -> None:
        """Put a row at the top; at the end the view follows."""
        steady, self._steady = self._steady, True
        super().jump(place[0])
        self._part = place[1]
        self._steady = steady
        if not steady:
            self.follow = place >= end and self.index is not None and not self.index.lag
        self.refresh()
        self._tell()

    def _back(self, place: Place, rows: int) -> Place:
        line, part = place
        while rows > part and line > 0:
            rows -= part + 1
            line -= 1
            part = len(self._spans(line)) - 1
        return line, max(0, part - rows)

    def _on(self, place: Place, rows: int) -> Place:
        line, part = place
        while line < self.row_count() and part + rows >= (count := len(self._spans(line))):
            rows -= count - part
            line, part = line + 1, 0
        return line, part + rows

    def _scroll_by(self, rows: int) -> None:
        if not self.wrapping:
            super()._scroll_by(rows)
            return
        here, end = (self.scroll_offset.y, self._part), self._end_place()
        self._stand(self._back(here, -rows) if rows < 0 else min(self._on(here, rows), end), end)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Begin at a line's first row after the wheel or the scroll bar, but show the end where that is the end."""
        if self.wrapping and not self._steady and round(old_value) != round(new_value):
            end = self._end_place()
            self._part = end[1] if round(new_value) >= end[0] else 0
        super().watch_scroll_y(old_value, new_value)

    def action_scroll_home(self) -> None:
        """Go to the first row of the first line."""
        self._part = 0
        super().action_scroll_home()
        self.refresh()

    def on_resize(self, event: Resize) -> None:
        """Stay at the end, or where it fits, in a view of another size."""
        if self.wrapping:
            self._part = 0
            self._move(self.row_count(), self.scroll_offset.y)

    def relay(self) -> None:
        """Break the lines, or cut them, the line at the top staying there."""
        if isinstance(self.index, LineIndex):
            top = self.scroll_offset.y
            self._part = 0
            self.scroll_to(x=0, animate=False, force=True)
            self._move(self.row_count(), top)
        super().relay()
