"""Shows a diff: in one column or two, cut or wrapped, with notes; walks through its hunks and files."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from lmawep_tui.model.diff_options import WHOLE, DiffOptions
from lmawep_tui.ui.present.diff_blocks import changes
from lmawep_tui.ui.present.diff_decor import Decor
from lmawep_tui.ui.present.diff_lines import DiffFile, DiffLines, diff_lines
from lmawep_tui.ui.widgets.diff_columns import DiffColumns

_DIGITS = 3


class DiffView(DiffColumns):
    """A diff with a cursor, a selection of lines, a search, and keys to its hunks and files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "step_hunk(1)", "Next hunk", show=False, id="diff.next-hunk"),
        Binding("left_square_bracket", "step_hunk(-1)", "Previous hunk", show=False, id="diff.previous-hunk"),
        Binding("right_curly_bracket", "step_file(1)", "Next file", show=False, id="diff.next-file"),
        Binding("left_curly_bracket", "step_file(-1)", "Previous file", show=False, id="diff.previous-file"),
        Binding("W", "toggle_space", "White space", show=False, id="diff.space"),
        Binding("plus,equals_sign", "more_context(1)", "More context", show=False, id="diff.more"),
        Binding("minus", "more_context(-1)", "Less context", show=False, id="diff.less"),
        Binding("E", "whole_files", "Whole files", show=False, id="diff.whole"),
    ]

    class Wanted(Message):
        """The diff is wanted with other options: whoever shows it reads it again, with the view's `options`."""

        def __init__(self, view: DiffView) -> None:
            """Say which view asks."""
            super().__init__()
            self.view = view

    status_text: reactive[str] = reactive("", repaint=False)
    """What the pane's border says: "file 2/5 · hunk 3/12 · +80 −12"."""

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
        super().__init__(name=name, id=id, classes=classes)
        self.in_review = in_review
        self.options = DiffOptions()
        self._subject: str | None = None
        self.set_reactive(DiffView.empty, empty)

    def show_diff(self, diff: DiffLines | str, *, keep_scroll: bool | None = None, subject: str | None = None) -> None:
        """Show a diff, as text or already read (a large one is better read in a thread).

        With `keep_scroll`, or when the subject is the same as before, the cursor stays on its line of its file.
        """
        keep = keep_scroll if keep_scroll is not None else subject is not None and subject == self._subject
        place, above, line = self.place(), self._rows_above(), self.cursor
        self._subject, self._anchor = subject, None
        self.diff = diff_lines(diff) if isinstance(diff, str) else diff
        self.decor = Decor(self.diff)
        self._digits = max(_DIGITS, len(str(max(max(self.diff.old, default=0), max(self.diff.new, default=0)))))
        self.set_reactive(DiffView.cursor, 0)
        self._lay_out()
        if keep:
            found = self.diff.line_of(place) if place is not None else None
            self._hold(line if found is None else found, above)
        else:
            self.scroll_to(x=0, y=0, animate=False, force=True)
        self.find_again()
        self.tell()

    # -- files and hunks ------------------------------------------------------------------------------------------

    @property
    def file(self) -> DiffFile | None:
        """The file the reader is in."""
        return self.diff.file_at(self.cursor)

    def go_to_file(self, file: DiffFile) -> None:
        """Put the cursor on a file's heading and that at the top."""
        self._go_to_heading(file.row)

    def _go_to_heading(self, line: int) -> None:
        self.go_to_line(line)
        self.jump(self.layout_of_rows.row_of(self.layout_of_rows.entry_of(self.cursor)))

    def action_step_hunk(self, step: int) -> None:
        """Go to the next or previous hunk; in a file that is shown whole, to the next or previous change."""
        self._step(changes(self.diff) if self.options.context == WHOLE else self.diff.hunks, step)

    def action_step_file(self, step: int) -> None:
        """Go to the next or previous file."""
        self._step([file.row for file in self.diff.files], step)

    def _step(self, places: Sequence[int], step: int) -> None:
        """Go to the place after, or before, the line the reader is at."""
        at = bisect_right(places, self.cursor) if step > 0 else bisect_left(places, self.cursor) - 1
        if 0 <= at < len(places):
            if self.diff.kinds[places[at]] in "+-":
                self.go_to_line(places[at])
            else:
                self._go_to_heading(places[at])

    # -- how it is shown ------------------------------------------------------------------------------------------

    def action_toggle_space(self) -> None:
        """Leave changes of white space out, or show them."""
        self._want(replace(self.options, ignore_space=not self.options.ignore_space))

    def action_more_context(self, step: int) -> None:
        """Show more lines around changes, or fewer."""
        self._want(self.options.with_context(step))

    def action_whole_files(self) -> None:
        """Show files whole, or only the lines around changes."""
        self._want(self.options.whole())

    def _want(self, options: DiffOptions) -> None:
        if options != self.options:
            self.options = options
            self.post_message(self.Wanted(self))
            self.tell()

    # -- where the reader is --------------------------------------------------------------------------------------

    def watch_cursor(self) -> None:
        """Say anew where the reader is."""
        super().watch_cursor()
        self.tell()

    def tell(self) -> None:
        """Say anew where the reader is."""
        diff = self.diff
        parts = [self.search_words(), self.options.words()]
        if diff.files:
            file = max(1, bisect_right(diff.files, self.cursor, key=lambda file: file.row))
            hunk = max(1, bisect_right(diff.hunks, self.cursor)) if diff.hunks else 0
            parts += [f"file {file:,}/{len(diff.files):,}", f"hunk {hunk:,}/{len(diff.hunks):,}",
                      f"+{diff.added:,} −{diff.removed:,}"]  # fmt: skip
        self.status_text = " · ".join(filter(None, parts))
