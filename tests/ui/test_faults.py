"""A fault of the screen itself stays where it is, and at last there is a screen that says so."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from textual.screen import Screen
from textual.strip import Strip

import lmawep_tui.ui
from lmawep_tui.ui.faults import ANEW
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.modals.fault import FaultScreen
from lmawep_tui.ui.panes.fault_card import FaultCard
from lmawep_tui.ui.screens.first_run import FirstRunScreen
from lmawep_tui.ui.screens.settings import SettingsScreen
from tests.ui.conftest import running
from tests.world import World


class Broken:
    """Fails as long as it is said to, as code with a fault in it would."""

    def __init__(self, real: Any) -> None:
        self.real, self.broken = real, True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.broken:
            raise KeyError("pod-3\x1b[2J")
        return self.real(*args, **kwargs)


async def test_a_pane_that_cannot_be_drawn_shows_a_card_and_comes_back(world: World) -> None:
    world.ticket("One")
    async with running(world, patient=True) as ui:
        table = ui.mission.tickets.table
        table.render_line = broken = Broken(table.render_line)  # type: ignore[method-assign]
        table.refresh()
        await ui.sees("This pane failed", "KeyError", "screen-faults.log")
        assert "\x1b" not in ui.text
        card = ui.mission.query_one(FaultCard)
        assert card.has_focus, "the pane had the keys"
        await ui.press("tab", "tab", "n")  # the rest of the screen goes on
        await ui.until(lambda: ui.app.screen is not ui.mission, "the form")
        await ui.press("escape")
        broken.broken = False
        await ui.pilot.click(card)
        await ui.until(lambda: not ui.mission.query(FaultCard), "the card's end")
        await ui.sees("One")
        log = world.ws.layout.screen_faults
        await ui.until(log.exists, "the file")
        assert "Traceback" in log.read_text() and "\x1b" not in log.read_text()


async def test_data_that_a_pane_cannot_take_breaks_that_pane_alone(world: World) -> None:
    world.ticket("One")
    async with running(world, patient=True) as ui:
        pods = ui.mission.pods
        pods.fill = broken = Broken(pods.fill)  # type: ignore[method-assign]
        world.ticket("Two")
        await ui.sees("This pane failed", "Two")
        broken.broken = False
        ui.mission.query_one(FaultCard).focus()
        await ui.press("enter")
        await ui.until(lambda: not ui.mission.query(FaultCard), "the card's end")
        assert pods.table.has_focus


async def test_a_key_that_fails_is_said_and_the_next_one_works(world: World) -> None:
    world.ticket("One")
    async with running(world, patient=True) as ui:
        ui.mission.carry_out = broken = Broken(ui.mission.carry_out)  # type: ignore[method-assign]
        await ui.press("n")
        await ui.until(lambda: any("Something of the screen failed: KeyError" in toast for toast in ui.toasts))
        broken.broken = False
        await ui.press("n")
        await ui.until(lambda: ui.app.screen is not ui.mission, "the form")


@pytest.mark.parametrize(("key", "code"), [("enter", ANEW), ("q", 1)])
async def test_at_last_a_screen_says_that_the_agents_go_on(world: World, key: str, code: int) -> None:
    world.ticket("One")
    async with running(world, patient=True) as ui:
        ui.mission.header.render_line = Broken(lambda y: Strip([]))  # type: ignore[method-assign]
        for _ in range(8):
            ui.mission.header.refresh()
            await ui.pilot.pause()
        await ui.until(lambda: isinstance(ui.app.screen, FaultScreen), "the last screen")
        await ui.sees("your agents did not", "No run is under way", "KeyError")
        await ui.press(key)
        await ui.until(lambda: ui.app.return_code == code, "the end")


async def test_a_fault_on_another_screen_leaves_its_keys_alive(world: World) -> None:
    async with running(world, patient=True) as ui:
        await ui.press("comma")
        screen = ui.app.screen
        assert isinstance(screen, SettingsScreen)
        screen.action_do = broken = Broken(screen.action_do)  # type: ignore[method-assign]
        await ui.press("c")
        await ui.until(lambda: any("Something of the screen failed: KeyError" in toast for toast in ui.toasts))
        broken.broken = False
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")


def test_every_screen_of_the_app_keeps_its_faults() -> None:
    for module in pkgutil.walk_packages(lmawep_tui.ui.__path__, "lmawep_tui.ui."):
        import_module(module.name)

    def below(cls: type) -> set[type]:
        return {cls}.union(*map(below, cls.__subclasses__()))

    ours = {cls for cls in below(Screen) if cls.__module__.startswith("lmawep_tui")}
    assert {cls for cls in ours if not issubclass(cls, InApp)} == {FirstRunScreen}, "that one is shown by another app"
