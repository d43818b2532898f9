"""The radar: twelve pods against each other and main, on 5,000 files."""

from __future__ import annotations

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

from lmawep_tui.engine.radar import overlap, radar
from lmawep_tui.engine.spawn import spawn
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import TicketId
from tests.bench.commands import project, run
from tests.bench.measure import Row, median, timed

_PODS, _FILES, _ROUNDS = 12, 5_000, 9


def radar_() -> list[Row]:
    """`engine.radar.radar` in a process that goes on, against what it replaces: a status of each pod, 66 merges."""
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", files=_FILES, tickets=_PODS)
        (folder / ".lmawep/config.yaml").write_text("main: main\nlimits: {free_disk: 0}\n")
        ws = Workspace.open(folder)
        pods = [Path(spawn(ws, TicketId(101 + n)).path) for n in range(_PODS)]
        for pod in pods:  # each pair shares a file: no merge can be left out
            (pod / "src/00/file0.txt").write_text(f"{pod.name}\n" * 20)
            run(["git", "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qam", "Work"], pod)
            (pod / "src/01/file1.txt").write_text(f"{pod.name}, not committed\n")
        for pod in pods:
            os.utime(pod / "src/01/file1.txt", (1, 1))
        snapshot = ws.snapshot()
        cold = timed(lambda: radar(ws, snapshot))
        found = radar(ws, snapshot)
        assert len(found.pairs) == 66 and not found.skipped, found
        warm, plain, fast, one, asked = [], [], [], [], []
        for number in range(_ROUNDS):
            warm.append(timed(lambda: radar(ws, snapshot)))
            plain.append(timed(lambda: _one_by_one(folder, pods)))
            fast.append(timed(lambda: _statuses(pods)))
            (pods[3] / "src/01/file1.txt").write_text(f"round {number}\n")
            one.append(timed(lambda: radar(ws, snapshot)))
            asked.append(timed(lambda: overlap(ws, snapshot)))
    note = f"12 × 5,000 lstat; `git status` of 12 pods at once {median(fast) * 1000:.0f} ms"
    return [
        Row("radar, 12 pods, nothing changed", median(warm), median(plain), "≤ 60 ms", note),
        Row("radar, 12 pods, one changed", median(one), median(plain), ""),
        Row("radar, 12 pods, first look", cold, median(plain), ""),
        Row("overlap for the scheduler", median(asked), median(plain), ""),
    ]


def _one_by_one(folder: Path, pods: list[Path]) -> None:
    """What a script would do: status of each pod, then each pair of branches."""
    branches = [f"{pod.name}-ticket-{100 + int(pod.name[4:])}" for pod in pods]
    for pod in pods:
        run(["git", "status", "--porcelain"], pod)
    for a, b in combinations(branches, 2):
        subprocess.run(["git", "merge-tree", "--write-tree", a, b], cwd=folder, check=False, capture_output=True)


def _statuses(pods: list[Path]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pod: run(["git", "status", "--porcelain"], pod), pods))
