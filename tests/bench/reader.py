"""A terminal that is read all the time: keys go in, bytes, processor time and memory are counted."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import termios
import time
from pathlib import Path

from tests.bench.terminal import Terminal


class Reader(Terminal):
    """Presses keys and counts what comes back."""

    def drain(self, seconds: float) -> int:
        """Reads for so long; returns how many bytes came."""
        count, deadline = 0, time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                count += len(os.read(self.fd, 1 << 20))
        self._seen = b""
        return count

    def press(self, key: str, until: str, timeout_s: float = 10.0) -> float:
        """Seconds from a key to the arrival of the chunk in which a text stands that only its picture has."""
        self._seen = b""
        began = time.perf_counter()
        os.write(self.fd, key.encode())
        return self.wait_for(until, timeout_s) - began

    def send(self, keys: str) -> None:
        """Writes keys and waits for nothing."""
        os.write(self.fd, keys.encode())

    def wait_gone(self, timeout_s: float = 20.0) -> float:
        """The clock when the program has ended; its last words are read."""
        deadline = time.perf_counter() + timeout_s
        while time.perf_counter() < deadline:
            if select.select([self.fd], [], [], 0.001)[0]:
                with contextlib.suppress(OSError):
                    os.read(self.fd, 1 << 20)
            # Left to be waited for by the terminal itself.
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return time.perf_counter()
        raise TimeoutError("still there")

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size; the kernel tells the program."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def cpu_s(self) -> float:
        """Processor time of the program so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Memory that the program holds now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
