"""Reading what agent programs print: bytes a second of each recorded format, and the time to the first event.

Against msgspec, which decodes the same lines and does nothing with them: nothing in Python can be faster than that.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.agents.streams.reader import Reader
from tests.agents.recordings import recordings
from tests.bench.measure import Row, interleaved

_FORMATS = {
    "claude": "claude-stream",
    "qwen": "claude-stream",
    "codex": "codex-exec",
    "gemini": "gemini-stream",
    "opencode": "opencode-parts",
    "pi": "pi-events",
    "cline": "cline-events",
    "acp-claude-agent-acp": "acp",
    "codex-app-server": "codex-app-server",
    "aider": "text",
    "mini": "text",
}
"""Recordings (a folder each), and what they are read as."""
_BASE = ("decoding", "splitting")
_SIZE = 20_000_000
_PIECE = 1 << 18
_FIRST = """
import sys
from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.reader import Reader
reader = Reader(parser_for(sys.argv[1]))
with open(sys.argv[2], "rb") as log:
    while not reader.feed(log.readline()):
        pass
"""


def streams() -> list[Row]:
    """Every recording of a program over and over, about 20 MB: reader, parser and digest."""
    rows = []
    for cli, format_ in _FORMATS.items():
        log = _log(cli)
        base = _splitting(log) if format_ == "text" else _decoding(log)
        measured, against = _in_turn(partial(_read, log, format_), base)
        speed, most = len(log) / measured / 1e6, len(log) / against / 1e6
        note = f"{speed:.0f} MB/s; {_BASE[format_ == 'text']} alone {most:.0f}"
        rows.append(Row(f"read {cli}, {len(log) / 1e6:.0f} MB", measured, against, "≥ 50 MB/s", note))
    return [*rows, *_first_events()]


def _log(cli: str) -> bytes:
    once = b"".join(each.data if each.data.endswith(b"\n") else each.data + b"\n" for each in recordings(cli))
    return once * max(1, round(_SIZE / len(once)))


def _read(log: bytes, format_: str) -> Digest:
    reader, digest = Reader(parser_for(format_)), Digest()
    for start in range(0, len(log), _PIECE):
        digest.take_all(reader.feed(log[start : start + _PIECE]))
    return digest.take_all(reader.close()).close()


def _decoding(log: bytes) -> Callable[[], None]:
    decode = msgspec.json.Decoder().decode

    def work() -> None:
        for line in log.split(b"\n"):
            with contextlib.suppress(msgspec.DecodeError, ValueError):
                decode(line)

    return work


def _splitting(log: bytes) -> Callable[[], None]:
    """What is least for text: its lines."""

    def work() -> None:
        for line in log.split(b"\n"):
            line.decode("utf-8", "replace")

    return work


def _in_turn(first: Callable[[], object], second: Callable[[], object], rounds: int = 3) -> tuple[float, float]:
    """The least seconds of processor time of each, measured in turn: other work on the machine does not count."""
    pairs = [(_processor(first), _processor(second)) for _ in range(rounds)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def _processor(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _first_events() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory() as temp:
        for cli in ("claude", "codex", "gemini"):
            log = Path(temp) / cli
            log.write_bytes(next(each.data for each in recordings(cli) if each.name == "happy"))
            argv = [sys.executable, "-c", _FIRST, _FORMATS[cli], str(log)]
            first, empty = interleaved(partial(_run, argv), partial(_run, [sys.executable, "-c", "pass"]), 9)
            rows.append(Row(f"from nothing to the first event, {cli}", first, empty, "≤ 7× python"))
    return rows


def _run(argv: list[str]) -> None:
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
