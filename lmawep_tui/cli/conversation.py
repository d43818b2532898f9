"""A run's conversation on the command line: all of it, its last lines, or as it comes."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.cli.output import write_styled
from lmawep_tui.engine.conversation.line import Line, lay, unlaid
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.files.growing_file import GrowingFile
from lmawep_tui.files.log_times import LogTimes
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.event import Event
from lmawep_tui.model.run import Run

_CHUNK = 1 << 18
_STEP_S = 0.05
_PATIENCE_S = 0.25
"""How long a call waits for its result before it is shown without."""
_FIRST_TAIL = 1 << 18
"""Bytes in which the last lines are looked for first."""


class EventTail:
    """The events of a run's output from some byte on, with the time each came where that is known."""

    def __init__(self, run: Run, run_dir: Path, start: int = 0) -> None:
        """Raises LmawepError for a format that is not known."""
        self._reader = Reader(parser_for(run.format, run.cwd))
        self._file = GrowingFile(run_dir / OUTPUT)
        self._times = LogTimes(run_dir / OUTPUT)
        self.position = start

    def more(self) -> Iterator[tuple[Event, float]]:
        """The events of what has come since the last call."""
        self._file.look()
        self._times.look()
        while data := self._file.read(_CHUNK, self.position):
            for line in _lines(data):
                at = self._times.at(self.position, self._file)
                self.position += len(line)
                for event in self._reader.feed(line):
                    yield event, at

    def close(self) -> Iterator[tuple[Event, float]]:
        """The events that only the end of the output tells; gives the file back."""
        at = self._times.at(self.position, self._file)
        for event in self._reader.close():
            yield event, at
        self._file.close()
        self._times.close()


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start : end + 1]
        start = end + 1
    if start < len(data):
        yield data[start:]


def print_conversation(run: Run, run_dir: Path, is_over: Callable[[], bool], *, last: int | None = None) -> None:
    """Prints the conversation of a run until `is_over`; with `last`, of what is there already only so many lines."""
    over = is_over()
    tail, presenter, lines = _opened(run, run_dir, last, over=over)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    _print(lines, width, clocked=any(line.clocked for line in lines))
    quiet_since = time.monotonic()
    while not over:
        time.sleep(_STEP_S)
        over, before = is_over(), tail.position
        presenter.take_all(tail.more())
        if tail.position != before:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since >= _PATIENCE_S:
            presenter.release()
        if over:
            presenter.take_all(tail.close())
            presenter.flush()
        _print(presenter.drain(), width, clocked=True)


def _opened(run: Run, run_dir: Path, last: int | None, *, over: bool) -> tuple[EventTail, Presenter, list[Line]]:
    """What follows the output, and the lines so far; with `last` only so many of them, found from the end."""
    path = run_dir / OUTPUT
    size, reach = path.stat().st_size if path.exists() else 0, _FIRST_TAIL
    while True:
        start = 0 if last is None or reach >= size else _line_start(path, size - reach)
        tail = EventTail(run, run_dir, start)
        presenter = Presenter(root=run.cwd, whole=start == 0)
        presenter.take_all(tail.more())
        if over:
            presenter.take_all(tail.close())
            presenter.flush()
        lines = presenter.drain()
        if last is None or len(lines) > last or start == 0:
            return tail, presenter, lines if last is None else lines[len(lines) - min(last, len(lines)) :]
        reach *= 4


def _line_start(path: Path, offset: int) -> int:
    """Where the first line after byte `offset` begins."""
    with path.open("rb") as file:
        file.seek(offset)
        file.readline()
        return file.tell()


def _print(lines: list[Line], width: int | None, *, clocked: bool) -> None:
    """Laid out for a terminal; for anything else each line is one line."""
    for line in lines:
        if width is None:
            write_styled(*unlaid(line, clocked=clocked))
        else:
            for row in lay(line, width).rows:
                write_styled(*row)
