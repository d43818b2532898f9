"""Finds text in a conversation: in what is shown, not in the records, a few milliseconds at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from time import perf_counter

from lmawep_tui.engine.conversation.index import ConversationIndex
from lmawep_tui.files.needle import Needle


class ConversationCount:
    """The lines of a conversation that match, from its start to its end."""

    MOST = 100_000
    """Lines after which it is not counted on."""

    def __init__(self, index: ConversationIndex, needle: Needle) -> None:
        self._index, self._needle = index, needle
        self._generation = index.generation
        self._row = 0
        self.places = array("Q")
        """Of each row on which a line begins to match, in order."""

    @property
    def stale(self) -> bool:
        """Whether the count is of rows that are no more."""
        return self._index.generation != self._generation

    @property
    def done(self) -> bool:
        """Whether all that is there now has been looked at."""
        index = self._index
        over = index.generation != self._generation or len(self.places) >= self.MOST
        return over or (index.complete and self._row >= index.line_count)

    def step(self, budget_s: float = 0.005) -> None:
        """Counts on for about `budget_s` seconds."""
        deadline = perf_counter() + budget_s
        while not self.done and perf_counter() < deadline:
            if not self._index.complete:
                return  # the view is reading on; rows would change their numbers under us
            stop, rows = self._index.matches(self._row, self._needle.pattern)
            self.places.extend(self._index.place_of(row) for row in rows)
            self._row = stop

    def words(self, match: int | None) -> str:
        """`3/20`: which of how many the match at place `match` is."""
        more = "+" if len(self.places) >= self.MOST or self._row < self._index.line_count else ""
        total = f"{len(self.places):,}{more}"
        return total if match is None else f"{bisect_right(self.places, match):,}/{total}"


class ConversationSearch:
    """One search from a row to the end and round to the row again; `found` is then the place of a match, or None."""

    def __init__(self, index: ConversationIndex, needle: Needle, place: int, *, backwards: bool = False) -> None:
        self.needle, self.backwards = needle, backwards
        self.done = False
        self.found: int | None = None
        self._index = index
        self._generation = index.generation
        self._place = place
        self._origin: int | None = None
        self._low = self._high = 0
        self._wrapped = False
        self._covered = 0

    @property
    def progress(self) -> float:
        """How much has been looked at, from 0 to 1."""
        if self._origin is None:
            return self._index.progress / 2
        return 0.5 + min(0.5, self._covered / max(1, 2 * self._index.line_count))

    def step(self, budget_s: float = 0.005) -> None:
        """Searches on for about `budget_s` seconds."""
        deadline = perf_counter() + budget_s
        while not self.done and perf_counter() < deadline:
            if self._index.generation != self._generation:
                self.done = True
            elif self._origin is None:
                if not self._begin():
                    return
            elif self._low >= self._high:
                self._wrap()
            else:
                self._look()

    def _begin(self) -> bool:
        """Starts at the row of the place once all rows are known: before that "round to the row" means nothing."""
        if not self._index.complete:
            return False
        row = self._index.row_of(self._place)
        self._origin = min(self._index.line_count, row if row is not None else 0)
        self._low, self._high = (0, self._origin) if self.backwards else (self._origin, self._index.line_count)
        return True

    def _wrap(self) -> None:
        if self._wrapped or self._origin is None:
            self.done = True
            return
        self._wrapped = True
        self._low, self._high = (self._origin, self._index.line_count) if self.backwards else (0, self._origin)

    def _look(self) -> None:
        """Looks at one block, the last one first when searching backwards."""
        index = self._index
        start = index.block_start(self._high - 1) if self.backwards else self._low
        stop, rows = index.matches(start, self.needle.pattern)
        rows = [row for row in rows if self._low <= row < self._high]
        if rows:
            self.found, self.done = index.place_of(rows[-1] if self.backwards else rows[0]), True
        stop = max(stop, start + 1)
        self._covered += min(stop, self._high) - max(start, self._low)
        if self.backwards:
            self._high = start
        else:
            self._low = stop
