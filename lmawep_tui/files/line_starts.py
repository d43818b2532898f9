"""Where lines start, for as many lines as a gigabyte has, in a few hundred kilobytes of memory.

Only the first line of every stretch of some kilobytes is kept, with its number; where the others of a stretch start is
read from the file again when somebody looks there. Counting line ends is also ten times faster than noting each.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict

from lmawep_tui.files.growing_file import GrowingFile

_NEWLINE = re.compile(b"\n")

SPAN = 16 * 1024
"""Bytes of a stretch: all lines that start within so many bytes of its first one belong to it."""

_KEPT = 32
"""Stretches whose line starts are kept after they have been looked up."""


class LineStarts:
    """The line starts of one contiguous part of a file, in order: a sequence of byte offsets that is read lazily."""

    def __init__(self, file: GrowingFile) -> None:
        """No lines yet."""
        self._file = file
        self._firsts: array[int] = array("Q")  # where each stretch starts
        self._before: array[int] = array("Q")  # how many lines there are before it
        self._count = 0
        self._dangling = False
        self.end = 0
        """How far line ends have been counted; the last start may be there, with nothing behind it yet."""
        self._details: OrderedDict[int, array[int]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many lines start here."""
        return self._count

    @property
    def first(self) -> int:
        """Where the first line starts; the end while there is none."""
        return self._firsts[0] if self._firsts else self.end

    @property
    def dangling(self) -> bool:
        """Whether the last line start has no byte behind it, so that it is no line yet."""
        return self._dangling

    # -- taking in ------------------------------------------------------------------------------------------------

    def begin(self, start: int) -> None:
        """Say where the first line starts."""
        self.end = start
        self._open(start)
        self._dangling = True

    def take(self, data: bytes) -> None:
        """Take in the bytes that follow."""
        base, at, size = self.end, 0, len(data)
        while at < size:
            # A line end at `limit` or behind it starts a line that belongs to the next stretch.
            limit = min(size, max(at, self._firsts[-1] + SPAN - 1 - base))
            if limit > at:
                self._count += data.count(b"\n", at, limit)
                at = limit
            if at >= size:
                break
            newline = data.find(b"\n", at)
            if newline < 0:
                break
            self._open(base + newline + 1)
            at = newline + 1
        self.end = base + size
        if size:
            self._dangling = data.endswith(b"\n")

    def _open(self, start: int) -> None:
        self._firsts.append(start)
        self._before.append(self._count)
        self._count += 1

    def join(self, after: LineStarts) -> int:
        """Take over the lines of the part that begins where this one ends; return by how many they move on."""
        if self._count and self[self._count - 1] >= after.first:
            self._count -= 1  # it is the other part's own first line
            if self._before[-1] == self._count:
                self._firsts.pop()
                self._before.pop()
            self._details.clear()
        shifted = self._count
        self._firsts.extend(after._firsts)
        self._before.extend([before + shifted for before in after._before])
        self._count += after._count
        self.end, self._dangling = after.end, after._dangling
        return shifted

    # -- looking up -----------------------------------------------------------------------------------------------

    def __getitem__(self, row: int) -> int:
        """Return where a line starts; raises IndexError for one that there is not."""
        if not 0 <= row < self._count:
            raise IndexError(row)
        number = bisect_right(self._before, row) - 1
        return self._starts_in(number)[row - self._before[number]]

    def range(self, start: int, stop: int) -> list[int]:
        """Return where the lines from `start` up to `stop` start."""
        found: list[int] = []
        while start < stop:
            number = bisect_right(self._before, start) - 1
            starts, before = self._starts_in(number), self._before[number]
            found += starts[start - before : stop - before]
            start = before + len(starts)
        return found

    def holding(self, offset: int) -> int | None:
        """Return the line that holds the byte at `offset`, or None if that is not in this part."""
        if not self._firsts or not self._firsts[0] <= offset < self.end:
            return None
        number = bisect_right(self._firsts, offset) - 1
        return self._before[number] + bisect_right(self._starts_in(number), offset) - 1

    def before(self, offset: int) -> int:
        """Return how many lines start before `offset`."""
        number = bisect_left(self._firsts, offset) - 1
        if number < 0:
            return 0
        return self._before[number] + bisect_left(self._starts_in(number), offset)

    def _starts_in(self, number: int) -> array[int]:
        """Return where the lines of one stretch start."""
        first = self._firsts[number]
        last = number + 1 == len(self._firsts)
        count = (self._count if last else self._before[number + 1]) - self._before[number]
        starts = self._details.get(first)
        if starts is None or len(starts) != count:
            # The line end just before the next stretch is the one that begins it.
            stop = min(self.end if last else self._firsts[number + 1] - 1, first + SPAN - 1)
            starts = self._read(first, stop, count)
            self._details[first] = starts
            if len(self._details) > _KEPT:
                self._details.popitem(last=False)
        self._details.move_to_end(first)
        return starts

    def _read(self, first: int, stop: int, count: int) -> array[int]:
        """Read where lines start from `first` on, as many as were counted there."""
        starts = array("Q", [first])
        if count > 1:
            data = self._file.read(stop - first, first)
            starts.extend([first + 1 + match.start() for match in _NEWLINE.finditer(data)])
        if len(starts) != count:  # somebody wrote into the middle of the log: numbers must hold all the same
            starts = starts[:count]
            starts.extend([starts[-1]] * (count - len(starts)))
        return starts
