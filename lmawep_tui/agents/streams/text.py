"""text: what a program prints that knows no format; every line is its own word.

Two such programs are known by how they begin, and read for more than that: aider and mini-swe-agent.
"""

from __future__ import annotations

from collections.abc import Callable

from lmawep_tui.agents.streams.text_aider import Aider
from lmawep_tui.agents.streams.text_mini import RETRYING, Mini, retrying
from lmawep_tui.model.event import Event, Text

_PROGRAMS: tuple[tuple[bytes, Callable[[], Aider | Mini]], ...] = (
    (b"Aider v", Aider),
    (b"Building agent config", Mini),
)
_KEPT = 16 * 1024
"""Bytes of a line that an event carries; the log has it all."""


class StreamParser:
    """Reads text."""

    def __init__(self) -> None:
        self.cwd = ""
        self._program: Aider | Mini | None = None
        self._speaking = False

    def line(self, line: bytes) -> list[Event]:
        """The events of one line; never raises."""
        if len(line) > _KEPT:
            line = line[:_KEPT] + " …".encode()
        words = line.decode("utf-8", "replace")
        if self._program is not None:
            return self._program.line(words.rstrip("\r"))
        if line[:1] in (b"A", b"B", b"R"):
            if line.startswith(RETRYING.encode()) and (retries := retrying(words)):
                return retries
            for beginning, program in _PROGRAMS:
                if line.startswith(beginning):
                    self._program = program()
                    return self._program.line(words.rstrip("\r"))
        partial, self._speaking = self._speaking, True
        return [Text(words + "\n", partial)]

    def close(self) -> list[Event]:
        """What it amounts to, for a program that is known."""
        return [] if self._program is None else self._program.close()
