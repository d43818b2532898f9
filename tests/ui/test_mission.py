"""Mission control by keys only, on real repositories."""

from __future__ import annotations

from lmawep_tui.engine import runs, tickets
from lmawep_tui.files.lock import hold
from lmawep_tui.model.ticket import Status
from tests.ui.conftest import running
from tests.world import ASKS, WAITS, World, until


async def test_a_ticket_goes_from_new_to_landed_by_keys_alone(world: World) -> None:
    async with running(world) as ui:
        await ui.sees("No tickets yet. n makes one.", "nothing needs you")
        await ui.press("n")
        await ui.sees("New ticket")
        await ui.type("Brew oolong")
        await ui.press("enter")
        await ui.sees("101", "Brew oolong", "ready")
        await ui.press("s")
        await ui.sees("pod-1", "assigned")
        await ui.until(lambda: not ui.app.bridge.busy, "the spawn's end")
        await ui.press("e")
        await ui.sees("⚑ 1 needs you", "review")
        await ui.press("r")
        await ui.sees("part-101.txt", "part 101", "approve")
        await ui.press("y")
        await ui.sees("pod-1 is approved", "testing")
        await ui.press("t")
        await ui.sees("pod-1 tests green", "train 1")
        await ui.press("m")
        await ui.sees("landed as")
        await ui.until(lambda: world.ws.snapshot().tickets[101].status is Status.COMPLETE, "complete")
    assert (world.root / "part-101.txt").exists()


async def test_a_change_by_another_process_appears(world: World) -> None:
    async with running(world) as ui:
        world.ticket("Made elsewhere")
        await ui.sees("Made elsewhere")
        path = world.ws.layout.ticket(101)
        path.write_text(path.read_text().replace("Made elsewhere", "Renamed by hand"))
        await ui.sees("Renamed by hand")
        world.spawn(world.ws.snapshot().tickets[101])
        await ui.sees("pod-1", "assigned")
        path.unlink()
        await ui.until(lambda: "Renamed by hand" not in ui.text, "gone")


async def test_a_run_ending_by_itself_is_seen(world: World) -> None:
    world.agent(WAITS)
    pod = world.spawn(world.ticket("Steep"))
    async with running(world) as ui:
        runs.start(world.ws, pod.id)
        await ui.sees("working", "slots 1/6")
        await ui.sees("started", "following")
        world.release()
        await ui.sees("slots 0/6")


async def test_a_refusal_is_said_and_nothing_happens(world: World) -> None:
    world.spawn(world.ticket("Steep"))
    world.git("-C", str(world.ws.layout.worktree("pod-1")), "checkout", "-q", "--detach")  # type: ignore[arg-type]
    async with running(world) as ui:
        await ui.press("x")
        await ui.until(lambda: "Stop needs a live run." in ui.toasts, "why not")
        world.config()
        await ui.press("e")
        await ui.until(lambda: world.ws.snapshot().pods["pod-1"].run is not None, "a run")  # type: ignore[index]
        assert ui.app.is_running


