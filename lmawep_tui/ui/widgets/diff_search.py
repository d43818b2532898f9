"""Search in a diff."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.panes.filter_line import FilterLine
from lmawep_tui.ui.present.diff_lines import NOTE
from lmawep_tui.ui.widgets.diff_cursor import DiffCursor
from lmawep_tui.ui.widgets.line_scroll import Mark

_LONGEST = 30  # characters of the text that are shown


class DiffSearchLine(FilterLine):
    """The line in which a person types what to look for in a diff."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, view: DiffSearch, text: str) -> None:
        """Look in `view`; begin with what was looked for last."""
        super().__init__("diff", text)
        self._view = view

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Look for what stands here once it is complete."""
        event.stop()
        if event.done:
            self._view.focus()
            self._view.search(event.text)
            self.remove()

    def action_leave(self) -> None:
        """Leave without a search."""
        self._view.focus()
        self.remove()


class DiffSearch(DiffCursor):
    """Finds text in a diff: in its code, and in the names of its files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "ask_search", "Search", show=False, id="diff.search"),
        Binding("full_stop", "step_match(1)", "Next match", show=False, id="diff.next-match"),
        Binding("comma", "step_match(-1)", "Previous match", show=False, id="diff.previous-match"),
        Binding("n", "step_match_by_letter(1)", "Next match", show=False),
        Binding("N", "step_match_by_letter(-1)", "Previous match", show=False),
        Binding("escape", "let_go", "Let go", show=False),
    ]

    needle = ""
    """What is looked for."""

    _pattern: re.Pattern[str] | None = None
    _hits: Sequence[int] = ()
    """The lines in which it stands."""
    _sought = False
    """Whether it was looked for before there was a diff: then the first match is gone to when there is."""

    def search(self, text: str) -> None:
        """Look for a text from the cursor on, and go to the first line it is in; small letters match capitals too."""
        self.needle = text
        self._pattern = re.compile(re.escape(text), re.IGNORECASE if text == text.lower() else 0) if text else None
        self._sought = True
        self.find_again()
        self.tell()

    def find_again(self) -> None:
        """Find the lines anew; the diff is another."""
        pattern, diff = self._pattern, self.diff
        found = [] if pattern is None else [at for at, text in enumerate(diff.texts) if pattern.search(text)]
        self._hits = [at for at in found if diff.kinds[at] != NOTE]
        self.forget_strips()
        self.refresh()
        if self._sought and diff.texts:
            self._sought = False
            if self._hits:
                self._go_to_match(self._hits[bisect_left(self._hits, self.cursor) % len(self._hits)])

    def search_words(self) -> str:
        """Return how the search goes: `“text” 3/17`."""
        if self._pattern is None:
            return ""
        said = f"“{clean_line(self.needle[:_LONGEST])}”"
        if not self._hits:
            return f"{said} no match"
        at = bisect_right(self._hits, self.cursor)
        return f"{said} {at:,}/{len(self._hits):,}"

    def matches_in(self, line: int) -> Sequence[Mark]:
        """Return the matches in a line; those of the line under the cursor stand out."""
        if self._pattern is None or self.diff.kinds[line] in ("f", NOTE):
            return ()
        style = "match-current" if line == self.cursor else "match"
        return [(found.start(), found.end(), style) for found in self._pattern.finditer(self.diff.texts[line])]

    def tell(self) -> None:
        """Say anew where the reader is."""

    # -- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Space and `n` to the review; and Escape to the screen when there is nothing to let go of."""
        if action in ("page_by_space", "step_match_by_letter"):
            return not self.in_review
        if action == "let_go":
            return self._anchor is not None or self._pattern is not None
        return True

    def action_let_go(self) -> None:
        """Forget the selection, or else the search."""
        if self._anchor is not None:
            self._anchor = None
        else:
            self.search("")
        self.refresh()

    def action_ask_search(self) -> None:
        """Ask what to look for."""
        from lmawep_tui.ui.app import LmawepApp

        if not isinstance(self.parent, Widget) or self.parent.query(DiffSearchLine):
            return
        line = DiffSearchLine(self, self.needle)
        line.styles.dock = "bottom"
        self.parent.mount(line)
        if isinstance(self.app, LmawepApp):
            self.app.key_line.hold_until(lambda: line.takes_keys)

    def action_step_match(self, step: int) -> None:
        """Go to the next or previous line that matches, and round again."""
        if not self._hits:
            if self._pattern is None:
                self.action_ask_search()
            return
        at = bisect_right(self._hits, self.cursor) if step > 0 else bisect_left(self._hits, self.cursor) - 1
        self._go_to_match(self._hits[at % len(self._hits)])

    def _go_to_match(self, line: int) -> None:
        """Put the cursor on a line, and the match in it on the screen."""
        self.go_to_line(line)
        if self.layout_of_rows.wraps or not (marks := self.matches_in(line)):
            return
        start, end, _ = marks[0]
        x, room = self.scroll_offset.x, self.text_width(two=self.layout_of_rows.two)
        if not x <= start < end <= x + room:
            self.scroll_to(x=0 if end <= room else max(0, start - room // 3), animate=False)

    def action_step_match_by_letter(self, step: int) -> None:
        """Go to the next or previous match, by the letters that mean it in a log."""
        self.action_step_match(step)
