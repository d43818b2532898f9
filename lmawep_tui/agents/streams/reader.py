"""Bytes in, events out: a stream comes in pieces of any size, and no line of it may eat the memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.agents.streams import Parser
from lmawep_tui.files.read import open_regular
from lmawep_tui.model.event import Event, Raw

MAX_LINE = 32 * 1024 * 1024
"""The longest record that is read whole; the recorded programs print up to 10.5 MB in one line."""
_HEAD = 4096
_PIECE = 1 << 20


class Reader:
    """Feeds a parser whole lines."""

    def __init__(self, parser: Parser, max_line: int = MAX_LINE) -> None:
        self._parser = parser
        self._max = max_line
        self._parts: list[bytes] = []
        self._held = 0
        self._overlong = b""
        """The head of a line that was too long to keep; not empty until its end has come."""

    def feed(self, data: bytes) -> list[Event]:
        """The events of every line that is whole now."""
        found: list[Event] = []
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            found += self._end_line(data[start:end])
            start = end + 1
        if start < len(data):
            self._keep(data[start:])
        return found

    def close(self) -> list[Event]:
        """The events of a last line without a line break, and what the parser says at the end."""
        rest = self._end_line(b"") if self._held or self._overlong else []
        return rest + self._parser.close()

    def _keep(self, piece: bytes) -> None:
        if self._overlong:
            return
        self._parts.append(piece)
        self._held += len(piece)
        if self._held > self._max:
            self._overlong = b"".join(self._parts)[:_HEAD]
            self._parts, self._held = [], 0

    def _end_line(self, piece: bytes) -> list[Event]:
        if self._parts or self._overlong:
            self._keep(piece)
        elif len(piece) <= self._max:
            return self._parser.line(piece) if piece else []
        else:
            self._overlong = piece[:_HEAD]
        head, parts = self._overlong, self._parts
        self._overlong, self._parts, self._held = b"", [], 0
        if head:
            return [Raw(head.decode("utf-8", "replace") + " … (a line too long to be read)", broken=True)]
        line = b"".join(parts)
        return self._parser.line(line) if line else []


def read_events(path: Path, parser: Parser) -> Iterator[Event]:
    """The events of a saved log, piece by piece; raises as open_regular."""
    reader = Reader(parser)
    fd = open_regular(path)
    try:
        while data := os.read(fd, _PIECE):
            yield from reader.feed(data)
    finally:
        os.close(fd)
    yield from reader.close()
