"""What a person decides about work that stands still, by keys: blocked tickets, conflicts, undo."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine import runs
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.ticket import Priority, Status
from tests.repos import git
from tests.ui.conftest import Ui, running
from tests.world import World


def blocked(world: World) -> PodRecord:
    pod = world.spawn(world.ticket("Steep", priority=Priority.HIGH))
    with world.ws.change("test") as change:
        change.block(pod.ticket, HoldKind.FAILED, "crashed: exit status 3 (tried 2 times)")
        change.save()
    return pod


async def choose(ui: Ui, row: int) -> None:
    """Takes the row of the dialog, counted from 0."""
    await ui.press(*["j"] * row, "enter")


async def test_a_blocked_ticket_goes_on(world: World) -> None:
    pod = blocked(world)
    async with running(world) as ui:
        await ui.sees("blocked", "decide")
        await ui.press("b")
        await ui.sees("tried 2 times", "fix by hand", "re-scope", "later", "abandon")
        await choose(ui, 0)
        await ui.until(lambda: status(world, pod) is Status.ASSIGNED, "going on")


async def test_fixed_by_hand_and_handed_in(world: World) -> None:
    pod = blocked(world)
    async with running(world) as ui:
        await ui.sees("decide")
        await ui.press("b")
        await ui.sees("fix by hand")
        await choose(ui, 1)
        await ui.until(lambda: any("is yours" in toast for toast in ui.toasts), "the word")
        folder = Path(pod.path)
        (folder / "by-hand.txt").write_text("mended\n")
        git(folder, "add", "--all")
        git(folder, "commit", "-q", "-m", "Mend it")
        await ui.until(lambda: world.ws.snapshot().pods[pod.id].record.paused, "taken over")
        await ui.sees("paused")
        await ui.press("b")
        await ui.sees("hand in")
        await choose(ui, 0)
        await ui.until(lambda: status(world, pod) is Status.REVIEW, "up for review")


async def test_re_scoped(world: World) -> None:
    pod = blocked(world)
    async with running(world) as ui:
        await ui.sees("decide")
        await ui.press("b")
        await ui.sees("re-scope")
        await choose(ui, 2)
        await ui.sees("ask for now?")
        await ui.type("plain text")
        await ui.press("enter")
        await ui.until(lambda: status(world, pod) is Status.ASSIGNED, "going on")
    assert "plain text" in world.ws.snapshot().tickets[pod.ticket].description


async def test_abandoned_after_a_question(world: World) -> None:
    pod = blocked(world)
    async with running(world) as ui:
        await ui.sees("decide")
        await ui.press("b")
        await ui.sees("abandon")
        await choose(ui, 4)
        await ui.sees("Abandon #101?")
        await ui.press("y")
        await ui.until(lambda: status(world, pod) is Status.ABANDONED, "abandoned")
        await ui.until(lambda: not world.ws.snapshot().pods, "the pod gone")


async def test_a_removal_is_undone(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    remove(world.ws, pod.id, force=True)
    async with running(world) as ui:
        await ui.sees("No pods.")
        ui.app.say("Something was.")
        await ui.press("u")
        await ui.sees("Bring pod-1 back?")
        assert not ui.app.screen.query("Toast"), "a toast lies over the question"
        await ui.press("y")
        await ui.until(lambda: "pod-2" in world.ws.snapshot().pods, "the pod back")
        await ui.until(lambda: any("pod-2 is back for #101" in toast for toast in ui.toasts), "the word")


async def test_a_conflict_is_resolved_by_sides(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    for folder, text in ((Path(pod.path), "pod\n"), (world.root, "main\n")):
        (folder / "both.txt").write_text(text)
        git(folder, "add", "--all")
        git(folder, "commit", "-q", "-m", "Both")
    async with running(world) as ui:
        await ui.sees("pod-1")
        await ui.press("c")
        await ui.sees("conflict in both.txt", "start", "by agent")
        await choose(ui, 0)
        await ui.sees("this pod's side", "abort")
        assert "half merged" in ui.text
        await choose(ui, 0)
        await ui.sees("commit the merge")
        await choose(ui, 0)
        await ui.until(lambda: "Merge" in git(Path(pod.path), "log", "-1", "--format=%s"), "the merge")
    assert (Path(pod.path) / "both.txt").read_text() == "pod\n"
    assert runs.newest(world.ws, pod.id) is None, "nobody but the person was at work"


def status(world: World, pod: PodRecord) -> Status:
    return world.ws.snapshot().tickets[pod.ticket].status
