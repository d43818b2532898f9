"""Triage on the keyboard: what is asked is read at once, put aside, kept on top, or answered for many at a time."""

from __future__ import annotations

import time

from lmawep_tui.engine import runs, tickets
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui import selection
from tests.ui.conftest import Ui, running
from tests.world import ASKS, WAITS, World


def pods_of(world: World, count: int) -> list[PodRecord]:
    return [world.spawn(world.ticket(f"tea {number}")) for number in range(1, count + 1)]


def block(world: World, number: int, why: str) -> None:
    tickets.set_status(world.ws, TicketId(number), Status.BLOCKED, why=why)


async def rows(ui: Ui, *keys: str) -> None:
    """Wait until the list of pods has these rows in this order."""
    await ui.until(lambda: tuple(ui.mission.pods.table.rows.keys) == keys, f"{keys}")


async def test_what_is_asked_is_said_in_words_with_the_keys_that_answer_first(world: World) -> None:
    world.agent(ASKS)
    world.ticket("calm")
    pod = world.spawn(world.ticket("asks"))
    world.work(pod.id)
    block(world, 101, "The kettle is broken.\nBuy another one.")
    async with running(world, size=(120, 30)) as ui:
        await ui.sees("⚑ pod-1 #102 asks: Which hash?")
        assert ui.footer.startswith(" i answer"), ui.footer
        await ui.press("exclamation_mark")
        await ui.sees("⚑ #101 is blocked: The kettle is broken.", "Buy another one.")
        await ui.until(lambda: ui.footer.startswith(" b decide"), "the verb that answers")
        await ui.pilot.resize_terminal(80, 24)
        await ui.sees("⚑ #101 is blocked: The kettle is broken.", "Buy another one.")


async def test_snoozed_until_it_changes(world: World) -> None:
    world.agent(ASKS)
    pod = world.spawn(world.ticket("asks"))
    world.work(pod.id)
    async with running(world, size=(190, 40)) as ui:
        await ui.sees("⚑ 1 needs you", "needs you · 1")
        await ui.press("Z")
        await ui.sees("Snooze pod-1", "until what it asks changes")
        await ui.press("j", "j", "enter")
        await ui.sees("nothing needs you", "snoozed · 1", "until it changes · Which hash?")
        assert ui.mission.table.cursor_key == pod.id
        await ui.until(lambda: any("pod-1 is snoozed until it changes" in toast for toast in ui.toasts), "the word")
        await ui.press("w")
        await ui.until(lambda: any("You snoozed it until it changes" in toast for toast in ui.toasts), "why")
        await ui.press("i")
        await ui.type("md5")  # another question comes of it
        await ui.press("enter")
        await ui.until(lambda: world.ws.snapshot().pods[pod.id].record.settled == 2, "the second question")
        await ui.sees("⚑ 1 needs you", "question")
        assert "snoozed · 1" not in ui.text
        await ui.until(lambda: not ui.app.bridge.busy and ui.app.bridge.snapshot.pods[pod.id].hold, "rest")
        await ui.press("Z", "enter")
        await ui.sees("snoozed · 1")
        await ui.press("Z")
        await ui.sees("⚑ 1 needs you")


async def test_a_snooze_ends_with_its_time(world: World) -> None:
    block(world, world.ticket("asks").id, "no water")
    now = [time.time()]
    async with running(world, clock=lambda: now[0]) as ui:
        await ui.press("Z", "enter")
        await ui.sees("nothing needs you", "1 snoozed")
        now[0] += 16 * 60
        ui.app.bridge.look()
        await ui.sees("⚑ 1 needs you")


async def test_pins_stay_on_top(world: World) -> None:
    first, second, third = pods_of(world, 3)
    async with running(world) as ui:
        await rows(ui, first.id, second.id, third.id)
        await ui.press("G", "asterisk")
        await rows(ui, third.id, first.id, second.id)
        await ui.sees("pinned · 1")
        assert ui.mission.table.cursor_key == third.id
        ui.mission.focus_list(ui.mission.tickets)
        await ui.press("j", "asterisk")
        await ui.until(lambda: ui.mission.tickets.table.rows.keys == ["102", "101", "103"], "the ticket on top")
        await ui.press("asterisk")
        await ui.until(lambda: ui.mission.tickets.table.rows.keys == ["101", "102", "103"], "in its place again")
    assert world.ws.snapshot().pinned == (third.id,)


async def test_one_question_and_one_answer_for_all_that_is_marked(world: World) -> None:
    world.agent(WAITS)
    pods = pods_of(world, 3)
    for pod in pods[:2]:
        runs.start(world.ws, pod.id)
    async with running(world) as ui:
        await ui.sees("2 at work")
        await ui.press("A")
        await ui.sees("3 marked")
        assert "Esc unmark" in ui.footer and "x stop" in ui.footer and "r review" not in ui.footer
        await ui.press("r")
        await ui.until(lambda: any("one at a time" in toast for toast in ui.toasts), "no review of three")
        await ui.press("x")
        await ui.sees("Stop 2 pods?", "Not pod-3: needs a live run.")
        await ui.press("y")
        await ui.until(lambda: "2 stopped; pod-3: needs a live run." in ui.toasts, "the one line")
        await ui.sees("slots 0/6")
        assert not ui.mission.table.marked and "marked" not in ui.text


