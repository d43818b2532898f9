"""A cursor in a log, for what is done with single lines: unfold one, copy some.

There is none until Enter asks for it: who follows a log or scrolls through it wants no bar on top of what they read.
"""

from __future__ import annotations

import re
from typing import ClassVar

from rich.segment import Segment as RichSegment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.line_index import Change, LineIndex
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.widgets.line_scroll import COPY_LIMIT
from lmawep_tui.ui.widgets.log_feed import Rows
from lmawep_tui.ui.widgets.log_wrap import LogWrap
from lmawep_tui.ui.widgets.plain import toast
from lmawep_tui.ui.widgets.semantic import overlay

_MORE = re.compile(r"… [\d,]+ more lines")


class LogCursor(LogWrap):
    """A log with a cursor, as soon as somebody wants one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "point", "Point, unfold", show=False, id="log.point"),
        Binding("J,shift+down", "extend(1)", "Mark down", show=False, id="log.extend-down"),
        Binding("K,shift+up", "extend(-1)", "Mark up", show=False, id="log.extend-up"),
        Binding("y", "copy", "Copy", show=False, id="log.copy"),
    ]

    cursor: int | None = None
    """The row under the cursor, or None."""
    _anchor = 0
    """The row at which what is marked began."""

    @property
    def marked(self) -> range:
        """The rows from where marking began to the cursor; none without a cursor."""
        if self.cursor is None:
            return range(0)
        return range(min(self.cursor, self._anchor), max(self.cursor, self._anchor) + 1)

    def put_cursor(self, row: int | None, *, extend: bool = False) -> None:
        """Put the cursor on a row and stay there, or take it away."""
        if row is not None:
            row = max(0, min(row, self.row_count() - 1))
            self.show_row(row)
            if not extend:
                self._anchor = row
        self.cursor = row
        self.forget_strips()
        self.refresh()
        self._tell()

    def close(self) -> None:
        """Show nothing."""
        self.cursor = None
        super().close()

    def relay(self) -> None:
        """Make all rows anew; they have other numbers then."""
        self.cursor = None
        super().relay()

    def _adjust(self, index: Rows, change: Change, before: int) -> None:
        """Keep the cursor on its row while rows become known before it."""
        if change.reset:
            self.cursor = None
        elif self.cursor is not None and change.shifted:
            self.cursor, self._anchor = self.cursor + change.shifted, self._anchor + change.shifted
        super()._adjust(index, change, before)

    def _bring(self, offset: int) -> None:
        generation = self.index.generation if self.index else 0
        super()._bring(offset)
        if self.index is not None and self.index.generation != generation:
            self.cursor = None

    def watch_follow(self, follow: bool) -> None:
        """Who follows needs no cursor."""
        if follow and self.cursor is not None:
            self.put_cursor(None)
        super().watch_follow(follow)

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_point(self) -> None:
        """Put a cursor on the screen; with one there, fold or unfold what it is on."""
        if self.cursor is None or self.cursor not in self.rows_shown():
            if self.row_count():
                self.put_cursor(self._best_row())
        elif not self.turn(self.cursor):
            toast(self, "There is nothing to fold or unfold in this line.")

    def _best_row(self) -> int:
        """Return the last row on the screen that can be unfolded, else the last one."""
        rows = [row for row in self.rows_shown() if row < self.row_count()]
        index = self.index
        if index is None or isinstance(index, LineIndex):
            return rows[-1]
        folds = [row for row in rows if (found := index.line_at(row)) is not None and found[0].folds >= 0]
        return folds[-1] if folds else next((row for row in reversed(rows) if index.row(row)), rows[-1])

    def turn(self, row: int) -> bool:
        """Fold or unfold the output or thought that a row shows; return whether there is any."""
        index = self.index
        if index is None or isinstance(index, LineIndex):
            return False
        self.follow = False
        if not index.turn(row):
            return False
        self._match_moved()
        self.forget_strips()
        self._move(index.line_count, self.scroll_offset.y)
        if self.cursor is not None:
            self.put_cursor(self.cursor)
        self.refresh()
        return True

    def _match_moved(self) -> None:
        """Rows have moved within a block; the search says here what that means for it."""

    def action_extend(self, step: int) -> None:
        """Move the cursor and mark the rows it passes."""
        self.put_cursor(self._best_row() if self.cursor is None else self.cursor + step, extend=self.cursor is not None)

    def action_scroll_down(self) -> None:
        """Go one line down with the cursor, or scroll."""
        if self.cursor is None:
            super().action_scroll_down()
        else:
            self.put_cursor(self.cursor + 1)

    def action_scroll_up(self) -> None:
        """Go one line up with the cursor, or scroll."""
        if self.cursor is None:
            super().action_scroll_up()
        else:
            self.put_cursor(self.cursor - 1)

    # -- the mouse ------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Unfold what is left out when the row that says so is clicked."""
        index, row = self.index, self.line_on(event.y)
        if index is None or isinstance(index, LineIndex) or row >= self.row_count():
            return
        found = index.line_at(row)
        if found is not None and _MORE.fullmatch(found[0].text) and not self.screen.get_selected_text():
            self.turn(row)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Copy what was selected by dragging, as terminals do."""
        if self.text_selection is not None:
            self.call_later(self._copy_selected)

    def _copy_selected(self) -> None:
        if self.text_selection is not None and (self.screen.get_selected_text() or "").strip():
            self.action_copy()

    # -- copying --------------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy what is selected with the mouse, else what is marked, else the lines on the screen."""
        text = self.screen.get_selected_text() or ""
        if not text:
            rows = self.marked if self.cursor is not None else self.rows_shown()
            text = "\n".join(self.copied(rows)).strip("\n")
        if not text.strip():
            toast(self, "There is nothing to copy yet.", severity="warning")
            return
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        what = f"{lines:,} lines" if lines > 1 else f"1 line, {len(text):,} characters"
        toast(self, f"Copied {what}.")

    def copied(self, rows: range) -> list[str]:
        """Return the text of some rows, safe to paste: no control characters, no space at the ends."""
        rows = rows[:COPY_LIMIT]
        return [clean_line(plain_text(self.row_line(row))).rstrip() for row in rows if row < self.row_count()]

    # -- painting -------------------------------------------------------------------------------------------------

    def row_style(self, row: int) -> Style:
        """Return the style of a row's empty part."""
        return self._base + self.semantic("cursor") if row in self.marked else super().row_style(row)

    def _row_pieces(self, row: int) -> list[RichSegment]:
        pieces = super()._row_pieces(row)
        return overlay(pieces, 0, -1, self.semantic("cursor")) if row in self.marked else pieces

    def describe(self) -> str:
        """Say how many lines are marked."""
        place, marked = super().describe(), len(self.marked)
        return f"{marked:,} lines marked · {place}" if marked > 1 else place
