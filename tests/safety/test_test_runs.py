"""Tests of the project's that are missing, hang, flood, fork or lie: each ends with words (C4, C8, C12, C15)."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from lmawep_tui.agents.process import identify
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.testing import test as run_tests
from lmawep_tui.engine.train import merge_pod
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from tests.repos import PYTHON, Project, until


def record_of(project: Project, pod: PodRecord) -> PodRecord:
    return project.ws.snapshot().state.pods[pod.id]


def why(project: Project, pod: PodRecord) -> str:
    return project.ws.snapshot().state.holds[pod.ticket].why


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "tests.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


_MISSING = {
    "no such program": ["no-such-program", "-q"],
    "no such program in a shell": ["sh", "-c", "no-such-program"],
    "no pytest": [PYTHON, "-S", "-m", "pytest"],
    "not executable": ["/etc/passwd"],
}


@pytest.mark.parametrize("command", _MISSING)
@pytest.mark.parametrize("where", ["pod", "train"])
def test_a_test_command_that_is_missing_blames_nobody(project: Project, command: str, where: str) -> None:
    """The person mends it, tests again, and the pod goes on: no agent has to run for that."""
    project.config(tests={"command": _MISSING[command]}, merge={"remove_pod": False})
    pod = project.approved() if where == "pod" else project.queued()
    before = project.main()
    if where == "pod":
        assert not run_tests(project.ws, pod.id).green
    else:
        assert merge_pod(project.ws, pod.id).commit is None
    assert project.main() == before and record_of(project, pod).attempts == 0
    assert project.status_of(pod.ticket) == "blocked"
    assert why(project, pod).startswith("the test command `") and "lmawep test" in why(project, pod)
    if command != "not executable":
        assert "was not found" in why(project, pod)
    project.config(tests={"command": "true"})
    assert run_tests(project.ws, pod.id).green and project.status_of(pod.ticket) == "merging"
    assert merge_pod(project.ws, pod.id).commit is not None


def test_a_test_command_that_the_work_took_away_is_its_own_failure(project: Project) -> None:
    (project.root / "check.sh").write_text("#!/bin/sh\n")
    (project.root / "check.sh").chmod(0o755)
    project.git("add", "--all")
    project.git("commit", "-qm", "Check")
    project.config(tests={"command": "./check.sh"})
    pod = project.spawn()
    project.git("rm", "-q", "check.sh", at=Path(pod.path))
    project.git("commit", "-qm", "Away with it", at=Path(pod.path))
    from lmawep_tui.engine.review import approve
    from lmawep_tui.model.lifecycle import Event

    project.step(pod.ticket, Event.STARTED, Event.BELIEVED)
    approve(project.ws, pod.id)
    assert not run_tests(project.ws, pod.id).green
    assert project.status_of(pod.ticket) == "assigned" and record_of(project, pod).attempts == 1


def test_red_for_a_reason_that_is_mended_goes_on_without_an_agent(project: Project, tmp_path: Path) -> None:
    """B4: a server was down; the pod went back to work, though its approved commit is fine."""
    down = tmp_path / "down"
    project.config(tests={"command": script(tmp_path, f"test ! -e '{down}'")})
    pod = project.approved()
    down.touch()
    assert not run_tests(project.ws, pod.id).green and project.status_of(pod.ticket) == "assigned"
    down.unlink()
    done = project.lmawep("test", pod.id)
    assert "green" in done.out and project.status_of(pod.ticket) == "merging"
    assert record_of(project, pod).brief == ""
    project.lmawep("merge", pod.id)


@pytest.mark.parametrize("spoiled", ["a new commit", "a rejection", "a conflict", "the person", "nothing"])
def test_green_tests_alone_put_nothing_on_the_way(project: Project, tmp_path: Path, spoiled: str) -> None:
    """Only while the approval holds for exactly that commit, and nothing else holds the ticket."""
    red = tmp_path / "red"
    project.config(tests={"command": script(tmp_path, f"test ! -e '{red}'")})
    pod = project.approved()
    red.touch()
    run_tests(project.ws, pod.id)
    red.unlink()
    if spoiled == "a new commit":
        project.commit(pod, {"sneaked.txt": "x\n"})
    elif spoiled == "a rejection":
        with project.ws.change("test") as change:
            from dataclasses import replace

            record = change.pod(pod.id)
            assert record.verdict is not None
            change.put_pod(replace(record, verdict=replace(record.verdict, approved=False)))
            change.save()
    elif spoiled == "a conflict":
        with project.ws.change("test") as change:
            from dataclasses import replace

            from lmawep_tui.model.run import Role

            change.put_pod(replace(change.pod(pod.id), next_role=Role.RESOLVE))
            change.save()
    elif spoiled == "the person":
        project.lmawep("ticket", "update", str(pod.ticket), "--status", "blocked")
    assert run_tests(project.ws, pod.id).green
    expected = {"the person": "blocked", "nothing": "merging"}.get(spoiled, "assigned")
    assert project.status_of(pod.ticket) == expected
    assert bool(project.ws.snapshot().state.train) == (spoiled == "nothing")


def test_a_command_of_role_check_is_not_the_projects_tests(project: Project) -> None:
    """A script that starts `true` in that role would otherwise turn every pod green."""
    project.config(tests={"command": "false", "rerun": 0})
    pod = project.approved()
    from lmawep_tui.engine import runs
    from lmawep_tui.model.run import Role

    runs.wait(project.ws, runs.start(project.ws, pod.id, role=Role.CHECK, argv=("true",)))
    settle(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "testing" and record_of(project, pod).tests is None


@pytest.mark.parametrize("second", ["flaky", "red"])
def test_a_check_whose_owner_is_killed_between_two_commands_decides_nothing_and_is_made_again(
    project: Project, tmp_path: Path, second: str
) -> None:
    """The first run was red and was to be run again; whoever comes next neither blames the work nor believes it."""
    hold = tmp_path / "hold"
    hold.touch()
    ending = "exit 0" if second == "flaky" else "exit 1"
    text = (f"echo run >> '{tmp_path}/runs'; [ $(wc -l < '{tmp_path}/runs') = 1 ] && exit 1\n"
            f"touch '{tmp_path}/waiting'; while [ -e '{hold}' ]; do sleep 0.02; done; {ending}")  # fmt: skip
    project.config(tests={"command": script(tmp_path, text)})
    pod = project.approved()
    argv = [PYTHON, "-P", "-m", "lmawep_tui", "test", pod.id]
    owner = subprocess.Popen(argv, cwd=project.root, start_new_session=True, stdout=subprocess.DEVNULL)
    until((tmp_path / "waiting").exists)
    os.killpg(owner.pid, signal.SIGKILL)
    owner.wait()
    assert project.status_of(pod.ticket) == "testing" and record_of(project, pod).tests is None
    hold.unlink()
    run = newest(project.ws, pod.id)
    assert run is not None and run.stage is not None
    until(lambda: settled(project, pod.id), "the second run settled by its supervisor's own call")
    tests = record_of(project, pod).tests
    assert tests is not None and tests.green == (second == "flaky")
    assert project.status_of(pod.ticket) == ("merging" if second == "flaky" else "assigned")


def settled(project: Project, pod: PodId) -> bool:
    run = newest(project.ws, pod)
    return run is not None and project.ws.snapshot().state.pods[pod].settled >= run.number


def test_an_owner_killed_before_the_second_command_leaves_the_pod_to_be_tested_again(project: Project) -> None:
    rules = [{"paths": ".*", "run": "true"}]
    project.config(tests={"command": "false", "targeted": rules, "in_pod": "full", "rerun": 0})
    pod = project.approved()
    from lmawep_tui.engine.runs import run_command
    from lmawep_tui.model.ids import Sha
    from lmawep_tui.model.run import Part, Role, Stage

    assert pod.verdict is not None
    stage = Stage(
        part=Part.TARGETED, command=("true",), commit=pod.verdict.commit, base=Sha(project.main()), last=False
    )
    run_command(project.ws, pod.id, Role.CHECK, ("true",), timeout_s=30, stage=stage)
    settle(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "testing" and record_of(project, pod).tests is None
    assert not run_tests(project.ws, pod.id).green
    assert project.status_of(pod.ticket) == "assigned"


def test_tests_that_hang_are_ended_and_say_so(project: Project, tmp_path: Path) -> None:
    project.config(tests={"command": script(tmp_path, "trap '' INT TERM; sleep 600"), "timeout": 0.5})
    pod = project.approved()
    tests = run_tests(project.ws, pod.id)
    assert not tests.green and tests.commands == 1, "what hangs is not run again"
    assert "longer than" in tests.summary or "time" in tests.summary, tests.summary
    assert project.marked() == [] and project.status_of(pod.ticket) == "assigned"


@pytest.mark.parametrize("where", ["pod", "train"])
def test_a_flood_is_cut_off_at_its_cap_and_not_asked_for_again(project: Project, tmp_path: Path, where: str) -> None:
    text = "trap 'exit 1' INT; yes flood & wait"
    limits = {**project.settings["limits"], "log_bytes": 1_000_000}
    project.config(tests={"command": script(tmp_path, text)}, limits=limits)
    pod = project.approved() if where == "pod" else project.queued()
    before = project.main()
    if where == "pod":
        tests = run_tests(project.ws, pod.id)
        assert not tests.green and tests.summary == "its log passed 1 MB" and tests.commands == 1
    else:
        assert "its log passed 1 MB" in merge_pod(project.ws, pod.id).why and project.main() == before
    run = newest(project.ws, pod.id)
    assert run is not None
    assert (project.ws.run_dir(pod.id, run.name) / "output.log").stat().st_size < 1_100_000
    assert project.marked() == []


def test_output_that_is_no_text_is_shown_safely(project: Project, tmp_path: Path) -> None:
    text = "printf '\\377\\376 \\033]52;c;eA==\\007 3 passed \\342\\200\\256\\n'"
    project.config(tests={"command": script(tmp_path, text)})
    pod = project.approved()
    tests = run_tests(project.ws, pod.id)
    assert tests.green and "3 passed" in tests.summary
    assert "\x1b" not in tests.summary and "\u202e" not in tests.summary and "\x07" not in tests.summary


def test_daemons_of_the_tests_do_not_outlive_them(project: Project, tmp_path: Path) -> None:
    text = f"setsid sh -c 'echo $$ > {tmp_path}/daemon; exec sleep 600' > /dev/null 2>&1 &\n" \
           f"while [ ! -s '{tmp_path}/daemon' ]; do sleep 0.02; done; echo 1 passed"  # fmt: skip
    project.config(tests={"command": script(tmp_path, text)})
    pod = project.approved()
    assert run_tests(project.ws, pod.id).green
    assert identify(int((tmp_path / "daemon").read_text())) is None and project.marked() == []
    run = newest(project.ws, pod.id)
    assert run is not None and "sleep" in run.leftovers


def test_a_shell_line_in_a_ticket_is_refused_and_told_how(project: Project) -> None:
    pod = project.approved(test="cd src && true")
    sentence = project.refuses("test", pod.id)
    assert "ticket's test command holds shell syntax (`&`)" in sentence and "sh -c 'cd src && true'" in sentence
    assert project.status_of(pod.ticket) == "testing"
    done = project.refuses("config", "--accept")
    assert "shell syntax" in done


def test_a_shell_line_in_the_config_is_told_with_its_line_and_runs_nothing(project: Project) -> None:
    pod = project.approved()
    project.ws.layout.config.write_text("main: main\ntests:\n  command: FOO=1 pytest\n")
    sentence = project.refuses("test", pod.id)
    assert "config.yaml:3: `tests.command` holds shell syntax (`FOO=`)" in sentence and "[sh, -c," in sentence


def test_tests_that_were_lost_are_run_again_once_and_blame_nobody(project: Project, tmp_path: Path) -> None:
    """A reboot, or whatever ended the supervisor: it says nothing about the work. Twice is no accident."""
    from lmawep_tui.agents.process import signal_process

    waiting = tmp_path / "waiting"
    project.config(tests={"command": script(tmp_path, f"touch '{waiting}'; sleep 600")})
    pod = project.approved()
    for expected in ("testing", "blocked"):
        argv = [PYTHON, "-P", "-m", "lmawep_tui", "test", pod.id]
        owner = subprocess.Popen(argv, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(waiting.exists)
        waiting.unlink()
        run = newest(project.ws, pod.id)
        assert run is not None and run.supervisor is not None
        assert signal_process(run.supervisor, signal.SIGKILL)
        assert owner.wait(timeout=60) == 1
        settle(project.ws, pod.id)
        assert project.status_of(pod.ticket) == expected and record_of(project, pod).attempts == 0
    assert "the tests were lost" in why(project, pod) and project.marked() == []


def test_tests_that_the_person_stops_pause_the_pod_and_say_nothing(project: Project, tmp_path: Path) -> None:
    waiting = tmp_path / "waiting"
    project.config(tests={"command": script(tmp_path, f"touch '{waiting}'; sleep 600")})
    pod = project.approved()
    argv = [PYTHON, "-P", "-m", "lmawep_tui", "test", pod.id]
    owner = subprocess.Popen(argv, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(waiting.exists)
    project.lmawep("stop", pod.id)
    owner.wait(timeout=60)
    record = record_of(project, pod)
    assert record.paused and record.tests is None and record.attempts == 0
    assert project.status_of(pod.ticket) == "testing"
