"""Knows how many rows every part of a structured log makes, however large it is, and makes them when they are wanted.

Of each block of the log only its start, its rows before and the state to read it from are kept; the rows themselves are
made again from the bytes when they come on the screen. Otherwise it is for a view what `files.line_index` is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from pathlib import Path
from time import perf_counter

from lmawep_tui.engine.conversation.block import Block
from lmawep_tui.engine.conversation.line import Line, Row
from lmawep_tui.engine.conversation.look import Look
from lmawep_tui.engine.conversation.records import Part, Records
from lmawep_tui.files.line_index import Change

_TAIL_BYTES = 128 * 1024
"""How much of a big file's end is read at once, so that its last screens show before the rest is known."""
_TAIL_REACH = 8 * 1024 * 1024
_EAGER_BYTES = 512 * 1024
"""Below this the whole file is read about as fast as its tail."""
_LOOK = Look()


class ConversationIndex:
    """The rows of one structured log in a view of one width, followed from poll to poll."""

    def __init__(self, path: Path | str, format_: str, look: Look = _LOOK, *, root: str = "") -> None:
        """Prepares to read `path`, which may not exist yet; raises LmawepError for a format that is not known."""
        self.records = Records(Path(path), format_, look, root)
        self.file, self.times = self.records.file, self.records.times
        self.generation = 0
        """Goes up whenever rows known before mean something else now."""
        self.version = 0
        """Goes up when what was read before holds no more; not when another part is merely known first."""
        self.part = Part()
        """What is known in one piece, up to the end or on the way there: its rows are what a view shows."""
        self.head: Part | None = None
        """The front of the log, while there is a gap behind it."""
        self.gap_end: int | None = None
        self._placed = self._told_complete = False
        self._last: Block | None = None
        self._last_at: tuple[int, int, bool] = (0, 0, False)

    @property
    def look(self) -> Look:
        """How it is laid out."""
        return self.records.look

    @property
    def over(self) -> bool:
        """Whether nothing more will come, so that half a record at the end is all there will be of it."""
        return self.records.over

    @over.setter
    def over(self, over: bool) -> None:
        self.records.over = over

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
        return self.gap_end is None

    @property
    def complete(self) -> bool:
        """Whether every byte of the file has been looked at."""
        return self.numbered and self.lag == 0

    @property
    def lag(self) -> int:
        """How many bytes at the end of the file have not been looked at."""
        return self.size - max(self.part.end, self.part.looked)

    @property
    def progress(self) -> float:
        """How much of the file is known, from 0 to 1."""
        known = self.size - self.lag
        if self.gap_end is not None:
            known += (self.head.end if self.head else 0) - self.gap_end
        return known / self.size if self.size else 1.0

    @property
    def line_count(self) -> int:
        """Rows that can be shown now."""
        return self.part.count + len(self._after())

    def row(self, row: int) -> Row:
        """The content of one row; nothing for one that there is not."""
        block, at = self.find(row)
        return block.rows[at] if block is not None and at < len(block.rows) else ()

    def line_at(self, row: int) -> tuple[Line, int, int, int] | None:
        """The line a row is part of, from which character to which, and how many columns stand before them."""
        block, at = self.find(row)
        return (block.line_of(at), *block.span_of(at)) if block is not None and at < len(block.rows) else None

    def start_of(self, row: int) -> int:
        """The byte at which the record begins that a row comes from."""
        found = self.line_at(row)
        return found[0].origin if found else self.part.end

    def row_at(self, offset: int) -> int | None:
        """The first row of the record that holds the byte at `offset`, or None while that part is not known."""
        part = self.part
        if not part.starts or not part.starts[0] <= offset < max(part.end, self.size - self.lag):
            return None
        number = bisect_right(part.starts, offset) - 1
        block = self.records.block(part, number)
        return part.firsts[number] + (block.row_from(offset) if block.rows else 0)

    def turn(self, row: int) -> bool:
        """Folds or unfolds the output or thought that a row shows; tells whether there is any."""
        found = self.line_at(row)
        if found is None or found[0].folds < 0 or row >= self.part.count:
            return False
        self.records.turn(self.part, self.number(row), found[0].folds)
        return True

    def events(self) -> Counter[int]:
        """How many events are known, by the kinds that each is of."""
        found: Counter[int] = Counter()
        for part in (self.head, self.part):
            if part is not None:
                found += part.events
                found.update(line.kinds for line in (part.open.lines if part.open else ()) if line.head)
        return found

    # A place stands for a row however many rows become known before it: the start of its block, and its number there.

    def place_of(self, row: int) -> int:
        """What a row is known by until the generation changes."""
        part = self.part
        if not part.starts:
            return 0
        number = self.number(row)
        return part.starts[number] + row - part.firsts[number]

    def row_of(self, place: int) -> int | None:
        """The row of a place, or None when it is not known now."""
        part = self.part
        if not part.starts or place < part.starts[0]:
            return None
        number = bisect_right(part.starts, place) - 1
        return part.firsts[number] + place - part.starts[number]

    def end_mark(self) -> int:
        """What `rows_since` counts from: the byte up to which records have been read."""
        return self.part.end

    def rows_since(self, mark: int) -> int:
        """Rows of the records that begin at byte `mark` or after it."""
        part = self.part
        if not part.starts or mark < part.starts[0]:
            return 0
        if mark >= part.end:
            return max(0, self.line_count - part.count)
        number = bisect_right(part.starts, mark) - 1
        return self.line_count - part.firsts[number] - self.records.block(part, number).row_after(mark)

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
        before, shown = max(self.part.end, self.part.looked), self._last_at
        self.records.scan(self.part, self.size, deadline)
        self._after()
        grew = max(self.part.end, self.part.looked) > before or shown != self._last_at
        shifted = self._fill_gap(deadline) if not grew or perf_counter() < deadline else 0
        if grew:
            self.file.remember(self.part.end)
        completed = self.complete and not self._told_complete
        self._told_complete = self.complete
        relaid = self._clock_came()
        return Change(reset=reset, grew=grew, shifted=shifted, completed=completed, relaid=relaid)

    def _clock_came(self) -> bool:
        """Notes that a time is known now; tells whether rows before it lack the room for one."""
        parts = [part for part in (self.part, self.head) if part is not None and part.open is not None]
        if self.records.clocked or not any(part.open.state.presenter.clocked for part in parts if part.open):
            return False
        self.records.clocked = True
        return any(len(part.starts) > 1 for part in parts) or len(parts) > 1

    def look_at(self, offset: int) -> bool:
        """Sees to it that the next polls make the rows around byte `offset` known; tells whether rows are void now."""
        offset = max(0, min(offset, self.size - 1))
        first = self.part.starts[0] if self.part.starts else self.part.end
        if not self.exists or first <= offset < self.part.end + _TAIL_BYTES:
            return False
        if self.numbered:
            if offset >= first:
                self.head = self.part  # the front is known: what lies between may follow later
            else:
                return False
        self.part, self.gap_end = Part(), None
        self._start_near(offset)
        self.generation += 1
        self.records.forget()
        return True

    def relay(self, look: Look, *, keep: int | None = None) -> None:
        """Makes all rows anew for another look, those around byte `keep` or the last ones first."""
        self.records.look = look
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
        self.version += 1
        self.part, self.head, self.gap_end = Part(), None, None
        self._placed = self._told_complete = False
        self.records.forget()
        self._last, self._last_at = None, (0, 0, False)

    # -- reading records ------------------------------------------------------------------------------------------

    def _start_near(self, offset: int) -> None:
        """Lets the known part begin a little before `offset`, leaving a gap between it and the front."""
        known = self.head.end if self.head else 0
        position = offset - _TAIL_BYTES
        while position > max(known, offset - _TAIL_REACH):
            newline = self.file.read(_TAIL_BYTES, position).find(b"\n")
            if newline >= 0 and position + newline + 1 < min(self.size, offset + 1):
                self.part = Part(end=position + newline + 1)
                self.gap_end = self.part.end
                return
            position -= _TAIL_BYTES
        self.part, self.head = self.head or Part(), None

    def _fill_gap(self, deadline: float) -> int:
        """Reads the part before the tail; once it reaches the tail, joins both and returns how many rows came first."""
        if self.gap_end is None:
            return 0
        if self.head is None:
            self.head = Part()
        head, tail = self.head, self.part
        self.records.scan(head, self.gap_end, deadline)
        if head.end < self.gap_end:
            return 0
        if head.open is not None and not tail.starts:
            self.part, self.head, self.gap_end = head, None, None
            return 0
        shifted = head.join(tail)
        self.part, self.head, self.gap_end = head, None, None
        return shifted

    # -- blocks ---------------------------------------------------------------------------------------------------

    def number(self, row: int) -> int:
        """Which block a row belongs to."""
        return max(0, bisect_right(self.part.firsts, row) - 1)

    def find(self, row: int) -> tuple[Block | None, int]:
        """The block of a row, and which row of the block it is."""
        part = self.part
        if row >= part.count:
            after = self._after()
            return (self._last, row - part.count) if row - part.count < len(after) else (None, 0)
        number = self.number(row)
        return self.records.block(part, number), row - part.firsts[number]

    def _after(self) -> list[Row]:
        """Rows for what is not a whole record yet: plain words at once, half a record once nothing more will come."""
        part = self.part
        at = (part.end, 0 if self.lag else self.size, self.over)
        if self._last is not None and at == self._last_at:
            return self._last.rows
        self._last_at = at
        self._last = Block(self.records.fresh(whole=False), part.end, self.look)
        if not self.lag and self._placed:
            self._last = self.records.unfinished(part, self.size)
        return self._last.rows
