"""What the screen costs when nobody touches it, what goes over the line, and how soon it is gone."""

from __future__ import annotations

import os
import random
import select
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import TicketId
from tests.bench.live_fleet import at_work, live_fleet
from tests.bench.measure import Row, median
from tests.bench.reader import Reader
from tests.bench.screen import _LOG_APP
from tests.bench.screen_keys import _HELLO, CURSOR, LMAWEP, p95

_LOOK_S = 10.0
_GIGABYTE = 1_000_000_000
_LATENCY_S = 0.2  # each way
_LINK_BYTES_S = 125_000.0  # one megabit


def idle() -> list[Row]:
    """The screen of 50 pods while nothing happens: 20 of them at work and silent, then none; beside hello world."""
    rows = []
    for live in (0, 20):
        with tempfile.TemporaryDirectory() as temp:
            ws = live_fleet(Path(temp) / "project", tickets=500, pods=50, live=live)
            with (
                at_work(ws, live),
                Reader([sys.executable, "-c", _HELLO], Path(temp)) as hello,
                Reader(LMAWEP, ws.layout.root) as ours,
            ):
                hello.wait_for("HELLO-READY")
                ours.wait_for(CURSOR)
                ours.drain(4.0)  # starting is not idling
                before, floor, began = ours.cpu_s(), hello.cpu_s(), time.monotonic()
                count = ours.drain(_LOOK_S)
                took = time.monotonic() - began
                share, least = (ours.cpu_s() - before) / took, (hello.cpu_s() - floor) / took
        rows.append(Row(f"screen at rest, 50 pods, {live} at work", share * _LOOK_S, _LOOK_S, "≤ 1 % of a core",
                        f"{share:.2%} of a core, hello {least:.2%}, {count / took / 1000:.1f} kB/s"))  # fmt: skip
    return rows


def quit_() -> list[Row]:
    """From `q` until the process is gone, against Ctrl+Q in hello world."""
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=500, pods=50, live=0)
        for _ in range(7):
            ours.append(_until_gone(LMAWEP, ws.layout.root, CURSOR, "q"))
            floor.append(_until_gone([sys.executable, "-c", _HELLO], Path(temp), "HELLO-READY", "\x11"))
    return [Row("quit, 500 tickets, 50 pods", median(ours), median(floor), "≤ 350 ms")]


def _until_gone(argv: list[str], folder: Path, ready: str, key: str) -> float:
    with Reader(argv, folder) as terminal:
        terminal.wait_for(ready)
        terminal.drain(1.5)
        began = time.perf_counter()
        terminal.send(key)
        return terminal.wait_gone() - began


def saved() -> list[Row]:
    """A ticket file replaced until its row is painted, with 10,000 tickets."""
    times = []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=10_000, pods=100, live=0)
        ws.snapshot()
        with Reader(LMAWEP, ws.layout.root) as ours:
            ours.wait_for(CURSOR)
            ours.drain(4.0)
            ours.send(":103\r")
            ours.drain(1.0)
            for number in range(40):
                title = f"SAVED-{number:03d}-END"
                began = time.perf_counter()
                _save(ws, TicketId(103), title)
                times.append(ours.wait_for(title) - began)
                ours.drain(random.uniform(0.1, 0.4))
    return [Row("ticket saved to its row painted, p50", median(times), None, ""),
            Row("ticket saved to its row painted, p95", p95(times), None, "≤ 80 ms")]  # fmt: skip


def _save(ws: Workspace, ticket: TicketId, title: str) -> None:
    path = ws.layout.ticket(ticket)
    lines = [f'title: "{title}"' if line.startswith("title:") else line for line in path.read_text().splitlines()]
    temp = path.with_name(".bench-tmp")
    temp.write_text("\n".join(lines) + "\n")
    temp.replace(path)


def memory() -> list[Row]:
    """What a log of a gigabyte at its end holds in memory, against hello world."""
    with tempfile.TemporaryDirectory() as temp:
        if shutil.disk_usage(temp).free < 3 * _GIGABYTE:
            return []
        log = Path(temp) / "big.log"
        block = b"".join(b"%09d 14:02:11 worker reads src/module.py and thinks about it\n" % n for n in range(20_000))
        with log.open("wb") as file:
            while file.tell() < _GIGABYTE:
                file.write(block)
            file.write(b"THE-VERY-END\n")
        with (
            Reader([sys.executable, "-c", _HELLO], Path(temp)) as hello,
            Reader([sys.executable, "-c", _LOG_APP, str(log)], Path(temp)) as ours,
        ):
            hello.wait_for("HELLO-READY")
            ours.wait_for("THE-VERY-END")
            ours.drain(8.0)  # all of it is indexed
            mine, floor = ours.rss_mb(), hello.rss_mb()
    return [Row("memory with 1 GB of log open", mine, floor, "≤ hello + 30 MB", unit="MB")]


