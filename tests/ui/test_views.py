"""The views beside mission control: each shows what is, stays true, and leads back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from lmawep_tui.engine import tickets
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.present.board_columns import COLUMNS, columns_shown
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.screens.mission import MissionScreen
from lmawep_tui.ui.screens.view import ViewScreen
from lmawep_tui.ui.views import VIEWS
from tests.ui.conftest import Ui, running
from tests.world import World


async def look_at(ui: Ui, name: str) -> ViewScreen:
    """Opens a view by its key and the list that comes."""
    await ui.press("V")
    await ui.sees("Look at")
    await ui.press(*["j"] * list(VIEWS).index(name), "enter")
    await ui.until(lambda: isinstance(ui.app.screen, ViewScreen), f"the view {name}")
    screen = ui.app.screen
    assert isinstance(screen, ViewScreen)
    await ui.until(lambda: screen.page.empty != "Reading…", "its page")
    return screen


async def test_the_graph_leads_to_a_ticket_and_follows_the_disk(world: World) -> None:
    first = world.ticket("Boil [bold]water[/]")
    second = world.ticket("Steep", depends_on=[first.id])
    async with running(world) as ui:
        await look_at(ui, "graph")
        await ui.sees("Boil [bold]water[/]", "waits for 101", "critical path #101 → #102")
        third = tickets.create(world.ws, "Pour", depends_on=[second.id])
        await ui.sees("Pour", "→ #103")
        await ui.press("j", "j", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")
        assert ui.mission.table.cursor_key == ticket_key(third.id)


async def test_the_vault_gives_back_what_was_removed(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    remove(world.ws, pod.id, force=True)
    async with running(world) as ui:
        await look_at(ui, "vault")
        await ui.sees("pod-1@1", "not on main")
        await ui.press("R")
        await ui.sees("Bring it back?")
        await ui.press("y")
        await ui.until(lambda: "pod-2" in world.ws.snapshot().pods, "the pod")
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")


async def test_the_doctor_mends(world: World) -> None:
    ticket = world.ticket("Steep")
    path = world.ws.layout.ticket(ticket.id)
    path.write_text(path.read_text().replace("status: ready", "status: working"))
    async with running(world) as ui:
        await look_at(ui, "doctor")
        await ui.sees("has no pod", "f mend", "1 to mend, looked at")
        await ui.press("f")
        await ui.sees("Mend what can be mended?")
        await ui.press("y")
        await ui.until(lambda: world.ws.snapshot().tickets[ticket.id].status is Status.READY, "the mending")
        await ui.until(lambda: "has no pod" not in ui.text, "a clean list")


async def test_train_memory_and_postmortem_show_what_there_is(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    async with running(world) as ui:
        await look_at(ui, "train")
        await ui.sees("The train is empty")
        await ui.press("escape")
        await look_at(ui, "memory")
        await ui.sees("activeContext.md", pod.id)
        await ui.press("q")
        await look_at(ui, "postmortem")
        await ui.sees("The fleet")
        await ui.press("tab", "escape", "escape")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")


async def test_the_timeline_comes_closer_and_goes_back(world: World) -> None:
    ticket = world.ticket("Steep")
    begin = 1768471200
    for second, event, facts in ((0, "run", {"role": "task", "agent": "me"}), (60, "run_ended", {"outcome": "crashed"}),
                                 (70, "landed", {})):  # fmt: skip
        at = datetime.fromtimestamp(begin + second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = {"at": at, "event": event, "pod": "pod-1", "ticket": ticket.id, "run": "0001-task", **facts}
        with world.ws.layout.journal.open("a") as file:
            file.write(json.dumps(line) + "\n")
    async with running(world, size=(120, 30)) as ui:
        await look_at(ui, "timeline")
        bar = lambda: next((line for line in ui.lines if "#101  " in line), "")  # noqa: E731
        await ui.until(lambda: "T━━━" in bar() and "✗" in bar() and "▲" in bar(), "all of it")
        await ui.sees("0001-task", "me")
        await ui.press("plus")
        await ui.until(lambda: "T━━━" not in bar() and "▲" in bar(), "only the end")
        await ui.press(*["H"] * 8)
        await ui.until(lambda: "T━━━" in bar() and "▲" not in bar(), "only the beginning")
        await ui.press("0")
        await ui.until(lambda: "T━━━" in bar() and "▲" in bar(), "all of it again")


async def test_the_palette_opens_views_and_the_help_tells_of_them(world: World) -> None:
    async with running(world) as ui:
        await ui.press("colon")
        await ui.type("view graph")
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, ViewScreen), "the graph")
        await ui.sees("No tickets yet.")
        await ui.press("question_mark")
        await ui.sees("Keys")


@pytest.mark.parametrize(("full", "focus", "room", "seen"), [
    (["To do", "Done"], "To do", 3, {"To do", "Working", "Done"}),
    (list(COLUMNS), "Review", 3, {"Working", "Review", "Testing"}),
    (list(COLUMNS), "Done", 2, {"Merging", "Done"}), ([], "To do", 1, {"To do"}),
    (["To do"], "To do", 6, set(COLUMNS) - {"Needs you"}),
])  # fmt: skip
def test_columns_of_the_board_that_are_seen(full: list[str], focus: str, room: int, seen: set[str]) -> None:
    assert columns_shown(full, focus, room) == seen


async def test_a_card_moves_by_the_verbs(world: World) -> None:
    ticket = world.ticket("Steep")
    async with running(world, size=(120, 30)) as ui:
        await ui.press("V")
        await ui.sees("Look at", "5 timeline")
        await ui.press("1")
        await ui.sees("To do 1", "101 Steep", "s spawn")
        await ui.press("s")
        await ui.sees("Working 1")
        assert world.ws.snapshot().tickets[ticket.id].status is Status.ASSIGNED
        await ui.press("l")
        await ui.sees("e run")
        await ui.press("enter")
        await ui.sees("status  ◔ assigned", "pod-1 assigned", "Enter go there")
        await ui.press("escape")
        await ui.until(lambda: "Enter go there" not in ui.text, "the board again")
        await ui.press("enter", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")
        assert ui.mission.tickets.table.cursor_key == ticket_key(ticket.id)
