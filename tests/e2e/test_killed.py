"""Autopilot killed again and again: starting it once more finishes the work; nothing is lost, nothing is left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from lmawep_tui.agents.recovery import strays
from lmawep_tui.demo.build import build
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.ticket import Status

LMAWEP = [sys.executable, "-m", "lmawep_tui"]
KILLS = 10
_LIMIT_S = 100.0


def git(folder: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, text=True).stdout


def drive(folder: Path, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*LMAWEP, "up", "--until-done"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def answer_questions(ws: Workspace, environment: dict[str, str]) -> None:
    for pod in ws.snapshot().pods.values():
        if pod.hold is not None and pod.hold.kind is HoldKind.QUESTION and not pod.live:
            command = [*LMAWEP, "run", pod.id, "--message", "Ten, as on the paper cards.", "--detach"]
            subprocess.run(command, cwd=ws.layout.root, env=environment, capture_output=True, check=False)


def finished(ws: Workspace) -> bool:
    return all(t.status is Status.COMPLETE for t in ws.snapshot().tickets.values())


def test_killed_at_random_moments_it_still_lands_everything(tmp_path: Path) -> None:
    ws = build(tmp_path / "teahouse")
    root = ws.layout.root
    environment = {**os.environ, "LMAWEP_DEMO_PACE": "0.2"}
    log = (tmp_path / "up.log").open("wb")
    moments = random.Random(7)
    driver, kills = drive(root, environment, log), 0
    next_kill = time.monotonic() + moments.uniform(0.2, 2.5)
    deadline = time.monotonic() + _LIMIT_S
    while not finished(ws):
        assert time.monotonic() < deadline, (tmp_path / "up.log").read_text()[-2000:]
        answer_questions(ws, environment)
        if kills < KILLS and time.monotonic() > next_kill:
            os.killpg(driver.pid, signal.SIGKILL)
            kills += 1
            next_kill = time.monotonic() + moments.uniform(0.2, 2.5)
        if driver.poll() is not None:
            driver.wait()
            driver = drive(root, environment, log)
        time.sleep(0.05)
    driver.wait(30)
    assert kills == KILLS or finished(ws)
    merges = git(root, "log", "--first-parent", "--merges", "--format=%s", "main").splitlines()
    assert len(merges) == 6, merges
    assert git(root, "status", "--porcelain") == ""
    git(root, "fsck", "--strict", "--no-dangling")
    done = subprocess.run([*LMAWEP, "doctor", "--fix"], cwd=root, env=environment, capture_output=True, text=True)
    again = subprocess.run([*LMAWEP, "doctor"], cwd=root, env=environment, capture_output=True, text=True)
    assert again.returncode == 0, done.stdout + again.stdout
    assert strays(root, set()) == []
    assert not ws.snapshot().pods
