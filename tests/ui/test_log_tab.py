"""The log of older runs and of pods that are gone, and what the footer offers while it is read."""

from __future__ import annotations

from lmawep_tui.engine import review, runs, testing, train
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.ids import PodId
from lmawep_tui.ui.widgets.diff_view import DiffView
from tests.ui.conftest import running
from tests.world import WAITS, World


def worked_twice(world: World) -> PodId:
    pod = world.spawn(world.ticket("steep")).id
    runs.wait(world.ws, runs.start(world.ws, pod, argv=("echo", "the first run")), 20)
    runs.wait(world.ws, runs.start(world.ws, pod, argv=("echo", "the second run")), 20)
    return pod


async def test_older_runs_are_gone_back_to(world: World) -> None:
    worked_twice(world)
    async with running(world) as ui:
        await ui.sees("the second run", "0002-task 2/2")
        await ui.press("left_square_bracket")
        await ui.sees("the first run", "0001-task 1/2", "an older run")
        await ui.press("left_square_bracket")
        await ui.until(lambda: "0001-task is the oldest run." in ui.toasts, "the end")
        await ui.press("right_square_bracket")
        await ui.sees("the second run", "0002-task 2/2")


async def test_the_footer_offers_the_verbs_of_the_log(world: World) -> None:
    worked_twice(world)
    async with running(world, size=(260, 40)) as ui:  # room for every verb, whatever state the pod is in by now
        await ui.sees("the second run")
        assert "f follow" not in ui.footer and "w why" in ui.footer
        await ui.press("enter")
        await ui.until(lambda: "f follow" in ui.footer, "the log's verbs")
        assert "[ older run" in ui.footer and "/ search" in ui.footer
        assert "w wrap" in ui.footer and "w why" not in ui.footer and "n next match" not in ui.footer
        ui.burst("/run\r")
        await ui.until(lambda: "n next match" in ui.footer and "n new" not in ui.footer, "the search's verbs")


async def test_a_search_shows_its_pattern_and_a_count(world: World) -> None:
    pod = world.spawn(world.ticket("steep")).id
    lines = "; ".join(f"echo line {n} {'tea' if n % 10 == 0 else ''}" for n in range(200))
    runs.wait(world.ws, runs.start(world.ws, pod, argv=("sh", "-c", lines)), 20)
    async with running(world) as ui:
        await ui.sees("line 199")
        await ui.press("enter")
        ui.burst("/tea\r")
        await ui.sees("“tea” 20/20")
        await ui.press("N")
        await ui.sees("“tea” 19/20")
        await ui.press("g")
        await ui.sees("line 0 tea")
        await ui.press("n")
        await ui.sees("“tea” 1/20")
        await ui.press("n")
        await ui.sees("“tea” 2/20")


async def test_a_landed_ticket_keeps_log_and_diff(world: World) -> None:
    world.config(more="merge: {remove_pod: true}\n")
    pod = world.spawn(world.ticket("steep")).id
    world.work(pod)
    review.approve(world.ws, pod)
    testing.test(world.ws, pod)
    train.merge_pod(world.ws, pod)
    assert not world.ws.snapshot().pods
    async with running(world) as ui:
        await ui.press("1", "left_square_bracket", "left_square_bracket")
        await ui.sees("work on 101", "0001-task 1/3")
        await ui.press("2")
        await ui.sees("part-101.txt", "part 101")
        assert isinstance(ui.mission.detail.view, DiffView)


async def test_the_horizontal_place_is_not_carried_to_another_pod(world: World) -> None:
    for title in ("one", "two"):
        pod = world.spawn(world.ticket(title)).id
        text = f"{title} " + "x" * 300
        runs.wait(world.ws, runs.start(world.ws, pod, argv=("echo", text)), 20)
        settle(world.ws, pod)  # else the list is put in another order while it is looked at
    async with running(world) as ui:
        await ui.press("g")
        await ui.sees("one xxx")
        await ui.press("enter", "l", "l")
        assert ui.mission.detail.log_view.scroll_offset.x == 16
        await ui.press("escape", "j")
        await ui.sees("two xxx")
        assert ui.mission.detail.log_view.scroll_offset.x == 0


async def test_scrolled_is_not_called_paused(world: World) -> None:
    world.agent(WAITS.replace("echo started", "seq 200"))
    pod = world.spawn(world.ticket("steep")).id
    runs.start(world.ws, pod)
    async with running(world) as ui:
        await ui.sees("200", "following")
        await ui.press("enter", "g")
        await ui.until(lambda: "following" not in ui.text, "scrolled")
        assert "paused" not in ui.text