def bytes_() -> list[Row]:
    """Bytes over the line: for a key, and in a second of 20 logs that grow by 1,000 lines, on one pane and a wall."""
    rows = []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=500, pods=50, live=20)
        for rate in (0, 1000):
            with at_work(ws, 20, lines_per_s=rate), Reader(LMAWEP, ws.layout.root) as ours:
                ours.wait_for(CURSOR)
                ours.drain(3.0)
                ours.send(":pod-2 #\r")
                ours.drain(1.0)
                rest = ours.drain(5.0) / 5
                rows.append(_count(f"bytes a second, {rate:,} lines/s", rest))
                if not rate:
                    rows.append(
                        _count("bytes for a key, another row", sum(_key(ours, "jk"[n % 2]) for n in range(20)) / 20)
                    )
                ours.send("W")
                ours.drain(1.5)
                rows.append(_count(f"bytes a second, {rate:,} lines/s, the wall", ours.drain(5.0) / 5))
                if not rate:
                    rows.append(_count("bytes for a key, another tile", sum(_key(ours, "\t") for n in range(20)) / 20))
    return rows


def _key(terminal: Reader, key: str) -> int:
    terminal.send(key)
    return terminal.drain(0.3)


def _count(what: str, count: float) -> Row:
    return Row(what, count / 1000, None, "", unit="kB")


def far() -> list[Row]:
    """A key over a line of one megabit and 200 ms each way, 20 logs growing: one round trip and what it carries."""
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=500, pods=50, live=20)
        with at_work(ws, 20, lines_per_s=1000), _Far(LMAWEP, ws.layout.root) as ours:
            ours.see(CURSOR)
            ours.pass_time(4.0)
            times = []
            ours.send(":pod-2 #\r")
            ours.pass_time(2.0)
            for number in range(20):
                times.append(ours.far_key("jk"[number % 2], CURSOR))
                ours.pass_time(random.uniform(0.2, 0.6))
    return [Row("a key over 1 Mbit/s and 2 × 200 ms, p50", median(times), 2 * _LATENCY_S, "one round trip"),
            Row("a key over 1 Mbit/s and 2 × 200 ms, p95", p95(times), 2 * _LATENCY_S, "")]  # fmt: skip


class _Far(Reader):
    """A terminal at the end of a slow line: bytes are taken no faster than it carries them, and arrive later."""

    _budget = 0.0
    _at = 0.0

    def _take(self) -> bytes:
        """Reads what the line has room for now."""
        now = time.perf_counter()
        self._budget = min(4096.0, self._budget + (now - (self._at or now)) * _LINK_BYTES_S)
        self._at = now
        room = int(self._budget)
        if room < 256 or not select.select([self.fd], [], [], 0)[0]:
            time.sleep(0.002)
            return b""
        data = os.read(self.fd, room)
        self._budget -= len(data)
        return data

    def pass_time(self, seconds: float) -> None:
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            self._take()

    def see(self, text: str, timeout_s: float = 30.0) -> float:
        """When the text has been taken from the program; the way back is still before it."""
        seen, deadline = b"", time.perf_counter() + timeout_s
        while text.encode() not in seen:
            if time.perf_counter() > deadline:
                raise TimeoutError(text)
            seen = seen[-64:] + self._take()
        return time.perf_counter()

    def far_key(self, key: str, until: str) -> float:
        """Seconds as the person feels them: there, the picture, and back."""
        began = time.perf_counter()
        self.pass_time(_LATENCY_S)
        self.send(key)
        return self.see(until) + _LATENCY_S - began


def resizes() -> list[Row]:
    """A hundred sizes within a second, on mission control and on the wall: how soon it is quiet and answers again."""
    rows = []
    with tempfile.TemporaryDirectory() as temp:
        ws = live_fleet(Path(temp) / "project", tickets=500, pods=50, live=20)
        with at_work(ws, 20, lines_per_s=200), Reader(LMAWEP, ws.layout.root) as ours:
            ours.wait_for(CURSOR)
            ours.drain(3.0)
            for where, key, back, sign in (("mission control", "", "jk", CURSOR), ("the wall", "W", "?", "Keys")):
                ours.send(key)
                ours.drain(1.0)
                for number in range(100):
                    ours.resize(60 + number * 7 % 150, 16 + number * 5 % 50)
                    ours.drain(0.01)
                ours.resize(120, 40)
                took = ours.press(back[0], sign, 20.0)
                rows.append(Row(f"first key after 100 sizes in a second, {where}", took, None, "no pile-up"))
                ours.drain(1.0)
    return rows
