"""Which rows of the screen show which lines of a diff: one column or two, long lines cut or wrapped, notes below.

An *entry* is what stands beside each other: one line of a diff in one column, or a line of the old and one of the new
file in two. It takes one row, more where a line is wrapped or has notes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from rich.cells import cell_len, chop_cells

from lmawep_tui.files.clean import TAB, clean_line
from lmawep_tui.ui.present.diff_blocks import blocks, paired
from lmawep_tui.ui.present.diff_lines import DiffLines

NOTHING = -1
"""In place of a line where a side has none."""


class Columns:
    """Which line stands beside which: found out once for a diff, whatever the width."""

    def __init__(self, diff: DiffLines) -> None:
        """Put removed lines beside added ones."""
        left: list[int] = []
        right: list[int] = []
        at = 0
        for block in blocks(diff):
            left += range(at, block.begin)
            right += range(at, block.begin)
            for old, new in paired(diff, block):
                left.append(NOTHING if old is None else old)
                right.append(NOTHING if new is None else new)
            at = block.end
        left += range(at, len(diff))
        right += range(at, len(diff))
        self.left, self.right = left, right
        self.entry_of = [0] * len(diff)
        for column in (left, right):
            for entry, line in enumerate(column):
                if line != NOTHING:
                    self.entry_of[line] = entry


class Layout:
    """The rows of a diff."""

    def __init__(
        self, diff: DiffLines, *, columns: Columns | None, wrap_to: int, notes: Mapping[int, Sequence[str]]
    ) -> None:
        """Lay out a diff in one column, or in two, lines wrapped to so many cells (0: cut), with `notes` by line."""
        self.two, self.wraps = columns is not None, wrap_to
        self._diff, self._notes = diff, notes
        self._left: Sequence[int] = columns.left if columns else range(len(diff))
        self._right: Sequence[int] = columns.right if columns else self._left
        self._entry_of: Sequence[int] = columns.entry_of if columns else ()
        self._starts: list[int] = []
        """Row at which each entry begins, when not every entry takes one row; one more for the end."""
        if notes or wrap_to:
            heights = [self._height(at) for at in range(len(self._left))]
            if any(height != 1 for height in heights):
                self._starts = [0, *accumulate(heights)]

    # -- entries --------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._left)

    def lines(self, entry: int) -> tuple[int, int]:
        """Return the line on the left and the one on the right; the same twice for one that stands in both."""
        return self._left[entry], self._right[entry]

    def entry_of(self, line: int) -> int:
        """Return the entry that shows a line."""
        return self._entry_of[line] if self._entry_of else line

    def notes_of(self, entry: int) -> list[str]:
        """Return the rows of notes below an entry."""
        if not self._notes:
            return []
        left, right = self.lines(entry)
        found = list(self._notes.get(left, ()))
        return found if left == right else found + list(self._notes.get(right, ()))

    # -- rows -----------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._starts[-1] if self._starts else len(self._left)

    def row_of(self, entry: int) -> int:
        """Return the first row of an entry."""
        return self._starts[entry] if self._starts else entry

    def entry_at(self, row: int) -> tuple[int, int]:
        """Return the entry that a row belongs to, and which of its rows it is."""
        if not self._starts:
            return row, 0
        entry = min(bisect_right(self._starts, row) - 1, len(self._left) - 1)
        return entry, row - self._starts[entry]

    def height(self, entry: int) -> int:
        """Return how many rows an entry takes, its notes among them."""
        return self._starts[entry + 1] - self._starts[entry] if self._starts else 1

    def text_height(self, entry: int) -> int:
        """Return how many rows the text of an entry takes."""
        return self.height(entry) - len(self.notes_of(entry))

    def _height(self, entry: int) -> int:
        notes = len(self.notes_of(entry))
        if not self.wraps:
            return 1 + notes
        left, right = self.lines(entry)
        rows = self._text_rows(left)
        return notes + (rows if left == right else max(rows, self._text_rows(right)))

    def _text_rows(self, line: int) -> int:
        if line == NOTHING or self._diff.kinds[line] not in " +-":
            return 1
        text = self._diff.texts[line]
        if text.isascii() and text.isprintable():
            return max(1, -(-len(text) // self.wraps))
        return len(cuts(text, self.wraps))


def shown(text: str) -> str:
    """Return a line of code as it stands on the screen: its tabs as blanks, whatever is dangerous made visible."""
    return clean_line(text.replace("\t", TAB)) if not (text.isascii() and text.isprintable()) else text


def cuts(text: str, width: int) -> list[int]:
    """Return the cells at which the rows of a wrapped line end."""
    parts = chop_cells(shown(text), width) or [""]
    return list(accumulate(map(cell_len, parts)))
