"""No process outlives its run, whatever it does (C8)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lmawep_tui.agents import control
from lmawep_tui.agents.escapees import read_unmarked
from lmawep_tui.agents.process import alive, identify, wait_gone
from lmawep_tui.model.run import Outcome, ProcessId, Role, Run
from tests.agents.runs import Project, kill_supervisor, until

ESCAPE = Path(__file__).parent / "escape.py"
SHAPES = (
    *("nohup", "setsid", "double_fork", "closed_fds", "clear_env", "renamed", "stopped", "stubborn", "respawning"),
    *("bomb", "headless"),
)


def _escape(project: Project, shape: str, role: Role = Role.CHECK) -> tuple[Path, Run, Path, list[ProcessId]]:
    folder = project.root / "pids"
    folder.mkdir()
    run_dir, run = project.start([sys.executable, str(ESCAPE), shape, str(folder)], role=role)
    count = 32 if shape == "bomb" else 1
    until(lambda: len(list(folder.iterdir())) >= count, "the escape")
    gone = [who for file in folder.iterdir() if (who := identify(int(file.name)))]
    assert len(gone) == count and all(alive(who) for who in gone)
    return run_dir, run, folder, gone


@pytest.mark.parametrize("shape", SHAPES)
def test_when_the_agent_ends(project: Project, shape: str) -> None:
    innocent = project.innocent()
    run_dir, _, folder, escaped = _escape(project, shape)
    (folder / "go").touch()
    run = control.wait(run_dir, 15)
    assert (run.outcome, run.reason) == (Outcome.COMPLETED, "")
    assert len(run.leftovers) >= len(escaped)
    assert not any(alive(who) for who in escaped)
    assert alive(innocent)
    assert not project.carrying(run)


@pytest.mark.parametrize("shape", SHAPES)
def test_when_the_run_is_stopped(project: Project, shape: str) -> None:
    innocent = project.innocent()
    run_dir, _, _, escaped = _escape(project, shape)
    run = control.stop(run_dir)
    assert run.outcome is Outcome.KILLED
    assert not any(alive(who) for who in escaped)
    assert alive(innocent)


@pytest.mark.parametrize("shape", SHAPES)
def test_when_the_supervisor_is_killed(project: Project, shape: str) -> None:
    innocent = project.innocent()
    run_dir, run, _, escaped = _escape(project, shape)
    if shape == "clear_env":  # only ancestry finds it, so its supervisor must have seen it
        until(lambda: set(escaped) <= set(read_unmarked(run_dir)), "noting the unmarked")
    kill_supervisor(run)
    assert run.process and run.supervisor
    wait_gone([run.process, run.supervisor], 5)
    assert not alive(run.process), "the agent outlived its supervisor"
    lost = control.mark_lost(run_dir)
    assert (lost.outcome, lost.reason) == (Outcome.LOST, "its supervisor was killed, and with it the agent")
    assert not any(alive(who) for who in escaped)
    assert alive(innocent)
