"""When the bytes of a log arrived, for formats that do not say: a small file beside the log.

A line is `SIZE SECONDS`: how many bytes the log had at that time. It is written by the run's supervisor, at most once a
second.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from pathlib import Path

from lmawep_tui.files.growing_file import GrowingFile

TIMES = "output.times"
_MOST = 4 * 1024 * 1024
"""Bytes of the file that are read: a week of seconds is more than anybody looks up."""


class LogTimes:
    """Looks up when a byte of a log arrived."""

    def __init__(self, log: Path) -> None:
        self._file = GrowingFile(log.with_name(TIMES))
        self._sizes, self._times = array("Q"), array("d")
        self._read = 0

    def look(self) -> None:
        """Takes in what has been written since the last look."""
        if self._file.look():
            self._sizes, self._times, self._read = array("Q"), array("d"), 0
        size = min(self._file.size, _MOST)
        if size <= self._read:
            return
        data = self._file.read(size - self._read, self._read)
        whole = data.rfind(b"\n") + 1
        self._read += whole
        for line in data[:whole].splitlines():
            self._take(line)

    def _take(self, line: bytes) -> None:
        """One line; one that is damaged or goes back says nothing."""
        try:
            size, at = line.split()
            number, seconds = int(size), float(at)
        except ValueError:
            return
        if 0 <= number < 1 << 62 and 0 < seconds < 1e11 and (not self._sizes or number >= self._sizes[-1]):
            self._sizes.append(number)
            self._times.append(seconds)

    def at(self, offset: int, log: GrowingFile | None = None) -> float:
        """When the byte at `offset` arrived, in seconds since the epoch; 0 when nobody knows.

        What came after the last entry has the time of the log's last change.
        """
        if not self._sizes:
            return 0.0
        number = bisect_right(self._sizes, offset)
        if number < len(self._times):
            return self._times[number]
        return max(self._times[-1], log.changed) if log is not None else self._times[-1]

    @property
    def known(self) -> bool:
        """Whether there is any time at all."""
        return bool(self._times)

    @property
    def began(self) -> float:
        """The first time, in seconds since the epoch; 0 when nobody knows."""
        return self._times[0] if self._times else 0.0

    def offset(self, at: float) -> int:
        """The first byte that arrived at a time or after it, as far as the entries can tell; 0 when nobody knows."""
        number = bisect_left(self._times, at)
        return self._sizes[number - 1] if number else 0

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()


def entry(size: int, at: float) -> bytes:
    """A line of the file."""
    return f"{size} {at:.2f}\n".encode("ascii")


def append(run_dir: Path, data: bytes) -> None:
    """Adds to a run's file; raises OSError."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    fd = os.open(run_dir / TIMES, flags, 0o600)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)
