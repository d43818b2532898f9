"""Shows a list of styled lines: a document, a diff, a report."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.reactive import reactive

from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_scroll import LineScroll
from lmawep_tui.ui.widgets.wrap import line_width, wrap_line


class LineView(LineScroll):
    """Shows a list of styled lines, cut at the right or wrapped."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "toggle_wrap", "Wrap", show=False, id="view.wrap")]

    wrap: reactive[bool] = reactive(False)
    """Whether long lines go on in the next row."""

    def __init__(
        self,
        lines: Sequence[StyledLine] = (),
        *,
        wrap: bool = False,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Show `lines`, or the words `empty` while there are none."""
        super().__init__(name=name, id=id, classes=classes)
        self._lines: Sequence[StyledLine] = lines
        self._rows: Sequence[StyledLine] = lines
        self._first_rows: list[int] = []  # row at which each line starts, when wrapped
        self._subject: str | None = None
        self._wrapped_to = 0
        self.set_reactive(LineView.wrap, wrap)
        self.set_reactive(LineView.empty, empty)

    def show(self, lines: Sequence[StyledLine], *, keep_scroll: bool | None = None, subject: str | None = None) -> None:
        """Show other lines.

        The place is kept with `keep_scroll`, or, if that is not said, when `subject` (the id of what is shown) is the
        same as before: a file that changes under the reader must not throw them to its top.
        """
        keep = keep_scroll if keep_scroll is not None else subject is not None and subject == self._subject
        self._subject, self._lines = subject, lines
        self._arrange()
        if not keep:
            self.scroll_to(x=0, y=0, animate=False, force=True)

    @property
    def lines(self) -> Sequence[StyledLine]:
        """The lines that are shown, before wrapping."""
        return self._lines

    def row_count(self) -> int:
        """Return the number of rows after wrapping."""
        return len(self._rows)

    def row_line(self, row: int) -> StyledLine:
        """Return one row after wrapping."""
        return self._rows[row]

    def row_of_line(self, line: int) -> int:
        """Return the row at which a line starts."""
        return self._first_rows[line] if self._first_rows and line < len(self._first_rows) else line

    def line_at_row(self, row: int) -> int:
        """Return the line that a row belongs to."""
        return bisect_right(self._first_rows, row) - 1 if self._first_rows else row

    def on_mount(self) -> None:
        """Measure the lines given to the constructor."""
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        """Wrap anew when the width has changed."""
        if self.wrap and self._wrapped_to != self.scrollable_content_region.width:
            self._arrange()

    def watch_wrap(self) -> None:
        """Keep the line at the top of the view there when wrapping is switched."""
        line = self.line_at_row(self.scroll_offset.y)
        self._arrange()
        self.jump(self.row_of_line(line))

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.wrap = not self.wrap

    def _arrange(self) -> None:
        """Turn lines into rows."""
        self.forget_strips()
        width = self.scrollable_content_region.width
        if self.wrap and width > 0:
            self._wrapped_to = width
            rows: list[StyledLine] = []
            self._first_rows = []
            for line in self._lines:
                self._first_rows.append(len(rows))
                rows.extend(wrap_line(line, width))
            self._rows = rows
        else:
            self._rows, self._first_rows = self._lines, []
            width = max(map(line_width, self._lines), default=0)
        self.set_extent(width, len(self._rows))
        self.refresh()
