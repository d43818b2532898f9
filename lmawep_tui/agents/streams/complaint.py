"""What a program complains of on stderr, where its records are silent: `Error: Session not found`."""

from __future__ import annotations

import re
from typing import Final

from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import Event, Problem, Raw

_COLOURS: Final = re.compile(r"\x1b\[[\d;]*m")


def plain(line: str) -> str:
    """A line without its colours."""
    return _COLOURS.sub("", line) if "\x1b" in line else line


def complaint(line: str) -> list[Event]:
    """A line that begins as an error as a problem; any other as it is."""
    words = plain(line)
    if not words.startswith("Error: "):
        return [Raw(line)]
    return [Problem(words, wall_of(words))]
