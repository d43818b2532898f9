"""How often a flood is painted, and what a slow terminal is spared."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from lmawep_tui.ui import pace
from lmawep_tui.ui.pace import Pace
from lmawep_tui.ui.prompt_paint import PromptScreen, paint_now
from lmawep_tui.ui.widgets.log_view import LogView


@given(st.lists(st.floats(0, 2), min_size=1, max_size=200), st.floats(1, 60), st.floats(1, 10))
def test_a_flood_is_painted_steadily_and_a_lone_line_at_once(gaps: list[float], per_s: float, burst: float) -> None:
    bucket, now, made = Pace(per_s, burst), 0.0, []
    for gap in gaps:
        now = max([now + gap, *made[-1:]])  # as the log does: it asks again once the picture is made
        wait = bucket.next_s(now)
        assert 0 <= wait <= 1 / per_s + 1e-9, "nothing waits longer than the steady rate"
        made.append(now + wait)
    for first in range(len(made)):
        for last in range(first, len(made)):
            span = made[last] - made[first]
            assert last - first + 1 <= burst + 1 + span * per_s + 1e-6


def test_after_a_rest_nothing_waits() -> None:
    bucket = Pace(10, 3)
    for _ in range(40):
        bucket.next_s(1.0)
    assert bucket.next_s(100.0) == 0.0


class _Two(App[None]):
    AUTO_FOCUS = ""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log_path = log

    def get_default_screen(self) -> Screen[None]:
        return PromptScreen()

    def compose(self) -> ComposeResult:
        yield Static("still", id="still")
        yield LogView()

    def on_mount(self) -> None:
        self.query_one(LogView).open(self.log_path)


async def test_a_terminal_that_is_behind_gets_fewer_pictures_but_the_last_one(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    log = tmp_path / "output.log"
    log.write_text("one\n")
    waiting = pace.BACKLOG
    monkeypatch.setattr("lmawep_tui.ui.widgets.log_feed.backlog", lambda app: waiting)
    async with _Two(log).run_test() as pilot:
        view = pilot.app.query_one(LogView)
        await pilot.pause()
        polls = 0
        whole = view._poll

        def counted() -> None:
            nonlocal polls
            polls += 1
            whole()

        monkeypatch.setattr(view, "_poll", counted)
        with log.open("a", buffering=1) as file:
            for number in range(100):
                file.write(f"line {number}\n")
                await asyncio.sleep(0.001)
        assert polls <= 4, "a flood of a tenth of a second is hardly looked at"
        waiting = 0
        for _ in range(200):
            await pilot.pause(0.01)
            if view.row_count() == 101:
                break
        assert view.row_count() == 101


async def test_the_picture_of_a_key_does_not_wait_for_a_log_that_grows(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("one\n")
    async with _Two(log).run_test() as pilot:
        app, screen = pilot.app, pilot.app.screen
        assert isinstance(screen, PromptScreen)
        view, still = app.query_one(LogView), app.query_one("#still")
        await pilot.pause()
        screen._update_timer.pause()
        painted: list[set[object]] = []
        refresh = screen._compositor_refresh

        def painting() -> None:
            painted.append(set(screen._dirty_widgets))
            refresh()

        screen._compositor_refresh = painting  # type: ignore[method-assign]
        screen._dirty_widgets |= {still, view, view.vertical_scrollbar}
        paint_now(screen)
        assert painted == [{still}]
        assert {view, view.vertical_scrollbar} <= screen._dirty_widgets, "it comes with the next tick"
        screen._dirty_widgets |= {still}
        screen._on_timer_update()
        assert painted[1:] == [{still, view, view.vertical_scrollbar}], "and is never held back twice in a row"
