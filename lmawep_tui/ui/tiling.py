"""Into how many tiles a screen is cut: enough for everybody, and none too small to read."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

MOST = 9
"""Tiles at once: each has a key of its own."""
_SIDE = 4
_LEAST_WIDTH, _LEAST_HEIGHT, _LEAST_AREA = 38, 8, 600  # cells, frame included: 80×24 is room for two
_WIDE = 80  # cells of a line that need no more


class Grid(NamedTuple):
    """Columns and rows of tiles."""

    columns: int
    rows: int

    @property
    def size(self) -> int:
        """How many tiles there are."""
        return self.columns * self.rows


ONE = Grid(1, 1)


class Shape(StrEnum):
    """How the person wants the screen to be cut; what does not fit becomes the nearest that does."""

    AUTO = "auto"
    FOUR = "2×2"
    SIX = "3×2"
    COLUMN = "1×n"


_WANTED = {Shape.AUTO: Grid(_SIDE, _SIDE), Shape.FOUR: Grid(2, 2), Shape.SIX: Grid(3, 2), Shape.COLUMN: Grid(1, MOST)}


def grid_for(shape: Shape, count: int, width: int, height: int) -> Grid:
    """Return the grid for so many pods on so many cells.

    A fixed shape is the largest part of it that fits; `auto` and `1×n` are no larger than the pods need.
    """
    most = _WANTED[shape]
    fitting = [
        grid
        for grid in (Grid(c, r) for c in range(1, most.columns + 1) for r in range(1, most.rows + 1))
        if grid.size <= MOST and _is_readable(width // grid.columns, height // grid.rows)
    ]
    if not fitting:
        return ONE
    if shape in (Shape.FOUR, Shape.SIX):
        return max(fitting, key=lambda grid: (grid.size, *_worth(grid, width, height)))
    enough = [grid for grid in fitting if grid.size >= count]
    if enough:
        return min(enough, key=lambda grid: (grid.size, *(-worth for worth in _worth(grid, width, height))))
    return max(fitting, key=lambda grid: (grid.size, *_worth(grid, width, height)))


def _is_readable(width: int, height: int) -> bool:
    return width >= _LEAST_WIDTH and height >= _LEAST_HEIGHT and width * height >= _LEAST_AREA


def _worth(grid: Grid, width: int, height: int) -> tuple[int, int]:
    """Return how well a grid of that size reads: lines that need not be cut first, then more of them."""
    return min(_WIDE, width // grid.columns), height // grid.rows
