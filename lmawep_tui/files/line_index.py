"""Knows where the lines of a log file are, however large it is and whatever happens to it.

A log is written by an agent while a person reads it, and may hold a gigabyte. So only the start of every few kilobytes
is kept (`line_starts`), only the lines on screen are read, and a `poll` works for a few milliseconds at most.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import perf_counter

from lmawep_tui.files.growing_file import MAX_LINE, GrowingFile, decode
from lmawep_tui.files.line_starts import LineStarts
from lmawep_tui.model.dataclass import dataclass

TAIL_BYTES = 256 * 1024
"""How much of a big file's end is indexed at once, so that its last screens show before the rest is known."""

_TAIL_REACH = 8 * 1024 * 1024  # how far back the start of the tail's first line is looked for
_EAGER_BYTES = 2 * 1024 * 1024  # below this the whole file is indexed about as fast as its tail
_SMALLEST_CHUNK = 32 * 1024
_LARGEST_CHUNK = 1024 * 1024
_LONG_SPAN = 1024 * 1024  # a wider range of lines is read line by line


@dataclass(frozen=True, slots=True)
class Change:
    """What one `poll` found, for a view to adjust itself by.

    A value rather than callbacks, because several of these can be true of one poll and must be handled together.
    """

    reset: bool = False
    """The file is another one now, or was cut: nothing known before holds (`generation` went up)."""

    grew: bool = False
    """There are more bytes, so the last line may be longer or more lines follow."""

    shifted: int = 0
    """So many lines became known *before* those that were known: row `r` is now row `r + shifted`."""

    completed: bool = False
    """The index has just reached from the file's start to its end."""

    relaid: bool = False
    """All rows should be laid out anew: a log of which no time was known tells one now."""

    def __bool__(self) -> bool:
        """Tell whether anything at all changed."""
        return self.reset or self.grew or self.completed or self.relaid or bool(self.shifted)


