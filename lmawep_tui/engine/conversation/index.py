"""Knows how many rows every part of a structured log makes, however large it is, and makes them when they are wanted.

Of each block of the log only its start, its rows before and the state to read it from are kept; the rows themselves are
made again from the bytes when they come on the screen. Otherwise it is for a view what `files.line_index` is.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.engine.conversation.block import Block, State
from lmawep_tui.engine.conversation.line import Line, Row
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.files.growing_file import GrowingFile
from lmawep_tui.files.line_index import Change
from lmawep_tui.files.log_times import LogTimes

MAX_RECORD = 1024 * 1024
"""The longest record that is read for the screen, in bytes; of a longer one only the beginning is shown."""
_HALF = 64 * 1024
"""The same for a line that has no end yet."""
_CHUNK = 128 * 1024
_TAIL_BYTES = 128 * 1024
"""How much of a big file's end is read at once, so that its last screens show before the rest is known."""
_TAIL_REACH = 8 * 1024 * 1024
_EAGER_BYTES = 512 * 1024
"""Below this the whole file is read about as fast as its tail."""
_KEPT = 12
"""Blocks whose rows are kept."""


@dataclass(slots=True)
class _Part:
    """Neighbouring blocks of the log; the last one is open."""

    end: int = 0
    """How far records have been read."""
    looked: int = 0
    """How far a line break was looked for."""
    starts: array[int] = field(default_factory=lambda: array("Q"))
    firsts: array[int] = field(default_factory=lambda: array("Q"))
    """Rows before each block."""
    states: list[State] = field(default_factory=list)
    open: Block | None = None

    @property
    def count(self) -> int:
        return self.firsts[-1] + len(self.open.rows) if self.open else 0