async def test_tickets_are_spawned_and_set_together(world: World) -> None:
    for title in ("one", "two", "three"):
        world.ticket(title)
    async with running(world) as ui:
        await ui.press("space", "space")
        await ui.sees("2 marked")
        await ui.press("s")
        await ui.sees("Spawn 2 tickets?")
        await ui.press("y")
        await ui.until(lambda: "2 spawned." in ui.toasts, "both")
        await ui.sees("pod-1", "pod-2")
        await ui.press("A", "S")
        await ui.sees("Status of 1 ticket")
        await ui.press("j", "enter")
        words = "1 set to blocked; pod-1: needs"
        await ui.until(lambda: any(toast.startswith(words) for toast in ui.toasts), "the third alone")
        assert world.ws.snapshot().tickets[TicketId(103)].status is Status.BLOCKED
        await ui.press("A", "b")
        await ui.sees("1 ticket, blocked")
        await ui.press("enter")
        await ui.until(lambda: world.ws.snapshot().tickets[TicketId(103)].status is Status.READY, "unblocked")
        await ui.press("space", "escape")
        await ui.until(lambda: not ui.mission.table.marked, "no marks")
        assert await ui.pilot.click("#tickets", offset=(1, 2))
        await ui.until(lambda: ui.mission.table.marked == {"103"}, "a mark by the mouse")


async def test_the_cursor_goes_with_its_pod_to_another_group(world: World) -> None:
    world.agent(ASKS)
    first, second, _ = pods_of(world, 3)
    async with running(world) as ui:
        await rows(ui, "pod-1", "pod-2", "pod-3")
        await ui.press("j")
        assert ui.mission.table.cursor_key == second.id
        world.work(second.id)
        await rows(ui, "pod-2", "pod-1", "pod-3")
        assert ui.mission.table.cursor_key == second.id
        await ui.press("p")
        await ui.until(lambda: world.ws.snapshot().pods[second.id].record.paused, "the pod that was read")
        assert not world.ws.snapshot().pods[first.id].record.paused


async def test_a_verb_key_never_hits_the_pod_that_slipped_under_the_cursor(world: World) -> None:
    _, second, third = pods_of(world, 3)
    async with running(world) as ui:
        await ui.press("j")
        remove(world.ws, second.id, force=True)
        await rows(ui, "pod-1", "pod-3")
        assert ui.mission.table.cursor_key == third.id
        await ui.press("p")
        word = "pod-2 has just gone; under the cursor is pod-3 now. p again for that one."
        await ui.until(lambda: word in ui.toasts, "a word in the place of the deed")
        assert not world.ws.snapshot().pods[third.id].record.paused
        await ui.press("p")
        await ui.until(lambda: world.ws.snapshot().pods[third.id].record.paused, "the second time it is meant")


async def test_who_has_had_time_to_look_is_not_asked_twice(world: World) -> None:
    first, second = pods_of(world, 2)
    async with running(world) as ui:
        ui.mission.picked._clock = iter([0.0, selection.LOOK_S + 1]).__next__
        remove(world.ws, first.id, force=True)
        await rows(ui, "pod-2")
        await ui.press("p")
        await ui.until(lambda: world.ws.snapshot().pods[second.id].record.paused, "at once")


async def test_a_peek_moves_with_the_cursor_and_takes_no_keys(world: World) -> None:
    world.agent(WAITS)
    first, second = pods_of(world, 2)
    runs.start(world.ws, first.id)
    async with running(world, size=(90, 30)) as ui:
        await ui.until(lambda: ui.mission.table.cursor_key == first.id, "the first")
        assert "0001-task" not in ui.text
        await ui.press("K")
        await ui.sees("pod-1 #101 tea 1", "0001-task")
        log = world.ws.run_dir(first.id, "0001-task") / "output.log"
        with log.open("a") as file:
            file.write("steeping\n")
        await ui.sees("steeping")
        await ui.press("G")
        await ui.sees("pod-2 #102 tea 2", "No run yet")
        assert ui.mission.table.has_focus and ui.mission.table.cursor_key == second.id
        await ui.press("g", "right")
        await ui.until(lambda: ui.mission.peek is None and "steeping" not in ui.text, "gone with the same key")
        await ui.press("K", "escape")
        await ui.until(lambda: ui.mission.peek is None, "gone with Esc")
        await ui.press("K", "enter")
        await ui.until(lambda: ui.mission.peek is None and ui.mission.detail.view.has_focus, "the whole log")


async def test_every_run_is_listed_and_opened(world: World) -> None:
    world.agent(ASKS)
    pod = world.spawn(world.ticket("asks"))
    world.work(pod.id)
    world.config(tests="false")
    runs.wait(world.ws, runs.start(world.ws, pod.id, argv=("sh", "-c", "echo a command")), 20)
    async with running(world, size=(180, 40)) as ui:
        await ui.press("6")
        await ui.sees("1 task", "question", "Which hash?", "2 task 2", "completed")
        await ui.press("enter")
        await ui.until(lambda: ui.mission.detail.view.has_focus, "the list of runs")
        await ui.press("j", "enter")
        await ui.sees("0001-task 1/2", "QUESTION: Which hash?")
        assert ui.mission.detail.tab == "log"
        world.ws.layout.run_dir(PodId("pod-1"), "0001-task")
