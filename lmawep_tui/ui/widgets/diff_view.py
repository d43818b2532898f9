"""Shows a diff and walks through its lines, hunks and files."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.present.diff_lines import DiffFile, DiffLines, Place, diff_lines
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_scroll import Mark
from lmawep_tui.ui.widgets.line_view import LineView


class DiffView(LineView):
    """A `LineView` for diffs with a cursor, a selection of lines, and keys to hunks and files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "step_hunk(1)", "Next hunk", show=False, id="diff.next-hunk"),
        Binding("left_square_bracket", "step_hunk(-1)", "Previous hunk", show=False, id="diff.previous-hunk"),
        Binding("right_curly_bracket", "step_file(1)", "Next file", show=False, id="diff.next-file"),
        Binding("left_curly_bracket", "step_file(-1)", "Previous file", show=False, id="diff.previous-file"),
        Binding("v", "select", "Select lines", show=False, id="diff.select"),
        Binding("shift+down", "extend(1)", "Select down", show=False),
        Binding("shift+up", "extend(-1)", "Select up", show=False),
        Binding("space", "page_by_space", "Page down", show=False),
        Binding("escape", "let_go", "Let go", show=False),
    ]

    status_text: reactive[str] = reactive("", repaint=False)
    """What the pane's border says: "file 2/5 · hunk 3/12 · +80 −12"."""

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line of the diff the reader is at."""

    def __init__(
        self,
        *,
        empty: str = "no changes",
        in_review: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a diff; `in_review` leaves keys to the review that mean a verdict there."""
        self.diff = DiffLines()
        self.in_review = in_review
        self._anchor: int | None = None
        self._margin: Mapping[Place, str] = {}
        self._notes: Mapping[Place, Sequence[str]] = {}
        super().__init__(empty=empty, name=name, id=id, classes=classes)

    def show_diff(self, diff: DiffLines | str, *, keep_scroll: bool | None = None, subject: str | None = None) -> None:
        """Show a diff, as text or already read (a large one is better read in a thread)."""
        self.diff = diff_lines(diff) if isinstance(diff, str) else diff
        keep = keep_scroll if keep_scroll is not None else subject is not None and subject == self._subject
        self._anchor = None
        if not keep:
            self.cursor = 0
        self.cursor = min(self.cursor, max(0, len(self.diff.lines) - 1))
        self.show(self.diff.lines, keep_scroll=keep, subject=subject)
        self._tell()

    # -- where the reader is --------------------------------------------------------------------------------------

    @property
    def line(self) -> int:
        """The line of the diff the reader is at."""
        return self.cursor

    @property
    def file(self) -> DiffFile | None:
        """The file the reader is in."""
        number = bisect_right(self._file_rows(), self.line) - 1
        return self.diff.files[max(0, number)] if self.diff.files else None

    def place(self) -> Place | None:
        """Return path, side and line number of the line under the cursor; None on a header."""
        return self.diff.place(self.cursor)

    def selected(self) -> list[Place]:
        """Return the places of the selected lines, from top to bottom; without a selection that of the cursor."""
        first, last = self._span()
        return [place for line in range(first, last + 1) if (place := self.diff.place(line)) is not None]

    def _span(self) -> tuple[int, int]:
        anchor = self.cursor if self._anchor is None else self._anchor
        return min(anchor, self.cursor), max(anchor, self.cursor)

    def go_to_line(self, line: int) -> None:
        """Put the cursor on a line of the diff."""
        self.cursor = max(0, min(line, len(self.diff.lines) - 1))
        self.reveal(self.row_of_line(self.cursor))

    def go_to_file(self, file: DiffFile) -> None:
        """Put the cursor on a file's heading and that at the top."""
        self.go_to_line(file.row)
        self.jump(self.row_of_line(file.row))

    @property
    def margin(self) -> Mapping[Place, str]:
        """Style name of a mark beside a line, by place."""
        return self._margin

    @margin.setter
    def margin(self, margin: Mapping[Place, str]) -> None:
        self._margin = margin
        self.forget_strips()
        self.refresh()

    @property
    def notes(self) -> Mapping[Place, Sequence[str]]:
        """Lines of text shown under a line, by place."""
        return self._notes

    @notes.setter
    def notes(self, notes: Mapping[Place, Sequence[str]]) -> None:
        self._notes = notes
        self._arrange()

    def _arrange(self) -> None:
        super()._arrange()
        if not self._notes:
            return
        starts = self._first_rows or list(range(len(self._lines)))
        rows: list[StyledLine] = []
        first: list[int] = []
        for line, start in enumerate(starts):
            first.append(len(rows))
            rows += self._rows[start : starts[line + 1] if line + 1 < len(starts) else len(self._rows)]
            place = self.diff.place(line)
            if place is not None:
                rows += [[("      ┃ ", "accent"), (clean_line(note), "")] for note in self._notes.get(place, ())]
        self._rows, self._first_rows = rows, first
        self.set_extent(self.virtual_size.width, len(rows))

    # -- keys and mouse -------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Space to the review, and Escape to the screen unless something is selected."""
        if action == "page_by_space":
            return not self.in_review
        if action == "let_go":
            return self._anchor is not None
        return True

    def action_page_by_space(self) -> None:
        """Page down."""
        self.action_page_down()

    def action_let_go(self) -> None:
        """Forget the selection."""
        self._anchor = None
        self.forget_strips()
        self.refresh()

    def action_select(self) -> None:
        """Begin to select lines at the cursor, or stop."""
        self._anchor = self.cursor if self._anchor is None else None
        self.forget_strips()
        self.refresh()

    def action_extend(self, step: int) -> None:
        """Select one line more, or less."""
        if self._anchor is None:
            self._anchor = self.cursor
        self.go_to_line(self.cursor + step)

    def action_scroll_down(self) -> None:
        """Go a line down."""
        self.go_to_line(self.cursor + 1)

    def action_scroll_up(self) -> None:
        """Go a line up."""
        self.go_to_line(self.cursor - 1)

    def action_scroll_home(self) -> None:
        """Go to the first line."""
        super().action_scroll_home()
        self.go_to_line(0)

    def action_scroll_end(self) -> None:
        """Go to the last line."""
        self.go_to_line(len(self.diff.lines) - 1)

    def _scroll_by(self, rows: int) -> None:
        super()._scroll_by(rows)
        self.go_to_line(self.line_at_row(max(0, min(self.row_of_line(self.cursor) + rows, self.row_count() - 1))))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        row = self.scroll_offset.y + event.y
        if row < self.row_count():
            self.go_to_line(self.line_at_row(row))

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
            self.go_to_line(places[at])
            self.jump(self.row_of_line(places[at]))

    # -- painting -------------------------------------------------------------------------------------------------

    def row_marks(self, row: int, text: str) -> Iterable[Mark]:
        """Mark the cursor's line, what is selected, and lines with a mark in the margin."""
        line = self.line_at_row(row)
        first, last = self._span()
        if first <= line <= last:
            yield 0, len(text), "match"
        if self._margin and (place := self.diff.place(line)) is not None and (name := self._margin.get(place)):
            yield 0, 12, name

    def watch_cursor(self) -> None:
        """Say anew where the reader is."""
        self.forget_strips()
        self.refresh()
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
