"""The screen under test: real files below it, keys above it, and no sleeps."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from lmawep_tui.ui.app import LmawepApp
from lmawep_tui.ui.screens.mission import MissionScreen
from tests.world import IDENTITY, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A project of its own, away from the developer's settings."""
    import os

    for name in [n for n in os.environ if n.startswith(("LMAWEP_", "GIT_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "TEXTUAL_THEME", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in IDENTITY.items():
        if not name.endswith("_DATE"):
            monkeypatch.setenv(name, value)
    world = World(tmp_path)
    yield world
    world.close()


class Ui:
    """Presses keys and looks."""

    def __init__(self, app: LmawepApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def mission(self) -> MissionScreen:
        return self.app.mission

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*["space" if c == " " else c for c in text])

    def burst(self, text: str) -> None:
        """Hand over keys as a terminal does that sends them in one piece: nobody waits in between."""
        for char in text:
            key = {"\r": "enter", "\x1b": "escape", "\t": "tab"}.get(char) or _character_to_key(char)
            self.app._driver.send_message(events.Key(key, None if char in "\x1b" else char))  # type: ignore[union-attr]

    async def until(self, true: Callable[[], Any], what: str = "", timeout_s: float = 15.0) -> Any:
        """Let the screen live until something holds."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if found := true():
                await self.pilot.pause()
                return found
            await self.pilot.pause(0.01)
        raise AssertionError(f"never: {what or true}\n{self.text}\ntoasts: {self.toasts}")

    async def sees(self, *texts: str) -> None:
        """Wait until all these texts are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts), f"seeing {texts}")

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def toasts(self) -> list[str]:
        """Every notification so far that has not faded."""
        return [note.message for note in self.app._notifications]

    @property
    def footer(self) -> str:
        return self.mission.footer.text


@contextlib.asynccontextmanager
async def running(
    world: World, size: tuple[int, int] = (140, 40), *, patient: bool = False, **options: Any
) -> AsyncIterator[Ui]:
    """The app, painted and watching; every fault of the screen fails the test, unless it is to be `patient`."""
    app = LmawepApp(world.ws, **options)
    if not patient:
        app.faults = None
    async with app.run_test(size=size, notifications=True) as pilot:
        ui = Ui(app, pilot)
        await ui.until(lambda: app.bridge.started, "the start")
        yield ui
