"""How often a flood is painted, and what a slow terminal is spared."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Static

from lmawep_tui.ui import pace
from lmawep_tui.ui.pace import Pace
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.prompt_paint import PromptScreen, apart, paint_now
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


def _painting(screen: PromptScreen[None]) -> list[set[object]]:
    """What is painted from now on, a picture each; nothing is painted by itself."""
    screen._update_timer.pause()
    screen._dirty_widgets.clear()
    painted: list[set[object]] = []
    refresh = screen._compositor_refresh

    def painting() -> None:
        painted.append(set(screen._dirty_widgets))
        refresh()

    screen._compositor_refresh = painting  # type: ignore[method-assign]
    return painted


async def test_the_picture_of_a_key_does_not_wait_for_a_log_that_grows(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("one\n")
    async with _Two(log).run_test() as pilot:
        app, screen = pilot.app, pilot.app.screen
        assert isinstance(screen, PromptScreen)
        view, still = app.query_one(LogView), app.query_one("#still")
        await pilot.pause()
        painted = _painting(screen)
        screen._dirty_widgets |= {still, view, view.vertical_scrollbar}
        paint_now(screen)
        assert painted == [{still}]
        assert {view, view.vertical_scrollbar} <= screen._dirty_widgets, "it comes with the next tick"
        screen._dirty_widgets |= {still}
        screen._on_timer_update()
        assert painted[1:] == [{still, view, view.vertical_scrollbar}], "and is never held back twice in a row"


class _Framed(Pane):
    def __init__(self, log: Path) -> None:
        super().__init__()
        self.view = LogView()
        self._path = log

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.open(self._path)


class _Three(_Two):
    CSS = "_Framed { height: 1fr; border: round white; &.-active { border: round red; } }"

    def compose(self) -> ComposeResult:
        yield Static("still", id="still")
        for _ in range(3):
            yield _Framed(self.log_path)

    def on_mount(self) -> None:
        """The logs are opened by their frames."""


async def test_of_logs_that_grow_one_is_painted_at_a_time_and_each_in_its_turn(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("one\n")
    async with _Three(log).run_test() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, PromptScreen)
        await pilot.pause()
        logs = [pane.view for pane in pilot.app.query(_Framed)]
        painted = _painting(screen)
        screen._painted_last = (-1, -1)
        screen._dirty_widgets |= {*logs, *(log.vertical_scrollbar for log in logs)}
        for _ in logs:
            screen._on_timer_update()
            screen._dirty_widgets |= {logs[0]}  # it grows quicker than it is painted
        assert painted == [{log, log.vertical_scrollbar} for log in logs]


async def test_what_a_key_changes_is_painted_though_it_is_still_on_its_way_to_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("one\n")
    async with _Two(log).run_test() as pilot:
        screen, still = pilot.app.screen, pilot.app.query_one("#still", Static)
        assert isinstance(screen, PromptScreen)
        await pilot.pause()
        painted = _painting(screen)
        paint_now(screen)
        still.refresh()
        for _ in range(100):
            screen._update_timer.pause()
            if painted:
                break
            await asyncio.sleep(0)
        assert painted == [{still}]


async def test_moving_the_focus_paints_the_frames_and_not_what_they_hold(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_text("one\n")
    async with _Three(log).run_test() as pilot:
        screen = pilot.app.screen
        await pilot.pause()
        first, second, _ = pilot.app.query(_Framed)
        first.view.focus()
        first.mark("-active", True)
        await pilot.pause(0.1)
        drawn: list[Region] = []
        update = screen._compositor.update_widgets

        def updating(widgets: set[object]) -> None:
            update(widgets)  # type: ignore[arg-type]
            drawn.extend(screen._compositor._dirty_regions)

        screen._compositor.update_widgets = updating  # type: ignore[method-assign, assignment]
        second.view.focus()
        first.mark("-active", False)
        second.mark("-active", True)
        await pilot.pause(0.1)
        assert drawn
        inside = {pane.view.region for pane in (first, second)}
        assert all(region in inside or 1 in tuple(region.size) for region in drawn), drawn
        assert {pane.region.line_span for pane in (first, second)} == {
            (min(r.y for r in drawn if r in pane.region), max(r.bottom for r in drawn if r in pane.region))
            for pane in (first, second)
        }


regions = st.builds(Region, st.integers(0, 150), st.integers(0, 45), st.integers(1, 60), st.integers(1, 20))


@given(st.sets(regions, max_size=12))
def test_what_lies_apart_is_drawn_apart_and_nothing_is_left_out(of: set[Region]) -> None:
    groups = apart(of)
    assert groups, "a picture is made even of nothing: it takes back what was held"
    assert set().union(*groups) == of
    assert sum(map(len, groups)) == len(of)


def test_two_rows_are_one_picture_and_the_edges_of_a_frame_are_not() -> None:
    row, next_row = Region(1, 5, 60, 1), Region(1, 6, 60, 1)
    assert apart({row, next_row}) == [{row, next_row}]
    left, right = Region(0, 1, 1, 40), Region(79, 1, 1, 40)
    assert len(apart({left, right})) == 2
