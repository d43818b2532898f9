"""Logs of any size in a real pseudo terminal: a gigabyte opened and searched, and a hundred megabytes followed.

Against toolong where it is installed (`tl`), else against what there is to compare with in the same run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import Row, median
from tests.bench.screen import _HELLO, _RECORDS, _paint, _said
from tests.bench.terminal import Terminal

_APP = """
import sys
from pathlib import Path
from textual.app import App
from textual.binding import Binding
from textual.widgets import Static
from lmawep_tui.ui.widgets.log_view import LogView
class Log(App):
    BINDINGS = [Binding("ctrl+s", "find", priority=True), Binding("c", "count", priority=True)]
    counted = 0
    def compose(self):
        yield Static("KEY0", id="keys")
        yield LogView()
    def on_mount(self):
        view = self.query_one(LogView)
        view.focus()
        view.open(Path(sys.argv[1]), format_=sys.argv[2])
    def action_find(self):
        self.query_one(LogView).search(sys.argv[3])
    def action_count(self):
        self.counted += 1
        self.query_one("#keys").update(f"KEY{self.counted}:")
Log().run()
"""
_LINE = "2026-01-15 10:30:00 worker[4711] INFO reading src/module.py and thinking about what it says\n"
_EARLY = "the early needle"
_END = "THE-VERY-END"
_ROUNDS = 3
_HUGE = 1_000_000_000
_FLOOD = 100_000_000


def giant() -> list[Row]:
    """A log of 1 GB: its end on the terminal, a text near its start found from there, and the memory that takes."""
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        log, small = folder / "giant.log", folder / "small.log"
        _fill(log, _HUGE)
        small.write_text(f"{_END}\n")
        ours, base, finds, peaks = [], [], [], []
        for _ in range(_ROUNDS):
            base.append(_paint(_argv(small), _END, folder))
            began = time.perf_counter()
            with Terminal(_argv(log), folder) as terminal:
                ours.append(terminal.wait_for(_END) - began)
                terminal.settle(1.0)
                began = time.perf_counter()
                os.write(terminal.fd, b"\x13")
                finds.append(terminal.wait_for(_EARLY) - began)
                peaks.append(_peak_mb(terminal.pid))
        grep = _grep(log)
        hello = _hello_mb(folder)
        toolong, less = _opens(["tl"], log, folder), _opens(["less", "+G"], log, folder)
    extra = max(0.0, median(ours) - median(base))
    return [
        Row("1 GB log, its end shown", median(ours), toolong or median(base), "≤ 0.3× toolong" if toolong else "",
            f"{extra * 1000:.0f} ms more than a log of one line" + (f"; less {less * 1000:.0f} ms" if less else "")),
        Row("1 GB log, a text near its start found", median(finds), grep, "≤ 900 ms (0.05× toolong's 18.1 s)",
            "against grep -c"),
        Row("1 GB log, peak memory", median(peaks), hello, "≤ hello world + 30 MB", unit="MB"),
    ]  # fmt: skip


def search_records() -> list[Row]:
    """100 MB of records shown as events: a text in the middle found from the end, at once after opening."""
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        log = folder / "records.log"
        words = "I looked at src/module.py and thought about what it says. " * 12
        with log.open("wb") as file:
            while file.tell() < _FLOOD:
                file.write(_said(f"at {file.tell()} {words}") if abs(file.tell() - 90_000_000) > 500 else _said(_EARLY))
            file.write(_said(_END))
        finds = []
        for _ in range(_ROUNDS):
            with Terminal(_argv(log, _RECORDS), folder) as terminal:
                terminal.wait_for(_END)
                began = time.perf_counter()
                os.write(terminal.fd, b"\x13")
                finds.append(terminal.wait_for(_EARLY) - began)
    return [Row("100 MB of records, a text 10 MB before its end", median(finds), None, "no wait for the whole index")]


def flood() -> list[Row]:
    """100 MB written at full speed into a followed log, until its end is seen, against the writer alone."""
    ours = []
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        for _ in range(_ROUNDS):
            log = folder / "flood.log"
            log.write_text("READY-TO-FOLLOW\n")
            with Terminal(_argv(log), folder) as terminal:
                terminal.wait_for("READY-TO-FOLLOW")
                terminal.settle()
                began = time.perf_counter()
                writer_of(log).wait()
                ours.append(terminal.wait_for(_END) - began)
        began = time.perf_counter()
        writer_of(folder / "nobody-looks.log").wait()
        alone = time.perf_counter() - began
    return [Row("100 MB at full speed, until its end shows", median(ours), alone, "≤ 1 s (0.02× toolong's 48.8 s)",
                "against the writer alone")]  # fmt: skip


def _argv(log: Path, format_: str = "text") -> list[str]:
    return [sys.executable, "-c", _APP, str(log), format_, _EARLY]


def _fill(log: Path, size: int) -> None:
    with log.open("w") as file:
        file.write(f"000000000 {_EARLY}\n")
        number = 0
        while file.tell() < size:
            file.write("".join(f"{n:09d} {_LINE}" for n in range(number, number + 10_000)))
            number += 10_000
        file.write(f"{_END}\n")


def writer_of(log: Path, pause_s: float = 0.0) -> subprocess.Popen[bytes]:
    """A process that appends 100 MB as fast as it can, or in pieces of 92 kB with a pause after each."""
    code = (
        f"import time\nf = open({str(log)!r}, 'ab', buffering=0)\nline = {_LINE.encode()!r}\n"
        f"for n in range({_FLOOD} // len(line) // 1000):\n    f.write(line * 1000)\n"
        f"    {f'time.sleep({pause_s})' if pause_s else 'pass'}\nf.write(b'{_END}\\n')\nf.close()"
    )
    return subprocess.Popen([sys.executable, "-c", code])


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM"))


def _hello_mb(folder: Path) -> float:
    with Terminal([sys.executable, "-c", _HELLO], folder) as terminal:
        terminal.wait_for("HELLO-READY")
        terminal.settle()
        return _peak_mb(terminal.pid)


def _grep(log: Path) -> float:
    began = time.perf_counter()
    subprocess.run(["grep", "-c", "no such needle", str(log)], env={"LC_ALL": "C"}, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _opens(argv: list[str], log: Path, folder: Path) -> float | None:
    """Seconds until another program shows the end of a log; None where it is not installed."""
    found = shutil.which(argv[0])
    return _paint([found, *argv[1:], str(log)], _END, folder) if found else None
