"""A person takes a pod over, on a terminal: nothing else is done there meanwhile, and all comes back clean."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.agents.recovery import strays
from lmawep_tui.engine import runs, settle
from lmawep_tui.engine.decide import decide
from lmawep_tui.engine.decision import Around
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome
from tests.repos import PYTHON, Project, quiet, until

TALKER = Path(__file__).parents[1] / "talker.py"
SIT = 'echo "$@" > $T/argv; env > $T/env; pwd > $T/cwd; tty -s && touch $T/tty; echo $$ > $T/up; eval "$THEN"'


class Terminal:
    """One terminal, and lmawep on it."""

    def __init__(self, project: Project, *args: str, leader: str = "", **env: str) -> None:
        below = [leader, "-c", '"$@"; sleep 60', leader] if leader else []
        self.screen, self.keys = os.openpty()
        self.before = termios.tcgetattr(self.keys)
        self.process = subprocess.Popen(
            [*below, PYTHON, "-P", "-m", "lmawep_tui", *args],
            cwd=project.root,
            env={**os.environ, **env},
            stdin=self.keys,
            stdout=self.keys,
            stderr=self.keys,
            preexec_fn=self._own,
        )

    def _own(self) -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def end(self, timeout_s: float = 20.0) -> int:
        """Waits for the end; the terminal has to be as it was."""
        status = self.process.wait(timeout_s)
        assert termios.tcgetattr(self.keys) == self.before
        return status

    def text(self) -> str:
        os.set_blocking(self.screen, False)
        try:
            return os.read(self.screen, 1 << 16).decode("utf-8", "replace")
        except OSError:
            return ""

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.screen)
        os.close(self.keys)


class Desk:
    """A project with a pod, an agent that can be talked to, and terminals."""

    def __init__(self, project: Project, folder: Path) -> None:
        folder.mkdir()
        self.project, self.folder, self.terminals = project, folder, list[Terminal]()
        self.script = folder / "sit"
        self.script.write_text(f"#!/bin/sh\nT={folder}\n[ -e $T/then ] && THEN=$(cat $T/then)\n{SIT}\n")
        self.script.chmod(0o755)
        line = [sys.executable, str(TALKER), str(folder)]
        talker = {"command": [*line, "NEW", "{session_args}"], "session_args": ["{session}"],
                  "resume": [*line, "RESUME", "{session}"], "attach": [str(self.script), "resume", "{session}"],
                  "interactive": [str(self.script), "fresh"], "format": "claude-stream"}  # fmt: skip
        project.config(agent="talker", agents={"talker": talker}, limits={"stagger": 0, "free_disk": 0})
        self.pod: PodRecord = project.spawn(project.ticket(description="DO: commit"))

    @property
    def ws(self) -> Any:
        return self.project.ws

    def then(self, script: str) -> None:
        """What the program does once it is up."""
        (self.folder / "then").write_text(script)

    def wait_for(self, name: str = "go") -> str:
        return f"while [ ! -e {self.folder}/{name} ]; do sleep 0.02; done"

    def sit(self, *args: str, **env: str) -> Terminal:
        """A terminal with lmawep on it, as soon as the program is up."""
        terminal = Terminal(self.project, *args, **env)
        self.terminals.append(terminal)
        try:
            until(lambda: self.read("up") or terminal.process.poll() is not None, "the program")
        except AssertionError as error:
            raise AssertionError(terminal.text()) from error
        assert self.read("up"), terminal.text()
        return terminal

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text().strip() if path.exists() else ""

    def decision(self) -> Any:
        return decide(self.ws.snapshot(), around=Around(now="2026-01-01T00:00:00Z"))


@pytest.fixture
def desk(project: Project, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(project, tmp_path / "desk")
    yield made
    (made.folder / "go").touch()
    for terminal in made.terminals:
        terminal.close()
    quiet(project.root)


def test_the_last_conversation_goes_on_in_the_terminal(desk: Desk) -> None:
    run = runs.wait(desk.ws, runs.start(desk.ws, desk.pod.id), 30)
    settle.settle(desk.ws, desk.pod.id)
    assert run.outcome is Outcome.COMPLETED
    assert desk.sit("attach", desk.pod.id).end() == 0
    assert desk.read("argv") == f"resume {run.session}" and desk.read("cwd") == desk.pod.path
    env = dict(line.partition("=")[::2] for line in desk.read("env").splitlines())
    assert env["LMAWEP_POD"] == desk.pod.id and env["LMAWEP_ROOT"] == str(desk.project.root) and env["LMAWEP_RUN_MARK"]
    assert "GIT_EDITOR" not in env and (desk.folder / "tty").exists()
    events = [json.loads(line)["event"] for line in desk.ws.layout.journal.read_text().splitlines()]
    assert events[-2:] == ["attached", "detached"]


def test_without_a_conversation_it_begins_one(desk: Desk) -> None:
    assert desk.sit("attach", desk.pod.id).end() == 0
    assert desk.read("argv") == "fresh"


def test_a_shell_is_the_persons_own(desk: Desk) -> None:
    assert desk.sit("attach", desk.pod.id, "--shell", SHELL=str(desk.script), MY_SECRET="1").end() == 0
    assert desk.read("argv") == ""
    env = dict(line.partition("=")[::2] for line in desk.read("env").splitlines())
    assert env["MY_SECRET"] == "1" and env["LMAWEP_POD"] == desk.pod.id and "LMAWEP_RUN" not in env


def test_nothing_is_done_there_meanwhile(desk: Desk) -> None:
    desk.then(desk.wait_for())
    terminal = desk.sit("attach", desk.pod.id)
    pod = desk.ws.snapshot().pods[desk.pod.id]
    assert pod.sitting is not None and pod.sitting.what == "talker"
    decision = desk.decision()
    assert not decision.actions and any("you are attached since" in waiting.why for waiting in decision.waiting)
    assert "pod-1 is yours now: you are attached since" in desk.project.lmawep("why", "pod-1").out
    assert desk.project.lmawep("pods", "--json").json["pods"][0]["attached"] == pod.sitting.since
    with pytest.raises(Refused, match="you are attached since"):
        runs.start(desk.ws, desk.pod.id)
    with pytest.raises(Refused, match="you are attached since"):
        remove(desk.ws, desk.pod.id, force=True)
    assert "you are attached" in desk.project.refuses("attach", desk.pod.id, "--shell")
    assert "you are attached" in desk.project.refuses("run", desk.pod.id)
    doctor(desk.ws, fix=True)
    assert terminal.process.poll() is None, "what belongs to the terminal is no stray"
    (desk.folder / "go").touch()
    assert terminal.end() == 0
    assert desk.ws.snapshot().pods[desk.pod.id].sitting is None
    assert [str(action.verb) for action in desk.decision().actions] == ["run"]


def test_a_car_with_somebody_in_it_does_not_land(desk: Desk) -> None:
    pod = desk.project.queued({"src/other.txt": "other\n"})
    desk.then(desk.wait_for())
    terminal = desk.sit("attach", pod.id, "--shell", SHELL=str(desk.script))
    assert all(action.pod != pod.id for action in desk.decision().actions)
    (desk.folder / "go").touch()
    assert terminal.end() == 0
    assert any(action.pod == pod.id for action in desk.decision().actions)


def test_a_live_run_is_ended_only_when_that_is_wanted(desk: Desk, tmp_path: Path) -> None:
    run = runs.start(desk.ws, desk.pod.id, message=f"DO: wait {tmp_path}/never")
    refused = desk.project.refuses("attach", desk.pod.id)
    assert "has a live run (0001-task)" in refused and "--stop" in refused
    assert desk.ws.snapshot().pods[desk.pod.id].live
    terminal = desk.sit("attach", desk.pod.id, "--stop")
    ended = runs.wait(desk.ws, run, 10)
    assert (ended.outcome, ended.reason) == (Outcome.KILLED, "you attached to its pod")
    assert terminal.end() == 0 and "pod-1 is paused" in terminal.text()
    assert desk.read("argv") == f"resume {run.session}" and run.session
    assert desk.ws.snapshot().pods[desk.pod.id].record.paused


def test_a_killed_lmawep_leaves_nothing_that_blocks(desk: Desk) -> None:
    desk.then(desk.wait_for("never"))
    # Below a shell, as a person has it: killed on its own, the kernel tells nobody on the terminal.
    terminal = desk.sit("attach", desk.pod.id, leader="sh")
    shell = terminal.process.pid
    os.kill(int(Path(f"/proc/{shell}/task/{shell}/children").read_text()), signal.SIGKILL)
    until(lambda: desk.ws.snapshot().pods[desk.pod.id].sitting is None, "the lock")
    until(lambda: not strays(desk.project.root, set()), "the end of its program")
    (desk.folder / "up").unlink()
    desk.then("true")
    assert desk.sit("attach", desk.pod.id).end() == 0


def test_who_ends_lmawep_ends_its_program(desk: Desk) -> None:
    desk.then(desk.wait_for("never"))
    terminal = desk.sit("attach", desk.pod.id)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 0 and not desk.project.marked()
    assert desk.ws.layout.journal.read_text().rstrip().splitlines()[-1].count('"detached"') == 1


@pytest.mark.parametrize("end", ["exit 3", "kill -SEGV $$", "kill -KILL $$"])
def test_a_terminal_left_raw_comes_back(desk: Desk, end: str) -> None:
    desk.then(f"stty raw -echo; printf '\\033[?1049h\\033[?1003h\\033[?25l'; {end}")
    terminal = desk.sit("attach", desk.pod.id)
    assert terminal.end() == 0
    shown = terminal.text()
    assert "\x1b[?1003l" in shown and "\x1b[?25h" in shown and ("\x1b[?1049l" in shown) is ("kill" in end)


def test_what_it_left_running_is_ended(desk: Desk) -> None:
    desk.then("nohup sleep 300 > /dev/null 2>&1 & sleep 0.1")
    terminal = desk.sit("attach", desk.pod.id)
    assert terminal.end() == 0 and "Ended with it: sleep." in terminal.text() and not desk.project.marked()


def test_ctrl_c_is_the_programs(desk: Desk) -> None:
    desk.then(f"trap 'touch {desk.folder}/int' INT; {desk.wait_for()}")
    terminal = desk.sit("attach", desk.pod.id)
    os.write(terminal.screen, b"\x03")
    until(lambda: (desk.folder / "int").exists(), "the interrupt")
    assert terminal.process.poll() is None
    (desk.folder / "go").touch()
    assert terminal.end() == 0


def test_own_programs_are_opened_by_name(desk: Desk) -> None:
    assert "`open:`" in desk.project.refuses("open", desk.pod.id)
    programs = {"look": [str(desk.script), "{worktree}", "{branch}", "a b;$(x)"], "none": ["true", "{nothing}"]}
    desk.project.config(open=programs)
    assert desk.sit("open", desk.pod.id, "look").end() == 0
    assert desk.read("argv") == f"{desk.pod.path} {desk.pod.branch} a b;$(x)"
    assert "There are: look, none." in desk.project.refuses("open", desk.pod.id, "git")
    assert "{nothing}, which means nothing" in desk.project.refuses("open", desk.pod.id, "none")
    (desk.folder / "up").unlink()
    assert desk.sit("open", desk.pod.id).end() == 0, "the first one without a name"


@pytest.mark.parametrize("line", ["a | b", "", "$(x)"])
def test_an_open_line_only_a_shell_could_run_is_refused(desk: Desk, line: str) -> None:
    desk.project.ws.layout.config.write_text(f"open: {{git: {json.dumps(line)}}}\n")
    assert "`open.git`" in desk.project.refuses("open", desk.pod.id)


def test_a_program_that_is_missing_is_a_sentence(desk: Desk) -> None:
    desk.project.config(open={"git": "no-such-program"})
    assert "no-such-program" in desk.project.refuses("open", desk.pod.id)
    assert desk.ws.snapshot().pods[desk.pod.id].sitting is None


def test_a_tracked_config_opens_nothing_unasked(desk: Desk) -> None:
    desk.project.config(open={"git": "true"}, tickets={"tracked": True})
    desk.project.git("add", "-f", ".lmawep/config.yaml")
    desk.project.git("commit", "-q", "-m", "Config")
    assert "accept" in desk.project.refuses("open", desk.pod.id)


def test_an_agent_takes_nothing_over(desk: Desk) -> None:
    done = desk.project.lmawep("attach", desk.pod.id, ok=False, env={"LMAWEP_RUN": "0001-task"})
    assert done.code == 1 and "An agent cannot take over a pod" in done.err


def test_two_attach_at_once(desk: Desk) -> None:
    desk.then(desk.wait_for())
    first = desk.sit("attach", desk.pod.id)
    second = Terminal(desk.project, "attach", desk.pod.id)
    desk.terminals.append(second)
    assert second.end() == 1 and "you are attached since" in second.text()
    (desk.folder / "go").touch()
    assert first.end() == 0
