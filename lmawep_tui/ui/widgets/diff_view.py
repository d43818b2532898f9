"""Shows a diff: in one column or two, cut or wrapped, with notes; walks through its hunks and files."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message
from textual.reactive import reactive

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.diff_options import DiffOptions
from lmawep_tui.ui.present.diff_decor import Decor
from lmawep_tui.ui.present.diff_lines import DiffFile, DiffLines, Place, diff_lines
from lmawep_tui.ui.present.diff_syntax import lexer_for
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.widgets.diff_layout import Layout
from lmawep_tui.ui.widgets.diff_search import DiffSearch
from lmawep_tui.ui.widgets.plain import toast
from lmawep_tui.ui.widgets.wrap import wrap_line

if TYPE_CHECKING:
    from lmawep_tui.engine.daemon_pool import DaemonPool

_NARROWEST = 30
"""Cells of text that a column must have to be worth reading."""

_SLICE_S = 0.004
_DIGITS = 3


class DiffView(DiffSearch):
    """A diff with a cursor, a selection of lines, a search, and keys to its hunks and files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "step_hunk(1)", "Next hunk", show=False, id="diff.next-hunk"),
        Binding("left_square_bracket", "step_hunk(-1)", "Previous hunk", show=False, id="diff.previous-hunk"),
        Binding("right_curly_bracket", "step_file(1)", "Next file", show=False, id="diff.next-file"),
        Binding("left_curly_bracket", "step_file(-1)", "Previous file", show=False, id="diff.previous-file"),
        Binding("vertical_line,s", "toggle_sides", "Side by side", show=False, id="diff.sides"),
        Binding("w", "toggle_wrap", "Wrap", show=False, id="view.wrap"),
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

    wrap: reactive[bool] = reactive(False)
    """Whether long lines go on in the next row."""

    sides: reactive[bool] = reactive(False)
    """Whether old and new are wanted side by side; they are, where there is room."""

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
        self._notes: Mapping[Place, Sequence[str]] = {}
        self._colouring = False
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

    # -- what surrounds the lines ---------------------------------------------------------------------------------

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
        self._lay_out_and_stay()

    # -- layout ---------------------------------------------------------------------------------------------------

    @property
    def two(self) -> bool:
        """Whether old and new stand side by side now."""
        return self.sides and self.text_width(two=True) >= _NARROWEST

    def _lay_out(self) -> None:
        """Turn lines into rows."""
        two, room = self.two, self.text_width(two=self.two)
        full = self.scrollable_content_region.width - self.gutter_width(two=two)
        notes: dict[int, list[str]] = {}
        for place, texts in self._notes.items():
            if (line := self.diff.line_of(place)) is not None:
                rows = [row for text in texts for row in wrap_line([(clean_line(text), "")], max(8, full))]
                notes.setdefault(line, []).extend(map(plain_text, rows))
        self.layout_of_rows = Layout(self.diff, two=two, wrap_to=room if self.wrap else 0, notes=notes)
        self.forget_strips()
        beyond = 0 if self.wrap else max(0, self.diff.longest - room)
        self.set_extent(self.scrollable_content_region.width + beyond, self.layout_of_rows.rows)
        self.refresh()

    def _rows_above(self) -> int:
        """Return how far below the top of the screen the cursor stands."""
        if not len(self.diff):
            return 0
        return self.layout_of_rows.row_of(self.layout_of_rows.entry_of(self.cursor)) - self.scroll_offset.y

    def _hold(self, line: int, above: int) -> None:
        """Put the cursor on a line and that at the same height of the screen as before."""
        if not len(self.diff):
            return
        self.cursor = max(0, min(line, len(self.diff) - 1))
        self.jump(max(0, self.layout_of_rows.row_of(self.layout_of_rows.entry_of(self.cursor)) - above))

    def _lay_out_and_stay(self) -> None:
        above = self._rows_above()
        self._lay_out()
        self._hold(self.cursor, above)

    def on_mount(self) -> None:
        """Lay out what was given before there was room."""
        self._lay_out()

    def on_resize(self, event: Resize) -> None:
        """Lay out anew for another width."""
        self._lay_out_and_stay()

    def watch_wrap(self) -> None:
        """Wrap, or cut; the cursor stays where it is."""
        self._lay_out_and_stay()
        self.scroll_to(x=0, animate=False)

    def watch_sides(self) -> None:
        """Show one column, or two."""
        self._lay_out_and_stay()

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
        """Go to the next or previous hunk."""
        self._step(self.diff.hunks, step)

    def action_step_file(self, step: int) -> None:
        """Go to the next or previous file."""
        self._step([file.row for file in self.diff.files], step)

    def _step(self, places: Sequence[int], step: int) -> None:
        """Go to the place after, or before, the line the reader is at."""
        at = bisect_right(places, self.cursor) if step > 0 else bisect_left(places, self.cursor) - 1
        if 0 <= at < len(places):
            self._go_to_heading(places[at])

    # -- how it is shown ------------------------------------------------------------------------------------------

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.wrap = not self.wrap

    def action_toggle_sides(self) -> None:
        """Show old and new side by side, or one below the other."""
        self.sides = not self.sides
        if self.sides and not self.two:
            needed = 2 * (_NARROWEST + self.gutter_width(two=True)) + 1
            self.sides = False
            toast(self, f"Side by side needs {needed} columns; there are {self.scrollable_content_region.width}.")

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

    # -- colours that take longer ---------------------------------------------------------------------------------

    def want_decor(self) -> None:
        """Find the colours of what is on the screen, slice by slice."""
        if not self._colouring:
            self._colouring = True
            self.run_worker(self._colour(), group="diff-colours", description="colour a diff")

    async def _colour(self) -> None:
        from lmawep_tui.ui.widgets.log_feed import breathe

        try:
            lines = self._visible()
            for path in self.decor.unknown_languages(lines):
                await _languages().run(lexer_for, path)  # imports
            decor = self.decor
            for line in lines:
                while decor is self.decor:
                    deadline = time.perf_counter() + _SLICE_S
                    if decor.colours(line, deadline) is not None and decor.words(line, deadline) is not None:
                        break
                    await breathe()
        finally:
            self._colouring = False
            self.refresh()

    def _visible(self) -> list[int]:
        """Return the lines on the screen, then those of the next page."""
        layout, top = self.layout_of_rows, self.scroll_offset.y
        last = min(layout.rows, top + 2 * self.size.height)
        entries = dict.fromkeys(layout.entry_at(row)[0] for row in range(top, last))
        return [line for entry in entries for line in dict.fromkeys(layout.lines(entry)) if line >= 0]


_pool: DaemonPool | None = None


def _languages() -> DaemonPool:
    """Return the thread in which languages are imported: the first one takes as long as five frames."""
    global _pool
    if _pool is None:
        from lmawep_tui.engine.daemon_pool import DaemonPool

        _pool = DaemonPool(1, "languages")
    return _pool
