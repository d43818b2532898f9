"""Conversations with a real ACP agent under a real supervisor."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from time import time

import pytest

from lmawep_tui.agents import control, questions
from lmawep_tui.agents.acp_order import client_argv
from lmawep_tui.agents.launch import launch
from lmawep_tui.files.run_file import write_run
from lmawep_tui.model.event import Ask
from lmawep_tui.model.permission import POLICIES, Permissions
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Outcome
from tests.agents.acp_agent_words import HOSTILE
from tests.agents.acp_runs import asked, finish, log, messages, methods, said, start
from tests.agents.runs import Project, until, with_limits


def repo(project: Project) -> None:
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Start"]):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=project.pod, check=True)
    for name in ("name", "email"):
        subprocess.run(["git", "config", f"user.{name}", "t"], cwd=project.pod, check=True)


def test_a_whole_turn_is_in_the_log_both_ways(project: Project) -> None:
    repo(project)
    run_dir, run = finish(project, "edit")
    assert (run.exit_status, (project.pod / "src/made.txt").read_text()) == (0, "made\n"), log(run_dir)
    assert methods(run_dir, "out") == ["initialize", "session/new", "session/prompt"]
    assert methods(run_dir, "in").count("session/request_permission") == 2
    assert {frozenset(m) for m in messages(run_dir)} == {frozenset(("t", "dir", "msg"))}
    times = [m["t"] for m in messages(run_dir)]
    assert times == sorted(times)
    assert run.leftovers == ()


@pytest.mark.parametrize(
    "prompt",
    ["x" * 200_000, "-rf $(touch bad) `touch bad` ; '\"\n\0 é 漢 🎈", "", "  lines\r\n\twith all\x1b[0m\n"],
    ids=["long", "shell", "empty", "lines"],
)
def test_a_prompt_arrives_unchanged(project: Project, prompt: str) -> None:
    run_dir, run = finish(project, "echo", prompt=prompt)
    assert run.exit_status == 0, log(run_dir)
    assert (project.pod / "prompt.txt").read_bytes() == prompt.encode()


def test_a_prompt_that_is_no_text_is_refused_in_words(project: Project) -> None:
    run_dir, run = finish(project, "echo", prompt="a\udcff")
    assert run.exit_status == 2 and "[lmawep] the prompt is not UTF-8 text" in log(run_dir)


def test_a_session_is_gone_on_with(project: Project) -> None:
    run_dir, run = finish(project, "echo", session="ses-7")
    assert run.exit_status == 0 and methods(run_dir, "out")[1] == "session/load"
    assert "earlier words of ses-7" in said(run_dir)


@pytest.mark.parametrize(
    ("way", "session", "status", "words"),
    [
        ("dies", "", 1, "the agent ended (exit status 3) before its turn was over"),
        ("killed", "", 1, "the agent ended (ended by SIGKILL) before its turn was over"),
        ("dies_asking", "", 1, "the agent ended (exit status 3) before its turn was over"),
        ("fails", "", 1, "the agent failed: 429 Too many requests"),
        ("login", "", 1, "it wants a login"),
        ("old", "", 1, "the agent speaks version 0 of ACP, and not 1"),
        ("forgetful", "ses-1", 1, "the agent cannot go on with an earlier session"),
        ("refuses", "", 3, "the agent ended its turn: refusal"),
    ],
)
def test_a_bad_end_is_told_in_a_line(project: Project, way: str, session: str, status: int, words: str) -> None:
    run_dir, run = finish(project, way, session=session, rules=POLICIES["ask"])
    assert run.exit_status == status and words in log(run_dir), log(run_dir)
    assert "Traceback" not in log(run_dir)
    assert questions.waiting(run_dir) == []


def test_an_agent_that_cannot_be_started(project: Project) -> None:
    run_dir, run = project.make(["true"])
    run = replace(run, argv=client_argv(["/nowhere/agent"], run_dir, POLICIES["full"]))
    write_run(run_dir, run)
    launch(run_dir, run, journal=project.journal)
    assert control.wait(run_dir, 20).exit_status == 1
    assert "the agent /nowhere/agent could not be started: No such file or directory" in log(run_dir)


def test_a_silent_agent_is_the_supervisors_to_end(project: Project) -> None:
    run_dir, run = finish(project, "silent", limits=with_limits(silence_s=8.0))
    assert run.outcome is Outcome.STALLED and "initialize" in log(run_dir)


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_a_stop_cancels_the_turn_first(project: Project, signal: str) -> None:
    run_dir = start(project, "waits", stop_signal=signal, limits=with_limits(grace_s=8))
    until(lambda: "working" in log(run_dir), "the agent at work")
    run = control.stop(run_dir)
    assert run.outcome is Outcome.KILLED and project.carrying(run) == []
    assert methods(run_dir, "out")[-1] == "session/cancel"


def test_a_deaf_agent_is_ended_all_the_same(project: Project) -> None:
    run_dir = start(project, "deaf")
    until(lambda: "deaf" in log(run_dir), "the agent at work")
    run = control.stop(run_dir)
    assert run.outcome is Outcome.KILLED and project.carrying(run) == []


def test_the_person_is_asked_with_the_agents_own_options(project: Project) -> None:
    run_dir = start(project, "command", rules=POLICIES["ask"])
    question = asked(run_dir)
    assert (question.ask, question.title, question.tool) == (Ask.PERMISSION, "run touch ran.txt?", "command")
    assert question.options == (("always", "Always allow"), ("once", "Allow once"), ("no", "Reject"))
    questions.answer(run_dir, question.number, "once")
    assert control.wait(run_dir, 20).exit_status == 0
    assert (project.pod / "ran.txt").exists() and "chosen: once" in said(run_dir)


def test_no_means_no(project: Project) -> None:
    run_dir = start(project, "command", rules=POLICIES["ask"])
    questions.answer(run_dir, asked(run_dir).number, "no")
    assert control.wait(run_dir, 20).exit_status == 0
    assert not (project.pod / "ran.txt").exists() and "chosen: no" in said(run_dir)


def test_always_is_remembered_for_the_same_thing_alone(project: Project) -> None:
    run_dir = start(project, "twice", rules=POLICIES["ask"])
    first = asked(run_dir)
    questions.answer(run_dir, first.number, "always")
    other = until(lambda: [q for q in questions.waiting(run_dir) if q.number != first.number], "another question")[0]
    assert other.title == "run touch other.txt?"
    questions.answer(run_dir, other.number, "no")
    control.wait(run_dir, 20)
    assert said(run_dir).startswith("chosen: always\nchosen: always\nchosen: no\n")


def test_rules_deny_without_asking(project: Project) -> None:
    run_dir, run = finish(project, "command", rules=Permissions(command="deny"))
    assert run.exit_status == 0 and "chosen: no" in said(run_dir)
    assert "[lmawep] denied by your rules: run touch ran.txt" in log(run_dir)


def test_a_change_is_shown_as_a_difference(project: Project) -> None:
    repo(project)
    run_dir = start(project, "edit", rules=POLICIES["ask"])
    question = asked(run_dir)
    assert question.title == "edit src/made.txt?" and "+made" in question.detail
    control.stop(run_dir)
    assert questions.waiting(run_dir) == []


def test_nobody_answers(project: Project) -> None:
    run_dir, run = finish(project, "command", rules=POLICIES["ask"], wait_s=0.5)
    assert run.exit_status == 5 and "[lmawep] nobody answered in time: run touch ran.txt?" in log(run_dir)
    assert methods(run_dir, "out")[-1] == "session/cancel" and questions.waiting(run_dir) == []
    replies = [m["msg"]["result"] for m in messages(run_dir) if m["dir"] == "out" and "result" in m["msg"]]
    assert replies == [{"outcome": {"outcome": "cancelled"}}]
    assert not (project.pod / "ran.txt").exists()


def test_who_waits_for_a_person_has_not_stalled(project: Project) -> None:
    run_dir, run = project.make(["sh", "-c", "sleep 2"], limits=with_limits(silence_s=0.5))
    questions.ask(run_dir, Question(ask=Ask.PERMISSION, title="run it?", options=(("y", "Yes"),), until=time() + 60))
    launch(run_dir, run, journal=project.journal)
    assert control.wait(run_dir, 30).exit_status == 0


def test_nothing_outside_of_the_pod_is_reached(project: Project) -> None:
    before = {path: path.read_bytes() for path in [Path("/etc/passwd")]}
    run_dir, run = finish(project, "outside")
    assert run.exit_status == 0 and "REACHED" not in said(run_dir), said(run_dir)
    assert said(run_dir).count("\n") == 17, said(run_dir)
    assert before == {path: path.read_bytes() for path in before}
    assert not (project.root / "x").exists()


def test_an_edit_elsewhere_is_asked_even_under_full(project: Project) -> None:
    run_dir = start(project, "elsewhere")
    assert asked(run_dir).title == "edit /etc/motd?"
    questions.answer(run_dir, 1, "no")
    assert control.wait(run_dir, 20).exit_status == 0


def test_hostile_text_is_data(project: Project) -> None:
    run_dir = start(project, "hostile", rules=POLICIES["ask"])
    question = asked(run_dir)
    assert "\x1b" not in question.title + question.detail and "\u202e" not in question.title
    questions.answer(run_dir, question.number, "no")
    assert control.wait(run_dir, 20).exit_status == 0
    assert HOSTILE in said(run_dir)


def test_a_flood_passes(project: Project) -> None:
    run_dir, run = finish(project, "flood", env={"LONG": str(40 * 1024 * 1024)}, limits=with_limits(log_bytes=0))
    assert run.exit_status == 0, log(run_dir)[-500:]
    assert (
        said(run_dir).endswith("word 19999 ") and "of_tomorrow" in log(run_dir) and "no message\n{]\n" in log(run_dir)
    )
    assert "[lmawep] a line of 41,943,1" in log(run_dir), log(run_dir)[-300:]


def test_messages_of_any_shape_are_survived(project: Project) -> None:
    run_dir, run = finish(project, "strange", rules=POLICIES["ask"])
    assert run.exit_status == 0 and "Traceback" not in log(run_dir), log(run_dir)
    errors = {m["msg"].get("id") for m in messages(run_dir) if m["dir"] == "out" and "error" in m["msg"]}
    assert errors == {91, 92, 93, 94}


def test_words_before_the_protocol_are_kept(project: Project) -> None:
    run_dir, run = finish(project, "chatter")
    assert run.exit_status == 0 and "Welcome to the agent!\n" in log(run_dir)
