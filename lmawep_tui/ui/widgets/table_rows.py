"""The rows of a table and which of them is selected: by key, never by number.

With row numbers a table that is sorted, filtered or refilled under the cursor lets the next key press hit another
row, and `m` merges the wrong pod. No screen in here, so every such case is an ordinary test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

Cell: TypeAlias = str | tuple[str, str] | list[tuple[str, str]]
"""A text, a text with a style name, or a list of such pieces."""


class Group(NamedTuple):
    """A section title between rows ("Needs you"): it is read, never selected."""

    title: str
    style: str = "subheading"


Row: TypeAlias = tuple[str, Sequence[Cell]]
"""The key of a row and its cells, one for each column."""

Entry: TypeAlias = Row | Group


class TableRows:
    """The entries in their order, found by key, with a cursor that stays on its key."""

    def __init__(self) -> None:
        """Start without rows."""
        self.entries: list[Entry] = []
        self.cursor: str | None = None
        """The key of the row under the cursor; None only when there is no row at all."""
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of entries, titles included."""
        return len(self.entries)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a row with this key."""
        return key in self._places

    @property
    def keys(self) -> list[str]:
        """Every key from top to bottom."""
        return list(self._places)

    @property
    def cursor_place(self) -> int:
        """Where the cursor is among the entries; -1 without rows."""
        return -1 if self.cursor is None else self._places[self.cursor]

    def place(self, key: str) -> int:
        """Return where a row is among the entries, or -1."""
        return self._places.get(key, -1)

    def key_at(self, place: int) -> str | None:
        """Return the key at a place; None for a title or beyond the rows."""
        if not 0 <= place < len(self.entries):
            return None
        entry = self.entries[place]
        return None if isinstance(entry, Group) else entry[0]

    def replace(self, entries: Sequence[Entry]) -> None:
        """Take other entries; the cursor stays on its key, or goes to the nearest old neighbour that is left."""
        places = {entry[0]: place for place, entry in enumerate(entries) if type(entry) is not Group}
        if self.cursor is None or self.cursor not in places:
            self.cursor = self._neighbour(places) or next(iter(places), None)
        self.entries, self._places = list(entries), places

    def update(self, key: str, cells: Sequence[Cell]) -> int:
        """Give one row other cells; return its place, or -1 if there is no such row."""
        place = self.place(key)
        if place >= 0:
            self.entries[place] = (key, cells)
        return place

    def step(self, distance: int) -> str | None:
        """Return the key `distance` rows from the cursor, or the last one in that direction; titles do not count."""
        place, found = self.cursor_place, self.cursor
        direction = 1 if distance > 0 else -1
        left = abs(distance)
        while left and 0 <= (place := place + direction) < len(self.entries):
            key = self.key_at(place)
            if key is not None:
                found, left = key, left - 1
        return found

    def edge(self, *, last: bool) -> str | None:
        """Return the first or the last key."""
        return next(reversed(self._places) if last else iter(self._places), None)

    def _neighbour(self, places: dict[str, int]) -> str | None:
        """Return the key nearest to the old cursor that still exists, below before above."""
        old = self.cursor_place
        if old < 0:
            return None
        return next((key for key in self._around(old) if key in places), None)

    def _around(self, place: int) -> Iterator[str]:
        for distance in range(1, len(self.entries) + 1):
            for near in (place + distance, place - distance):
                key = self.key_at(near)
                if key is not None:
                    yield key
