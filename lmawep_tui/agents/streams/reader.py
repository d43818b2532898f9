"""Bytes in, events out: a stream comes in pieces of any size, and no line of it may eat the memory."""

from __future__ import annotations

from lmawep_tui.agents.streams import Parser
from lmawep_tui.model.event import Event, Raw

MAX_LINE = 16 * 1024 * 1024
"""The longest record that is read whole, in bytes; the recorded programs print up to 10.7 MB in one line."""
_HEAD = 4096
_PIECE = 1 << 18


class Reader:
    """Feeds a parser whole lines; holds at most one line that is not whole yet, and no more than `max_line` of it."""

    def __init__(self, parser: Parser, max_line: int = MAX_LINE) -> None:
        self._parser = parser
        self._max = max_line
        self._held = bytearray()
        self._overlong = b""
        """The head of a line that was too long to keep; not empty until its end has come."""

    def feed(self, data: bytes) -> list[Event]:
        """The events of every line that is whole now."""
        *whole, rest = data.split(b"\n")
        found: list[Event] = []
        if whole:
            found += self._end_line(whole[0])
            line = self._parser.line if len(data) <= self._max else self._end_line
            for each in whole[1:]:
                found += line(each)
        if rest:
            self._keep(rest)
        return found

    def close(self) -> list[Event]:
        """The events of a last line without a line break, and what the parser says at the end."""
        rest = self._end_line(b"") if self._held or self._overlong else []
        return rest + self._parser.close()

    def _keep(self, piece: bytes) -> None:
        if self._overlong:
            return
        self._held += piece
        if len(self._held) > self._max:
            self._overlong = bytes(self._held[:_HEAD])
            self._held = bytearray()

    def _end_line(self, piece: bytes) -> list[Event]:
        if self._held or self._overlong or len(piece) > self._max:
            self._keep(piece)
            piece, self._held = bytes(self._held), bytearray()
            if head := self._overlong:
                self._overlong = b""
                return [_too_long(head)]
        return self._parser.line(piece)


def _too_long(head: bytes) -> Raw:
    return Raw(head.decode("utf-8", "replace") + " … (a line too long to be read)", broken=True)
