"""What the selection asks of the person, in a few rows that come only when something is asked."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.wrap import wrap_line

MOST = 5
"""Rows it takes at most: more is in the dialog that answers it, and in the ticket."""


class AskingView(LineView, can_focus=False):
    """Wrapped words above what they are about; no taller than they are, and cut with an ellipsis."""

    DEFAULT_CSS = """
    AskingView { height: auto; max-height: 6; background: $panel; display: none; scrollbar-size-vertical: 0; }
    """

    def __init__(self, *, rows: int = MOST, fixed: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make an empty view of at most so many rows; a `fixed` one keeps its rows, so that nothing below it jumps."""
        super().__init__(wrap=False, id=id)
        self._most, self._fixed = rows, fixed
        self._told: Sequence[StyledLine] = ()
        self._width = 0

    def tell(self, lines: Sequence[StyledLine], width: int) -> None:
        """Say this within so many cells; without words it is gone, unless it is fixed."""
        if (lines, width) == (self._told, self._width) or width <= 0:
            return
        self._told, self._width = lines, width
        rows = [row for line in lines for row in wrap_line(line, width - 1)]
        if len(rows) > self._most:
            rows = [*rows[: self._most - 1], [*rows[self._most - 1], (" …", "muted")]]
        self.show([[(" ", ""), *row] for row in rows])
        if not self._fixed:
            self.display = bool(rows)
            self.styles.height = len(rows)
