"""What a key costs with a big fleet at work: until its picture, and in bytes over the line."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.ids import PodId
from tests.bench.live_fleet import at_work, live_fleet
from tests.bench.logs import writer_of
from tests.bench.measure import Row, median
from tests.bench.reader import Reader

LMAWEP = [sys.executable, "-m", "lmawep_tui"]
CURSOR = "▌"
"""Stands before the row that has the keys, and nowhere else: when it arrives, the key is on the screen."""
_HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    count = 0
    def compose(self):
        yield Static("HELLO-READY", id="s")
    def on_key(self, event):
        self.count += 1
        self.query_one("#s").update(f"KEY-{self.count}-END")
Hello().run()
"""
_KEYS = 60
_PLACES = (
    ("tickets at work", ":101\r", "jk"),
    ("tickets, end and top", "", "Gg"),
    ("pods at work", ":pod-2 #\r", "jk"),
    ("pods at rest", ":pod-60\r", "jk"),
)
"""What is gone to by name, and the keys that are pressed there."""


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def keys() -> list[Row]:
    """j and k in the list of tickets and of pods, and the wall, while 20 logs grow; interleaved with hello world."""
    rows = []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=10_000, pods=100, live=20)
        ws.snapshot()
        with (
            at_work(ws, 20, lines_per_s=1000),
            Reader([sys.executable, "-c", _HELLO], Path(temp)) as hello,
            Reader(LMAWEP, ws.layout.root) as ours,
        ):
            hello.wait_for("HELLO-READY")
            ours.wait_for("Tickets")
            ours.wait_for(CURSOR)
            hello.drain(0.5)
            ours.drain(4.0)
            number = 0
            for what, before, pair in _PLACES:
                ours.send(before)
                ours.drain(1.0)
                mine, floor = [], []
                for turn in range(_KEYS):
                    number += 1
                    mine.append(ours.press(pair[turn % 2], CURSOR))
                    floor.append(hello.press("x", f"KEY-{number}-END"))
                    ours.drain(random.uniform(0.0, 0.06))  # random gaps favour no rhythm
                rows.append(Row(f"key to paint p50, {what}", median(mine), median(floor), ""))
                rows.append(Row(f"key to paint p95, {what}", p95(mine), p95(floor), "≤ 3×, ≤ 50 ms",
                                f"longest {max(mine) * 1000:.0f} ms, hello's {max(floor) * 1000:.0f}"))  # fmt: skip
    return rows


def wall() -> list[Row]:
    """Another tile, and the zoom, on a wall of six that grow by 1,000 lines a second in all."""
    rows = []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=500, pods=20, live=6)
        with (
            at_work(ws, 6, lines_per_s=1000),
            Reader([sys.executable, "-c", _HELLO], Path(temp)) as hello,
            Reader(LMAWEP, ws.layout.root) as ours,
        ):
            hello.wait_for("HELLO-READY")
            ours.wait_for(CURSOR)
            ours.drain(2.0)
            ours.resize(160, 48)
            ours.drain(0.5)
            ours.send("W")
            ours.wait_for("at work")
            hello.drain(2.0)
            mine, floor = [], []
            before, began = ours.cpu_s(), time.monotonic()
            for number in range(1, _KEYS + 1):
                # Every frame of a tile says which tile it is: only a key that goes elsewhere paints this line.
                mine.append(ours.press("\t", "pod-"))
                floor.append(hello.press("x", f"KEY-{number}-END"))
                ours.drain(random.uniform(0.0, 0.06))
            share = (ours.cpu_s() - before) / (time.monotonic() - began)
    rows.append(Row("key to paint p50, six tiles that grow", median(mine), median(floor), ""))
    rows.append(Row("key to paint p95, six tiles that grow", p95(mine), p95(floor), "≤ 3×, ≤ 50 ms",
                    f"longest {max(mine) * 1000:.0f} ms; {share:.0%} of a core"))  # fmt: skip
    return rows


def flood_keys() -> list[Row]:
    """Marking the pod whose log is shown, at rest and while that log grows by 10 MB a second."""
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=20, pods=1, live=1)
        log = ws.run_dir(PodId("pod-1"), "0001-task") / OUTPUT
        with (
            at_work(ws, 1),
            Reader([sys.executable, "-c", _HELLO], Path(temp)) as hello,
            Reader(LMAWEP, ws.layout.root) as ours,
        ):
            hello.wait_for("HELLO-READY")
            ours.wait_for(CURSOR)
            ours.send(":pod-1 #\r")
            hello.drain(2.0)
            ours.drain(2.0)
            rest = [_marked(ours) for _ in range(_KEYS)]
            mine, floor = [], []
            writer = writer_of(log, pause_s=0.01)
            while writer.poll() is None:
                mine.append(_marked(ours))
                floor.append(hello.press("x", f"KEY-{len(floor) + 1}-END"))
    return [
        Row("key to paint p50, a log grows by 10 MB/s", median(mine), median(floor), ""),
        Row("key to paint p95, a log grows by 10 MB/s", p95(mine), p95(floor), "≤ 40 ms",
            f"longest {max(mine) * 1000:.0f} ms of {len(mine)} keys; at rest p95 {p95(rest) * 1000:.1f} ms"),
    ]  # fmt: skip


def _marked(screen: Reader) -> float:
    """Seconds until the row of the only pod is painted with its mark, or without it."""
    screen.drain(random.uniform(0.0, 0.03))
    return screen.press(" ", CURSOR)
