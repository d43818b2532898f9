"""The pipes to an ACP agent: one message a line, and each of them, both ways, a line of our own output.

What an agent tells of its work is for the log alone; only requests and replies go on to the protocol. So a flood of
updates costs no more than its writing, and an update of a kind that nobody knows disturbs nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable
from typing import Any

from lmawep_tui.agents.streams.record import decode, mapping

Message = dict[str, Any]

MAX_LINE = 32 * 1024 * 1024
"""The longest message that is taken; a longer one is left out, and the log says so."""
_PIECE = 1 << 18
_MOST_OPEN = 64
"""Requests of the agent that are answered at the same time; who sends more and takes no answers is not read on."""


class Wire:
    """A transport of the `acp` package over an agent's stdin and stdout."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        on_update: Callable[[Message], None],
        log: int = 1,
        max_line: int = MAX_LINE,
    ) -> None:
        """`on_update` gets the `update` of every session/update; `log` is the descriptor that all is written to."""
        self._reader = reader
        self._writer = writer
        self._on_update = on_update
        self._log = log
        self._max = max_line
        self._began = time.monotonic()
        self._held = bytearray()
        self._searched = 0
        self._ended = False
        self._open = 0
        self._room = asyncio.Event()

    async def send(self, message: Message) -> None:
        """Writes a message to the agent; raises OSError when it is gone."""
        line = json.dumps(message).encode()  # ASCII: a lone surrogate stays an escape
        self._note(b"out", line)
        self._writer.write(line + b"\n")
        await self._writer.drain()
        if "method" not in message:
            self._open -= 1
            self._room.set()

    async def receive(self) -> Message | None:
        """The next request or reply; None when the agent has closed its output."""
        while self._open >= _MOST_OPEN:
            self._room.clear()
            await self._room.wait()
        while (line := await self._line()) is not None:
            message = self._read(line.strip())
            if message is not None:
                return message
        return None

    async def close(self) -> None:
        """Lets the agent know that nothing more comes."""
        self._writer.close()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 1.0)

    def say(self, words: str) -> None:
        """A line of our own in the log."""
        self._write(f"[lmawep] {words}\n".encode("utf-8", "replace"))

    def _read(self, line: bytes) -> Message | None:
        """The message of a line, once it is logged; None for one that asks for nothing."""
        if not line:
            return None
        try:
            message = decode(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._write(line + b"\n")  # some programs greet before they speak the protocol
            return None
        self._note(b"in", line)
        if message.get("method") == "session/update":
            self._on_update(mapping(mapping(message.get("params")).get("update")))
            return None
        if not isinstance(message.get("id", 0), (int, str)) or not isinstance(message.get("method", ""), str):
            return None  # nothing that could be answered
        params = message.get("params")
        if isinstance(params, dict):
            params.pop("_meta", None)  # the package would take its keys for arguments
        if "method" in message and "id" in message:
            self._open += 1
        return message

    async def _line(self) -> bytes | None:
        while True:
            end = self._held.find(b"\n", self._searched)
            if end >= 0:
                line = bytes(self._held[:end])
                del self._held[: end + 1]
                self._searched = 0
                if end <= self._max:
                    return line
                self._tell_left_out(end)
                continue
            self._searched = len(self._held)
            if self._searched > self._max:
                await self._leave_out()
                continue
            piece = b"" if self._ended else await self._reader.read(_PIECE)
            if not piece:
                self._ended = True
                rest = bytes(self._held)
                self._held.clear()
                self._searched = 0
                return rest or None
            self._held += piece

    async def _leave_out(self) -> None:
        """Skips to the end of a line that is too long to be held."""
        left_out = len(self._held)
        self._held.clear()
        self._searched = 0
        while piece := await self._reader.read(_PIECE):
            end = piece.find(b"\n")
            if end >= 0:
                left_out += end
                self._held += piece[end + 1 :]
                break
            left_out += len(piece)
        self._tell_left_out(left_out)

    def _tell_left_out(self, length: int) -> None:
        self.say(f"a line of {length:,} bytes was left out")

    def _note(self, direction: bytes, line: bytes) -> None:
        at = f"{time.monotonic() - self._began:.3f}".encode()
        self._write(b'{"t": %b, "dir": "%b", "msg": %b}\n' % (at, direction, line))

    def _write(self, data: bytes) -> None:
        """In one piece where the system lets us: the agent's errors go to the same file."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._log, view) :]
