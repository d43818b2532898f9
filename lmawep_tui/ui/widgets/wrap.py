"""Breaks styled lines into rows that fit.

Apart from the views because it is a pure function of a line and a width, and the one place where cells are counted
rather than characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len, chop_cells

from lmawep_tui.ui.present.styled import Segment, StyledLine, plain_text

_LEAD = re.compile(r"\s*(?:[•◦▪☐☑☒│] |\d{1,4}[.)] )*")

_NAME = re.compile(r" +[a-z][a-z ]*  ")
"""The name of a value: what is said of it goes on beside it, not below it."""


def wrap_line(line: StyledLine, width: int) -> list[StyledLine]:
    """Break a line into rows of at most `width` cells, at spaces where possible.

    Rows after the first stand under the text of a list item, not under its bullet; a quote keeps its bar.
    """
    if line_width(line) <= width:
        return [line]
    found = _NAME.fullmatch(line[0][0]) or _LEAD.match(plain_text(line))
    # A wide character needs two cells beside the lead.
    lead = found[0] if found and cell_len(found[0]) <= min(width // 2, width - 2) else ""
    hang = "".join("│" if char == "│" else " " * cell_len(char) for char in lead)
    rows: list[StyledLine] = []
    row: list[Segment] = []
    used = 0
    margin = cell_len(hang)
    for word, name in _words(line, max(1, width - margin)):
        if used > margin and used + cell_len(word.rstrip()) > width:
            rows.append(row)
            row, used = ([(hang, "muted")] if hang else []), margin
        if used + cell_len(word) > width:
            word = word.rstrip()  # the blanks at the end of a row may go, the word may not
        if word:
            row.append((word, name))
            used += cell_len(word)
    if used > margin or not rows:
        rows.append(row)
    return rows


def _words(line: StyledLine, width: int) -> Iterable[Segment]:
    """Split a line into words, each with the spaces after it; one wider than `width` is cut."""
    for text, name in line:
        for word in re.findall(r"\s+|\S+\s*", text):
            if cell_len(word.rstrip()) <= width:
                yield word, name
            else:
                yield from ((part, name) for part in chop_cells(word, width))


def line_width(line: StyledLine) -> int:
    """Return the cells a line takes; plain ASCII, nearly all of it, need not be looked up."""
    return sum([len(text) if text.isascii() else cell_len(text) for text, _ in line])
