"""One file that others write while we read it: it grows, is cut, is replaced, comes later or goes away.

Everything that can happen to a log on disk is settled here, so that whoever indexes or searches it sees only bytes and
now and then "this is another file now".
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)

MAX_LINE = 16 * 1024
"""Bytes of one line that are ever read: a 100 MB line costs no more than this."""

_LONG_LINE_END = 4 * 1024  # of a longer one, searched for a progress bar's last state
_MARK = 64  # bytes that must stay the same while a file only grows


class GrowingFile:
    """Reads a file by offset and notices when it is no longer the same."""

    def __init__(self, path: Path | str) -> None:
        """Prepare to read `path`, which may not exist yet."""
        self.path = Path(path)
        self.size = 0
        """Bytes at the last look."""
        self.problem = ""
        """Why the file cannot be read, if it exists and cannot."""
        self._fd = -1
        self._identity: tuple[int, int] | None = None
        self._mtime_ns = 0
        self._mark, self._mark_at = b"", 0

    @property
    def exists(self) -> bool:
        """Whether there has been a file to read; it stays true for a file deleted while it is shown."""
        return self._fd >= 0

    @property
    def changed(self) -> float:
        """When it was last written to, in seconds since the epoch, at the last look."""
        return self._mtime_ns / 1e9

    def look(self) -> bool:
        """Bring `size` up to date; return whether what was read before holds no more."""
        try:
            found = self.path.lstat()
        except OSError:
            return False  # not there yet, or deleted: what was read stays readable
        if (found.st_dev, found.st_ino) != self._identity:
            return self._open(found)
        if found.st_size == self.size and found.st_mtime_ns == self._mtime_ns:
            return False
        self.size, self._mtime_ns = found.st_size, found.st_mtime_ns
        # A file truncated and regrown past its old size between two looks seems merely longer, but for its mark.
        same = self.size >= self._mark_at and self.read(len(self._mark), self._mark_at - len(self._mark)) == self._mark
        if not same:
            self._mark, self._mark_at = b"", 0
        return not same

    def remember(self, offset: int) -> None:
        """Take what lies before `offset` as the mark by which the file is known again."""
        length = min(_MARK, offset)
        self._mark, self._mark_at = self.read(length, offset - length), offset

    def read(self, length: int, offset: int) -> bytes:
        """Read some bytes; what cannot be read (a network disk gone, say) is empty and has a `problem`."""
        if self._fd < 0:
            return b""
        try:
            return os.pread(self._fd, length, offset)
        except OSError as error:
            self.problem = error.strerror or "cannot be read"
            return b""

    def read_line(self, low: int, high: int) -> str:
        """Read the line between two offsets, of a very long one only the part a person would see."""
        if high - low <= MAX_LINE:
            return decode(self.read(high - low, low))
        last = self.read(_LONG_LINE_END, high - _LONG_LINE_END).rstrip(b"\r\n")
        if b"\r" in last:  # a progress bar that never ends its line: its last state is what counts
            return decode(last.rpartition(b"\r")[2])
        kept = _whole_characters(self.read(MAX_LINE, low))
        return f"{decode(kept)} … (+{high - low - len(kept):,} bytes)"

    def close(self) -> None:
        """Give the descriptor back."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._identity = -1, None
        self._mark, self._mark_at = b"", 0

    def _open(self, found: os.stat_result) -> bool:
        """Open the file that is at the path now, unless it is something a log never is."""
        if not stat.S_ISREG(found.st_mode):  # a pipe would hang us, a link could lead anywhere
            self.problem = "not a regular file"
            return False
        try:
            fd = os.open(self.path, _OPEN_FLAGS)
        except OSError as error:
            self.problem = error.strerror or "cannot be opened"
            return False
        found = os.fstat(fd)  # what was opened, which may be newer than what was found
        if not stat.S_ISREG(found.st_mode):
            os.close(fd)
            self.problem = "not a regular file"
            return False
        had_one = self.exists
        self.close()
        self._fd, self.problem = fd, ""
        self._identity = (found.st_dev, found.st_ino)
        self.size, self._mtime_ns = found.st_size, found.st_mtime_ns
        return had_one


def decode(line: bytes) -> str:
    """Decode one line without its end; bytes that are no UTF-8 become replacement characters."""
    if line.endswith(b"\n"):
        line = line[:-1]
    if line.endswith(b"\r"):
        line = line[:-1]
    return line.decode("utf-8", "replace")


def _whole_characters(data: bytes) -> bytes:
    """Drop a character that was cut in half at the end."""
    cut = len(data)
    while cut > max(0, len(data) - 4) and data[cut - 1] & 0xC0 == 0x80:
        cut -= 1
    return data[: cut - 1] if cut and data[cut - 1] >= 0xC0 else data[:cut]
