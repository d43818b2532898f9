"""Reads the records of a structured log into blocks of rows, of any size and a few milliseconds at a time."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from dataclasses import field
from pathlib import Path
from time import perf_counter

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.engine.conversation.block import Block, State
from lmawep_tui.engine.conversation.look import Look, Turned
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.files.growing_file import GrowingFile
from lmawep_tui.files.log_times import LogTimes
from lmawep_tui.model.dataclass import dataclass

MAX_RECORD = 1024 * 1024
"""The longest record that is read for the screen, in bytes; of a longer one only the beginning is shown."""
_HALF = 64 * 1024
"""The same for a line that has no end yet."""
_CHUNK = 128 * 1024
_KEPT = 12
"""Blocks whose rows are kept."""


@dataclass(slots=True)
class Part:
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
    events: Counter[int] = field(default_factory=Counter)
    """Events of the closed blocks, by the kinds that each is of."""

    @property
    def count(self) -> int:
        """Rows."""
        return self.firsts[-1] + len(self.open.rows) if self.open else 0

    def seal(self) -> State | None:
        """Makes all of it final; returns the state for what follows."""
        if self.open is None:
            return None
        following = self.open.seal()
        self.events.update(line.kinds for line in self.open.lines if line.head)
        return following

    def join(self, after: Part) -> int:
        """Takes over the part that begins where this one ends; returns by how many its rows move on."""
        self.seal()
        shifted = self.count
        self.starts.extend(after.starts)
        self.firsts.extend([first + shifted for first in after.firsts])
        self.states += after.states
        self.events += after.events
        self.open, self.end, self.looked = after.open, after.end, after.looked
        return shifted


class Records:
    """The records of one log, and the blocks they make."""

    def __init__(self, path: Path, format_: str, look: Look, root: str) -> None:
        """Raises LmawepError for a format that is not known."""
        parser_for(format_)
        self.file = GrowingFile(path)
        self.times = LogTimes(path)
        self.look = look
        self.turned = Turned()
        self.clocked = False
        """Whether any record told a time."""
        self.over = False
        self._format, self._root = format_, root
        self._kept: OrderedDict[int, Block] = OrderedDict()

    def forget(self) -> None:
        """Drops the blocks that are kept."""
        self._kept.clear()

    def scan(self, part: Part, stop: int, deadline: float) -> None:
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

    def _take_lines(self, part: Part, data: bytes, deadline: float) -> None:
        start = 0
        while start < len(data):
            end = data.find(b"\n", start)
            self._place(part)
            self._take(part, data[start:end], part.end)
            part.end += end + 1 - start
            start = end + 1
            if perf_counter() >= deadline:
                return

    def _take_long(self, part: Part, stop: int, deadline: float) -> bool:
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

    def _take(self, part: Part, line: bytes, origin: int) -> None:
        assert part.open is not None
        part.open.feed(line, self.times.at(origin, self.file), origin)

    def _place(self, part: Part) -> None:
        """Sees to it that there is an open block for the next record."""
        if part.open is None:
            self._begin(part, self.fresh(whole=part.end == 0), 0)
        elif part.open.is_full(part.end):
            following = part.seal()
            assert following is not None
            self._keep(part.open)
            self._begin(part, following, part.count)

    def _begin(self, part: Part, state: State, first: int) -> None:
        part.starts.append(part.end)
        part.firsts.append(first)
        part.states.append(state.following())
        part.open = Block(state, part.end, self.look)

    def fresh(self, *, whole: bool) -> State:
        """The state before the first record, or (not `whole`) before one in the middle of which nothing is known."""
        presenter = Presenter(
            fold=self.look.fold, root=self._root, whole=whole, clocked=self.clocked, turned=self.turned
        )
        return State(parser_for(self._format, self._root), presenter)

    # -- blocks ---------------------------------------------------------------------------------------------------

    def block(self, part: Part, number: int, *, lay: bool = True) -> Block:
        """One block of a part, made again unless it was shown lately; without `lay` it may lack its rows."""
        if number == len(part.starts) - 1 and part.open is not None:
            return part.open
        start, stop = part.starts[number], part.starts[number + 1]
        block = self._kept.get(start)
        if block is None:
            block = self.made(part.states[number].following(), start, stop, lay=lay)
            if not lay:
                return block
        self._keep(block)
        return block

    def turn(self, part: Part, number: int, origin: int) -> None:
        """Folds the output of one record of a block, or unfolds it; all other rows stay what they are."""
        self.turned.symmetric_difference_update({origin})
        if number == len(part.starts) - 1:
            block = Block(part.states[number].following(), part.starts[number], self.look)
            self._feed_range(block, block.start, part.end)
            block.lay()
            part.open = block
            return
        self._kept.pop(part.starts[number], None)
        rows = len(self.block(part, number).rows)
        change = rows - (part.firsts[number + 1] - part.firsts[number])
        for later in range(number + 1, len(part.firsts)):
            part.firsts[later] += change

    def _keep(self, block: Block) -> None:
        self._kept[block.start] = block
        self._kept.move_to_end(block.start)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def made(self, state: State, start: int, stop: int, *, lay: bool = True) -> Block:
        """A block of its own from whole records."""
        block = Block(state, start, self.look)
        self._feed_range(block, start, stop)
        block.state.presenter.flush()
        if lay:
            block.lay()
        return block

    def _feed_range(self, block: Block, start: int, stop: int) -> None:
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

    def unfinished(self, part: Part, size: int) -> Block:
        """Rows for what is not a whole record yet: plain words at once, half a record once nothing more comes."""
        length = size - part.end
        words = length > 0 and not self.file.read(512, part.end).lstrip().startswith(b"{")
        if not (self.over or words):
            return Block(self.fresh(whole=False), part.end, self.look)
        state = part.open.state if part.open is not None else self.fresh(whole=True)
        block = Block(state.following(), part.end, self.look)
        if length > 0:
            most = MAX_RECORD if self.over else _HALF  # what still grows is read again and again
            self._take_range(block, part.end, size, most)
        if self.over:
            block.close(self.times.at(part.end, self.file), part.end)
        block.lay()
        return block
