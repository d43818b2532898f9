"""The supervisor, with real agents."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.order import request_stop
from lmawep_tui.agents.process import alive, look, signal_process
from lmawep_tui.agents.process_tree import everything
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.run import Outcome, Role, RunState
from tests.agents.runs import Project, until, with_limits

REPORT = "STATUS: COMPLETE\nPROGRESS: did it\nBLOCKERS: None\nNEXT: None\n"


def test_a_normal_end_with_a_report(project: Project) -> None:
    run_dir, run = project.finish(["printf", "%s", f"hello\n{REPORT}"])
    assert (run.state, run.outcome, run.reason, run.exit_status) == (RunState.ENDED, Outcome.COMPLETED, "", 0)
    assert run.report is not None and run.report.progress == "did it"
    assert run.started and run.ended and run.supervisor and run.process and not run.leftovers
    assert (run_dir / "output.log").read_text() == f"hello\n{REPORT}"
    assert not is_held(run_dir / "lock") or until(lambda: not is_held(run_dir / "lock"))
    assert (run_dir / "supervisor.log").read_text() == ""


def test_the_journal_gets_one_line(project: Project) -> None:
    project.finish(["sh", "-c", "exit 3"])
    [line] = project.journal.read_text().splitlines()
    entry = json.loads(line)
    del entry["at"]
    assert entry == {
        "event": "run_ended",
        "pod": "pod-1",
        "ticket": 101,
        "run": "0001-task",
        "role": "task",
        "outcome": "crashed",
        "reason": "exit status 3, without a report",
    }


def test_files_are_the_persons_alone(project: Project) -> None:
    mask = os.umask(0)
    try:
        run_dir, _ = project.finish(["true"], role=Role.CHECK)
    finally:
        os.umask(mask)
    for name in ("run.json", "output.log", "supervisor.log", "lock", "launch.json"):
        assert stat.S_IMODE((run_dir / name).stat().st_mode) == 0o600, name


@pytest.mark.parametrize(
    ("script", "role", "outcome", "reason"),
    [
        ("exit 0", Role.CHECK, Outcome.COMPLETED, ""),
        ("exit 3", Role.CHECK, Outcome.CRASHED, "exit status 3"),
        ("kill -SEGV $$", Role.COMMAND, Outcome.CRASHED, "ended by SIGSEGV"),
        ("exit 127", Role.SETUP, Outcome.CRASHED, "exit status 127"),
    ],
)
def test_plain_commands(project: Project, script: str, role: Role, outcome: Outcome, reason: str) -> None:
    _, run = project.finish(["sh", "-c", script], role=role)
    assert (run.outcome, run.reason) == (outcome, reason)


def test_a_question(project: Project) -> None:
    _, run = project.finish(["printf", "STATUS: QUESTION\nPROGRESS: half\nQUESTION: Which hash?\n"])
    assert (run.outcome, run.reason) == (Outcome.QUESTION, "Which hash?")


def test_a_command_that_is_missing(project: Project) -> None:
    _, run = project.finish(["no-such-agent", "-p"])
    assert run.outcome is Outcome.CRASHED
    assert run.reason == (
        "The agent command 'no-such-agent' was not found. Install it, or name another one in .lmawep/config.yaml."
    )
    assert run.exit_status is None


def test_a_command_that_cannot_be_executed(project: Project) -> None:
    script = project.root / "script"
    script.write_text("#!/no/such/interpreter\n")
    _, run = project.finish([str(script)])
    assert "is not executable" in run.reason
    script.chmod(0o755)
    _, run = project.finish([str(script)])
    assert "names an interpreter in its first line that was not found" in run.reason


def test_a_pod_that_is_gone(project: Project) -> None:
    _, run = project.finish(["true"], cwd=str(project.root / "gone"))
    assert run.outcome is Outcome.CRASHED
    assert run.reason.startswith(f"The folder {project.root}/gone cannot be entered: No such file")


def test_too_long_an_argument(project: Project) -> None:
    _, run = project.finish(["echo", "x" * 200_000])
    assert run.reason == (
        "The agent command 'echo' got too long an argument. Let its profile pass the prompt by stdin or file."
    )


def test_stdin_arrives_byte_for_byte(project: Project) -> None:
    data = b"-p --help \0 " + bytes(range(256)) * 800
    run_dir, run = project.make(["sh", "-c", "cat > copy"], stdin="prompt.md")
    (run_dir / "prompt.md").write_bytes(data)
    launch(run_dir, run, journal=project.journal)
    control.wait(run_dir, 10)
    assert (project.pod / "copy").read_bytes() == data


def test_without_a_file_stdin_is_empty(project: Project) -> None:
    _, run = project.finish(["sh", "-c", 'test -z "$(cat)"'], role=Role.CHECK)
    assert run.outcome is Outcome.COMPLETED


def test_what_cannot_even_be_started_is_closed_with_a_sentence(project: Project) -> None:
    run_dir, run = project.make(["cat"], stdin="prompt.md")
    with pytest.raises(LmawepError, match=r"prompt\.md: No such file or directory\."):
        launch(run_dir, run, journal=project.journal)
    ended = read_run(run_dir)
    assert (ended.outcome, ended.reason) == (Outcome.CRASHED, f"{run_dir}/prompt.md: No such file or directory.")
    assert '"crashed"' in project.journal.read_text()


def test_nothing_of_the_caller_leaks(project: Project, tmp_path: Path) -> None:
    lock = tmp_path / "caller.lock"
    fd = os.open(lock, os.O_RDWR | os.O_CREAT)
    os.set_inheritable(fd, True)
    fcntl.flock(fd, fcntl.LOCK_EX)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        code = (
            "import os,signal,sys; fds=os.listdir('/proc/self/fd'); "
            "print(len(fds), os.getsid(0)==os.getpid(), signal.getsignal(signal.SIGUSR2)==signal.SIG_DFL, "
            "os.getcwd()); sys.stdout.flush(); sys.stdin.read(); os.kill(os.getpid(), signal.SIGSTOP)"
        )
        run_dir, run = project.python(code)
        log = run_dir / "output.log"
        until(lambda: log.read_text().endswith("\n"))
        assert log.read_text() == f"4 True True {project.pod}\n"  # 0, 1, 2 and the folder being listed
        os.close(fd)
        fd = -1
        assert not is_held(lock)
        assert not [p for p in map(look, everything()) if p and p.parent == os.getpid() and p.state == "Z"]
        assert run.supervisor is not None and os.getsid(run.supervisor.pid) != os.getsid(0)
    finally:
        signal.signal(signal.SIGUSR2, signal.SIG_DFL)
        if fd >= 0:
            os.close(fd)


def test_it_ran_too_long(project: Project) -> None:
    _, run = project.finish(["sh", "-c", "while echo x; do sleep 0.05; done"], limits=with_limits(timeout_s=0.4))
    assert (run.outcome, run.reason) == (Outcome.TIMEOUT, "ran longer than 0.4s")


def test_it_printed_nothing(project: Project) -> None:
    _, run = project.finish(["sh", "-c", "echo hello; sleep 60"], limits=with_limits(silence_s=0.4))
    assert (run.outcome, run.reason) == (Outcome.STALLED, "printed nothing for 0.4s")


def test_printing_keeps_it_from_stalling(project: Project) -> None:
    script = "for i in 1 2 3 4 5; do echo $i; sleep 0.15; done"
    _, run = project.finish(["sh", "-c", script], limits=with_limits(silence_s=0.5), role=Role.CHECK)
    assert run.outcome is Outcome.COMPLETED


def test_a_flood_is_cut_at_its_cap(project: Project) -> None:
    run_dir, run = project.finish(["yes"], limits=with_limits(log_bytes=1_000_000))
    assert (run.outcome, run.reason) == (Outcome.CRASHED, "its log passed 1 MB")
    data = (run_dir / "output.log").read_bytes()
    assert data[1_000_000:] == b"\n[lmawep] cut here: the log passed 1 MB\n"


def test_a_flood_that_ignores_its_end(project: Project) -> None:
    code = "import os,signal\nfor s in (2,15): signal.signal(s, signal.SIG_IGN)\nwhile True: os.write(1, b'x'*100_000)"
    run_dir, run = project.python(code, limits=with_limits(log_bytes=1_000_000, grace_s=0.3))
    run = control.wait(run_dir, 10)
    assert run.reason == "its log passed 1 MB"
    assert (run_dir / "output.log").stat().st_size < 1_000_100


def test_a_flood_that_is_over_before_anybody_looks(project: Project) -> None:
    script = f"head -c 3000000 /dev/zero | tr '\\0' x; printf '\n{REPORT}'"
    run_dir, run = project.finish(["sh", "-c", script], limits=with_limits(log_bytes=1_000_000))
    assert run.report is not None  # read before the log is cut
    assert (run_dir / "output.log").stat().st_size < 1_000_100


def test_a_line_of_100_mb(project: Project) -> None:
    end = b"\n" + REPORT.encode()
    code = f"import os\nfor _ in range(100): os.write(1, b'x' * 1_000_000)\nos.write(1, {end!r})"
    run_dir, _ = project.python(code)
    run = control.wait(run_dir, 20)
    assert run.outcome is Outcome.COMPLETED and run.report is not None
    assert (run_dir / "output.log").stat().st_size == 100_000_001 + len(REPORT)
    (run_dir / "output.log").unlink()


def test_an_agent_that_ignores_everything_is_killed(project: Project) -> None:
    run_dir, _ = project.sh("trap '' HUP INT TERM; echo up; while :; do sleep 60; done")
    until(lambda: (run_dir / "output.log").read_text())
    run = control.stop(run_dir)
    assert (run.outcome, run.reason, run.exit_status) == (Outcome.KILLED, "stopped by the person", -signal.SIGKILL)


@pytest.mark.parametrize(("name", "status"), [("TERM", 5), ("INT", 6)])
def test_the_profiles_signal_comes_first(project: Project, name: str, status: int) -> None:
    script = "trap 'echo term; exit 5' TERM; trap 'echo int; exit 6' INT; echo up; while :; do sleep 0.02; done"
    run_dir, _ = project.sh(script, stop_signal=name, limits=with_limits(grace_s=5))
    until(lambda: (run_dir / "output.log").read_text())
    run = control.stop(run_dir)
    assert (run.exit_status, run.outcome) == (status, Outcome.KILLED)


def test_a_supervisor_told_to_end_ends_its_agent(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    assert run.supervisor and run.process
    signal_process(run.supervisor, signal.SIGTERM)
    ended = control.wait(run_dir, 10)
    assert (ended.outcome, ended.reason) == (Outcome.KILLED, "its supervisor was told to end (SIGTERM)")
    assert alive(run.process) is False


def test_adopted_children_are_reaped(project: Project) -> None:
    run_dir, run = project.sh("for i in 1 2 3 4 5; do (setsid sleep 0.05 &) ; done; echo up; sleep 60")
    assert run.supervisor
    supervisor = run.supervisor.pid
    until(lambda: (run_dir / "output.log").read_text())

    def only_the_agent() -> bool:
        children = [seen for seen in map(look, _pids()) if seen and seen.parent == supervisor]
        return [seen.pid for seen in children] == [run.process.pid] if run.process else False

    until(only_the_agent, "reaping")


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def test_after_it_starts_what_waits_for_the_end(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONS_OWN", "1")
    told = project.root / "told"
    code = (
        "import os,sys; from pathlib import Path; from lmawep_tui.files.lock import is_held; "
        "from lmawep_tui.files.run_file import read_run; d=Path(sys.argv[1]); t=Path(sys.argv[2]); "
        "t.with_suffix('.tmp').write_text(f\"{read_run(d).outcome} {is_held(d/'lock')} "
        "{'LMAWEP_RUN_MARK' in os.environ} {os.environ['PERSONS_OWN']} {os.getcwd()}\"); "
        "t.with_suffix('.tmp').rename(t)"
    )
    run_dir = project.root / "lmawep-workspace/runs/pod-1/0001-task"
    argv = [sys.executable, "-c", code, str(run_dir), str(told)]
    project.start(["true"], after=argv)
    until(told.exists, "what comes after")
    assert told.read_text() == "completed False False 1 /"


def test_a_run_starts_only_once(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    with pytest.raises(LmawepError, match="already has a supervisor"):
        launch(run_dir, run, journal=project.journal)
    control.stop(run_dir)
    until(lambda: not is_held(run_dir / "lock"))
    with pytest.raises(LmawepError, match="was started before"):
        launch(run_dir, run, journal=project.journal)


def test_a_stop_before_the_start_starts_nothing(project: Project) -> None:
    run_dir, run = project.make(["touch", "started"])
    request_stop(run_dir, "changed my mind")
    launch(run_dir, run, journal=project.journal)
    ended = control.wait(run_dir, 10)
    assert (ended.outcome, ended.reason, ended.process) == (Outcome.KILLED, "changed my mind", None)
    assert not (project.pod / "started").exists()


def test_a_damaged_order_is_a_sentence(project: Project) -> None:
    run_dir, run = project.make(["touch", "started"])
    (run_dir / "run.json").write_text("{}")
    with pytest.raises(LmawepError, match="is not a run"):
        launch(run_dir, run, journal=project.journal)
    assert not (project.pod / "started").exists()
    project.runs.clear()


def test_what_is_recorded_is_true(project: Project) -> None:
    run_dir, run = project.start(["sleep", "60"])
    assert run == read_run(run_dir) and run.state is RunState.RUNNING
    assert run.supervisor and run.process and alive(run.supervisor) and alive(run.process)
    seen = look(run.process.pid)
    assert seen is not None and seen.parent == run.supervisor.pid
