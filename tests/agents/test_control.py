"""Stopping, pausing, waiting, and closing what got lost."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.liveness import Phase, is_live, phase
from lmawep_tui.agents.process import alive, look, signal_process, wait_gone
from lmawep_tui.agents.process_tree import MARK, ROOT
from lmawep_tui.agents.recovery import end_strays, mark_lost, strays
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.run_file import read_run, write_run
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.run import Outcome, ProcessId, Role, RunState
from tests.agents.runs import Project, aged, kill_supervisor, until, with_limits


def test_stop_says_why(project: Project) -> None:
    run_dir, _ = project.start(["sleep", "60"])
    run = control.stop(run_dir, "the ticket was abandoned")
    assert (run.outcome, run.reason) == (Outcome.KILLED, "the ticket was abandoned")
    assert control.stop(run_dir) == run


def test_stop_without_waiting(project: Project) -> None:
    run_dir, _ = project.start(["sleep", "60"])
    assert control.stop(run_dir, wait_s=0).state is RunState.RUNNING
    assert control.wait(run_dir, 10).outcome is Outcome.KILLED


def test_stop_wakes_a_stopped_supervisor(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    assert run.supervisor
    signal_process(run.supervisor, signal.SIGSTOP)
    assert control.stop(run_dir).outcome is Outcome.KILLED


def test_stop_works_without_the_supervisor(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    run_dir, run = project.start(["sleep", "60"], limits=with_limits(grace_s=0.2))
    assert run.supervisor and run.process
    signal_process(run.supervisor, signal.SIGSTOP)
    monkeypatch.setattr(control, "_wake", lambda _: None)  # nothing reaches it
    monkeypatch.setattr(control, "_PATIENCE_S", 0.1)
    ended = control.stop(run_dir)
    assert (ended.outcome, ended.reason) == (
        Outcome.KILLED,
        "stopped by the person (its supervisor did not answer)",
    )
    assert not alive(run.process) and not alive(run.supervisor)


def test_a_damaged_request_still_stops(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    (run_dir / "stop.json").write_bytes(b"\xff{")
    assert run.supervisor
    signal_process(run.supervisor, signal.SIGUSR1)
    assert control.wait(run_dir, 10).reason == "stopped by the person"


def test_a_paused_run_stands_still_and_its_clock_too(project: Project) -> None:
    script = "sleep 60 & echo $!; while [ ! -e go ]; do sleep 0.02; done; kill %1; echo over"
    run_dir, run = project.sh(script, limits=with_limits(timeout_s=1.5, silence_s=1.2), role=Role.CHECK)
    log = run_dir / "output.log"
    until(lambda: log.read_text().endswith("\n"))
    assert run.process
    assert phase(run_dir, run) is Phase.RUNNING
    control.pause(run_dir)
    assert phase(run_dir, run) is Phase.PAUSED and control.paused(run_dir)
    child = int(log.read_text())
    until(lambda: (seen := look(child)) is None or seen.state == "T", "the child standing still")
    time.sleep(2.0)  # longer than both limits
    (project.pod / "go").touch()
    control.resume(run_dir)
    ended = control.wait(run_dir, 10)
    assert (ended.outcome, ended.reason) == (Outcome.COMPLETED, "")


def test_a_paused_run_can_be_stopped(project: Project) -> None:
    run_dir, _ = project.sh("trap 'echo bye; exit 0' INT; echo up; while :; do sleep 0.02; done")
    until(lambda: (run_dir / "output.log").read_text())
    control.pause(run_dir)
    assert control.stop(run_dir).outcome is Outcome.KILLED
    assert (run_dir / "output.log").read_text() == "up\nbye\n"  # it could still hear the request


def test_only_what_runs_can_be_paused(project: Project) -> None:
    run_dir, _ = project.finish(["true"])
    for verb in (control.pause, control.resume):
        with pytest.raises(Refused, match=r"Run 0001-task of pod-1 is not running, so there is nothing to"):
            verb(run_dir)


def test_wait_gives_up_in_time(project: Project) -> None:
    run_dir, _ = project.start(["sleep", "60"])
    assert control.wait(run_dir, 0.1).state is RunState.RUNNING


def test_wait_wakes_at_once_and_costs_nothing(project: Project) -> None:
    run_dir, _ = project.sh("while [ ! -e go ]; do sleep 0.02; done", role=Role.CHECK)
    timer = threading.Timer(0.5, (project.pod / "go").touch)
    timer.start()
    before = time.thread_time()
    assert control.wait(run_dir).outcome is Outcome.COMPLETED
    assert time.thread_time() - before < 0.1
    timer.join()


def test_wait_closes_a_lost_run(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    kill_supervisor(run)
    assert control.wait(run_dir, 10).outcome is Outcome.LOST


def test_mark_lost_leaves_the_living_and_the_ended_alone(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    assert mark_lost(run_dir) == run
    ended = control.stop(run_dir)
    assert mark_lost(run_dir) == ended


def test_mark_lost_twice_changes_nothing(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    kill_supervisor(run)
    assert run.supervisor
    wait_gone([run.supervisor], 5)
    lost = mark_lost(run_dir)
    before = (run_dir / "run.json").stat()
    assert mark_lost(run_dir) == lost
    assert (run_dir / "run.json").stat().st_ino == before.st_ino
    assert [json.loads(line)["outcome"] for line in project.journal.read_text().splitlines()] == ["lost"]


def test_a_lost_run_keeps_its_report(project: Project) -> None:
    run_dir, run = project.sh("printf 'STATUS: PARTIAL\\nPROGRESS: half\\n'; echo; sleep 60")
    until(lambda: "half\n" in (run_dir / "output.log").read_text())
    kill_supervisor(run)
    report = control.wait(run_dir, 10).report
    assert report is not None and report.progress == "half"


def test_a_run_that_was_never_started(project: Project) -> None:
    run_dir, run = project.make(["true"])
    assert is_live(run_dir, run) and phase(run_dir, run) is Phase.STARTING
    assert mark_lost(run_dir).state is RunState.STARTING
    aged(run_dir)
    assert not is_live(run_dir, run) and phase(run_dir, run) is Phase.LOST
    assert mark_lost(run_dir).reason == "it was never started: lmawep ended before it could be"


@pytest.mark.parametrize("case", ["another boot", "another start", "unknown boot"])
def test_a_stranger_with_the_same_number_is_not_touched(project: Project, case: str) -> None:
    who = project.innocent()
    stranger = {
        "another boot": dataclasses.replace(who, boot="00000000-0000-0000-0000-000000000000"),
        "another start": dataclasses.replace(who, start=who.start - 1),
        "unknown boot": dataclasses.replace(who, boot=""),
    }[case]
    run_dir, run = project.make(["sleep", "60"])
    dead = ProcessId(2**22 - 1, 1, stranger.boot)
    run = dataclasses.replace(run, state=RunState.RUNNING, supervisor=dead, process=stranger)
    write_run(run_dir, run)
    (run_dir / "unmarked.json").write_text(json.dumps([dataclasses.asdict(stranger)]))
    assert not is_live(run_dir, run) and phase(run_dir, run) is Phase.LOST
    lost = mark_lost(run_dir)
    assert lost.outcome is Outcome.LOST
    if case == "another boot":
        assert lost.reason == "the machine was restarted while it ran"
    assert alive(who)


def test_the_phases_of_a_run(project: Project) -> None:
    script = "(trap '' TERM INT; echo up; exec setsid sleep 60) & while [ ! -e go ]; do sleep 0.02; done"
    run_dir, run = project.sh(script, limits=with_limits(grace_s=1.0))
    until(lambda: (run_dir / "output.log").read_text())
    assert phase(run_dir, run) is Phase.RUNNING
    (project.pod / "go").touch()
    assert run.process
    wait_gone([run.process], 5)
    assert phase(run_dir, read_run(run_dir)) is Phase.ENDING  # never "running" without a process
    assert phase(run_dir, control.wait(run_dir, 10)) is Phase.ENDED


def test_looking_needs_no_right_to_write(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    until(lambda: (run_dir / "output.times").exists())  # the last thing that is made at the start
    (run_dir / "lock").chmod(0o400)
    run_dir.chmod(0o500)
    try:
        before = sorted(os.listdir(run_dir))
        assert is_live(run_dir, run) and phase(run_dir, run) is Phase.RUNNING
        assert sorted(os.listdir(run_dir)) == before
    finally:
        run_dir.chmod(0o700)


def test_looking_does_not_keep_a_supervisor_from_starting(project: Project) -> None:
    stop = threading.Event()
    run_dir, run = project.make(["true"], role=Role.CHECK)

    def look_on() -> None:
        while not stop.is_set():
            is_held(run_dir / "lock")

    looker = threading.Thread(target=look_on)
    looker.start()
    try:
        launch(run_dir, run, journal=project.journal)
        assert control.wait(run_dir, 10).outcome is Outcome.COMPLETED
    finally:
        stop.set()
        looker.join()


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_it_can_be_recovered(project: Project, seed: int) -> None:
    """No window leaves a held lock, a run that is neither live nor recoverable, or a process."""
    run_dir, run = project.make(["sh", "-c", "sleep 0.02; setsid sleep 60 & wait"])
    delay = random.Random(seed).uniform(0.0, 0.12)

    def starts() -> None:
        with contextlib.suppress(LmawepError):  # killed before it could answer
            launch(run_dir, run, journal=project.journal)

    starter = threading.Thread(target=starts)
    starter.start()
    time.sleep(delay)
    supervisors = [pid for pid in _with_argument(str(run_dir)) if pid != os.getpid()]
    for pid in supervisors:
        os.kill(pid, signal.SIGKILL)
    starter.join(15)
    aged(run_dir)
    if not supervisors:
        control.stop(run_dir)
    else:
        until(lambda: not is_held(run_dir / "lock"), "a free lock")
    ended = mark_lost(run_dir)
    assert ended.outcome is not None
    assert not project.carrying(run)


def _with_argument(text: str) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                argv = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if text.encode() in argv and b"lmawep_tui.agents.supervise" in argv:
                found.append(int(name))
    return found


def test_strays_are_those_of_this_project_whose_run_is_over(project: Project) -> None:
    root = str(project.root)
    stray = project.innocent(**{ROOT: root, MARK: "0" * 24, "LMAWEP_POD": "pod-7"})
    of_live_run = project.innocent(**{ROOT: root, MARK: "1" * 24})
    of_other_project = project.innocent(**{ROOT: f"{root}2", MARK: "0" * 24 + "x"})
    of_the_person = project.innocent(**{ROOT: root})
    found = strays(project.root, {"1" * 24})
    assert [(s.id, s.pod) for s in found] == [(stray, "pod-7")]
    assert end_strays(found, grace_s=0.5) == []
    until(lambda: alive(stray) is False)
    assert all(alive(who) for who in (of_live_run, of_other_project, of_the_person))


def test_a_command_inside_the_run_does_not_end_itself(project: Project) -> None:
    """An agent may call lmawep: recovery run from inside a marked process spares that process and its helpers."""
    run_dir, run = project.make(["true"])
    aged(run_dir)
    code = (
        "import subprocess,sys; from pathlib import Path; from lmawep_tui.agents.recovery import mark_lost; "
        "helper=subprocess.Popen(['sleep','60']); run=mark_lost(Path(sys.argv[1])); "
        "print(run.outcome, helper.poll()); helper.kill()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(run_dir)], env={**os.environ, MARK: run.mark}, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("lost None\n", "")
