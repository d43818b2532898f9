"""Finds text, or the next event of a kind, in a conversation: in what is shown, not in the records.

It does not wait until the whole log is known: what is not is read on the way, from the place of the search outwards, a
few milliseconds at a time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from time import perf_counter
from typing import TypeAlias

from lmawep_tui.engine.conversation.block import Block
from lmawep_tui.engine.conversation.index import ConversationIndex
from lmawep_tui.engine.conversation.kinds import is_of
from lmawep_tui.engine.conversation.line import Line
from lmawep_tui.files.needle import Needle
from lmawep_tui.model.dataclass import dataclass

_WINDOW = 128 * 1024

Sought: TypeAlias = Callable[[Line], int | None]
"""Where in a line what is looked for begins, or None."""


def text_of(needle: Needle) -> Sought:
    """Looks for a text in the lines."""

    def at(line: Line) -> int | None:
        found = needle.pattern.search(line.text)
        return found.start() if found is not None and found[0] else None

    return at


def event_of(kinds: int) -> Sought:
    """Looks for the first line of an event that is of one of these kinds."""
    return lambda line: 0 if line.head and is_of(line.kinds, kinds) else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole records that are read together."""

    start: int
    stop: int
    block: Block
    first: int | None
    """Number of its first row; None where rows are not numbered yet."""


class ConversationSearch:
    """One search from a row to the end and, unless it is told not to, round to the row again.

    When it is `done`, `found` is the place of a match; or, where the rows around it are not known yet, `record` is the
    byte at which its record begins.
    """

    def __init__(self, index: ConversationIndex, sought: Sought, place: int, *, backwards: bool = False,
                 round_: bool = True) -> None:  # fmt: skip
        self.sought, self.backwards = sought, backwards
        self.done = False
        self.found: int | None = None
        self.record: int | None = None
        self._index = index
        self._version = index.version
        self._place, self._round = place, round_
        self._at: int | None = None
        self._origin = 0
        self._wrapped = False
        self._covered = 0

    @property
    def progress(self) -> float:
        """How much has been looked at, from 0 to 1."""
        return min(1.0, self._covered / max(1, self._index.size))

    def step(self, budget_s: float = 0.005) -> None:
        """Searches on for about `budget_s` seconds, but looks at one stretch at least."""
        deadline = perf_counter() + budget_s
        while not self.done:
            if self._index.version != self._version:
                self.done = True
            elif self._at is None:
                self._begin()
            else:
                self._go_on(self._at)
            if perf_counter() >= deadline:
                return

    def _begin(self) -> None:
        """Looks at the stretch in which the search starts, on the right side of its row."""
        index = self._index
        row = index.row_of(self._place)
        row = index.line_count if row is None else min(row, index.line_count)
        inside = max(0, row - 1) if self.backwards else row
        stretch = _stretch_of_row(index, inside)
        if stretch is None:
            self._at = self._origin = index.part.end
            return
        self._origin = stretch.start
        first = stretch.first or 0
        rows = hits(stretch.block, self.sought)
        self._take(stretch, [hit for hit in rows if (first + hit < row if self.backwards else first + hit >= row)])

    def _go_on(self, at: int) -> None:
        stretch = _before(self._index, at) if self.backwards else _from(self._index, at)
        if stretch is None:
            if self._wrapped or not self._round:
                self.done = True
            self._wrapped = True
            self._at = 1 << 62 if self.backwards else 0
            return
        self._take(stretch, hits(stretch.block, self.sought))
        if self._wrapped and stretch.start <= self._origin < max(stretch.stop, stretch.start + 1):
            self.done = True

    def _take(self, stretch: Stretch, rows: list[int]) -> None:
        self._covered += stretch.stop - stretch.start
        self._at = stretch.start if self.backwards else stretch.stop
        if not rows:
            return
        row = rows[-1] if self.backwards else rows[0]
        self.done = True
        if stretch.first is not None:
            self.found = self._index.place_of(stretch.first + row)
        else:
            self.record = stretch.block.line_of(row).origin

    def place_in_record(self) -> int | None:
        """The place of the match in `record`, once the rows around it are known."""
        index = self._index
        row = index.row_at(self.record) if self.record is not None else None
        if row is None or (stretch := _stretch_of_row(index, row)) is None or stretch.first is None:
            return None
        rows = [hit for hit in hits(stretch.block, self.sought) if stretch.block.line_of(hit).origin == self.record]
        return index.place_of(stretch.first + rows[-1 if self.backwards else 0] if rows else row)


