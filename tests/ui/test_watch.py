"""The wall of logs in one sitting: tiles, zoom, pages, an ended run, a resize, the verbs."""

from __future__ import annotations

import pytest

from lmawep_tui.engine import runs
from lmawep_tui.model.costs import Spending
from lmawep_tui.model.ids import PodId
from lmawep_tui.store.pod_look import run_names
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.present.tile_words import tile_note, tile_title
from lmawep_tui.ui.screens import watch
from lmawep_tui.ui.screens.watch import WatchScreen
from tests.ui.conftest import Ui, running
from tests.world import World

# Each prints its name, and ends when a file of its name is there.
SAYS = """#!/bin/sh
cat > /dev/null
echo "hello of $LMAWEP_POD"
while [ ! -e "$LMAWEP_ROOT/go" ] && [ ! -e "$LMAWEP_ROOT/$LMAWEP_POD" ]; do sleep 0.05; done
printf 'STATUS: QUESTION\\nPROGRESS: none\\nQUESTION: Which hash?\\nBLOCKERS: Which hash?\\n'
"""


def wall_of(ui: Ui) -> WatchScreen:
    assert isinstance(ui.app.screen, WatchScreen)
    return ui.app.screen


def fleet(world: World, count: int) -> list[PodId]:
    world.config(more="slots: 9\n")
    world.agent(SAYS)
    pods = [world.spawn(world.ticket(f"Part {n} [/]")).id for n in range(count)]
    for pod in pods:
        runs.start(world.ws, pod)
    return pods


async def test_a_sitting_before_the_wall(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LINGER_S", 0.0)
    pods = fleet(world, 3)
    async with running(world, size=(80, 24)) as ui:
        await ui.press("W")
        await ui.sees("Watch", "1–2 of 3 at work", "hello of pod-1", "hello of pod-2", "x stop")
        wall = wall_of(ui)
        asleep = [tile for tile in wall.tiles if not tile.display]
        assert len(wall.tiles) == 2 and not asleep, "only what is seen is there at all"
        # Pages, the zoom, and back: the keys stay with the pod.
        await ui.press("right_square_bracket")
        await ui.sees("hello of pod-3", "3 of 3 at work")
        assert wall.wall.chosen == "pod-3" and "hello of pod-1" not in ui.text
        await ui.press("left_square_bracket", "tab", "enter")
        await ui.sees("hello of pod-2", "2 of 3 at work", "zoomed")
        assert "hello of pod-1" not in ui.text
        assert [tile.view._wake is not None for tile in wall.tiles] == [False, True], "who is not seen does nothing"
        await ui.press("tab")
        await ui.sees("hello of pod-3", "3 of 3")
        await ui.press("escape", "left_square_bracket", "1")
        await ui.sees("hello of pod-1", "hello of pod-2")
        assert wall.wall.chosen == "pod-1"
        # Room for everybody; arrows go where they point.
        await ui.pilot.resize_terminal(200, 50)
        await ui.until(lambda: all(f"hello of {pod}" in ui.text for pod in pods), "all three")
        await ui.press("down")
        assert wall.wall.chosen == "pod-2"
        await ui.pilot.resize_terminal(80, 24)
        await ui.until(lambda: wall.wall.grid.size == 2, "two tiles")
        assert wall.wall.chosen == "pod-2" and wall.wall.page == ("pod-1", "pod-2")
        # A search in the tile.
        ui.burst("/hello\r")
        await ui.sees("“hello” 1/1", "N previous")
        await ui.press("escape")
        await ui.until(lambda: "“hello”" not in ui.text, "no search")
        # The run of the other tile ends: it says how, and makes room. That of the pinned and chosen tile does not.
        (world.root / "pod-1").touch()
        await ui.sees("hello of pod-3")
        assert wall.wall.page == ("pod-3", "pod-2") and wall.wall.chosen == "pod-2"
        await ui.press("asterisk", "1")
        (world.root / "pod-2").touch()
        await ui.sees("question", "ago", "⊙")
        assert wall.wall.page == ("pod-3", "pod-2")
        # A verb goes to the tile's pod.
        await ui.press("x")
        await ui.sees("Stop pod-3?")
        await ui.press("y")
        await ui.until(lambda: not world.ws.snapshot().pods[PodId("pod-3")].live, "the stop")
        await ui.press("A")
        await ui.sees("of 3 of all pods")
        await ui.press("d")
        await ui.until(lambda: ui.app.screen is ui.mission and ui.mission.table.cursor_key == "pod-3", "its detail")


async def test_marked_pods_are_watched_and_a_new_run_is_followed(world: World) -> None:
    pods = fleet(world, 3)
    async with running(world, size=(120, 40)) as ui:
        ui.mission.focus_list(ui.mission.pods)
        ui.mission.pods.table.move_to("pod-2")
        await ui.press("space", "space")  # marks pod-2 and the next one
        marked = sorted(ui.mission.pods.table.marked)
        await ui.press("W")
        await ui.sees("2 marked", *[f"hello of {pod}" for pod in marked])
        other = next(pod for pod in pods if pod not in marked)
        assert f"hello of {other}" not in ui.text
        await ui.press("colon")
        await ui.type(other)
        await ui.press("enter")
        await ui.until(lambda: wall_of(ui).wall.chosen == other and f"hello of {other}" in ui.text, "whom I asked for")
        (world.root / other).touch()
        await ui.sees("Which hash?")
        await ui.until(lambda: not world.ws.snapshot().pods[other].live, "its end")
        runs.wait(world.ws, runs.start(world.ws, other, argv=("echo", "a second run")), 20)
        await ui.sees("a second run")
        assert len(run_names(world.ws.layout, other)) == 2
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")


@pytest.mark.parametrize(("width", "words"), [
    (60, "2 ◔ pod-1 #101 assigned 5m 00s $0.42 Do [/] everything"), (44, "2 ◔ pod-1 #101 assigned 5m 00s $0.42"),
    (32, "2 ◔ pod-1 #101 assigned 5m 00s"), (20, "2 ◔ pod-1 #101 assigned"),
])  # fmt: skip
def test_the_frame_says_what_there_is_room_for(world: World, width: int, words: str) -> None:
    world.spawn(world.ticket("Do [/] everything"))
    pod = world.ws.snapshot().pods[PodId("pod-1")]
    from lmawep_tui.model.age import epoch

    now = (epoch(pod.record.created) or 0) + 300
    assert plain_text(tile_title(2, pod.id, pod, Spending(cost=0.42), {}, now, width)).strip() == words
    assert plain_text(tile_title(0, pod.id, None, None, {}, now, width)) == "pod-1 removed"
    assert plain_text(tile_note(None, "following", now, width)) == "following"
