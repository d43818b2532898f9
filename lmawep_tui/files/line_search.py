"""Finds text in a file of any size, a few milliseconds at a time.

A search of a gigabyte takes about half a second, and a screen that answers no key meanwhile looks dead. So it runs
over raw bytes in slices, in place, and can be dropped between any two of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from time import perf_counter

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.files.needle import Needle

_CHUNK = 512 * 1024


class MatchCount:
    """The lines of a file that match, found from its start to its end, a few milliseconds at a time."""

    MOST = 100_000
    """Lines after which it is not counted on: nobody goes through so many."""

    def __init__(self, index: LineIndex, needle: Needle) -> None:
        """Prepare to count; nothing is read yet."""
        self._index, self._needle = index, needle
        self._version = index.version
        self._position = 0
        self._goal = index.size
        self.starts = array("Q")
        """Bytes at which the lines start, in order."""

    @property
    def stale(self) -> bool:
        """Whether the count is of another file by now."""
        return self._index.version != self._version

    @property
    def done(self) -> bool:
        """Whether all that is there now has been looked at."""
        over = self._index.version != self._version or len(self.starts) >= self.MOST
        return over or self._position >= self._index.size

    def step(self, budget_s: float = 0.005) -> None:
        """Count on for about `budget_s` seconds."""
        deadline = perf_counter() + budget_s
        self._goal = self._index.size
        while not self.done:
            data = self._index.file.read(min(_CHUNK, self._index.size - self._position), self._position)
            if not data:
                return
            newline = data.rfind(b"\n")
            if newline >= 0 and self._position + len(data) < self._index.size:
                data = data[: newline + 1]
            self.starts.extend(self._position + start for start in self._needle.lines(data))
            self._position += len(data)
            if perf_counter() >= deadline:
                return

    def words(self, match: int | None) -> str:
        """Return `3/20`: which of how many the match at byte `match` is."""
        more = "+" if self._position < self._goal or len(self.starts) >= self.MOST else ""
        total = f"{len(self.starts):,}{more}"
        return total if match is None else f"{bisect_right(self.starts, match):,}/{total}"


class LineSearch:
    """One search through a file, from a place in it to the end and round to the place again.

    Call `step` until `done`; `found` is then the byte offset of a match, or None.
    """

    def __init__(self, index: LineIndex, needle: Needle, origin: int, *, backwards: bool = False) -> None:
        """Prepare to search from byte `origin`, which should be the start of a line."""
        self.needle = needle
        self.backwards = backwards
        self.done = False
        self.found: int | None = None
        self.wrapped = False
        """Whether the search has gone over the file's end (or start) and on from the other side."""
        self._index = index
        self._version = index.version
        self._origin = min(origin, index.size)
        self._size = index.size
        self._low, self._high = (0, self._origin) if backwards else (self._origin, self._size)
        self._covered = 0

    @property
    def progress(self) -> float:
        """How much of the file has been looked at, from 0 to 1."""
        return min(1.0, self._covered / self._size) if self._size else 1.0

    def step(self, budget_s: float = 0.005) -> None:
        """Search on for about `budget_s` seconds."""
        deadline = perf_counter() + budget_s
        while not self.done:
            if self._index.version != self._version:
                self.done = True  # the file is another one: offsets mean nothing any more
            elif self._low >= self._high:
                self._wrap()
            else:
                self._search_chunk()
            if perf_counter() >= deadline:
                return

    def _wrap(self) -> None:
        """Go on at the other end of the file, once."""
        if self.wrapped:
            self.done = True
            return
        self.wrapped = True
        self._low, self._high = (self._origin, self._size) if self.backwards else (0, self._origin)

    def _search_chunk(self) -> None:
        """Look at the next chunk of whole lines and leave the rest in `_low`, `_high`."""
        length = min(_CHUNK, self._high - self._low)
        start = self._high - length if self.backwards else self._low
        data = self._index.file.read(length, start)
        if not data:
            self.done = True
            return
        start, data = self._whole_lines(start, data)
        position = self.needle.last(data) if self.backwards else self.needle.first(data)
        if position >= 0:
            self.found, self.done = start + position, True
        before = self._high - self._low
        if self.backwards:
            self._high = start if start == self._low else min(self._high - 1, start + self._shared(data, at_end=False))
        else:
            end = start + len(data)
            self._low = end if end == self._high else max(self._low + 1, end - self._shared(data, at_end=True))
        self._covered += before - (self._high - self._low)

    def _whole_lines(self, start: int, data: bytes) -> tuple[int, bytes]:
        """Cut `data` where a line ends, if it does not reach the end of what is left to search."""
        if self.backwards:
            if start > self._low and 0 <= (newline := data.find(b"\n")) < len(data) - 1:
                return start + newline + 1, data[newline + 1 :]
        elif start + len(data) < self._high and (newline := data.rfind(b"\n")) >= 0:
            return start, data[: newline + 1]
        return start, data

    def _shared(self, data: bytes, *, at_end: bool) -> int:
        """Return how many bytes the next chunk must see again: none where a line ends."""
        if at_end:
            return 0 if data.endswith(b"\n") else self.needle.overlap
        whole = self._index.file.read(1, self._high - len(data) - 1) == b"\n" if self._high > len(data) else True
        return 0 if whole else self.needle.overlap
