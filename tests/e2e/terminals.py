"""Two terminals to play a day in: tmux, and a pseudo terminal with a screen model."""

from __future__ import annotations

import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.keyboard import Keyboard

_TMUX = {"Enter": "Enter", "Esc": "Escape", "Tab": "Tab", "⇧Tab": "BTab", "Space": "Space", "Up": "Up", "Down": "Down",
         "Left": "Left", "Right": "Right", "PgDn": "PageDown", "PgUp": "PageUp", "End": "End", "Home": "Home",
         "Del": "DC"}  # fmt: skip
_BYTES = {"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "⇧Tab": "\x1b[Z", "Space": " ", "Up": "\x1b[A", "Down": "\x1b[B",
          "Left": "\x1b[D", "Right": "\x1b[C", "PgDn": "\x1b[6~", "PgUp": "\x1b[5~", "End": "\x1b[F", "Home": "\x1b[H",
          "Del": "\x1b[3~"}  # fmt: skip


_OURS = "-u COLUMNS -u LINES -u NO_COLOR"
"""What the environment of the tests says of a terminal, and not of this one."""


def and_then_its_end(argv: list[str]) -> list[str]:
    """The program in a shell that stays when it has ended, so that its last words, and how it ended, can be read."""
    return ["sh", "-c", f"{shlex.join(argv)}; echo ended with $?; exec sleep 600"]


class Tmux:
    """A window of a tmux server of its own."""

    def __init__(self, name: str) -> None:
        self._name = name

    def run(self, *argv: str) -> str:
        """Runs a tmux command and returns what it prints."""
        done = subprocess.run(["tmux", "-L", self._name, *argv], capture_output=True, text=True, check=True, timeout=30)
        return done.stdout

    def key(self, name: str) -> None:
        """Presses a key."""
        if name.startswith("Ctrl+"):
            self.run("send-keys", f"C-{name[5:].lower()}")
        elif name in _TMUX:
            self.run("send-keys", _TMUX[name])
        else:
            self.type(name)

    def type(self, text: str) -> None:
        """Types text."""
        self.run("send-keys", "-l", "--", text)

    def wait(self, wanted: Callable[[str], bool], what: str, timeout_s: float) -> str:
        """Looks until the screen is as wanted, and returns it."""
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.run("capture-pane", "-p")
            if wanted(screen):
                return screen
            assert time.monotonic() < deadline, f"not seen: {what}\n{screen}"
            time.sleep(0.05)  # tmux tells nobody when a pane changes


@contextmanager
def tmux(argv: list[str], folder: Path, env: Mapping[str, str], columns: int, rows: int) -> Iterator[Tmux]:
    """The program in a tmux window of this size."""
    made = Tmux(f"lmawep-test-{uuid.uuid4().hex[:8]}")
    settings = [part for name, value in env.items() for part in ("-e", f"{name}={value}")]
    made.run("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), *settings,
             f"exec env {_OURS} {shlex.join(and_then_its_end(argv))}")  # fmt: skip
    try:
        yield made
    finally:
        made.run("kill-server")


class Pty(Keyboard):
    """The pseudo terminal, with the words of a transcript."""

    def key(self, name: str) -> None:
        """Presses a key."""
        self.press(chr(ord(name[5]) & 0x1F) if name.startswith("Ctrl+") else _BYTES.get(name, name))

    def type(self, text: str) -> None:
        """Types text."""
        self.press(text)

    def wait(self, wanted: Callable[[str], bool], what: str, timeout_s: float) -> str:
        """Looks until the screen is as wanted, and returns it."""
        return self.until_true(lambda: wanted(self.text), what, timeout_s)
