"""A program in a pseudo terminal, and the moment at which a text arrives on it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from pathlib import Path


class Terminal:
    """Runs a program on a terminal of 120×40; answers nothing, reads everything."""

    def __init__(self, argv: list[str], folder: Path) -> None:
        self._seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.chdir(folder)
            env = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "PYTHONPATH")}
            env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvpe(argv[0], argv, env)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def wait_for(self, text: str, timeout_s: float = 60.0) -> float:
        """The clock when the chunk that completes `text` arrived; raises TimeoutError."""
        wanted = text.encode()
        deadline = time.perf_counter() + timeout_s
        while wanted not in self._seen:
            now = self._read(deadline)
            if wanted in self._seen:
                self._seen = self._seen[self._seen.index(wanted) + len(wanted) :]
                return now
        self._seen = self._seen[self._seen.index(wanted) + len(wanted) :]
        return time.perf_counter()

    def settle(self, quiet_s: float = 0.3) -> None:
        """Reads until nothing has come for a while."""
        while select.select([self.fd], [], [], quiet_s)[0]:
            self._seen = os.read(self.fd, 1 << 16)

    def _read(self, deadline: float) -> float:
        ready, _, _ = select.select([self.fd], [], [], max(0.0, deadline - time.perf_counter()))
        now = time.perf_counter()
        if not ready:
            raise TimeoutError(f"nothing but {self._seen[-200:]!r}")
        with contextlib.suppress(OSError):
            self._seen = self._seen[-4096:] + os.read(self.fd, 1 << 20)
        return now
