"""The diff on the screen: how soon a big one is there, and what a step through it costs."""

from __future__ import annotations

import asyncio
import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from lmawep_tui.ui.present.diff_lines import diff_lines
from lmawep_tui.ui.widgets.diff_view import DiffView
from lmawep_tui.ui.widgets.line_view import LineView
from tests.bench.measure import Row, median
from tests.bench.terminal import Terminal

_SIZE = (160, 48)
_STEPS = 200
_ROUNDS = 5
_BODY = """class Thing{n}:
    \"\"\"What a thing number {n} is.

    It has more than one line.
    \"\"\"

    def value(self, other: int = {n}) -> str:  # a comment
        return f"{{self.name}} and {{other}}" if other else "nothing at all"
"""
_DIFF_APP = """
import sys
from pathlib import Path
from textual.app import App
from lmawep_tui.ui.widgets.diff_view import DiffView
class Diff(App):
    CSS = "DiffView { height: 1fr; }"
    def compose(self):
        yield DiffView()
    def on_mount(self):
        self.query_one(DiffView).show_diff(Path(sys.argv[1]).read_text())
Diff().run()
"""


def big_diff(lines: int) -> str:
    """A diff of Python files of so many lines, a third of it changes, in hunks of ten lines."""
    return "\n".join(_lines(lines))


def _lines(lines: int) -> Iterator[str]:
    written = file = 0
    while written < lines:
        file += 1
        yield f"diff --git a/src/file{file}.py b/src/file{file}.py"
        yield "index 1111111..2222222 100644"
        yield f"--- a/src/file{file}.py"
        yield f"+++ b/src/file{file}.py"
        for hunk in range(20):
            body = _BODY.format(n=hunk).splitlines()
            yield f"@@ -{hunk * 100 + 1},{len(body)} +{hunk * 100 + 1},{len(body)} @@ class Thing{hunk - 1}:"
            yield from (f" {line}" for line in body[:6])
            yield from (f"-{line}" for line in body[6:])
            yield from (f"+{line.replace('other', 'another')}" for line in body[6:])
            written += len(body) + 3


class _OneView(App[None]):
    CSS = "DiffView, LineView { height: 1fr; }"

    def __init__(self, view: DiffView | LineView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


async def _shown(view: DiffView | LineView, show: Callable[[], None], during: Callable[[Pilot[None]], Awaitable[None]]
                 ) -> float:  # fmt: skip
    """Seconds from asking for it to the first picture of it; then go on with it on the screen."""
    async with _OneView(view).run_test(size=_SIZE) as pilot:
        view.focus()
        await pilot.pause()
        gc.collect()
        began = time.perf_counter()
        show()
        view.render_lines(view.size.region)
        took = time.perf_counter() - began
        await pilot.pause()
        await during(pilot)
        return took


def _steps(view: DiffView | LineView, times: list[float], key: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Take the processor's time of steps through a view, each with its picture: a shared machine stops the clock's."""
    actions = {"j": view.action_scroll_down, "page": view.action_page_down}

    async def walk(pilot: Pilot[None]) -> None:
        for _ in range(_STEPS):
            began = time.process_time()
            actions[key]()
            view.render_lines(view.size.region)
            times.append(time.process_time() - began)
            await asyncio.sleep(0)

    return walk


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def diff() -> list[Row]:
    """Text of 20,000 lines to its first picture, and steps through it; against the same lines, ready-made and plain."""
    text = big_diff(20_000)
    lines = [[(line, "")] for line in text.split("\n")]
    rows = [_opening(text, lines), _opening(text, lines, two=True), _on_a_terminal(text)]
    for key, two in (("j", False), ("page", False), ("page", True)):
        rows.append(_stepping(text, lines, key, two=two))
    rows.append(_stepping(big_diff(200_000), lines, "page", two=False, much="200,000 lines: "))
    return rows


def _opening(text: str, lines: list[list[tuple[str, str]]], *, two: bool = False) -> Row:
    async def nothing(pilot: Pilot[None]) -> None: ...

    ours, plain, read = [], [], []
    for _ in range(_ROUNDS):
        view = DiffView()
        view.set_reactive(DiffView.sides, two)
        ours.append(asyncio.run(_shown(view, lambda v=view: v.show_diff(text), nothing)))  # type: ignore[misc]
        other = LineView()
        plain.append(asyncio.run(_shown(other, lambda v=other: v.show(lines), nothing)))  # type: ignore[misc]
        began = time.perf_counter()
        diff_lines(text)
        read.append(time.perf_counter() - began)
    how = "side by side" if two else "one column"
    return Row(f"20,000 lines of diff opened, {how}", median(ours), median(plain), "≤ 300 ms",
               f"{median(read) * 1000:.0f} ms of it reading")  # fmt: skip


def _stepping(text: str, lines: list[list[tuple[str, str]]], key: str, *, two: bool, much: str = "") -> Row:
    ours: list[float] = []
    plain: list[float] = []
    read = diff_lines(text)
    for _ in range(3):
        view = DiffView()
        view.set_reactive(DiffView.sides, two)
        asyncio.run(_shown(view, lambda v=view: v.show_diff(read), _steps(view, ours, key)))  # type: ignore[misc]
        other = LineView()
        asyncio.run(_shown(other, lambda v=other: v.show(lines), _steps(other, plain, key)))  # type: ignore[misc]
    what = {"j": "a line", "page": "a page"}[key] + (", side by side" if two else "")
    return Row(
        f"{much}{what} further, CPU p95", _p95(ours), _p95(plain), "< 16 ms", f"p50 {median(ours) * 1000:.1f} ms"
    )


def _on_a_terminal(text: str) -> Row:
    """The same as a process: from its start to the diff on a terminal; beside it less with the same file."""
    with tempfile.TemporaryDirectory() as temp:
        big, small = Path(temp) / "big.diff", Path(temp) / "small.diff"
        big.write_text(text)
        small.write_text("\n".join(text.split("\n")[:20]))
        ours, base, less = [], [], []
        for _ in range(_ROUNDS):
            ours.append(_paint([sys.executable, "-c", _DIFF_APP, str(big)], temp))
            base.append(_paint([sys.executable, "-c", _DIFF_APP, str(small)], temp))
            if program := shutil.which("less"):
                less.append(_paint([program, "-R", str(big)], temp))
    extra = median([max(a - b, 0.0) for a, b in zip(ours, base, strict=True)])
    note = f"{extra * 1000:.0f} ms more" + (f"; less: {median(less) * 1000:.0f} ms" if less else "")
    return Row("20,000 lines on a terminal, with Python", median(ours), median(base), "a diff of 20 lines", note)


def _paint(argv: list[str], folder: str) -> float:
    began = time.perf_counter()
    with Terminal(argv, Path(folder)) as terminal:
        return terminal.wait_for("Thing0") - began
