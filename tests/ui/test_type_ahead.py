"""Keys that come in one piece, faster than the screen: what is typed is never taken for commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine.remove import remove
from lmawep_tui.files.lock import hold
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui import key_line
from lmawep_tui.ui.modals.ticket_form import TicketForm
from lmawep_tui.ui.panes.filter_line import FilterLine
from tests.repos import git
from tests.ui.conftest import Ui, running
from tests.world import World


def nothing_was_done(world: World) -> bool:
    """No tests, no runs, no pods removed: the letters of a word are verbs in a list."""
    pods = world.ws.snapshot().pods.values()
    return all(pod.run is not None and pod.run.number == 1 and not pod.record.paused for pod in pods)


async def calm(ui: Ui) -> None:
    """Until every key has been dealt with."""
    await ui.until(lambda: not ui.app.key_line._held and ui.app.key_line._free(), "the keys to be dealt with")


async def test_a_filter_typed_in_one_piece_only_filters(world: World) -> None:
    world.work(world.spawn(world.ticket("test the kettle")).id)
    world.work(world.spawn(world.ticket("other")).id)
    async with running(world) as ui:
        await ui.sees("pod-1", "pod-2", "+1 −0")
        ui.burst("/test\r")
        await ui.until(lambda: ui.mission.pods.needle == "test", "the filter")
        await calm(ui)
        assert not ui.mission.query(FilterLine)
        assert ui.mission.pods.table.has_focus
        assert nothing_was_done(world) and not ui.app.bridge.busy


async def test_what_follows_the_filter_is_for_the_list_again(world: World) -> None:
    for title in ("green tea", "black tea", "coffee"):
        world.ticket(title)
    async with running(world) as ui:
        ui.burst("/tea\rj4")
        await ui.until(lambda: ui.mission.detail.tab == "ticket" and ui.mission.tickets.needle == "tea", "the tab")
        assert ui.mission.tickets.table.cursor_key == "102"
        ui.burst("/\x1bk")
        await ui.until(lambda: ui.mission.tickets.needle == "" and not ui.mission.query(FilterLine), "all again")
        await ui.until(lambda: ui.mission.tickets.table.cursor_key == "101", "a row up")


async def test_the_palette_takes_what_was_typed(world: World) -> None:
    for title in ("one", "two", "three"):
        world.ticket(title)
    async with running(world) as ui:
        ui.burst(":#103\r")
        await ui.until(lambda: ui.mission.tickets.table.cursor_key == "103", "going there")
        await calm(ui)
        assert not world.ws.snapshot().pods
        ui.burst(":new\rStir\r")
        await ui.until(lambda: any(t.title == "Stir" for t in world.ws.snapshot().tickets.values()), "the ticket")


async def test_a_title_typed_at_once_is_a_title(world: World) -> None:
    world.ticket("one")
    async with running(world) as ui:
        ui.burst("nspawn D x p\r")
        await ui.until(lambda: 102 in world.ws.snapshot().tickets, "the ticket")
        assert world.ws.snapshot().tickets[102].title == "spawn D x p"  # type: ignore[index]
        assert not world.ws.snapshot().pods


async def test_keys_wait_for_a_form_however_long_it_takes_to_be_saved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ticket("one")
    world.ticket("two")
    async with running(world) as ui:
        await ui.press("n")
        await ui.until(lambda: isinstance(ui.app.screen, TicketForm), "the form")
        monkeypatch.setattr(key_line, "_PATIENCE_S", 0.0)
        monkeypatch.setattr(key_line, "_STEPS", 0)
        form = ui.app.screen
        assert isinstance(form, TicketForm)
        await ui.type("Stir")
        with hold(world.ws.layout.lock("state"), what="a test", timeout_s=5, doing="nothing"):
            ui.burst("\r")
            await ui.sees("under way…")
            assert form.sending
            ui.burst("qq")
            await ui.pilot.pause(0.05)
            assert form.draft.title == "Stir" and ui.app.screen is form
        await ui.until(lambda: ui.app.return_code is not None, "the keys to reach the list, and end it")
    assert [t.title for t in world.ws.snapshot().tickets.values()] == ["one", "two", "Stir"]  # type: ignore[union-attr]


async def test_an_answer_typed_at_once_is_the_answer(world: World) -> None:
    pod = world.spawn(world.ticket("one"))
    async with running(world) as ui:
        ui.burst("iuse t e x D\r")
        await ui.until(lambda: world.ws.snapshot().pods[pod.id].run is not None, "the run")
        bank = world.ws.layout.worktree(pod.id) / "memory-bank" / "activeContext.md"
        assert "use t e x D" in bank.read_text()


@pytest.mark.parametrize("keys", ["Dy", "D\x1b", "?\x1b", ":\x1b"])
async def test_a_dialog_takes_the_keys_that_follow_it(world: World, keys: str) -> None:
    world.spawn(world.ticket("one"))
    async with running(world) as ui:
        await ui.sees("pod-1")
        ui.burst(keys + "2")
        await ui.until(lambda: ui.mission.detail.wanted == "diff" and ui.app.screen is ui.mission, "the tab after it")
        assert (keys != "Dy") is bool(world.ws.snapshot().pods) or ui.app.bridge.busy


async def test_keys_are_not_held_for_ever(world: World) -> None:
    world.ticket("one")
    world.ticket("two")
    async with running(world) as ui:
        ui.app.key_line.hold_until(lambda: False)
        ui.burst("j")
        await ui.until(lambda: ui.mission.tickets.table.cursor_key == "102", "the key")


async def test_what_is_typed_while_a_conflict_is_looked_at_is_for_the_question(world: World) -> None:
    pod = world.spawn(world.ticket("one"))
    world.ticket("two")
    for folder, text in ((Path(pod.path), "pod\n"), (world.root, "main\n")):
        (folder / "both.txt").write_text(text)
        git(folder, "add", "--all")
        git(folder, "commit", "-q", "-m", "Both")
    async with running(world) as ui:
        await ui.sees("pod-1")
        ui.burst("c\rj\rjq")  # start; the second of the choices: main's side; the second again, and left
        await ui.until(lambda: (Path(pod.path) / "both.txt").read_text() == "main\n", "main's side")
        await calm(ui)
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        assert ui.app.is_running


async def test_a_refused_answer_stays_where_it_was_typed(world: World) -> None:
    pod = world.spawn(world.ticket("one"))
    world.spawn(world.ticket("two"))
    async with running(world) as ui:
        await ui.press("i")
        await ui.sees("Tell the agent of pod-1")
        remove(world.ws, pod.id, force=True)  # from another terminal
        ui.burst("use the D key\r")
        await ui.sees("⚑ ", "use the D key", "There is no pod-1")
        ui.burst("q\r")
        await ui.sees("use the D keyq")
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")


async def test_a_text_for_what_did_not_open_is_no_row_of_commands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_line, "_PAUSE_S", 60.0)
    pod = world.spawn(world.ticket("one"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("r")
        await ui.sees("part-101.txt", "+part 101")
        ui.burst("cwhy not, I say\r")  # on a heading there is nothing to comment on; `y` approves
        await ui.until(lambda: any("Put the cursor on a line" in said for said in ui.toasts), "the refusal")
        await calm(ui)
        assert ui.app.screen is not ui.mission and world.ws.snapshot().pods[pod.id].status is Status.REVIEW
        ui.burst("\x1b")
        await ui.until(lambda: ui.app.screen is ui.mission, "Escape is a key again, and so is every other after Enter")


async def test_a_pause_ends_what_is_typed_for_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_line, "_PAUSE_S", 0.0)
    world.ticket("one")
    world.ticket("two")
    async with running(world) as ui:
        await ui.press("i")
        ui.burst("j")
        await ui.until(lambda: ui.mission.tickets.table.cursor_key == "102", "the key")


async def test_a_q_for_a_review_that_closed_by_itself_does_not_end_the_screen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_line, "_CLOSED_S", 60.0)
    world.work(world.spawn(world.ticket("one")).id)
    async with running(world) as ui:
        await ui.press("r")
        await ui.sees("+part 101")
        await ui.press("y")
        await ui.until(lambda: ui.app.screen is ui.mission, "the review to close")
        await ui.press("q", "j")
        await calm(ui)
        assert not ui.app._exit
        await ui.press("q")
        await ui.until(lambda: ui.app._exit, "the end")
