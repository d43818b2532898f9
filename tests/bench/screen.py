"""The screen in a real pseudo terminal: first paint, a big log, and how soon an appended line is painted."""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.commands import project
from tests.bench.measure import Row, median
from tests.bench.terminal import Terminal

_HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("HELLO-READY")
Hello().run()
"""
_LOG_APP = """
import sys
from pathlib import Path
from textual.app import App
from lmawep_tui.ui.widgets.log_view import LogView
class Log(App):
    def compose(self):
        yield LogView()
    def on_mount(self):
        self.query_one(LogView).open(Path(sys.argv[1]), format_=(sys.argv[2:] or ["text"])[0])
Log().run()
"""
_RECORDS = "claude-stream"
_ROUNDS = 7


def first_paint() -> list[Row]:
    """Process start to the twelfth of 20 tickets (as many as the pane shows), against a hello-world Textual app."""
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", tickets=20)
        ours, hello = [], []
        for number in range(_ROUNDS + 1):
            a = _paint([sys.executable, "-m", "lmawep_tui"], "Ticket 112", folder)
            b = _paint([sys.executable, "-c", _HELLO], "HELLO-READY", folder)
            if number:
                ours.append(a)
                hello.append(b)
    return [Row("first paint with its data, 20 tickets", median(ours), median(hello), "≤ 1.4× hello world")]


def _paint(argv: list[str], ready: str, folder: Path) -> float:
    began = time.perf_counter()
    with Terminal(argv, folder) as terminal:
        return terminal.wait_for(ready) - began


def big_log() -> list[Row]:
    """Opening a 100 MB log: from asking for it to its last line on the terminal, without the start of Python."""
    with tempfile.TemporaryDirectory() as temp:
        log = Path(temp) / "big.log"
        line = "2026-01-15 10:30:00 worker[4711] INFO reading src/module.py and thinking about what it says\n"
        with log.open("w") as file:
            for number in range(100_000_000 // len(line)):
                file.write(f"{number:09d} {line}")
            file.write("THE-VERY-END\n")
        small = Path(temp) / "small.log"
        small.write_text("THE-VERY-END\n")
        pairs = [
            (_paint([sys.executable, "-c", _LOG_APP, str(log)], "THE-VERY-END", Path(temp)),
             _paint([sys.executable, "-c", _LOG_APP, str(small)], "THE-VERY-END", Path(temp)))
            for _ in range(_ROUNDS)
        ]  # fmt: skip
    extra = median([max(a - b, 0.0) for a, b in pairs])
    whole, base = median([a for a, _ in pairs]), median([b for _, b in pairs])
    return [Row("100 MB log, its end shown", whole, base, "≤ 200 ms after opening",
                f"{extra * 1000:.0f} ms more than a one-line log")]  # fmt: skip


def big_conversation() -> list[Row]:
    """The same for 100 MB of an agent's records, shown as events."""
    with tempfile.TemporaryDirectory() as temp:
        log, small = Path(temp) / "big.log", Path(temp) / "small.log"
        with log.open("wb") as file:
            while file.tell() < 100_000_000:
                file.write(_said(f"at {file.tell()} I looked at src/module.py and thought about what it says. " * 12))
            file.write(_said("THE-VERY-END"))
        small.write_bytes(_said("THE-VERY-END"))
        pairs = [
            (_paint([sys.executable, "-c", _LOG_APP, str(log), _RECORDS], "THE-VERY-END", Path(temp)),
             _paint([sys.executable, "-c", _LOG_APP, str(small), _RECORDS], "THE-VERY-END", Path(temp)))
            for _ in range(_ROUNDS)
        ]  # fmt: skip
    extra = median([max(a - b, 0.0) for a, b in pairs])
    whole, base = median([a for a, _ in pairs]), median([b for _, b in pairs])
    return [Row("100 MB of records, the end shown as events", whole, base, "≤ 200 ms after opening",
                f"{extra * 1000:.0f} ms more than a log of one record")]  # fmt: skip


def _said(text: str) -> bytes:
    """A record of Claude Code's in which it says something."""
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    return json.dumps({"type": "assistant", "message": message}).encode() + b"\n"


def append_to_paint() -> list[Row]:
    """A line appended to the followed log until it is on the terminal, against toolong and `less` where they are."""
    ours = _tail([sys.executable, "-c", _LOG_APP])
    rows = []
    for name, program, options in (("toolong", "tl", []), ("less +F", "less", ["+F"])):
        found = shutil.which(program)
        theirs = _tail([found, *options]) if found else None
        target = "≤ 0.3×" if program == "tl" else ""
        for words, of in (("p50", median), ("p95", _p95)):
            against = of(theirs) if theirs else None
            what, note = f"append to paint, {words}, against {name}", "" if found else "not installed"
            rows.append(Row(what, of(ours), against, target, note))
    events = _tail([sys.executable, "-c", _LOG_APP], records=True)
    return [*rows, Row("append to paint as events, p50", median(events), median(ours), "≤ 1.5× plain lines")]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _tail(argv: list[str], lines: int = 60, *, records: bool = False) -> list[float]:
    def line(text: str) -> bytes:
        return _said(text) if records else f"{text}\n".encode()

    with tempfile.TemporaryDirectory() as temp:
        log = Path(temp) / "followed.log"
        log.write_bytes(
            b"".join(line(f"2026-01-15 10:30:{n % 60:02d} line {n}") for n in range(500)) + line("TAIL-READY")
        )
        times = []
        with Terminal([*argv, str(log), *([_RECORDS] if records else [])], Path(temp)) as terminal:
            terminal.wait_for("TAIL-READY")
            terminal.settle()
            for number in range(lines):
                time.sleep(random.uniform(0.05, 0.15))  # random gaps favour no polling period
                marker = f"MARK{number:05d}END"
                began = time.perf_counter()
                with log.open("ab") as file:
                    file.write(line(marker))
                times.append(terminal.wait_for(marker) - began)
    return times
