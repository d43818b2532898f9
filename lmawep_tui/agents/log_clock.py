"""Notes when a run's log grew, so that whoever reads it later knows when each line came."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from lmawep_tui.files.log_times import append, entry

_GAP_S = 1.0


class LogClock:
    """Writes at most one entry a second; a disk that is full costs the times and nothing else."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._size = -1
        self._next = 0.0
        self.saw(0)

    def saw(self, size: int) -> None:
        """The log has so many bytes now."""
        if size == self._size or time.monotonic() < self._next:
            return
        self._write(size)

    def close(self, size: int) -> None:
        """The log will not grow any more."""
        if size != self._size:
            self._write(size)

    def _write(self, size: int) -> None:
        self._size, self._next = size, time.monotonic() + _GAP_S
        with contextlib.suppress(OSError):
            append(self._run_dir, entry(size, time.time()))
