"""One session of the app in a scene: keys in, pictures out, and no picture before everything is at rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.ui import navigation, peeking
from lmawep_tui.ui.app import LmawepApp
from lmawep_tui.ui.panes.fault_card import FaultCard
from lmawep_tui.ui.screens.mission import MissionScreen
from lmawep_tui.ui.screens.view import ViewScreen
from lmawep_tui.ui.widgets.log_feed import LogFeed
from tests.shots.lean import lean
from tests.shots.pinned import NOW, SEEN_AS, nowhere
from tests.shots.scene import Scene
from tests.world import World

_CHARACTERS = {"space": " ", "comma": ",", "colon": ":", "question_mark": "?", "slash": "/", "at": "@"}
_GO_ON = ("Bridge._tick", "ViewScreen._read_on")
"""Tasks that wait for time to pass; a view says itself whether it was read."""
_ROUNDS = 3
"""Looks in a row that must find everything at rest: what one thing ends may be what another begins."""


@contextmanager
def built(build: Callable[[Scene], None]) -> Iterator[World]:
    """A scene on disk, its live runs alive."""
    with nowhere() as folder:
        world = World(folder)
        scene = Scene(world)
        with scene.locks:
            build(scene)
            scene.save()
            yield world


class Session:
    """The app while it runs."""

    def __init__(self, app: App[Any], pilot: Pilot[Any], folder: Path) -> None:
        self.app, self.pilot, self._folder = app, pilot, folder

    @property
    def mission(self) -> MissionScreen:
        assert isinstance(self.app, LmawepApp)
        return self.app.mission

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, _CHARACTERS.get(key, key if len(key) == 1 else None)))
            await self.settle()

    async def do(self, what: Callable[[], object]) -> None:
        """Something that no key does."""
        with self.app._context():
            what()
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is under way that could still change the picture."""
        rounds = 0
        for _ in range(2000):
            await self.pilot._wait_for_screen()
            rounds = rounds + 1 if self._at_rest() else 0
            if rounds == _ROUNDS:
                return
            await asyncio.sleep(0.002)
        raise AssertionError(f"never at rest: {self._why_not()}")

    async def home(self) -> None:
        """Back to mission control as it began."""
        mission = self.mission
        self.app.clear_notifications()
        self.app.key_line._typed_at = None  # what is pressed next was not typed for what has just been refused
        for card in mission.query(FaultCard):
            card.action_again()
        if (line := navigation.filter_line(mission)) is not None:
            navigation.close_filter(mission, line, keep=False)
        if mission.peek is not None:
            peeking.end(mission)
        mission.table.clear_marks()
        mission.detail.log_view.clear_search()
        mission.detail.log_view.follow = True
        while (screen := self.app.screen) is not mission:
            await (screen.dismiss() if isinstance(screen, ModalScreen) else self.app.pop_screen())
        if mission.detail.tab != "log":
            mission.detail.choose("log")
        mission.focus_list(mission.pods if self.mission.bridge.snapshot.pods else mission.tickets)
        mission.table.move_to(mission.table.rows.keys[0]) if mission.table.rows.keys else None
        await self.settle()

    async def picture(self) -> str:
        """The screen as SVG that loads nothing from anywhere and names nothing of this machine.

        Drawing it may be what begins something, as when a frame has no time for all colours of a diff.
        """
        while True:
            await self.settle()
            svg = self.app.export_screenshot(title="lmawep", simplify=True)
            if self._at_rest():
                return lean(svg).replace(str(self._folder), SEEN_AS)

    def _at_rest(self) -> bool:
        return not self._why_not()

    def _why_not(self) -> list[str]:
        app, why = self.app, []
        if any(worker.is_running for worker in app.workers):
            why.append("workers")
        screen = app.screen
        if screen._layout_required or screen._callbacks or screen._dirty_widgets:
            why.append("screen")
        if not app.animator._idle_event.is_set():
            why.append("animation")
        if any(not pump._message_queue.empty() for pump in (app, screen, *screen.walk_children())):
            why.append("messages")
        if isinstance(app, LmawepApp):
            why += _why_not(app)
        return why


def _why_not(app: LmawepApp) -> list[str]:
    bridge, facts = app.bridge, app.bridge.facts
    why = [] if bridge.started and facts.main else ["start"]
    if len(facts.changes) < len(bridge.snapshot.pods):
        why.append("facts")
    if bridge._pending is not None or bridge._flush_at is not None:
        why.append("bridge")
    why += [pool._name for pool in (bridge.reads, bridge.verbs) if _at_work(pool)]
    tasks = [getattr(task.get_coro(), "__qualname__", "") for task in bridge._tasks]
    why += [name for name in tasks if name not in _GO_ON]
    if app.mission._detail_due:
        why.append("detail")
    screen = app.screen
    if isinstance(screen, ViewScreen) and screen.page.empty == "Reading…":
        why.append("view")
    feeds = [feed for feed in screen.query(LogFeed) if feed._seen]
    if any(feed._poll_due or feed._indexing for feed in feeds):
        why.append("log")
    if app.key_line._held or app.key_line._under_way:
        why.append("keys")
    return why


def _at_work(pool: DaemonPool) -> bool:
    return bool(pool._jobs) or pool._free < pool._started


@asynccontextmanager
async def session(world: World, size: tuple[int, int]) -> AsyncIterator[Session]:
    """The app of a scene, its clock standing still, as for somebody who has never opened it before."""
    for path in (world.ws.layout.looked, world.ws.layout.screen):
        path.unlink(missing_ok=True)
    app = LmawepApp(world.ws, clock=lambda: NOW)
    app.faults = None
    async with app.run_test(size=size, notifications=True) as pilot:
        here = Session(app, pilot, world.root.parent)
        await here.settle()
        yield here