class LineIndex:
    """Line starts of one file, followed from poll to poll.

    Of a big file the last `TAIL_BYTES` are indexed first: until the index is `numbered`, rows count from the first
    line of that tail, and the poll that joins both parts says by how many rows everything moved (`Change.shifted`).
    `look_at` brings any other part of the file forward in the same way.
    """

    def __init__(self, path: Path | str) -> None:
        """Prepare an index of `path`, which may not exist yet; nothing is read before the first `poll`."""
        self.file = GrowingFile(path)
        self.generation = 0
        """Goes up whenever rows known before mean something else now; a key for caches."""
        self.version = 0
        """Goes up when what was read before holds no more; not when another part of the file is merely known first."""
        self._scanner = _Scanner(self.file)
        self._starts = LineStarts(self.file)  # of the rows that can be read now
        self._head = LineStarts(self.file)  # of the file's front, while there is a gap behind it
        self._gap_end: int | None = None  # where the gap ends and the rows begin
        self._placed = False  # whether it has been decided where to begin
        self._told_complete = False

    # -- what is known --------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether there has been a file to read; it stays true for a file deleted while it is shown."""
        return self.file.exists

    @property
    def problem(self) -> str:
        """Why the file cannot be read, if it exists and cannot; for the view's empty text."""
        return self.file.problem

    @property
    def size(self) -> int:
        """Bytes of the file at the last poll."""
        return self.file.size

    @property
    def numbered(self) -> bool:
        """Whether row 0 is the file's first line, so that rows are line numbers less one."""
        return self._gap_end is None

    @property
    def complete(self) -> bool:
        """Whether every byte of the file is indexed."""
        return self.numbered and self._starts.end >= self.size

    @property
    def lag(self) -> int:
        """How many bytes at the end of the file are not indexed yet."""
        return self.size - self._starts.end

    @property
    def progress(self) -> float:
        """How much of the file is indexed, from 0 to 1."""
        known = self._starts.end if self._gap_end is None else self._head.end + self._starts.end - self._gap_end
        return known / self.size if self.size else 1.0

    @property
    def line_count(self) -> int:
        """Number of rows that can be read now; a last line without a newline counts."""
        return len(self._starts) - self._starts.dangling  # an empty stretch after the last newline is not a line

    def start_of(self, row: int) -> int:
        """Return the byte offset at which a known row starts."""
        return self._starts[row] if row < len(self._starts) else self._starts.end

    def row_at(self, offset: int) -> int | None:
        """Return the row that holds the byte at `offset`, or None while that part is not indexed."""
        return self._starts.holding(offset)

    def place_of(self, row: int) -> int:
        """Return what a row is known by however many rows become known before it: where it starts."""
        return self.start_of(row)

    def row_of(self, place: int) -> int | None:
        """Return the row of a place, or None while it is not known."""
        return self.row_at(place)

    def end_mark(self) -> int:
        """Return what `rows_since` counts from: the file's end."""
        return self.size

    def rows_since(self, mark: int) -> int:
        """Return how many known rows begin at byte `mark` or after it."""
        return max(0, self.line_count - self._starts.before(mark))

    # -- following the file ---------------------------------------------------------------------------------------

    def poll(self, budget_s: float = 0.005) -> Change:
        """Look at the file and index more of it for about `budget_s` seconds.

        Call it again while `complete` is false: a gigabyte takes a few hundred calls, and keys are answered between.
        """
        deadline = perf_counter() + budget_s
        reset = self.file.look()
        if reset:
            self._void()
        if not self.exists:
            return Change()
        if not self._placed and self.size > 0:
            self._placed = True
            if self.size > _EAGER_BYTES:
                self._start_near(self.size)
        before = self._starts.end
        # The end first: it is what people watch.
        self._scanner.scan(self._starts, self.size, deadline)
        grew = self._starts.end > before
        shifted = self._fill_gap(deadline) if not grew or perf_counter() < deadline else 0
        if grew:
            self.file.remember(self._starts.end)
        completed = self.complete and not self._told_complete
        self._told_complete = self.complete
        return Change(reset=reset, grew=grew, shifted=shifted, completed=completed)

    def look_at(self, offset: int) -> bool:
        """See to it that the next polls make the lines around byte `offset` known; return whether rows are void now.

        So the first line, the last or one that was searched for shows at once, however much lies between.
        """
        offset = max(0, min(offset, self.size - 1))
        if not self.exists or self._starts.first <= offset < self._starts.end + TAIL_BYTES:
            return False  # known, or about to be
        numbered = self.numbered
        if numbered:
            self._head = self._starts
        self._starts, self._gap_end = LineStarts(self.file), None
        self._start_near(offset)
        if numbered and self.numbered:
            return False  # it has to be reached from the front after all
        self.generation += 1
        self.file.remember(self._starts.end)
        return True

    def close(self) -> None:
        """Give the file back; the rows known so far are forgotten."""
        self.file.close()
        self._void()

    def _void(self) -> None:
        """Forget every row, and say so to whoever keeps pictures of them."""
        self.generation += 1
        self.version += 1
        self._starts, self._head = LineStarts(self.file), LineStarts(self.file)
        self._gap_end = None
        self._placed = self._told_complete = False

    # -- indexing -------------------------------------------------------------------------------------------------

    def _start_near(self, offset: int) -> None:
        """Let the known part begin a little before `offset`, leaving a gap between it and the front."""
        position = offset - TAIL_BYTES
        while position > max(self._head.end, offset - _TAIL_REACH):
            newline = self.file.read(TAIL_BYTES, position).find(b"\n")
            if newline >= 0 and position + newline + 1 < min(self.size, offset + 1):
                self._gap_end = position + newline + 1
                self._starts.begin(self._gap_end)
                return
            position -= TAIL_BYTES
        # Close to the front, or one line is larger than all that: go on from the front.
        self._starts, self._head = self._head, LineStarts(self.file)

    def _fill_gap(self, deadline: float) -> int:
        """Index the part before the tail; once it reaches the tail, join both and return how many rows came first."""
        if self._gap_end is None:
            return 0
        self._scanner.scan(self._head, self._gap_end, deadline)
        if self._head.end < self._gap_end:
            return 0
        head = self._head
        shifted = head.join(self._starts)
        self._starts, self._head, self._gap_end = head, LineStarts(self.file), None
        return shifted

    # -- reading --------------------------------------------------------------------------------------------------

    def read_lines(self, start: int, stop: int) -> list[str]:
        """Return the rows from `start` up to `stop`, decoded, without line ends, each cut to `MAX_LINE` bytes."""
        start, stop = max(0, start), min(stop, self.line_count)
        if start >= stop:
            return []
        bounds = [*self._starts.range(start, stop), self.start_of(stop)]
        if bounds[-1] - bounds[0] > _LONG_SPAN:
            return [self.file.read_line(low, high) for low, high in pairwise(bounds)]
        data, base = self.file.read(bounds[-1] - bounds[0], bounds[0]), bounds[0]
        return [
            decode(data[low - base : high - base]) if high - low <= MAX_LINE else self.file.read_line(low, high)
            for low, high in pairwise(bounds)
        ]

    def tail(self, count: int) -> list[str]:
        """Return the last `count` rows; at hand after the first poll, whatever the size of the file."""
        return self.read_lines(self.line_count - count, self.line_count)


class _Scanner:
    """Looks for line starts, in chunks that take about a millisecond each."""

    def __init__(self, file: GrowingFile) -> None:
        self._file = file
        self._chunk = 8 * _SMALLEST_CHUNK

    def scan(self, starts: LineStarts, stop: int, deadline: float) -> None:
        """Take in the bytes up to `stop` until the deadline."""
        if not len(starts) and starts.end < stop:
            starts.begin(starts.end)
        while starts.end < stop:
            began = perf_counter()
            chunk = self._file.read(min(self._chunk, stop - starts.end), starts.end)
            if not chunk:
                break  # cut shorter since we looked; the next poll sees it
            starts.take(chunk)
            now = perf_counter()
            self._adapt_chunk(now - began)
            if 2 * now - began >= deadline:
                break  # another chunk like this one would be too much

    def _adapt_chunk(self, took_s: float) -> None:
        """Keep one chunk near a millisecond: a disk may be slow."""
        if took_s > 0.002:
            self._chunk = max(_SMALLEST_CHUNK, self._chunk // 2)
        elif took_s < 0.001:
            self._chunk = min(_LARGEST_CHUNK, self._chunk * 2)