class ConversationIndex:
    """The rows of one structured log in a view of one width, followed from poll to poll."""

    def __init__(self, path: Path | str, format_: str, width: int, *, fold: bool = True, root: str = "") -> None:
        """Prepares to read `path`, which may not exist yet; raises LmawepError for a format that is not known."""
        parser_for(format_)
        self.file = GrowingFile(path)
        self.times = LogTimes(Path(path))
        self.format, self.width, self.fold = format_, width, fold
        self.generation = 0
        """Goes up whenever rows known before mean something else now."""
        self.over = False
        """Whether nothing more will come, so that half a record at the end is all there will be of it."""
        self._root = root
        self._rows = _Part()
        self._head: _Part | None = None
        self._gap_end: int | None = None
        self._placed = self._told_complete = False
        self._kept: OrderedDict[int, Block] = OrderedDict()
        self._last: Block | None = None
        self._last_at: tuple[int, int, bool] = (0, 0, False)

    # -- what is known --------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        return self.file.exists

    @property
    def problem(self) -> str:
        return self.file.problem

    @property
    def size(self) -> int:
        """Bytes of the file at the last poll."""
        return self.file.size

    @property
    def numbered(self) -> bool:
        """Whether row 0 is the log's first."""
        return self._gap_end is None

    @property
    def complete(self) -> bool:
        """Whether every byte of the file has been looked at."""
        return self.numbered and self.lag == 0

    @property
    def lag(self) -> int:
        """How many bytes at the end of the file have not been looked at."""
        return self.size - max(self._rows.end, self._rows.looked)

    @property
    def progress(self) -> float:
        """How much of the file is known, from 0 to 1."""
        known = self.size - self.lag
        if self._gap_end is not None:
            known += (self._head.end if self._head else 0) - self._gap_end
        return known / self.size if self.size else 1.0

    @property
    def line_count(self) -> int:
        """Rows that can be shown now."""
        return self._rows.count + len(self._after())

    def row(self, row: int) -> Row:
        """The content of one row; nothing for one that there is not."""
        block, at = self._find(row)
        return block.rows[at] if block is not None and at < len(block.rows) else ()

    def line_at(self, row: int) -> tuple[Line, int, int, int] | None:
        """The line a row is part of, from which character to which, and how many columns stand before them."""
        block, at = self._find(row)
        return (block.line_of(at), *block.span_of(at)) if block is not None and at < len(block.rows) else None

    def start_of(self, row: int) -> int:
        """The byte at which the record begins that a row comes from."""
        found = self.line_at(row)
        return found[0].origin if found else self._rows.end

    def row_at(self, offset: int) -> int | None:
        """The first row of the record that holds the byte at `offset`, or None while that part is not known."""
        part = self._rows
        if not part.starts or not part.starts[0] <= offset < max(part.end, self.size - self.lag):
            return None
        number = bisect_right(part.starts, offset) - 1
        block = self._block(number)
        return part.firsts[number] + (block.row_from(offset) if block.rows else 0)

    def block_start(self, row: int) -> int:
        """The first row of the block that a row belongs to."""
        part = self._rows
        return part.count if row >= part.count else part.firsts[self._number(row)]

    def matches(self, row: int, pattern: re.Pattern[str]) -> tuple[int, list[int]]:
        """From `row` to the end of its block: the row after that, and the rows on which a line begins to match."""
        block, at = self._find(row)
        if block is None:
            return row + 1, []
        found = []
        for first in block.first_rows():
            match = pattern.search(block.line_of(first).text)
            if match is not None and match[0] and (place := block.row_of_text(first, match.start())) >= at:
                found.append(row - at + place)
        return row - at + len(block.rows), found

    # A place stands for a row however many rows become known before it: the start of its block, and its number there.

    def place_of(self, row: int) -> int:
        """What a row is known by until the generation changes."""
        part = self._rows
        if not part.starts:
            return 0
        number = self._number(row)
        return part.starts[number] + row - part.firsts[number]

    def row_of(self, place: int) -> int | None:
        """The row of a place, or None when it is not known now."""
        part = self._rows
        if not part.starts or place < part.starts[0]:
            return None
        number = bisect_right(part.starts, place) - 1
        return part.firsts[number] + place - part.starts[number]

    def end_mark(self) -> int:
        """What `rows_since` counts from."""
        return self.place_of(self.line_count)

    def rows_since(self, mark: int) -> int:
        """Rows that have come after a mark."""
        row = self.row_of(mark)
        return 0 if row is None else max(0, self.line_count - row)

    # -- following the file ---------------------------------------------------------------------------------------

    def poll(self, budget_s: float = 0.005) -> Change:
        """Looks at the file and reads more of it for about `budget_s` seconds; again while it is not `complete`."""
        deadline = perf_counter() + budget_s
        reset = self.file.look()
        if reset:
            self._void()
        if not self.exists:
            return Change()
        self.times.look()
        if not self._placed and self.size > 0:
            self._placed = True
            if self.size > _EAGER_BYTES:
                self._start_near(self.size)
        before, shown = max(self._rows.end, self._rows.looked), self._last_at
        self._scan(self._rows, self.size, deadline)
        self._after()
        grew = max(self._rows.end, self._rows.looked) > before or shown != self._last_at
        shifted = self._fill_gap(deadline) if not grew or perf_counter() < deadline else 0
        if grew:
            self.file.remember(self._rows.end)
        completed = self.complete and not self._told_complete
        self._told_complete = self.complete
        return Change(reset=reset, grew=grew, shifted=shifted, completed=completed)

    def look_at(self, offset: int) -> bool:
        """Sees to it that the next polls make the rows around byte `offset` known; tells whether rows are void now."""
        offset = max(0, min(offset, self.size - 1))
        first = self._rows.starts[0] if self._rows.starts else self._rows.end
        if not self.exists or first <= offset < self._rows.end + _TAIL_BYTES:
            return False
        if self.numbered:
            if offset >= first:
                self._head = self._rows  # the front is known: what lies between may follow later
            else:
                return False
        self._rows, self._gap_end = _Part(), None
        self._start_near(offset)
        self.generation += 1
        self._kept.clear()
        return True

    def relay(self, width: int, *, fold: bool, keep: int | None = None) -> None:
        """Makes all rows anew for another width or folding, those around byte `keep` or the last ones first."""
        self.width, self.fold = width, fold
        self._void()
        if self.exists and self.size > _EAGER_BYTES:
            self._placed = True
            self._start_near(self.size if keep is None else keep)

    def close(self) -> None:
        """Gives the file back."""
        self.file.close()
        self._void()

    def _void(self) -> None:
        self.generation += 1
        self._rows, self._head, self._gap_end = _Part(), None, None
        self._placed = self._told_complete = False
        self._kept.clear()
        self._last, self._last_at = None, (0, 0, False)

    # -- reading records ------------------------------------------------------------------------------------------

    def _start_near(self, offset: int) -> None:
        """Lets the known part begin a little before `offset`, leaving a gap between it and the front."""
        known = self._head.end if self._head else 0
        position = offset - _TAIL_BYTES
        while position > max(known, offset - _TAIL_REACH):
            newline = self.file.read(_TAIL_BYTES, position).find(b"\n")
            if newline >= 0 and position + newline + 1 < min(self.size, offset + 1):
                self._rows = _Part(end=position + newline + 1)
                self._gap_end = self._rows.end
                return
            position -= _TAIL_BYTES
        self._rows, self._head = self._head or _Part(), None

    def _fill_gap(self, deadline: float) -> int:
        """Reads the part before the tail; once it reaches the tail, joins both and returns how many rows came first."""
        if self._gap_end is None:
            return 0
        if self._head is None:
            self._head = _Part()
        head, tail = self._head, self._rows
        self._scan(head, self._gap_end, deadline)
        if head.end < self._gap_end:
            return 0
        if head.open is not None and not tail.starts:
            self._rows, self._head, self._gap_end = head, None, None
            return 0
        shifted = self._seal_all(head)
        head.starts.extend(tail.starts)
        head.firsts.extend([first + shifted for first in tail.firsts])
        head.states += tail.states
        head.open, head.end, head.looked = tail.open, tail.end, tail.looked
        self._rows, self._head, self._gap_end = head, None, None
        return shifted

    def _seal_all(self, part: _Part) -> int:
        if part.open is not None:
            part.open.seal()
        return part.count

    def _scan(self, part: _Part, stop: int, deadline: float) -> None:
        """Reads records up to byte `stop`, or until the deadline, but at least one."""
        while part.end < stop:
            data = self.file.read(min(_CHUNK, stop - part.end), part.end)
            last = data.rfind(b"\n")
            if last >= 0:
                self._take_lines(part, data[: last + 1], deadline)
            elif not self._take_long(part, stop, deadline):
                break
            if perf_counter() >= deadline:
                break
        if part.open is not None:
            part.open.lay()

    def _take_lines(self, part: _Part, data: bytes, deadline: float) -> None:
        start = 0
        while start < len(data):
            end = data.find(b"\n", start)
            self._place(part)
            self._take(part, data[start:end], part.end)
            part.end += end + 1 - start
            start = end + 1
            if perf_counter() >= deadline:
                return

    def _take_long(self, part: _Part, stop: int, deadline: float) -> bool:
        """Takes in a record that is longer than a chunk; tells whether it has ended."""
        part.looked = max(part.looked, part.end)
        while part.looked < stop:
            data = self.file.read(min(8 * _CHUNK, stop - part.looked), part.looked)
            if not data:
                return False
            newline = data.find(b"\n")
            if newline >= 0:
                end = part.looked + newline
                self._place(part)
                self._take_range(part.open, part.end, end)
                part.end = part.looked = end + 1
                return True
            part.looked += len(data)
            if perf_counter() >= deadline:
                return False
        return False

    def _take_range(self, block: Block | None, low: int, high: int, most: int = MAX_RECORD) -> None:
        """Takes in the record between two bytes, of one that is longer than `most` only its beginning."""
        assert block is not None
        if high - low <= most:
            block.feed(self.file.read(high - low, low), self.times.at(low, self.file), low)
        else:
            block.state.presenter.giant(self.file.read(512, low), high - low, low)

    def _take(self, part: _Part, line: bytes, origin: int) -> None:
        assert part.open is not None
        part.open.feed(line, self.times.at(origin, self.file), origin)

    def _place(self, part: _Part) -> None:
        """Sees to it that there is an open block for the next record."""
        if part.open is None:
            self._begin(part, self._fresh(whole=part.end == 0), 0)
        elif part.open.is_full(part.end):
            following = part.open.seal()
            self._keep(part.open)
            self._begin(part, following, part.count)

    def _begin(self, part: _Part, state: State, first: int) -> None:
        part.starts.append(part.end)
        part.firsts.append(first)
        part.states.append(state.following())
        part.open = Block(state, part.end, self.width)

    def _fresh(self, *, whole: bool) -> State:
        return State(parser_for(self.format, self._root), Presenter(fold=self.fold, root=self._root, whole=whole))

    # -- blocks ---------------------------------------------------------------------------------------------------

    def _number(self, row: int) -> int:
        return max(0, bisect_right(self._rows.firsts, row) - 1)

    def _find(self, row: int) -> tuple[Block | None, int]:
        part = self._rows
        if row >= part.count:
            after = self._after()
            return (self._last, row - part.count) if row - part.count < len(after) else (None, 0)
        number = self._number(row)
        return self._block(number), row - part.firsts[number]

    def _block(self, number: int) -> Block:
        """One block of the known part, made again unless it was shown lately."""
        part = self._rows
        if number == len(part.starts) - 1 and part.open is not None:
            return part.open
        start, stop = part.starts[number], part.starts[number + 1]
        block = self._kept.get(start)
        if block is None:
            block = self._made(part.states[number].following(), start, stop)
        self._keep(block)
        return block

    def _keep(self, block: Block) -> None:
        self._kept[block.start] = block
        self._kept.move_to_end(block.start)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _made(self, state: State, start: int, stop: int) -> Block:
        block = Block(state, start, self.width)
        position = start
        while position < stop:
            data = self.file.read(min(MAX_RECORD + 1, stop - position), position)
            if not data:
                break
            begin = 0
            while (end := data.find(b"\n", begin)) >= 0:
                self._take_range(block, position + begin, position + end)
                begin = end + 1
            if not begin:  # one giant record: it ended the block
                self._take_range(block, position, stop - 1)
                begin = stop - position
            position += begin
        block.state.presenter.flush()
        block.lay()
        return block

    def _after(self) -> list[Row]:
        """Rows for what is not a whole record yet: plain words at once, half a record once nothing more will come."""
        part = self._rows
        at = (part.end, 0 if self.lag else self.size, self.over)
        if self._last is not None and at == self._last_at:
            return self._last.rows
        self._last_at = at
        self._last = Block(self._fresh(whole=False), part.end, self.width)
        if not self.lag and self._placed:
            self._last = self._unfinished(part)
        return self._last.rows

    def _unfinished(self, part: _Part) -> Block:
        length = self.size - part.end
        words = length > 0 and not self.file.read(512, part.end).lstrip().startswith(b"{")
        if not (self.over or words):
            return Block(self._fresh(whole=False), part.end, self.width)
        state = part.open.state if part.open is not None else self._fresh(whole=True)
        block = Block(state.following(), part.end, self.width)
        if length > 0:
            most = MAX_RECORD if self.over else _HALF  # what still grows is read again and again
            self._take_range(block, part.end, self.size, most)
        if self.over:
            block.close(self.times.at(part.end, self.file), part.end)
        block.lay()
        return block
