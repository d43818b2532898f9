"""What the agent programs print, read as events: a file a format, shared by the programs that share it."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.event import Event

FORMATS: Final = {
    "text": "text",
    "claude-stream": "claude",
    "codex-exec": "codex",
    "gemini-stream": "gemini",
    "opencode-parts": "opencode",
    "pi-events": "pi",
    "cline-events": "cline",
    "acp": "acp",
    "codex-app-server": "app_server",
}
"""Formats by name, and the module of each, which is imported when it is needed."""


class Parser(Protocol):
    """Turns one record after the other into events; remembers what later records refer to."""

    cwd: str
    """Where the program works, where the caller or the stream says so: paths below are told relative to it."""

    def line(self, line: bytes) -> list[Event]:
        """The events of one line, without its line break. Never raises: what cannot be read becomes Raw."""
        ...

    def close(self) -> list[Event]:
        """What can only be said when nothing more comes."""
        ...


def parser_for(format_: str, cwd: str = "") -> Parser:
    """A new parser of a program that works in `cwd`; raises LmawepError for a format that is not known."""
    if format_ not in FORMATS:
        raise LmawepError(f"There is no output format {format_!r}.", f"Known are {', '.join(sorted(FORMATS))}.")
    made: Parser = import_module(f"{__name__}.{FORMATS[format_]}").StreamParser()
    made.cwd = cwd
    return made
