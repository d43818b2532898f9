"""Autopilot killed again and again: starting it once more finishes the work; nothing is lost, nothing is left."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lmawep_tui.agents.recovery import strays
from lmawep_tui.demo.build import build
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.ticket import Status
from tests.e2e.keyboard import Keyboard
from tests.repos import git, quiet

LMAWEP = [sys.executable, "-m", "lmawep_tui"]
KILLS = 10
SEED = int(os.environ.get("LMAWEP_TEST_SEED", "7"))
_LIMIT_S = 150.0


class Screen:
    """The screen on autopilot, in a terminal."""

    def __init__(self, root: Path) -> None:
        self._keyboard = Keyboard([*LMAWEP, "tui", "--autopilot"], root)
        self._dead = False

    def kill(self) -> None:
        if not self._dead:
            self._keyboard.__exit__()
            self._dead = True

    def alive(self) -> bool:
        return not self._dead

    def look(self) -> None:
        self._keyboard.look(0.05)


def answer_questions(ws: Workspace) -> None:
    for pod in ws.snapshot().pods.values():
        if pod.hold is not None and pod.hold.kind is HoldKind.QUESTION and not pod.live:
            command = [*LMAWEP, "run", pod.id, "--message", "Ten, as on the paper cards.", "--detach"]
            subprocess.run(command, cwd=ws.layout.root, capture_output=True, check=False)
        elif pod.hold is not None and pod.hold.kind is HoldKind.FAILED and not pod.live:
            command = [*LMAWEP, "unblock", pod.id, "--rescope", "Plain text is enough."]
            subprocess.run(command, cwd=ws.layout.root, capture_output=True, check=False)


def finished(ws: Workspace) -> bool:
    snapshot = ws.snapshot()
    return not snapshot.pods and all(t.status is Status.COMPLETE for t in snapshot.tickets.values())


def kill_until_finished(ws: Workspace) -> int:
    """Kills the screen at random moments and starts it again; returns how often."""
    root, moments, kills = ws.layout.root, random.Random(SEED), 0
    driver = Screen(root)
    deadline = time.monotonic() + _LIMIT_S
    next_kill = time.monotonic() + moments.uniform(0.5, 3.0)
    try:
        while not finished(ws):
            assert time.monotonic() < deadline, f"{[str(t.status) for t in ws.snapshot().tickets.values()]}"
            answer_questions(ws)
            if kills < KILLS and time.monotonic() > next_kill:
                driver.kill()
                kills += 1
                next_kill = time.monotonic() + moments.uniform(0.5, 3.0)
            if not driver.alive():
                driver = Screen(root)
            driver.look()
    finally:
        driver.kill()
    return kills


def test_killed_at_random_moments_it_still_lands_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`lmawep up` is killed in test_fleet; here it is the screen, with autopilot on."""
    monkeypatch.setenv("LMAWEP_DEMO_PACE", "0.3")
    ws = build(tmp_path / "teahouse")
    root = ws.layout.root
    assert kill_until_finished(ws) >= 5
    quiet(root)
    merges = git(root, "log", "--first-parent", "--merges", "--format=%s", "main").splitlines()
    assert len(merges) == 7, merges
    assert git(root, "status", "--porcelain") == ""
    git(root, "fsck", "--strict", "--no-dangling")
    subprocess.run([*LMAWEP, "doctor", "--fix"], cwd=root, capture_output=True, check=False)
    again = subprocess.run([*LMAWEP, "doctor"], cwd=root, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout
    assert strays(root, set()) == []