class ConversationCount:
    """The lines of a conversation that match, from its start to its end."""

    MOST = 100_000
    """Lines after which it is not counted on."""

    def __init__(self, index: ConversationIndex, needle: Needle) -> None:
        self._index, self._sought = index, text_of(needle)
        self._generation = index.generation
        self._row = 0
        self.places = array("Q")
        """Of each row on which a line begins to match, in order."""

    @property
    def stale(self) -> bool:
        """Whether the count is of rows that are no more."""
        return self._index.generation != self._generation

    @property
    def waiting(self) -> bool:
        """Whether it can only go on when the whole log is known."""
        return not self._index.complete  # rows would change their numbers under us

    @property
    def done(self) -> bool:
        """Whether all that is there now has been looked at."""
        over = self.stale or len(self.places) >= self.MOST
        return over or (not self.waiting and self._row >= self._index.line_count)

    def step(self, budget_s: float = 0.005) -> None:
        """Counts on for about `budget_s` seconds."""
        deadline = perf_counter() + budget_s
        while not self.done and not self.waiting:
            stretch = _stretch_of_row(self._index, self._row)
            if stretch is None or stretch.first is None:
                return
            rows = [stretch.first + hit for hit in hits(stretch.block, self._sought)]
            self.places.extend(self._index.place_of(row) for row in rows if row >= self._row)
            stretch.block.lay()
            self._row = stretch.first + max(1, len(stretch.block.rows))
            if perf_counter() >= deadline:
                return

    def words(self, match: int | None) -> str:
        """`3/20`: which of how many the match at place `match` is."""
        if self.waiting and not self.places:
            return ""
        more = "+" if len(self.places) >= self.MOST or self._row < self._index.line_count else ""
        total = f"{len(self.places):,}{more}"
        return total if match is None else f"{bisect_right(self.places, match):,}/{total}"


def hits(block: Block, sought: Sought) -> list[int]:
    """The rows of a block on which what is sought begins; a block without any need not have been laid out."""
    if not any(block.shows(line) and sought(line) is not None for line in block.lines):
        return []
    block.lay()
    found = []
    for first in block.first_rows():
        if (at := sought(block.line_of(first))) is not None:
            found.append(block.row_of_text(first, at))
    return found


# -- stretches ----------------------------------------------------------------------------------------------------


def _stretch_of_row(index: ConversationIndex, row: int) -> Stretch | None:
    """What a known row is read with."""
    part = index.part
    if row >= part.count:
        block = index.find(row)[0]
        return Stretch(part.end, index.size, block, part.count) if block is not None else None
    number = index.number(row)
    return _numbered(index, number)


def _numbered(index: ConversationIndex, number: int) -> Stretch:
    part = index.part
    stop = part.starts[number + 1] if number + 1 < len(part.starts) else part.end
    block = index.records.block(part, number, lay=False)
    return Stretch(part.starts[number], stop, block, part.firsts[number])


def _before(index: ConversationIndex, at: int) -> Stretch | None:
    """What ends at byte `at`, or holds it."""
    part, head, records = index.part, index.head, index.records
    if at > part.end and (tail := _stretch_of_row(index, part.count)) is not None:
        return tail
    at = min(at, part.end)
    if part.starts and at > part.starts[0]:
        return _numbered(index, bisect_left(part.starts, at) - 1)
    if at <= 0:
        return None
    if head is not None and head.starts and at <= head.end:
        number = bisect_left(head.starts, at) - 1
        if number < 0:
            return None
        stop = head.starts[number + 1] if number + 1 < len(head.starts) else head.end
        return Stretch(head.starts[number], stop, records.block(head, number, lay=False), None)
    low = head.end if head is not None else 0
    start = max(low, at - _WINDOW)
    while start > low:
        newline = index.file.read(at - 1 - start, start).find(b"\n")
        if newline >= 0:
            start += newline + 1
            break
        start = max(low, start - 8 * _WINDOW)  # one record that is larger than that
    return Stretch(start, at, records.made(records.fresh(whole=start == 0), start, at, lay=False), None)


def _from(index: ConversationIndex, at: int) -> Stretch | None:
    """What begins at byte `at`, or holds it."""
    part, head, records = index.part, index.head, index.records
    if at >= part.end:
        tail = _stretch_of_row(index, part.count) if at == part.end else None
        return tail if tail is not None and tail.stop > at else None
    if part.starts and at >= part.starts[0]:
        return _numbered(index, bisect_right(part.starts, at) - 1)
    if head is not None and head.starts and at < head.end:
        number = max(0, bisect_right(head.starts, at) - 1)
        stop = head.starts[number + 1] if number + 1 < len(head.starts) else head.end
        return Stretch(head.starts[number], stop, records.block(head, number, lay=False), None)
    high = index.gap_end if index.gap_end is not None else part.end
    stop = min(high, at + _WINDOW)
    while stop < high:
        newline = index.file.read(min(_WINDOW, high - stop), stop).find(b"\n")
        if newline >= 0:
            stop += newline + 1
            break
        stop = min(high, stop + _WINDOW)
    if stop <= at:
        return None
    return Stretch(at, stop, records.made(records.fresh(whole=at == 0), at, stop, lay=False), None)