async def test_an_answer_lets_the_agent_go_on(world: World) -> None:
    world.agent(ASKS)
    pod = world.spawn(world.ticket("Hash it"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.sees("question", "Which hash?", "answer")
        await ui.press("i")
        await ui.sees("Answer pod-1")
        await ui.type("sha256")
        await ui.press("enter")
        await ui.sees("review")


async def test_stop_asks_first(world: World) -> None:
    world.agent(WAITS)
    pod = world.spawn(world.ticket("Steep"))
    runs.start(world.ws, pod.id)
    async with running(world) as ui:
        await ui.sees("working")
        await ui.press("x")
        await ui.sees("Stop pod-1?")
        await ui.press("enter", "n")
        await ui.until(lambda: ui.app.screen is ui.mission, "back")
        assert world.ws.snapshot().pods[pod.id].live
        await ui.press("x", "y")
        await ui.sees("paused", "slots 0/6")
        assert not world.ws.snapshot().pods[pod.id].live


async def test_remove_asks_and_keeps_the_work(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.sees("+1 −0")
        await ui.press("D")
        await ui.sees("Remove pod-1?", "1 commit, +1 −0")
        await ui.press("y")
        await ui.sees("No pods.")
    assert "refs/lmawep/vault" in world.git("for-each-ref", "--format=%(refname)")


async def test_rejecting_sends_the_pod_back_with_the_reason(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("r")
        await ui.sees("part-101.txt")
        await ui.press("n")
        await ui.sees("What has to change")
        await ui.type("hotter water")
        await ui.press("enter")
        await ui.until(lambda: world.ws.snapshot().tickets[101].status is Status.ASSIGNED, "sent back")
    assert "hotter water" in world.ws.snapshot().pods[pod.id].record.brief


async def test_an_approval_is_for_the_commit_that_was_shown(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("r")
        await ui.sees("part-101.txt")
        tree = world.ws.layout.worktree(pod.id)
        (tree / "late.txt").write_text("late\n")
        world.git("add", "late.txt", cwd=tree)
        world.git("commit", "-qm", "late", cwd=tree)
        await ui.sees("not shown yet")
        await ui.press("y")
        await ui.until(lambda: any("new commits" in toast for toast in ui.toasts), "the refusal")
        assert world.ws.snapshot().tickets[101].status is Status.REVIEW
        await ui.press("r")
        await ui.sees("late.txt")


async def test_the_selection_stays_while_rows_come_and_go(world: World) -> None:
    for title in ("one", "two", "three"):
        world.ticket(title)
    async with running(world) as ui:
        await ui.press("j")
        table = ui.mission.tickets.table
        assert table.cursor_key == "102"
        world.ticket("four")
        tickets.set_status(world.ws, 101, Status.ABANDONED)  # type: ignore[arg-type]
        await ui.sees("four", "abandoned")
        assert table.cursor_key == "102"
        assert table.has_focus
        await ui.sees("#102 two")


async def test_the_footer_offers_what_is_possible(world: World) -> None:
    world.ticket("one")
    world.ticket("waits", depends_on=[101])
    async with running(world) as ui:
        assert "pod" in {column.key for column in ui.mission.tickets.table.columns if column.bare}
        assert "s spawn" in ui.footer and "x stop" not in ui.footer and "m merge" not in ui.footer
        await ui.press("j")
        await ui.sees("waits for 101")
        await ui.until(lambda: "s spawn" not in ui.footer, "no spawn for a waiting ticket")
        world.agent(WAITS)
        pod = world.spawn(world.ws.snapshot().tickets[101])  # type: ignore[index]
        await ui.press("k")
        await ui.until(lambda: "e run" in ui.footer, "run")
        assert "pod" not in {column.key for column in ui.mission.tickets.table.columns if column.bare}
        runs.start(world.ws, pod.id)
        await ui.until(lambda: "x stop" in ui.footer and "e run" not in ui.footer, "stop")


async def test_hostile_titles_are_only_text(world: World) -> None:
    titles = ["[/]", "[@click=app.quit]x[/]", "list[int]", "[link='x", "[bold red]", "a\\u001b]52;c;aGk=\\u0007"]
    for number, title in enumerate(titles, 101):
        path = world.ws.layout.ticket(number)  # type: ignore[arg-type]
        path.write_text(f'id: {number}\ntitle: "{title}"\nstatus: ready\npriority: medium\n')
    async with running(world) as ui:
        await ui.sees("[/]", "[@click=app.quit]x[/]", "list[int]", "[link='x", "[bold red]")
        for _ in titles:
            await ui.press("j", "4")
        for key in ("colon", "question_mark"):
            await ui.press(key)
            await ui.pilot.pause()
            await ui.press("escape")
        world.spawn(world.ws.snapshot().tickets[101])  # type: ignore[index]
        await ui.sees("pod-1")
        await ui.press("g", "1", "2", "3", "4", "5", "D")
        await ui.sees("Remove pod-1?")
        assert "\x1b" not in ui.text
        assert ui.app.is_running


async def test_an_invalid_ticket_says_what_is_wrong(world: World) -> None:
    world.ticket("fine")
    world.ws.layout.ticket(102).write_text("id: 102\ntitle: [\n")  # type: ignore[arg-type]
    async with running(world) as ui:
        await ui.sees("invalid", "fine", "1 invalid")
        await ui.press("g")
        await ui.sees("ticket-102.yaml", "Mend the file")


async def test_autopilot_drives_and_stops(world: World) -> None:
    world.config(more="roles: {review: {by: auto}}\n")
    world.ticket("by itself")
    async with running(world) as ui:
        await ui.sees("autopilot off")
        await ui.press("P")
        await ui.sees("autopilot on")
        await ui.until(lambda: world.ws.snapshot().tickets[101].status is Status.COMPLETE, "landed", 40)
        await ui.sees("landed as")
        await ui.press("P")
        await ui.sees("autopilot off")
        until(lambda: not world.ws.snapshot().autopilot, "the lock given back")


async def test_next_goes_to_what_needs_you(world: World) -> None:
    world.agent(ASKS)
    first, second = world.ticket("calm"), world.ticket("asks")
    pod = world.spawn(second)
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("tab", "tab")
        await ui.press("exclamation_mark")
        assert ui.mission.pods.table.has_focus
        assert ui.mission.pods.table.cursor_key == pod.id
    assert first.id == 101


async def test_filter_narrows_the_list_and_escape_widens_it(world: World) -> None:
    world.ticket("green tea")
    world.ticket("black tea")
    async with running(world) as ui:
        await ui.press("slash")
        await ui.type("black")
        await ui.until(lambda: "green tea" not in "\n".join(line[:60] for line in ui.lines), "filtered")
        await ui.press("enter", "escape")
        await ui.sees("green tea", "black tea")


async def test_why_and_palette(world: World) -> None:
    world.ticket("one")
    world.ticket("two", depends_on=[101])
    async with running(world) as ui:
        await ui.press("j", "w")
        await ui.until(lambda: any("waits for #101" in toast for toast in ui.toasts), "why")
        await ui.press("colon")
        await ui.sees("What, or where to?")
        await ui.type("#101")
        await ui.press("enter")
        await ui.until(lambda: ui.mission.tickets.table.cursor_key == "101", "going there")
        await ui.press("ctrl+p")
        await ui.type("spawn")
        await ui.press("enter")
        await ui.sees("pod-1")


async def test_lists_and_detail_take_turns_on_a_small_terminal(world: World) -> None:
    world.spawn(world.ticket("small"))
    async with running(world, size=(80, 24)) as ui:
        await ui.sees("Tickets", "Pods")
        assert "No run yet" not in ui.text
        await ui.press("enter")
        await ui.sees("No run yet. e starts the agent.")
        assert "Tickets" not in ui.text
        await ui.press("4")
        await ui.sees("priority")
        await ui.press("escape")
        await ui.sees("Tickets", "Pods")
        await ui.press("2")
        await ui.sees("has no commits and no changes yet")
        await ui.pilot.resize_terminal(120, 40)
        await ui.sees("Tickets", "has no commits")


async def test_leaving_says_that_runs_go_on(world: World) -> None:
    world.agent(WAITS)
    pod = world.spawn(world.ticket("long"))
    runs.start(world.ws, pod.id)
    async with running(world) as ui:
        await ui.sees("slots 1/6")
        await ui.press("q")
        await ui.until(lambda: not ui.app.is_running or ui.app._exit, "the end")
    assert world.ws.snapshot().pods[pod.id].live


async def test_quitting_does_not_wait_for_a_long_verb(world: World) -> None:
    world.config(tests="sleep 30")
    pod = world.spawn(world.ticket("long"))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("t")
        await ui.sees("testing…")
        await ui.press("q")
        await ui.sees("Testing pod-1 is finished first.")
        await ui.press("q")
        await ui.until(lambda: ui.app._exit, "the end", 2)
        assert ui.app.bridge.busy


async def test_what_was_asked_for_last_is_finished_before_the_screen_ends(world: World) -> None:
    pod = world.spawn(world.ticket("gone"))
    async with running(world) as ui:
        await ui.press("tab", "D")
        await ui.sees("Remove pod-1?")
        with hold(world.ws.layout.lock("state"), what="lmawep"):
            await ui.press("y", "q")
            await ui.sees("Removing pod-1 is finished first.")
            assert not ui.app._exit
        await ui.until(lambda: ui.app._exit, "the end")
        assert pod.id not in world.ws.snapshot().pods and not ui.app.bridge.busy


async def test_the_review_shows_what_was_asked_for(world: World) -> None:
    pod = world.spawn(world.ticket("Steep", description="Three minutes, not more."))
    world.work(pod.id)
    async with running(world) as ui:
        await ui.press("r")
        await ui.sees("part-101.txt")
        await ui.press("4")
        await ui.sees("Three minutes, not more.", "Part 101")
        await ui.press("4")
        await ui.until(lambda: "Three minutes" not in ui.text and "part 101" in ui.text, "the diff again")


async def test_leaving_asks_while_autopilot_is_on(world: World) -> None:
    async with running(world) as ui:
        await ui.press("P")
        await ui.sees("autopilot on")
        await ui.press("ctrl+c")
        await ui.sees("Leave, and end autopilot?")
        await ui.press("n")
        await ui.until(lambda: ui.app.screen is ui.mission, "staying")
        await ui.press("q")
        await ui.sees("Leave, and end autopilot?")
        await ui.press("y")
        await ui.until(lambda: ui.app._exit, "the end")


async def test_ctrl_c_leaves_as_q_does(world: World) -> None:
    async with running(world) as ui:
        await ui.press("ctrl+c")
        await ui.until(lambda: ui.app._exit, "the end", 2)


async def test_a_landed_ticket_is_not_reopened_by_a_slip(world: World) -> None:
    world.ticket("Steep")
    tickets.set_status(world.ws, 101, Status.COMPLETE, force=True)  # type: ignore[arg-type]
    async with running(world) as ui:
        await ui.press("S", "enter")
        await ui.sees("#101 is complete. Set it to ready?")
        await ui.press("n")
        await ui.until(lambda: ui.app.screen is ui.mission, "back")
        assert world.ws.snapshot().tickets[101].status is Status.COMPLETE  # type: ignore[index]
        await ui.press("S", "enter", "y")
        await ui.sees("1 open of 1")


async def test_run_on_a_ticket_without_a_pod_says_what_to_do(world: World) -> None:
    world.ticket("one")
    world.ticket("two", depends_on=[101])
    async with running(world) as ui:
        await ui.press("e")
        await ui.until(lambda: "#101 has no pod yet. s makes one." in ui.toasts, "the way")
        await ui.press("j", "e")
        await ui.until(lambda: "#102 has no pod yet. It waits for 101." in ui.toasts, "the reason")
        await ui.press("exclamation_mark")
        await ui.until(lambda: "Nothing needs you now." in ui.toasts, "nothing")
