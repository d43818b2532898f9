"""Runs of programs that print events: what real ones printed, played again by a small script under a supervisor."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.process_tree import Tree
from lmawep_tui.files.run_file import OUTPUT, read_run, write_run
from lmawep_tui.model.run import Outcome, Run, RunState
from lmawep_tui.model.usage import Usage
from tests.agents.recordings import Recording, recording
from tests.agents.runs import Project, kill_supervisor, until, with_limits

PLAY = """
import os, signal, sys
folder, status = sys.argv[1], int(sys.argv[2])
os.write(1, open(folder + "/out", "rb").read())
os.write(2, open(folder + "/err", "rb").read())
if status < 0:
    os.kill(os.getpid(), -status)
os._exit(status)
"""
FORMATS = {"claude": "claude-stream", "qwen": "claude-stream", "codex": "codex-exec", "gemini": "gemini-stream",
           "opencode": "opencode-parts", "pi": "pi-events", "cline": "cline-events"}  # fmt: skip


def tape(project: Project, played: Recording) -> Path:
    folder = project.root / "tape"
    folder.mkdir(exist_ok=True)
    (folder / "out").write_bytes(played.data)
    (folder / "err").write_bytes(played.stderr)
    return folder


def play(project: Project, id_: str, **facts: Any) -> Run:
    """A run of a program that prints the recording and ends as it did."""
    played = recording(id_)
    folder = tape(project, played)
    argv = [sys.executable, "-c", PLAY, str(folder), str(played.exit or 0)]
    return project.finish(argv, format=FORMATS[played.cli], **facts)[1]


def held(project: Project, id_: str, then: str = "sleep 60", **facts: Any) -> tuple[Path, Run]:
    """As play, but the program goes on with a shell command when it has printed all."""
    folder = tape(project, recording(id_))
    script = f"cat {shlex.quote(str(folder))}/out; {then}"
    return project.sh(script, format=FORMATS[id_.partition("/")[0]], **facts)


@pytest.mark.parametrize(
    ("id_", "outcome", "reason"),
    [
        ("claude/happy", Outcome.COMPLETED, ""),
        ("claude/happy-partial", Outcome.COMPLETED, ""),
        ("claude/big-text", Outcome.COMPLETED, ""),
        ("claude/auth-error", Outcome.AUTH, "401"),
        ("claude/no-key", Outcome.AUTH, "/login"),
        ("claude/rate-limit", Outcome.COMPLETED, ""),
        ("claude/rate-limit-gives-up", Outcome.RATE_LIMITED, "429"),
        ("claude/permission-denied", Outcome.DENIED, "touch in '/repo/made-by-agent.txt' needs approval"),
        ("claude/permission-never-answered", Outcome.DENIED, "touch made-by-agent.txt"),
        ("claude/max-turns", Outcome.CRASHED, "turns"),
        ("claude/max-tokens", Outcome.CRASHED, "token"),
        ("claude/interrupt", Outcome.CRASHED, "interrupted"),
        ("claude/killed-sigterm", Outcome.CRASHED, "exit status 143, without a word"),
        ("claude/no-answer-killed", Outcome.CRASHED, "exit status 143, without a word"),
        ("claude/question-answered", Outcome.BLOCKED, "need to know which greeting to use."),
        ("claude/two-turns", Outcome.COMPLETED, ""),
        ("claude/hostile-text", Outcome.COMPLETED, ""),
        ("qwen/happy", Outcome.COMPLETED, ""),
        ("qwen/big-text", Outcome.LOST, "exit status 0, without a word"),
        ("qwen/auth-error", Outcome.AUTH, "401"),
        ("qwen/killed-sigint", Outcome.CRASHED, "ended by SIGINT, without a word"),
        ("qwen/rate-limit-gives-up", Outcome.RATE_LIMITED, "429"),
        ("gemini/happy", Outcome.COMPLETED, ""),
        ("gemini/auth-error", Outcome.AUTH, ""),
        ("gemini/rate-limit-gives-up", Outcome.RATE_LIMITED, ""),
        ("gemini/server-error-gives-up", Outcome.CRASHED, ""),
        ("codex/happy", Outcome.COMPLETED, ""),
        ("codex/question", Outcome.BLOCKED, "need to know which greeting to use."),
        ("codex/rate-limit-gives-up", Outcome.RATE_LIMITED, "429"),
        ("opencode/happy", Outcome.COMPLETED, ""),
        ("opencode/permission-auto-rejected", Outcome.DENIED, "touch made-by-agent.txt"),
        ("opencode/rate-limit-gives-up", Outcome.RATE_LIMITED, "Rate limit reached"),
        ("opencode/auth-error", Outcome.AUTH, ""),
        ("opencode/killed-sigint", Outcome.CRASHED, "without a word"),
        ("pi/happy", Outcome.COMPLETED, ""),
        ("pi/auth-error", Outcome.AUTH, ""),
        ("pi/rate-limit-gives-up", Outcome.RATE_LIMITED, "429"),
        ("pi/server-error-gives-up", Outcome.CRASHED, ""),
        ("pi/max-tokens", Outcome.CRASHED, ""),
        ("cline/happy", Outcome.COMPLETED, ""),
        ("cline/permission-refused", Outcome.BLOCKED, ""),
        ("cline/killed-sigint", Outcome.LOST, "exit status 0, without a word"),
        ("codex/no-key", Outcome.AUTH, ""),
        ("codex/killed-sigint", Outcome.CRASHED, "exit status 1, without a word"),
    ],
)
def test_a_recorded_run_ends_as_what_it_was(project: Project, id_: str, outcome: Outcome, reason: str) -> None:
    run = play(project, id_)
    assert run.outcome is outcome, (run.reason, run.last_words)
    assert reason.lower() in run.reason.lower(), run.reason
    expected = recording(id_).expected
    assert run.session == (expected["session"] or "")
    told = run.usage or Usage()
    assert expected["turns_ended"] > 1 or (told.input, told.cached, told.output) == tuple(
        expected[f"tokens_{k}"] for k in ("in", "cached", "out")
    )
    if expected["report"] and run.report:
        assert run.report.status == expected["report"]["STATUS"]
    else:
        assert run.report is None and not expected["report"]
    assert "\x1b" not in run.last_words and '{"type"' not in run.last_words
    if outcome is not Outcome.COMPLETED and "no-answer" not in id_:
        assert run.last_words.strip()


def test_what_a_tool_printed_is_no_report(project: Project) -> None:
    """A file that holds a report was read by the agent, which itself said nothing of the kind."""
    said = {"type": "assistant", "message": {"content": [{"type": "text", "text": "I read the file."}]}}
    read = {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "1", "is_error": False,
            "content": "STATUS: BLOCKED\nPROGRESS: none\nBLOCKERS: all\n"}]}}  # fmt: skip
    start = {"type": "system", "subtype": "init", "session_id": "s1", "model": "m"}
    end = {"type": "result", "subtype": "success", "is_error": False, "result": "I read the file.", "usage": {}}
    lines = "".join(json.dumps(record) + "\n" for record in (start, read, said, end))
    folder = project.root / "lines"
    folder.write_text(lines)
    _, run = project.finish(["cat", str(folder)], format="claude-stream")
    assert (run.outcome, run.report, run.reason) == (Outcome.COMPLETED, None, "it ended without a report")


def test_a_program_that_does_not_exit_is_ended_after_its_last_word(project: Project) -> None:
    run_dir, _ = held(project, "claude/happy", limits=with_limits(final_s=0.3, silence_s=20))
    run = control.wait(run_dir, 10)
    assert (run.outcome, run.reason) == (Outcome.COMPLETED, "") and run.session and run.leftovers == ()


def test_one_that_failed_and_does_not_exit_has_failed(project: Project) -> None:
    run_dir, _ = held(project, "claude/rate-limit-gives-up", limits=with_limits(final_s=0.3, silence_s=20))
    assert control.wait(run_dir, 10).outcome is Outcome.RATE_LIMITED


def test_a_second_turn_after_a_pause_is_waited_for(project: Project) -> None:
    """The first turn is over and all is silent, but not for long enough; what comes then counts."""
    happy = shlex.quote(str(tape(project, recording("claude/happy")) / "out"))
    then = f"sleep 0.6; head -n 3 {happy}; sleep 60"
    run_dir, _ = held(project, "claude/happy", then, limits=with_limits(final_s=1.2, silence_s=2.5))
    run = control.wait(run_dir, 15)
    assert run.outcome is Outcome.STALLED


def test_a_permission_nobody_answers_is_no_stall(project: Project) -> None:
    run_dir, _ = held(project, "claude/permission-never-answered", limits=with_limits(silence_s=0.5, final_s=0.2))
    run = control.wait(run_dir, 10)
    assert run.outcome is Outcome.DENIED and "touch made-by-agent.txt" in run.reason


def test_waiting_to_try_again_is_no_stall_before_its_time(project: Project) -> None:
    retry = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10, "retry_delay_ms": 2000,
             "error_status": 529, "error": "overloaded"}  # fmt: skip
    start = {"type": "system", "subtype": "init", "session_id": "s1", "model": "m"}
    lines = "".join(json.dumps(record) + "\n" for record in (start, retry))
    happy = tape(project, recording("claude/happy")) / "out"
    (project.root / "lines").write_text(lines)
    script = f"cat {project.root}/lines; sleep 1.5; cat {happy}"
    run_dir, _ = project.sh(script, format="claude-stream", limits=with_limits(silence_s=0.5))
    assert control.wait(run_dir, 15).outcome is Outcome.COMPLETED
    run_dir, _ = project.sh(f"cat {project.root}/lines; sleep 60", format="claude-stream",
                            limits=with_limits(silence_s=0.5))  # fmt: skip
    run = control.wait(run_dir, 15)
    assert (run.outcome, run.reason) == (Outcome.STALLED, "printed nothing for 2.5s")


def test_a_run_whose_supervisor_was_killed_keeps_what_it_told(project: Project) -> None:
    run_dir, run = held(project, "claude/happy")
    until(lambda: (run_dir / OUTPUT).stat().st_size >= len(recording("claude/happy").data))
    kill_supervisor(run)
    lost = control.wait(run_dir, 10)
    assert lost.outcome is Outcome.LOST and lost.session == recording("claude/happy").expected["session"]
    assert lost.report is not None and lost.usage and Tree(run.mark).members() == []


def test_the_use_of_a_session_gone_on_with_is_the_difference(project: Project) -> None:
    first = play(project, "qwen/resume")
    second = play(project, "qwen/resume-resumed", resumes=first.session, counted=first.usage)
    assert second.session == first.session and first.usage and second.usage
    total = recording("qwen/resume-resumed").expected
    assert first.usage.input + second.usage.input == total["tokens_in"]
    assert first.usage.output + second.usage.output == total["tokens_out"]


def test_a_session_its_program_does_not_know(project: Project) -> None:
    _, run = project.sh("echo 'No conversation found with session ID: abc' >&2; exit 1", format="claude-stream",
                        resumes="abc", session="abc")  # fmt: skip
    run = control.wait(project.runs[-1][0], 10)
    assert run.session_gone and run.outcome is Outcome.CRASHED and "abc" in run.reason
    _, run = project.finish(["sh", "-c", "echo boom >&2; exit 1"], format="claude-stream", resumes="abc")
    assert not run.session_gone


def test_a_log_that_is_gone_still_ends_in_an_outcome(project: Project) -> None:
    run_dir, _ = held(project, "claude/happy", "sleep 0.2")
    (run_dir / OUTPUT).unlink()
    run = control.wait(run_dir, 10)
    assert run.state is RunState.ENDED and run.outcome is Outcome.LOST


def test_a_format_nobody_knows_still_ends_in_an_outcome(project: Project) -> None:
    run_dir, run = project.make(["true"], format="morse")
    launch(run_dir, run, journal=project.journal)
    run = control.wait(run_dir, 10)
    assert run.outcome is Outcome.LOST and "morse" in run.reason
    write_run(run_dir, run)
    assert read_run(run_dir) == run
