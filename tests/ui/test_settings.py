"""The settings screen by keys: every key explained, changed as one types, and live at once."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from lmawep_tui.ui.screens.settings import SettingsScreen
from tests.ui.conftest import Ui, running
from tests.world import World


async def _open(ui: Ui) -> SettingsScreen:
    await ui.press("comma")
    await ui.until(lambda: isinstance(ui.app.screen, SettingsScreen) and ui.app.screen.rows, "the settings")
    assert isinstance(ui.app.screen, SettingsScreen)
    return ui.app.screen


async def _find(ui: Ui, screen: SettingsScreen, key: str) -> None:
    screen.go_to(key)
    await ui.until(lambda: screen.table.cursor_key == key, key)


async def test_settings_are_explained_filtered_changed_and_set_back(world: World) -> None:
    path = world.ws.layout.config
    path.write_text(f"# ours\n{path.read_text()}")
    async with running(world, (80, 24)) as ui:
        screen = await _open(ui)
        await ui.sees("slots", "runs at once", "general")
        await ui.press("slash")
        await ui.type("squash")
        await ui.press("enter")
        await ui.sees("merge.style", "may be  merge, squash, ff", "its default")
        await ui.press("enter")
        await ui.sees("‹merge›")
        await ui.press("right", "enter")
        await ui.until(lambda: world.ws.config.merge.style == "squash", "the change")
        await ui.sees("merge.style is squash now.", "config.yaml, line")
        await ui.press("d")
        await ui.until(lambda: world.ws.config.merge.style == "merge", "the default")
        await ui.press("escape")  # the filter
        await ui.sees("worktree", "merge.style")
        await _find(ui, screen, "slots")
        await ui.press("enter")
        await ui.sees("Runs at once")
        await ui.type("many")
        await ui.sees("⚑ `slots`: input should be a valid integer")
        await ui.press("enter")
        assert ui.app.screen is not screen
        await ui.press(*["backspace"] * 4)
        await ui.type("9")
        await ui.press("enter")
        await ui.until(lambda: world.ws.config.slots == 9, "nine")
        await ui.until(lambda: ui.app.screen is screen, "the list")
        await ui.press("c")
        await ui.until(lambda: "runs at once" in ui.text and "vault.keep" not in screen.table.rows, "only what is set")
        await ui.press("escape")
        await ui.sees("slots 0/9")
    text = path.read_text()
    assert text.startswith("# ours\n") and "squash" not in text


async def test_tables_lists_and_own_keys(world: World) -> None:
    async with running(world, (140, 40)) as ui:
        screen = await _open(ui)
        await _find(ui, screen, "keys")
        await ui.press("enter")
        await ui.sees("A key for which action?")
        await ui.type("ticket.new")
        await ui.press("enter")
        await ui.sees("keys.ticket.new")
        await ui.type("N")
        await ui.press("enter")
        await ui.until(lambda: ui.app.own_keys.get("ticket.new") == "N", "the key")
        await _find(ui, screen, "worktree.copy")
        await ui.press("enter")
        await ui.sees("Ignored files to copy into a pod")
        await ui.type(".env")
        await ui.press("enter")
        await ui.type("local")
        await ui.press("ctrl+s")
        await ui.until(lambda: world.ws.config.worktree.copy == (".env", "local"), "the list")
        await _find(ui, screen, "agents.sh")
        await ui.press("enter")
        await ui.sees("Which setting of agents.sh?")
        await ui.type("silence")
        await ui.press("enter")
        await ui.sees("agents.sh.silence")
        await ui.type("2m")
        await ui.press("enter")
        await ui.until(lambda: world.ws.config.agents["sh"].silence == 120, "the entry")
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        await ui.press("N")
        await ui.sees("New ticket")


async def test_a_broken_config_is_said_and_mended_in_the_editor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.ws.layout.config
    async with running(world, (120, 30)) as ui:
        monkeypatch.setattr(ui.app, "suspend", nullcontext)  # a pilot has no terminal to hand over
        await _open(ui)
        good = path.read_text()
        path.write_text(good + "slots: many\n")
        await ui.sees("⚑", "`slots`: input should be a valid integer")
        monkeypatch.setenv("EDITOR", "sed -i 's/many/2/'")
        await ui.press("E")
        await ui.until(lambda: path.read_text() == good + "slots: 2\n", "mended")
        monkeypatch.setenv("EDITOR", "sed -i 's/2/none/'")
        await ui.press("E")
        await ui.sees("Your text is kept in")
        assert path.read_text() == good + "slots: 2\n"


async def test_commands_of_a_tracked_config_are_accepted_here(world: World) -> None:
    from lmawep_tui.engine.accept import not_accepted

    world.git("add", "-f", ".lmawep/config.yaml")
    async with running(world, (120, 30)) as ui:
        await _open(ui)
        await ui.sees("not accepted, A accepts")
        await ui.press("A")
        await ui.sees("Let these run on this machine?", "true")
        await ui.press("y")
        await ui.until(lambda: not not_accepted(world.ws), "accepted")
        await ui.until(lambda: "not accepted" not in ui.text, "said no more")
