"""Moving about in the views: from one to the next, cell by cell, through time, to a log, and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.review import approve
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.panes.grid_table import GridTable
from lmawep_tui.ui.screens.mission import MissionScreen
from lmawep_tui.ui.screens.run_log import RunLogScreen
from lmawep_tui.ui.screens.view import ViewScreen
from tests.ui.conftest import running
from tests.ui.test_views import look_at
from tests.world import World


async def test_the_radar_is_a_matrix_and_shows_the_hunks(world: World) -> None:
    one, two, three = (world.spawn(world.ticket(name)) for name in ("Boil", "Steep", "Pour"))
    (Path(one.path) / "tea.txt").write_text("black\n")
    (Path(two.path) / "tea.txt").write_text("[/]white\n")
    async with running(world) as ui:
        screen = await look_at(ui, "radar")
        await ui.sees("1 pair would conflict", "Enter hunks")
        assert isinstance(screen.table, GridTable) and screen.row == "pod-1 main"
        await ui.press("l", "l")
        await ui.until(lambda: screen.row == "pod-1 pod-2", "the crossing")
        await ui.sees("pod-1 and pod-2 would conflict in 1 file", "<<<<<<< pod-1", "black", "[/]white", ">>>>>>> pod-2")
        await ui.press("enter")
        await ui.until(lambda: screen.about.has_focus, "the hunks")
        await ui.press("escape")
        await ui.until(lambda: screen.table.has_focus and screen.row == "pod-1 pod-2", "the cell again")
        (Path(two.path) / "tea.txt").write_text("green\n")
        await ui.press("r")
        await ui.sees("nothing would conflict", "pod-1 and pod-2 would merge without a conflict")
        await ui.press("j", "j", "h", "h", "h", "h")
        await ui.until(lambda: screen.row == f"{three.id} main", "the corner")


async def test_a_moment_in_time_and_the_log_of_its_run(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    remove(world.ws, pod.id, force=True)
    begin = 1768471200
    run = {"role": "task", "agent": "me", "pod": pod.id, "ticket": pod.ticket}
    first, second = {**run, "run": "0001-task"}, {**run, "run": "0002-task"}
    lines = [(0, "run", first), (60, "run_ended", {**first, "outcome": "crashed"}),
             (100, "run", second), (160, "run_ended", {**second, "outcome": "completed"})]  # fmt: skip
    texts = [json.dumps({"at": datetime.fromtimestamp(begin + at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "event": event,
                         **facts}) for at, event, facts in lines]  # fmt: skip
    world.ws.layout.journal.write_text("\n".join(texts) + "\n")
    async with running(world, size=(120, 30)) as ui:
        screen = await look_at(ui, "timeline")
        await ui.sees("now  nobody at work; 0 landed", "▸", "0002-task")
        await ui.press(*["h"] * 70)
        await ui.sees("1 at work: #101 task", "│")
        assert screen.page.logs["101"].run == "0001-task"
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, RunLogScreen), "the log, though the pod is gone")
        await ui.sees("work on 101")
        await ui.press("slash")
        await ui.type("status")
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen.log_view.needle is not None, "a search")  # type: ignore[attr-defined]
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is screen, "the timeline again")
        await ui.press("0")
        await ui.sees("now  nobody at work")


async def test_from_view_to_view_and_back(world: World) -> None:
    world.ticket("Steep")
    async with running(world) as ui:
        await look_at(ui, "graph")
        await ui.sees("[2 graph]")
        for key, name in (("right_square_bracket", "train"), ("6", "memory"), ("left_square_bracket", "timeline"),
                          ("9", "doctor"), ("right_square_bracket", "board")):  # fmt: skip
            await ui.press(key)
            await ui.until(lambda name=name: getattr(ui.app.screen, "view_name", "") == name, name)
        await ui.press("2", "slash")
        await ui.type("nothing like it")
        await ui.sees("Nothing here has “nothing like it” in it")
        await ui.press("escape")
        await ui.sees("#101", "Steep")
        await ui.press("colon")
        await ui.type("closed tickets too")
        await ui.press("enter")
        screen = ui.app.screen
        assert isinstance(screen, ViewScreen)
        await ui.until(lambda: screen.frame.whole, "all tickets")
        column = ui.lines[0].index("7 vault")
        await ui.pilot.click(screen.header, offset=(column + 2, 0))
        await ui.until(lambda: getattr(ui.app.screen, "view_name", "") == "vault", "the vault")
        assert len(ui.app.screen_stack) == 2  # nothing is left below
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")


async def test_a_car_is_held_taken_out_and_landed(world: World) -> None:
    first, second = (world.spawn(world.ticket(name)) for name in ("Boil", "Steep"))
    for pod in (first, second):
        world.work(pod.id)
        approve(world.ws, pod.id)
    from lmawep_tui.engine.testing import test as run_tests

    for pod in (first, second):
        run_tests(world.ws, pod.id)
    status = lambda pod: world.ws.snapshot().tickets[pod.ticket].status  # noqa: E731
    async with running(world) as ui:
        await look_at(ui, "train")
        await ui.sees("1. pod-1", "2. pod-2", "2 cars, nothing moves now", "1 before it")
        await ui.press("p")
        await ui.sees("paused")
        await ui.press("x")
        await ui.sees("What has to change in pod-1?")
        await ui.type("hotter")
        await ui.press("enter")
        await ui.until(lambda: status(first) is Status.ASSIGNED, "back to work")
        await ui.sees("1. pod-2")
        await ui.press("m")
        await ui.sees("Land pod-2 next?")
        await ui.press("y")
        await ui.until(lambda: status(second) is Status.COMPLETE, "the landing")
        await ui.sees("The train is empty")


async def test_one_file_of_a_snapshot_comes_back(world: World) -> None:
    ticket = world.ticket("Steep")
    pod = world.spawn(ticket)
    world.work(pod.id)
    remove(world.ws, pod.id, force=True)
    back = world.spawn(ticket)
    assert back.id == PodId("pod-2")
    async with running(world) as ui:
        await look_at(ui, "vault")
        await ui.sees("pod-1@1", "+1 −0 in 1", "+part 101", "Memory banks 1")
        await ui.press("F")
        await ui.sees("Which file of pod-1@1?", "part-101.txt")
        await ui.press("enter")
        await ui.sees("Into which pod?")
        await ui.press("enter")
        await ui.sees("Bring it into pod-2?")
        await ui.press("y")
        await ui.until((Path(back.path) / "part-101.txt").exists, "the file")
        await ui.press("G")
        await ui.sees("memory bank of #101", "its next pod begins with it")
