"""The pipes to an ACP agent: whole messages from pieces of any size, a log of both ways, and bounds."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.agents.acp_wire import Wire

MESSAGES = [{"id": n, "method": f"m{n}", "params": {"text": "é\u2028" * n}} for n in range(5)]


class Ends:
    """A wire, what feeds it, and what it told."""

    def __init__(self, path: Path, writer: asyncio.StreamWriter, max_line: int) -> None:
        self.path = path
        self.updates: list[dict[str, Any]] = []
        self.reader = asyncio.StreamReader()
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.wire = Wire(self.reader, writer, on_update=self.updates.append, log=self.fd, max_line=max_line)

    async def rest(self) -> list[dict[str, Any]]:
        self.reader.feed_eof()
        found = []
        while (message := await self.wire.receive()) is not None:
            found.append(message)
        return found

    @property
    def log(self) -> str:
        return self.path.read_text("utf-8", "replace")


@asynccontextmanager
async def ends(path: Path, max_line: int = 1 << 20) -> AsyncIterator[Ends]:
    ours, theirs = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=ours)
    made = Ends(path, writer, max_line)
    try:
        yield made
    finally:
        writer.close()
        theirs.close()
        os.close(made.fd)
        path.unlink()


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_messages_come_whole_from_pieces_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    data = b"hello\n" + b"".join(
        json.dumps(m, ensure_ascii=n % 2 == 0).encode() + b"\n" for n, m in enumerate(MESSAGES)
    )
    path = tmp_path_factory.getbasetemp() / "wire.log"

    async def go() -> None:
        async with ends(path) as both:
            at = 0
            for size in (*sizes, len(data)):
                both.reader.feed_data(data[at : at + size])
                at += size
            assert await both.rest() == MESSAGES
            logged = [json.loads(line) for line in both.log.split("\n") if line.startswith("{")]
            assert [entry["msg"] for entry in logged] == MESSAGES
            assert both.log.startswith("hello\n")

    asyncio.run(go())


async def test_a_line_too_long_is_left_out_and_told(tmp_path: Path) -> None:
    async with ends(tmp_path / "log", max_line=1000) as both:
        both.reader.feed_data(b'{"id": 1, "x": "' + b"y" * 5000 + b'"}\n{"id": 2}\n' + b"z" * 3000)
        assert await both.rest() == [{"id": 2}]
        assert "[lmawep] a line of 5,018 bytes was left out" in both.log and "yyyy" not in both.log


async def test_who_takes_no_answers_is_not_read_on(tmp_path: Path) -> None:
    async with ends(tmp_path / "log") as both:
        both.reader.feed_data(b"".join(b'{"id": %d, "method": "ask"}\n' % n for n in range(500)))
        for _ in range(64):
            await asyncio.wait_for(both.wire.receive(), 5)
        more = asyncio.create_task(both.wire.receive())
        await asyncio.sleep(0)
        assert not more.done()
        await both.wire.send({"id": 0, "result": None})
        assert (await asyncio.wait_for(more, 5) or {})["id"] == 64


async def test_updates_are_told_and_go_no_further(tmp_path: Path) -> None:
    async with ends(tmp_path / "log") as both:
        both.reader.feed_data(
            b'{"method": "session/update", "params": {"update": {"a": 1}}}\n{"id": 1, "result": {}}\n'
        )
        assert await both.rest() == [{"id": 1, "result": {}}]
        assert both.updates == [{"a": 1}]
