"""Who comes back is told what happened; who finds nothing new is left alone."""

from __future__ import annotations

import time

from textual import events

from lmawep_tui.files.triage_file import read_looked
from tests.ui.conftest import running
from tests.world import ASKS, World


async def test_who_comes_back_is_told_and_goes_there(world: World) -> None:
    world.agent(ASKS)
    world.ticket("calm")
    pod = world.spawn(world.ticket("asks"))
    async with running(world) as ui:  # the first time nobody has been away
        await ui.press("j", "j")
        assert ui.app.screen is ui.mission
    left = read_looked(world.ws.layout.looked)
    assert left is not None and abs(left - time.time()) < 60
    now = [time.time() + 7200]
    async with running(world, clock=lambda: now[0]) as ui:  # nothing happened: nothing is shown
        await ui.until(lambda: ui.app.absence._since is not None, "the look")
        await ui.press("H")
        await ui.until(lambda: any("Nothing landed" in toast for toast in ui.toasts), "nothing")
        assert ui.app.screen is ui.mission
        ui.app.post_message(events.AppFocus())
        now[0] = time.time() - 60
        ui.app.post_message(events.AppBlur())
        await ui.until(lambda: ui.app.presence.away, "away")
        world.work(pod.id)
        world.ws.journal("landed", ticket=101, pod="pod-9", commit="3f2a91c" + "0" * 33)
        await ui.sees("needs you · 1")
        now[0] += 3600
        ui.app.post_message(events.AppFocus())
        await ui.sees("Since you left · 1h ago", "asks: Which hash?", "#101 calm landed as 3f2a91c", "1 run ended")
        await ui.press("m", "j", "enter")
        await ui.until(lambda: ui.app.screen is ui.mission, "closed")
        assert ui.mission.table.cursor_key == "101"
        await ui.press("H")
        await ui.sees("Since you left")
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "closed again")


async def test_a_short_absence_is_none(world: World) -> None:
    pod = world.spawn(world.ticket("steep"))
    async with running(world) as ui:
        ui.app.post_message(events.AppBlur())
        await ui.until(lambda: ui.app.presence.away, "away")
        world.work(pod.id)
        ui.app.post_message(events.AppFocus())
        await ui.sees("needs you · 1")
        await ui.until(lambda: not ui.app.presence.away, "here")
        assert ui.app.screen is ui.mission
