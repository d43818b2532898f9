"""When the lines of a plain log came: from the file of times beside it, else from the stamps they begin with."""

from __future__ import annotations

import re
from calendar import timegm
from time import mktime

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.files.log_times import LogTimes

_STAMP = re.compile(
    rb"^\W{0,3}(?:\w{1,12} ){0,2}?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?",
    re.MULTILINE,
)
_WINDOW = 16 * 1024


class LineTimes:
    """Looks up when a byte of a plain log came, and which byte came at a time."""

    def __init__(self, index: LineIndex) -> None:
        """Prepare to look at the file of an index."""
        self._index = index
        self._times = LogTimes(index.file.path)

    def at(self, offset: int) -> float:
        """Return when the line at `offset` came, in seconds since the epoch; 0 when nobody knows."""
        self._times.look()
        if self._times.known:
            return self._times.at(offset, self._index.file)
        found = _STAMP.search(self._index.file.read(_WINDOW, offset))
        return _seconds(found) if found else 0.0

    @property
    def began(self) -> float:
        """When the log began; 0 when nobody knows."""
        self._times.look()
        return self._times.began or self.at(0)

    @property
    def last(self) -> float:
        """When the last screens of the log came; 0 when nobody knows."""
        return self.at(max(0, self._index.size - _WINDOW))

    def offset(self, moment: float) -> int | None:
        """Return the byte near which the lines of a time begin, or None when no time is known."""
        if not self.began:
            return None
        if self._times.known:
            return self._times.offset(moment)
        low, high = 0, self._index.size
        while high - low > 1:
            middle = (low + high) // 2
            at = self.at(middle)
            if at and at < moment:
                low = middle
            else:
                high = middle
        newline = self._index.file.read(_WINDOW, low).find(b"\n") if low else -1
        return low + newline + 1

    def close(self) -> None:
        """Give the file back."""
        self._times.close()


def _seconds(stamp: re.Match[bytes]) -> float:
    year, month, day, hour, minute, second = (int(part) for part in stamp.groups()[:6])
    zone = stamp[7]
    try:
        if zone is None:
            return mktime((year, month, day, hour, minute, second, 0, 0, -1))
        shift = 0 if zone == b"Z" else (int(zone[1:3]) * 60 + int(zone[-2:])) * 60 * (-1 if zone[:1] == b"-" else 1)
        return float(timegm((year, month, day, hour, minute, second)) - shift)
    except (OverflowError, ValueError):
        return 0.0
