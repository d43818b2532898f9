"""Shows a diff and walks through its hunks and files."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from lmawep_tui.ui.present.diff_lines import DiffFile, DiffLines, diff_lines
from lmawep_tui.ui.widgets.line_scroll import Mark
from lmawep_tui.ui.widgets.line_view import LineView


class DiffView(LineView):
    """A `LineView` for diffs, with keys to the next and the previous hunk and file.

    The place of the last jump is remembered apart from the scroll position: near the end of a diff the view cannot
    scroll on, but the next key press must still reach the next hunk.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "step_hunk(1)", "Next hunk", show=False, id="diff.next-hunk"),
        Binding("left_square_bracket", "step_hunk(-1)", "Previous hunk", show=False, id="diff.previous-hunk"),
        Binding("right_curly_bracket", "step_file(1)", "Next file", show=False, id="diff.next-file"),
        Binding("left_curly_bracket", "step_file(-1)", "Previous file", show=False, id="diff.previous-file"),
    ]

    status_text: reactive[str] = reactive("", repaint=False)
    """What the pane's border says: "file 2/5 · hunk 3/12 · +80 −12"."""

    def __init__(
        self,
        *,
        empty: str = "no changes",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a diff."""
        self.diff = DiffLines()
        self._target: tuple[int, int] | None = None  # line jumped to, and the scroll position that gave
        super().__init__(empty=empty, name=name, id=id, classes=classes)

    def show_diff(self, diff: DiffLines | str, *, keep_scroll: bool | None = None, subject: str | None = None) -> None:
        """Show a diff, as text or already read (a large one is better read in a thread)."""
        self.diff = diff_lines(diff) if isinstance(diff, str) else diff
        self._target = None
        self.show(self.diff.lines, keep_scroll=keep_scroll, subject=subject)
        self._tell()

    @property
    def line(self) -> int:
        """The line the reader is at: that of the last jump, or the top of the screen after scrolling."""
        if self._target is not None and self._target[1] == self.scroll_offset.y:
            return self._target[0]
        return self.line_at_row(self.scroll_offset.y)

    @property
    def file(self) -> DiffFile | None:
        """The file the reader is in."""
        number = bisect_right(self._file_rows(), self.line) - 1
        return self.diff.files[max(0, number)] if self.diff.files else None

    def action_step_hunk(self, step: int) -> None:
        """Go to the next or previous hunk."""
        self._step(self.diff.hunks, step)

    def action_step_file(self, step: int) -> None:
        """Go to the next or previous file."""
        self._step(self._file_rows(), step)

    def _file_rows(self) -> list[int]:
        return [file.row for file in self.diff.files]

    def _step(self, places: Sequence[int], step: int) -> None:
        """Go to the place after, or before, the line the reader is at."""
        at = bisect_right(places, self.line) if step > 0 else bisect_left(places, self.line) - 1
        if 0 <= at < len(places):
            self.jump(self.row_of_line(places[at]))
            self._target = places[at], self.scroll_offset.y
            self.forget_strips()
            self.refresh()
            self._tell()

    def row_marks(self, row: int, text: str) -> Iterable[Mark]:
        """Mark the header that was jumped to, which is not always at the top of the screen."""
        if self._target is not None and self.row_of_line(self._target[0]) == row:
            return ((0, len(text), "match"),)
        return ()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say anew where the reader is."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._tell()

    def _tell(self) -> None:
        files, hunks = self.diff.files, self.diff.hunks
        if not files:
            self.status_text = ""
            return
        file = max(1, bisect_right(self._file_rows(), self.line))
        hunk = max(1, bisect_right(hunks, self.line)) if hunks else 0  # a file's heading belongs to its first hunk
        totals = f"+{self.diff.added:,} −{self.diff.removed:,}"
        self.status_text = f"file {file:,}/{len(files):,} · hunk {hunk:,}/{len(hunks):,} · {totals}"
