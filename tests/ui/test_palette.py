"""The palette, the help and the themes, on every screen and by mouse."""

from __future__ import annotations

from typing import Any

from textual.geometry import Offset

from lmawep_tui.files.screen_file import read_screen
from lmawep_tui.ui.palette import Palette
from lmawep_tui.ui.screens.board import BoardScreen
from lmawep_tui.ui.screens.help import HelpScreen
from lmawep_tui.ui.screens.review import ReviewScreen
from lmawep_tui.ui.screens.view import ViewScreen
from lmawep_tui.ui.widgets.table import Table
from tests.ui.conftest import Ui, running
from tests.world import World


async def palette(ui: Ui, typed: str = "") -> Table:
    """Open the palette by its key and type; return the list."""
    await ui.press("colon")
    await ui.until(lambda: isinstance(ui.app.screen, Palette), "the palette")
    await ui.type(typed)
    await ui.until(lambda: ui.app.screen._shown == typed, "what was typed")  # type: ignore[attr-defined]
    return ui.app.screen.query_one(Table)


async def shows(ui: Ui, kind: type[Any]) -> None:
    await ui.until(lambda: isinstance(ui.app.screen, kind), kind.__name__)


async def click(ui: Ui, words: str, button: int = 1) -> None:
    """Click where these words stand on the screen."""
    line = next(n for n, text in enumerate(ui.lines) if words in text)
    await ui.pilot.click(offset=Offset(ui.lines[line].index(words), line), button=button)


def done(world: World) -> None:
    """Two tickets, the first of which has work to be reviewed."""
    first = world.ticket("one")
    world.ticket("two")
    world.work(world.spawn(first).id)


async def test_the_palette_on_every_screen(world: World) -> None:
    done(world)
    async with running(world) as ui:
        table = await palette(ui)
        assert ": palette" in ui.text
        first, last = table.rows.keys[0], table.rows.keys[-1]
        assert first.startswith("do:pod.")
        await ui.press("escape")
        # What cannot be done comes last, says why, and says it again when it is taken.
        table = await palette(ui, ">board.left")
        assert table.rows.keys == []
        await ui.press("escape")
        assert last.startswith("do:")
        await palette(ui, ">column to the left")
        await ui.sees("✕ Works in: board")
        await ui.press("enter")
        await ui.until(lambda: any("Works in: board" in toast for toast in ui.toasts), "the reason")

        await palette(ui, "/part-101")
        await ui.sees("part-101.txt  pod-1")
        await ui.press("enter")
        await shows(ui, ReviewScreen)
        assert ": palette" in ui.text
        table = await palette(ui)
        assert table.rows.keys[0] == "do:review.approve" or "do:review.approve" in table.rows.keys[:12]
        await ui.type("ask")  # nothing of that name: the way back leaves everything as it was
        await ui.press("escape")
        await shows(ui, ReviewScreen)
        await palette(ui, "view board")
        await ui.press("enter")
        await shows(ui, BoardScreen)
        assert ": palette" in ui.text
        await palette(ui, "view graph")
        await ui.press("enter")
        await shows(ui, ViewScreen)
        assert ": palette" in ui.text
        await palette(ui, "#102")
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        assert ui.mission.tickets.table.cursor_key == "102"
        await palette(ui, "progress.md")
        await ui.press("enter")
        await ui.until(lambda: ui.mission.detail.tab == "memory", "the memory bank")
        # What was taken before comes first now.
        table = await palette(ui)
        assert table.rows.keys[0] == "memory:pod-1:progress.md"
        assert "ticket:102" in table.rows.keys[:5]


async def test_a_theme_is_worn_while_the_cursor_is_on_it_and_kept_when_it_is_taken(world: World) -> None:
    world.ticket("one")
    async with running(world) as ui:
        await ui.press("ctrl+t")
        await shows(ui, Palette)
        assert ui.app.screen.query_one(Table).cursor_key == "theme:dark"
        await ui.press("down")
        await ui.until(lambda: ui.app.theme == "lmawep-light", "the next theme")
        await ui.press("escape")
        await ui.until(lambda: ui.app.theme == "lmawep-dark", "the theme of before")
        await ui.press("ctrl+t", "down", "down", "enter")
        await ui.until(lambda: ui.app.theme == "lmawep-contrast", "the theme taken")
        await ui.until(lambda: read_screen(world.ws.layout.screen).get("theme") == "contrast", "the file")
    async with running(world) as ui:
        assert ui.app.theme == "lmawep-contrast"
        world.config(more="theme: colour-blind\n")
        await ui.until(lambda: ui.app.theme == "lmawep-colour-blind", "what the config says since")


async def test_help_begins_with_the_screen_one_comes_from_is_searched_and_does_things(world: World) -> None:
    world.config(more="keys: {theme: f9}\n")
    done(world)
    async with running(world) as ui:
        await ui.press("question_mark")
        await shows(ui, HelpScreen)
        await ui.sees("Pods", "✕ Stop needs a live run.")
        await ui.press("slash")
        await ui.type("colours")
        await ui.sees("F9", "yours")
        await ui.press("enter", "enter")
        await shows(ui, Palette)
        await ui.press("escape", "r")
        await shows(ui, ReviewScreen)
        await ui.press("question_mark")
        await shows(ui, HelpScreen)
        await ui.until(lambda: ui.app.screen.query_one(Table).cursor_key == "review.approve", "the review's keys first")
        await ui.press("escape", "q")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")


async def test_the_mouse_reaches_everything(world: World) -> None:
    done(world)
    async with running(world, size=(160, 40)) as ui:
        await click(ui, "102  two")
        assert ui.mission.tickets.table.cursor_key == "102" and ui.mission.list_pane is ui.mission.tickets
        await click(ui, "101  one", button=3)
        await shows(ui, Palette)
        await ui.sees("review pod-1")
        await click(ui, "review pod-1")
        await shows(ui, ReviewScreen)
        await click(ui, ": palette")
        await shows(ui, Palette)
        await ui.press("escape", "escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        await click(ui, "slots")
        await shows(ui, ViewScreen)
        assert ui.app.screen.view_name == "train"  # type: ignore[attr-defined]
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        await click(ui, "needs you")
        await ui.until(lambda: ui.mission.list_pane is ui.mission.pods, "the pod that needs you")
        await click(ui, "autopilot")
        await ui.until(lambda: ui.app.autopilot.wanted, "autopilot")
        await click(ui, "autopilot")
        await ui.until(lambda: not ui.app.autopilot.wanted, "no autopilot")


async def test_layouts_go_round_and_the_line_is_dragged(world: World) -> None:
    world.ticket("one")
    async with running(world, size=(200, 50)) as ui:
        left = ui.mission.left
        usual = left.size.width
        seen = []
        for _ in range(5):
            await ui.press("backslash")
            await ui.pilot.pause()
            seen.append((left.size.width, ui.mission.folded, ui.mission.has_class("-columns")))
        assert seen[0][0] > usual > seen[1][0] and seen[2][2] and seen[3][1]
        assert seen[4] == (usual, False, False)
        edge = ui.mission.detail.region.x
        await ui.pilot.mouse_down(offset=Offset(edge, 10))
        await ui.pilot.hover(offset=Offset(60, 10))
        await ui.pilot.mouse_up(offset=Offset(60, 10))
        await ui.until(lambda: left.size.width == 60, "the line at its new place")
        await ui.until(lambda: read_screen(world.ws.layout.screen).get("share") == 30, "the file")
    async with running(world, size=(100, 30)) as ui:
        assert ui.mission.left.size.width == 30
