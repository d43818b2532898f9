"""A person at a real terminal: keys go in, and what would be seen is waited for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

_MODES = re.compile(rb"\x1b\[[<>][\d;]*[a-zA-Z]")
"""Private sequences that set keyboard modes nobody sees; pyte would print their last letter."""
_LEAVE = b"\x1b[?1049l"
"""The end of the second screen, of which pyte knows nothing."""
_NAMES = {"<enter>": "\r", "<esc>": "\x1b", "<tab>": "\t", "<down>": "\x1b[B", "<up>": "\x1b[A"}


class Keyboard:
    """A program on a pseudo terminal with a screen model behind it."""

    def __init__(
        self, argv: list[str], folder: Path, *, columns: int = 160, rows: int = 48, env: dict[str, str] | None = None
    ) -> None:
        """Start it; `env` is what the terminal says of itself, in place of a usual one."""
        self.painted = bytearray()
        """Every byte that came from the program."""
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"} if env is None else env
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(folder)
            out = ("COLUMNS", "LINES", "NO_COLOR", "TERM", "COLORTERM", "COLORFGBG")
            kept = {key: value for key, value in os.environ.items() if key not in out}
            os.execvpe(argv[0], argv, {**kept, **terminal})

    def __enter__(self) -> Keyboard:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    @property
    def text(self) -> str:
        """What is on the screen now, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Types keys, or text as it stands; `<enter>` and friends by name."""
        for key in keys:
            os.write(self._fd, _NAMES.get(key, key).encode())
            self.look(0.02)

    def look(self, seconds: float) -> None:
        """Takes in what the program paints, until it has painted nothing for so long."""
        while select.select([self._fd], [], [], seconds)[0]:
            try:
                data = os.read(self._fd, 1 << 16)
            except OSError:
                return
            if not data:
                return
            self.painted += data
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        """Paint what came, without what pyte does not know."""
        shown, left, after = _MODES.sub(b"", data).partition(_LEAVE)
        self._stream.feed(shown)
        if left:  # the program gives the terminal back; what was on it before is of no interest here
            self._screen.reset()
            self._stream.feed(after)

    def until(self, *texts: str, gone: str = "", timeout_s: float = 30.0) -> str:
        """Waits until all texts are on the screen (and `gone` is not) and returns the screen."""
        return self.until_true(
            lambda: all(text in self.text for text in texts) and (not gone or gone not in self.text),
            f"{texts} {f'without {gone!r}' if gone else ''}",
            timeout_s,
        )

    def until_true(self, true: Callable[[], bool], what: str, timeout_s: float = 30.0) -> str:
        """Waits until something holds, painting along."""
        deadline = time.monotonic() + timeout_s
        while not true():
            assert time.monotonic() < deadline, f"not seen: {what}\n{self.text}"
            self.look(0.05)
        return self.text

    def ended(self, timeout_s: float = 60.0) -> int:
        """Waits for the program to end and returns its exit status."""
        deadline = time.monotonic() + timeout_s
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"still there\n{self.text}"
            self.look(0.05)
