"""C13: commands that somebody else put into tracked files or into the git config do not run before a person says so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lmawep_tui.engine import spawn as spawning
from lmawep_tui.engine.testing import test_command
from lmawep_tui.engine.tickets import create
from lmawep_tui.engine.trust import accept, check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused
from tests.repos import Project


def git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    "key",
    [
        "filter.x.clean",
        "filter.x.smudge",
        "merge.x.driver",
        "include.path",
        "extensions.worktreeConfig",
        "diff.x.command",
    ],
)
def test_a_program_planted_in_the_git_config_stops_us(project: Project, key: str) -> None:
    ws = Workspace.open(project.root)
    ticket = create(ws, "One")
    git(project.root, "config", key, "true")
    with pytest.raises(Refused, match="git config"):
        spawning.spawn(ws, ticket.id)
    assert accept(ws.layout, ws.git, [])
    assert spawning.spawn(ws, ticket.id).id == "pod-1"


def test_other_settings_may_change(project: Project) -> None:
    ws = Workspace.open(project.root)
    git(project.root, "config", "user.name", "Somebody")
    git(project.root, "config", "alias.st", "status")
    check_git_config(ws.layout, ws.git)


def test_a_tracked_test_command_waits_for_the_person(project: Project) -> None:
    ws = Workspace.open(project.root)
    config = ws.layout.config
    config.write_text("tests: {command: 'true --planted'}\n")
    assert test_command(ws) == ("true", "--planted")
    git(project.root, "add", "-f", ".lmawep/config.yaml")
    with pytest.raises(Refused, match="git tracks"):
        test_command(ws)
    accept(ws.layout, ws.git, [("true", "--planted")])
    assert test_command(ws) == ("true", "--planted")
    config.write_text("tests: {command: 'true --changed'}\n")
    with pytest.raises(Refused, match="git tracks"):
        test_command(ws)


def test_an_agent_cannot_approve_its_own_work_or_accept_commands(project: Project) -> None:
    pod = project.reviewed()
    inside = {"LMAWEP_RUN": "0001-task", "LMAWEP_ROOT": str(project.root)}
    for argv in (["review", pod.id, "--approve"], ["config", "--accept"]):
        done = project.lmawep(*argv, ok=False, env=inside)
        assert done.code == 1
        assert "An agent cannot" in done.err
    assert project.status_of(pod.ticket) == "review"


def test_targeted_commands_of_a_tracked_config_wait_for_the_person_too(project: Project) -> None:
    config = "main: main\ntests:\n  command: 'true'\n  targeted: [{paths: '(?P<p>.*)', run: 'echo {p}'}]\n"
    project.ws.layout.config.write_text(config)
    git(project.root, "add", "-f", ".lmawep/config.yaml")
    pod = project.approved()
    accept(project.ws.layout, project.ws.git, [("true",)])
    assert "echo {p}" in project.refuses("test", pod.id)
    done = project.lmawep("config", "--accept")
    assert "accepted: echo {p}" in done.out
    project.lmawep("test", pod.id)
