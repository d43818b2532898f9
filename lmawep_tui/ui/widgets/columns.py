"""How the columns of a table share its width.

Pure arithmetic apart from the widget, so that folding can be tested without a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size

from lmawep_tui.model.dataclass import dataclass

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: either a fixed `width` in cells or, with `flex`, a share of what the fixed ones leave."""

    key: str
    title: str = ""
    width: int = 0
    flex: int = 0
    align: Align = "left"
    min_width: int = 4
    """Cells below which a flexible column is not worth having."""

    priority: int = 0
    """When the table is too narrow, columns with the lowest priority vanish first; of equals the right-most."""

    from_width: int = 0
    """Cells of the table below which it is left out, so that the others can be read."""

    bare: bool = False
    """Whether no row has anything there now: it takes no room then."""

    @property
    def least(self) -> int:
        """The cells it needs at least."""
        return self.min_width if self.flex else self.width or max(self.min_width, cell_len(self.title))


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown: where its cell stands in a row, how wide it is and how its text lies."""

    index: int
    width: int
    align: Align


def place(columns: Sequence[Column], width: int, gap: int) -> tuple[Placed, ...]:
    """Return the columns that fit into `width`, with their widths; the most important one always stays."""
    shown = [index for index, column in enumerate(columns) if not column.bare and width >= column.from_width]

    def needed() -> int:
        return sum(columns[index].least for index in shown) + gap * (len(shown) - 1)

    while len(shown) > 1 and needed() > width:
        shown.remove(min(shown, key=lambda index: (columns[index].priority, -index)))
    spare = width - needed()
    weights = sum(columns[index].flex for index in shown)
    placed = []
    for index in shown:
        column = columns[index]
        # Shares are taken from what is left, so the rounding never loses or invents a cell.
        extra = spare * column.flex // weights if weights else 0
        spare, weights = spare - extra, weights - column.flex
        placed.append(Placed(index, max(1, column.least + extra), column.align))
    return tuple(placed)


def fit(text: str, width: int, align: Align = "left") -> str:
    """Return `text` in exactly `width` cells, with `…` where something had to go."""
    cells = len(text) if text.isascii() else cell_len(text)
    if cells == width:
        return text
    if cells > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else "…"[:width]
    return " " * (width - cells) + text if align == "right" else text + " " * (width - cells)
