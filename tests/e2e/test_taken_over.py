"""The person says something to an agent at work, and takes a pod over, by keys in a real terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmawep_tui.engine import runs
from tests.e2e.keyboard import Keyboard
from tests.repos import Project, until

SCREEN = [sys.executable, "-m", "lmawep_tui"]
TALKER = Path(__file__).parents[1] / "talker.py"
SIT = """#!/bin/sh
stty raw -echo
printf 'I am the program, %s\\r\\n' "$1"
while [ ! -e go ]; do sleep 0.02; done
rm -f go
exit 1
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path / "project")
    script, folder = tmp_path / "sit", tmp_path / "talker"
    script.write_text(SIT)
    script.chmod(0o755)
    folder.mkdir()
    line = [sys.executable, str(TALKER), str(folder)]
    talker = {"command": [*line, "NEW", "{session_args}"], "session_args": ["{session}"],
              "resume": [*line, "RESUME", "{session}"], "interactive": [str(script), "fresh"],
              "attach": [str(script), "resumed", "{session}"], "format": "claude-stream"}  # fmt: skip
    project.init(agent="talker", agents={"talker": talker}, open={"look": [str(script), "looking"]})
    project.spawn(project.ticket("Steep", description="DO: commit"))
    yield project
    project.close()


def test_a_pod_is_taken_over_and_given_back(made: Project, tmp_path: Path) -> None:
    runs.start(made.ws, made.ws.snapshot().pods["pod-1"].id, message=f"DO: wait {tmp_path}/never")  # type: ignore[index]
    with Keyboard(SCREEN, made.root) as person:
        person.until("pod-1", "working")
        person.press("<tab>", "a")
        person.until("Take pod-1 over?", "end it and take over")
        person.press("y")
        person.until("I am the program, resumed")  # (no screen model here knows of the other screen)
        assert made.ws.snapshot().pods["pod-1"].sitting is not None  # type: ignore[index]
        Path(made.ws.layout.worktrees, "pod-1", "go").touch()
        person.until("Tickets", "paused")
        person.press("o")
        person.until("Open pod-1 in", "look", "your own shell")
        person.press("<enter>")
        person.until("I am the program, looking")
        Path(made.ws.layout.worktrees, "pod-1", "go").touch()
        person.until("Tickets", "paused")
        person.press("q")
        assert person.ended() == 0


def test_what_is_typed_while_it_works_is_sent_when_it_has_ended(made: Project, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runs.start(made.ws, made.ws.snapshot().pods["pod-1"].id, message=f"DO: wait {go}")  # type: ignore[index]
    with Keyboard(SCREEN, made.root) as person:
        person.until("pod-1", "working")
        person.press("<tab>", "i")
        person.until("Tell the agent of pod-1", "It is at work.")
        person.press("Mind the lid.", "<enter>")
        person.until("to be told: Mind")
        go.touch()
        person.until("review", gone="to be told")
        until(lambda: not made.ws.snapshot().pods["pod-1"].live)  # type: ignore[index]
        person.press("q")
        assert person.ended() == 0
    told = sorted((tmp_path / "talker").glob("call-*"))
    assert len(told) == 2 and told[1].read_text().startswith("RESUME") and "| Mind the lid." in told[1].read_text()
