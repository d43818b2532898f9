"""The review as a person goes through it, by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine import review_notes
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.review_notes import Spot
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.screens.review import ReviewScreen
from tests.ui.conftest import Ui, running
from tests.world import World

WORKS = """#!/bin/sh
cat > "$LMAWEP_ROOT/prompt-$LMAWEP_POD"
mkdir -p src/deep
n=$(ls "$LMAWEP_ROOT/lmawep-workspace/runs/$LMAWEP_POD" | wc -l)
printf 'one\\ntwo\\nthree\\nrun %s\\n' "$n" > src/deep/a.txt
printf 'b\\n' > src/b.txt
echo "part $LMAWEP_TICKET" > part.txt
git add -A . && git commit -qm "Part $LMAWEP_TICKET"
printf 'STATUS: COMPLETE\\nPROGRESS: wrote it\\nBLOCKERS: none\\nNEXT: review\\n'
"""


def two_to_review(world: World) -> tuple[PodRecord, PodRecord]:
    world.agent(WORKS)
    pods = world.spawn(world.ticket("Steep")), world.spawn(world.ticket("Pour"))
    for pod in pods:
        world.work(pod.id)
    return pods


def screen_of(ui: Ui) -> ReviewScreen:
    assert isinstance(ui.app.screen, ReviewScreen)
    return ui.app.screen


async def at(ui: Ui, path: str) -> None:
    """Wait until the diff is at a file."""
    view = screen_of(ui).diff_view
    await ui.until(lambda: view.file is not None and view.file.path == path, f"being at {path}")


async def told(ui: Ui, words: str) -> None:
    await ui.until(lambda: any(words in said for said in ui.toasts), f"being told: {words}")


def status(world: World, pod: PodRecord) -> Status:
    return world.ws.snapshot().pods[pod.id].status


async def test_a_person_goes_through_two_reviews(world: World) -> None:
    one, two = two_to_review(world)
    async with running(world, (140, 40)) as ui:
        await ui.press("r")
        await ui.sees("review  pod-1", "0/3 reviewed", "src/", "deep/", "a.txt")
        review = screen_of(ui)

        # Marks: x marks the file and goes on to the next; Space does so in the tree; a folder marks all in it.
        await ui.press("x")
        await ui.sees("1/3 reviewed")
        await at(ui, "src/b.txt")
        await ui.press("tab", "G", "space")
        await ui.sees("2/3 reviewed", "a.txt")
        await ui.press("space")
        await ui.sees("1/3 reviewed")
        await ui.press("g", "G")
        await at(ui, "src/deep/a.txt")
        await ui.press("enter")
        await ui.until(lambda: review.diff_view.has_focus, "going into the file")

        # Comments: on a line, on a range, changed and deleted.
        await ui.press("j", "j", "j", "c")
        await ui.sees("Comment on src/deep/a.txt:2")
        await ui.type("Why two?")
        await ui.press("enter")
        await ui.sees("┃ ✎ Why two?", "✎ 1")
        await ui.press("c")
        await ui.sees("Your comment on src/deep/a.txt:2")
        await ui.press("ctrl+j")
        await ui.type("Really?")
        await ui.press("enter")
        await ui.sees("┃ Really?")
        await ui.press("j", "v", "j", "c")
        await ui.sees("Comment on src/deep/a.txt:3-4")
        await ui.type("Drop [/] it")
        await ui.press("enter")
        await ui.sees("┃ ✎ Drop [/] it", "✎ 2")
        await ui.press("C")
        await ui.sees("2 comments on pod-1", "Drop [/] it")
        await ui.press("d")
        await ui.sees("Delete the comment on src/deep/a.txt:2?")
        await ui.press("y")
        await ui.until(lambda: "✎ 2" not in ui.text and "Why two?" not in ui.text, "the comment gone")

        # What a script notes is seen; approval with open comments asks.
        assert review.reading is not None
        commit = review.reading.view.commit
        review_notes.comment(world.ws, one.id, Spot("part.txt", 1), "From a script", commit=commit)
        await ui.until(lambda: "✎ 2" in ui.text, "the script's comment")
        await ui.press("y")
        await ui.sees("Approve pod-1 all the same?")
        await ui.press("n", "n")
        await ui.sees("What has to change in pod-1?", "2 comments of yours go with it: part.txt:1, src/deep/a.txt:3-4.")
        await ui.type("Once more.")
        await ui.press("enter")
        await ui.until(lambda: status(world, one) is Status.ASSIGNED, "back to work")
        await told(ui, "! goes on to pod-2")
        await ui.press("y")
        assert status(world, one) is Status.ASSIGNED, "a second verdict by mistake does nothing"

        # On to the next without leaving; with the last one the list is back.
        await ui.press("exclamation_mark")
        await ui.sees("review  pod-2", "#102 Pour", "part 102")
        await ui.press("t")
        await ui.sees("✓ tests green")
        await ui.press("y")
        await ui.until(lambda: ui.app.screen is ui.mission and status(world, two) is Status.TESTING, "the end")

    world.work(one.id)
    prompt = (world.root / "prompt-pod-1").read_text()
    assert "| Once more.\n" in prompt and "| part.txt:1\n| > part 101\n| From a script\n" in prompt
    assert "| src/deep/a.txt:3-4\n| > three\n| > run 1\n| Drop [/] it\n" in prompt
    async with running(world, (140, 40)) as ui:
        await ui.until(lambda: status(world, one) is Status.REVIEW, "its second review")
        ui.mission.focus_list(ui.mission.pods)
        ui.mission.pods.table.move_to("pod-1")
        await ui.press("r")
        await ui.sees("review  pod-1", "1/3 reviewed", "sent", f"L since {commit[:7]}")
        await ui.press("L")
        await ui.sees(f"only since {commit[:7]}", "0/1 reviewed", "run 2", "L whole")
        assert "part.txt" not in ui.text
        await ui.press("L")
        await ui.sees("1/3 reviewed", "part.txt")
        assert "only since" not in ui.text


async def test_a_small_screen_the_mouse_the_palette_and_red_tests(world: World) -> None:
    world.config(tests="false")
    world.agent(WORKS)
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    (Path(pod.path) / "src/b.txt").write_text("changed by hand\n")
    async with running(world, (80, 24)) as ui:
        ui.mission.focus_list(ui.mission.pods)
        await ui.press("r")
        await ui.sees("review  pod-1", "0/3 reviewed", "part 101")
        review = screen_of(ui)
        assert not review.files_pane.display
        await ui.press("tab")
        await ui.sees("Files 0/3 reviewed", "not committed")
        assert not review.diff_pane.display
        await ui.press("G", "space")
        await told(ui, "not committed yet")
        await ui.pilot.click("#review-files", offset=(10, 2), times=2)
        await ui.until(lambda: review.diff_pane.display and review.diff_view.has_focus, "the file that was clicked")
        await at(ui, "src/b.txt")
        await ui.press("colon")
        await ui.type("file as reviewed")
        await ui.press("enter")
        await ui.sees("1/3 reviewed")
        await ui.press("colon")
        await ui.type("a.txt")
        await ui.press("enter")
        await at(ui, "src/deep/a.txt")
        await ui.pilot.click("#review-footer", offset=(ui.lines[-1].index("c comment") + 1, 0))
        await told(ui, "Put the cursor on a line")
        (Path(pod.path) / "src/b.txt").write_text("b\n")
        await ui.press("t")
        await ui.sees("✗ tests red")
        await ui.press("4")
        await ui.sees("Tests red at")
        await ui.press("4")
        await ui.press("L")
        await told(ui, "have not looked at an earlier commit")
        await ui.press("exclamation_mark")
        await told(ui, "No other pod")
        await ui.press("q")
        await ui.until(lambda: ui.app.screen is ui.mission, "back")
        looks = await ui.until(lambda: review_notes.notes_of(world.ws, pod.id).looks, "the look noted")
        assert looks[0].commit == world.git("rev-parse", "HEAD", cwd=Path(pod.path))
