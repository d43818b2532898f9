"""Two screens on one repository: both show the same, and nothing is started twice."""

from __future__ import annotations

import asyncio

from lmawep_tui.model.ids import PodId
from lmawep_tui.store.pod_look import run_names
from lmawep_tui.ui.actions import ACTIONS
from tests.ui.conftest import running
from tests.world import WAITS, World


async def test_two_screens_show_the_same_and_start_nothing_twice(world: World) -> None:
    world.agent(WAITS)
    first_ticket, second_ticket = world.ticket("Steep"), world.ticket("Pour")
    async with running(world) as one, running(world) as two:
        # What one does, the other shows.
        await one.press("s")
        for ui in (one, two):
            await ui.until(lambda ui=ui: "pod-1" in ui.mission.pods.table.rows, "the pod on both")
        # Both press at once: one run, and the one that came late says why.
        for ui in (one, two):
            ui.mission.focus_list(ui.mission.pods)
            assert ui.mission.selection()[1] is not None
        for ui in (one, two):
            ui.mission.carry_out(ACTIONS["pod.run"], ui.mission.situation())
        for ui in (one, two):
            await ui.until(lambda ui=ui: ui.app.bridge.snapshot.slots_used == 1 and not ui.app.bridge.busy, "the run")
        assert run_names(world.ws.layout, PodId("pod-1")) == ["0001-task"]
        said = [toast for ui in (one, two) for toast in ui.toasts if "pod-1" in toast]
        assert len(said) == 1 and ("already has a run" in said[0] or "0001-task" in said[0] or "busy" in said[0]), said
        # Autopilot on in one: the other says where it is on, cannot be switched on as well, and each run is one run.
        await one.press("P")
        for ui in (one, two):
            await ui.until(lambda ui=ui: ui.app.bridge.snapshot.autopilot, "autopilot on both")
        await two.press("P")
        await two.until(lambda: any("another process" in toast for toast in two.toasts), "why not")
        for ui in (one, two):
            await ui.until(lambda ui=ui: ui.app.bridge.snapshot.slots_used == 2, "both tickets at work")
        pods = {pod.ticket: pod.id for pod in world.ws.snapshot().pods.values()}
        assert set(pods) == {first_ticket.id, second_ticket.id} and len(world.ws.snapshot().pods) == 2
        assert all(run_names(world.ws.layout, pod) == ["0001-task"] for pod in pods.values())
        await asyncio.sleep(0)
        for ui in (one, two):
            shown = [ui.mission.pods.table.rows.entries, ui.mission.tickets.table.rows.entries]
            keys = [[row[0] for row in rows if len(row) == 2] for rows in shown]
            assert keys[1] == [str(first_ticket.id), str(second_ticket.id)] and {"pod-1", "pod-2"} <= set(keys[0])
        await one.press("P")
        for ui in (one, two):
            await ui.until(lambda ui=ui: not ui.app.bridge.snapshot.autopilot, "autopilot off on both")
