"""The palette over ten thousand tickets, against the same over twenty."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.commands import project
from tests.bench.measure import Row, median
from tests.bench.terminal import Terminal

_ROUNDS = 5


def palette() -> list[Row]:
    """The key to the list; and, in it, a ticket's number typed at once to its row."""
    opened: dict[int, list[float]] = {}
    found: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as temp:
        for tickets in (20, 10_000):
            folder = project(Path(temp) / f"project-{tickets}", tickets=tickets)
            with Terminal([sys.executable, "-m", "lmawep_tui"], folder) as terminal:
                terminal.wait_for("Ticket 1")
                terminal.settle(1.0)
                for number in range(_ROUNDS + 1):
                    a = _until(terminal, ":", "where to?")
                    terminal.settle()
                    last = f"{tickets + 99}"
                    b = _until(terminal, f"#{last}", f" Ticket {last}")
                    terminal.settle()
                    os.write(terminal.fd, b"\x1b")
                    terminal.settle(0.5)
                    if number:
                        opened.setdefault(tickets, []).append(a)
                        found.setdefault(tickets, []).append(b)
    return [
        Row("palette opens, 10,000 tickets against 20", median(opened[10_000]), median(opened[20]), "≤ 1.5×"),
        Row("palette finds the last, six keys in one burst", median(found[10_000]), median(found[20]), "≤ 100 ms",
            "10,000 against 20"),
    ]  # fmt: skip


def _until(terminal: Terminal, keys: str, text: str) -> float:
    began = time.perf_counter()
    os.write(terminal.fd, keys.encode())
    return terminal.wait_for(text) - began
