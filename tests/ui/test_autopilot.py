"""Autopilot on the screen: it says "on" when it is, and "off" when anything ended it."""

from __future__ import annotations

import asyncio
import contextvars
import shutil

from textual._context import active_app

from lmawep_tui.engine.conductor import Conductor
from lmawep_tui.engine.driven import is_driven
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.bridge import Update
from tests.ui.conftest import running
from tests.world import WAITS, World

ON = "Autopilot is on. It stops for whatever needs you."


async def test_on_is_said_once_it_drives(world: World) -> None:
    world.agent(WAITS)
    world.ticket("steep")
    async with running(world) as ui:
        await ui.press("P")
        await ui.until(lambda: ON in ui.toasts, "the word")
        assert is_driven(world.ws)
        await ui.sees("autopilot on")


async def test_what_is_not_in_order_is_said_once_and_nothing_is_on(world: World) -> None:
    world.config(more="roles: {task: {agent: nix}}\n")
    async with running(world) as ui:
        await ui.press("P")
        await ui.until(lambda: any("stays off" in toast and "nix" in toast for toast in ui.toasts), "the trouble")
        assert ON not in ui.toasts
        await ui.sees("autopilot off")


async def test_another_process_drives_already(world: World) -> None:
    other = Conductor(world.ws)
    import threading

    thread = threading.Thread(target=other.run)
    thread.start()
    try:
        async with running(world) as ui:
            await ui.until(lambda: is_driven(world.ws), "the other one")
            ui.app.autopilot.start()
            await ui.until(lambda: "Autopilot is on already, in another process." in ui.toasts, "the refusal")
            assert ON not in ui.toasts
    finally:
        other.stop()
        thread.join()


async def test_an_unexpected_end_is_shown(world: World) -> None:
    async with running(world) as ui:
        elsewhere = world.root.with_name("moved")
        world.root.rename(elsewhere)
        try:
            await ui.press("P")
            await ui.until(lambda: any("is off: unexpected" in toast for toast in ui.toasts), "the fault")
            assert ON not in ui.toasts
            assert ui.app.autopilot.words() == "off"
        finally:
            if world.root.exists():
                shutil.rmtree(world.root)
            elsewhere.rename(world.root)


async def test_a_pod_removed_by_hand_is_not_begun_anew(world: World) -> None:
    world.agent(WAITS)
    world.ticket("steep")
    async with running(world) as ui:
        await ui.press("P")
        await ui.sees("pod-1", "working")
        await ui.press("exclamation_mark", "tab")
        ui.mission.focus_list(ui.mission.pods)
        await ui.press("D")
        await ui.sees("Remove pod-1?", "#101 is held after this")
        await ui.press("y")
        await ui.until(lambda: any("#101 is held until you say so" in toast for toast in ui.toasts), "the word")
        snapshot = world.ws.snapshot()
        assert snapshot.tickets[101].status is Status.BLOCKED  # type: ignore[index]
        assert snapshot.autopilot and not snapshot.pods
        await ui.sees("⚑ 1 needs you")
        await ui.press("k", "s")
        await ui.sees("pod-2")


async def test_without_autopilot_a_removed_pod_leaves_its_ticket_ready(world: World) -> None:
    world.spawn(world.ticket("steep"))
    async with running(world) as ui:
        await ui.press("D")
        await ui.sees("Remove pod-1?")
        assert "is held" not in ui.text
        await ui.press("y")
        await ui.sees("No pods.")
        assert world.ws.snapshot().tickets[101].status is Status.READY  # type: ignore[index]


async def test_what_a_thread_asks_for_is_shown_within_the_app(world: World) -> None:
    """Autopilot works in a thread; what Textual looks up in its context is not there."""
    seen: list[object] = []

    class Looking:
        def take(self, update: Update) -> None:
            seen.append(active_app.get(None))

        def say(self, text: str, severity: str = "information") -> None:
            seen.append(active_app.get(None))

    async with running(world) as ui:
        ui.app.bridge._listener = Looking()
        await asyncio.to_thread(contextvars.Context().run, ui.app.bridge.renew)
        await asyncio.to_thread(contextvars.Context().run, ui.app.bridge.post, "a word")
        await ui.until(lambda: len(seen) >= 2, "both")
        assert set(seen) == {ui.app}
