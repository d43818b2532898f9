"""One column or two, cut or wrapped, with notes between the lines: what makes the rows of a diff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.reactive import reactive

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.present.diff_lines import DiffLines, Place
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.widgets.diff_layout import Columns, Layout
from lmawep_tui.ui.widgets.diff_search import DiffSearch
from lmawep_tui.ui.widgets.plain import toast
from lmawep_tui.ui.widgets.wrap import wrap_line

_NARROWEST = 30
"""Cells of text that a column must have to be worth reading."""


class DiffColumns(DiffSearch):
    """Lays out the lines of a diff; the cursor stays where it is on the screen, whatever is laid out anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("vertical_line,s", "toggle_sides", "Side by side", show=False, id="diff.sides"),
        Binding("w", "toggle_wrap", "Wrap", show=False, id="view.wrap"),
    ]

    wrap: reactive[bool] = reactive(False)
    """Whether long lines go on in the next row."""

    sides: reactive[bool] = reactive(False)
    """Whether old and new are wanted side by side; they are, where there is room."""

    _columns: tuple[DiffLines, Columns] | None = None
    _notes: Mapping[Place, Sequence[str]] = MappingProxyType({})

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
        if two and (self._columns is None or self._columns[0] is not self.diff):
            self._columns = self.diff, Columns(self.diff)
        columns = self._columns[1] if two and self._columns else None
        self.layout_of_rows = Layout(self.diff, columns=columns, wrap_to=room if self.wrap else 0, notes=notes)
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
