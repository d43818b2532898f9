"""A live agent's permission on the screen: told of, shown with the agent's own answers, answered by a key."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lmawep_tui.agents import questions
from lmawep_tui.engine import runs
from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.question import Question
from lmawep_tui.ui import key_line
from lmawep_tui.ui.modals.permission import Permission, detail_lines
from tests.ui.conftest import running
from tests.world import WAITS, World

OPTIONS = (("always", "Always allow"), ("once", "Allow once [/] \x1b[31m"), ("no", "Reject"))
DIFF = "--- src/a.py\n+++ src/a.py\n@@ -1 +1 @@\n-old [@click=app.quit]x[/]\n+new\n"


def waiting(world: World) -> tuple[PodId, Path]:
    """A pod with a live run, and the run's folder."""
    world.agent(WAITS)
    pod = world.spawn(world.ticket("Steep"))
    run = runs.start(world.ws, pod.id)
    return pod.id, world.ws.run_dir(pod.id, run.name)


def ask(run_dir: Path, title: str = "run npm install?", detail: str = "") -> int:
    until_ = time.time() + 60
    question = Question(ask=Ask.PERMISSION, title=title, tool="command", options=OPTIONS, detail=detail, until=until_)
    return questions.ask(run_dir, question)


async def test_a_permission_is_told_and_answered_by_a_key(world: World) -> None:
    pod, run_dir = waiting(world)
    async with running(world) as ui:
        await ui.sees("working")
        number = ask(run_dir, detail=DIFF)
        await ui.sees("needs you", "asks", "run npm")
        await ui.until(
            lambda: any("asks permission: run npm install? · i answers" in toast for toast in ui.toasts), "the word"
        )
        await ui.press("exclamation_mark", "i")
        await ui.sees("asks permission · command", "1  Always allow", "2  Allow once [/]", "3  Reject", "+new")
        assert "x[/]" in ui.text and "\x1b" not in ui.text
        await ui.press("enter", "2")
        found = await ui.until(lambda: questions.answer_of(run_dir, number), "the answer")
        assert found.option == "once"
        await ui.until(lambda: not ui.app.bridge.snapshot.pods[pod].asks, "nothing waiting")


async def test_escape_leaves_it_waiting_and_enter_does_nothing(world: World) -> None:
    _, run_dir = waiting(world)
    number = ask(run_dir)
    async with running(world) as ui:
        await ui.sees("needs you", "asks", "run npm")
        await ui.press("exclamation_mark", "i")
        await ui.sees("1  Always allow")
        await ui.press("enter", "9", "escape")
        await ui.until(lambda: not isinstance(ui.app.screen, Permission), "the dialog gone")
        assert questions.answer_of(run_dir, number) is None
        await ui.sees("needs you", "asks", "run npm")


async def test_an_answer_from_elsewhere_closes_it_and_takes_the_q_that_was_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_line, "_CLOSED_S", 60.0)
    _, run_dir = waiting(world)
    number = ask(run_dir)
    async with running(world) as ui:
        await ui.sees("needs you", "asks", "run npm")
        await ui.press("exclamation_mark", "enter")
        await ui.sees("1  Always allow")
        questions.answer(run_dir, number, "no")
        await ui.until(lambda: not isinstance(ui.app.screen, Permission), "the dialog gone")
        await ui.until(lambda: any("waits for this answer no more" in toast for toast in ui.toasts), "the word")
        await ui.press("q", "question_mark")
        await ui.until(lambda: ui.app.screen is not ui.mission, "the keys, of which q was not one")
        assert not ui.app._exit


async def test_several_are_answered_in_their_order_and_no_key_answers_two(world: World) -> None:
    _, run_dir = waiting(world)
    first, second = ask(run_dir), ask(run_dir, "run rm -rf build?")
    async with running(world) as ui:
        await ui.sees("needs you", "asks", "run npm")
        await ui.press("exclamation_mark", "i")
        await ui.sees("run npm install?", "1  Always allow")
        ui.burst("22")
        await ui.until(lambda: questions.answer_of(run_dir, first), "the first answer")
        await ui.until(
            lambda: any("asks permission: run rm -rf build? · i" in toast for toast in ui.toasts), "the word"
        )
        assert questions.answer_of(run_dir, second) is None
        await ui.press("i")
        await ui.sees("1  Always allow")
        await ui.press("3")
        found = await ui.until(lambda: questions.answer_of(run_dir, second), "the second answer")
        assert found.option == "no"


def test_a_detail_that_says_no_more_than_the_title_is_left_out() -> None:
    question = Question(ask=Ask.PERMISSION, title="run ls?", detail="ls")
    assert detail_lines(question) == []
    change = Question(ask=Ask.PERMISSION, title="edit a?", detail=DIFF)
    assert detail_lines(change)[4] == [("+new", "added")]
