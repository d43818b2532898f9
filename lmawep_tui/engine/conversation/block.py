"""A stretch of a log as rows: some tens of kilobytes of records, read together and forgotten together."""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right

from lmawep_tui.agents.streams import Parser
from lmawep_tui.engine.conversation.kinds import EVERYTHING
from lmawep_tui.engine.conversation.line import Line, Row, lay
from lmawep_tui.engine.conversation.look import Look
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.model.dataclass import dataclass

FULL = 64 * 1024
"""Bytes after which a block ends as soon as nothing in it can change any more."""
_OVERFULL = 256 * 1024
_MOST_ROWS = 4096


@dataclass(slots=True)
class State:
    """What must be known to read on from some place: what the records before it said that later ones refer to."""

    parser: Parser
    presenter: Presenter

    def following(self) -> State:
        """A state of its own for what follows the records so far, without their lines."""
        return State(copy.deepcopy(self.parser), self.presenter.following())


class Block:
    """Rows that grow while records are fed."""

    def __init__(self, state: State, start: int, look: Look) -> None:
        """An empty block at byte `start`; it changes the state it is given."""
        self.state = state
        self.start = start
        self.rows: list[Row] = []
        self._look = look
        self._clocked = state.presenter.clocked
        self._lines: list[int] = []
        """Of each row the number of its line."""
        self._spans: list[tuple[int, int]] = []
        self._before: list[int] = []
        self._laid = 0
        """Lines whose rows are final."""
        self._fixed_rows = 0

    def feed(self, line: bytes, at: float, origin: int) -> None:
        """Takes in one record of the log."""
        for event in self.state.parser.line(line):
            self.state.presenter.take(event, at, origin)

    def close(self, at: float, origin: int) -> None:
        """Takes in what can be said when nothing more comes."""
        for event in self.state.parser.close():
            self.state.presenter.take(event, at, origin)
        self.state.presenter.flush()

    def lay(self) -> None:
        """Brings the rows up to date with what was fed."""
        presenter = self.state.presenter
        presenter.settle()
        if presenter.clocked != self._clocked:
            self._clocked, self._laid, self._fixed_rows = presenter.clocked, 0, 0
        for rows in (self.rows, self._lines, self._spans, self._before):
            del rows[self._fixed_rows :]
        fixed = presenter.fixed
        for number in range(self._laid, len(presenter.lines)):
            if number == fixed:
                self._fixed_rows = len(self.rows)
            line = presenter.lines[number]
            if not self.shows(line):
                continue
            laid = lay(line, self._look.width, self._look)
            self.rows += laid.rows
            self._spans += laid.spans
            self._lines += [number] * len(laid.rows)
            self._before += [laid.before] * len(laid.rows)
        if fixed >= len(presenter.lines):
            self._fixed_rows = len(self.rows)
        self._laid = max(self._laid, fixed)

    def shows(self, line: Line) -> bool:
        """Whether a line is of a kind that is shown; the empty ones between events only where everything is."""
        return self._look.shown == EVERYTHING or bool(line.kinds & self._look.shown)

    @property
    def lines(self) -> list[Line]:
        """The lines, shown or not."""
        return self.state.presenter.lines

    def is_full(self, end: int) -> bool:
        """Whether the next record belongs into another block; `end` is where this one ends now."""
        length, presenter = end - self.start, self.state.presenter
        if length >= FULL and presenter.fixed == len(presenter.lines):
            return True
        return length >= _OVERFULL or len(presenter.lines) >= _MOST_ROWS

    def seal(self) -> State:
        """Makes all of it final; returns the state for what follows."""
        self.state.presenter.flush()
        self.lay()
        return self.state.following()

    def line_of(self, row: int) -> Line:
        """The line that a row is part of."""
        return self.state.presenter.lines[self._lines[row]]

    def span_of(self, row: int) -> tuple[int, int, int]:
        """Which characters of its line a row shows, and how many columns stand before them."""
        return (*self._spans[row], self._before[row])

    def row_from(self, origin: int) -> int:
        """The first row of the record that holds the byte at `origin`, or of the last before it that has any."""
        lines = self.state.presenter.lines
        holder = max(0, bisect_right(lines, origin, key=lambda line: line.origin) - 1)
        number = bisect_left(lines, lines[holder].origin, key=lambda line: line.origin) if lines else 0
        return min(bisect_left(self._lines, number), max(0, len(self.rows) - 1))

    def row_after(self, origin: int) -> int:
        """The first row of what begins at byte `origin` or after it, with the empty one before that."""
        number = bisect_left(self.lines, origin, key=lambda line: line.origin)
        row = bisect_left(self._lines, number)
        return row - (0 < row < len(self.rows) and not self.rows[row - 1])

    def row_of_text(self, row: int, at: int) -> int:
        """The row on which character `at` of a line stands; `row` is the line's first."""
        last = bisect_right(self._lines, self._lines[row]) - 1
        while row < last and self._spans[row + 1][0] <= at:
            row += 1
        return row

    def first_rows(self) -> list[int]:
        """The first row of each line."""
        return [row for row, number in enumerate(self._lines) if not row or self._lines[row - 1] != number]
