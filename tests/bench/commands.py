"""The command line against a bare interpreter, and spawn against plain git."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Row, interleaved, median, timed

LMAWEP = [sys.executable, "-m", "lmawep_tui"]
_TICKET = """\
id: {id}
title: "Ticket {id}"
description: |
  Something to do, in a few words.
status: ready
priority: medium
estimate: "2h"
assigned_to: null
dependencies: []
created: "2026-01-15T10:30:00Z"
assignee_notes: ""
blockers: []
"""


def run(argv: list[str], folder: Path | None = None) -> None:
    """Runs a command to its end, its output read and thrown away."""
    subprocess.run(argv, cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def project(folder: Path, *, files: int = 20, tickets: int = 0) -> Path:
    """A repository with lmawep in it."""
    folder.mkdir(parents=True)
    run(["git", "init", "-q", "-b", "main"], folder)
    for number in range(files):
        path = folder / f"src/{number % 50:02d}/file{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"line {number}\n" * 20)
    run(["git", "add", "."], folder)
    run(["git", "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "Start"], folder)
    run([*LMAWEP, "init"], folder)
    for number in range(101, 101 + tickets):
        (folder / f".lmawep/tickets/ticket-{number}.yaml").write_text(_TICKET.format(id=number))
    return folder


def help_() -> list[Row]:
    """`lmawep --help` against `python -c pass`."""
    ours, bare = interleaved(lambda: run([*LMAWEP, "--help"]), lambda: run([sys.executable, "-c", "pass"]), rounds=15)
    return [Row("lmawep --help", ours, bare, "≤ 7×, 60 ms where bare takes 8–10")]


def status() -> list[Row]:
    """`lmawep status` with 500 tickets against `python -c pass`."""
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", tickets=500)
        run([*LMAWEP, "status"], folder)
        ours, bare = interleaved(
            lambda: run([*LMAWEP, "status"], folder), lambda: run([sys.executable, "-c", "pass"]), rounds=15
        )
    return [Row("lmawep status, 500 tickets", ours, bare, "≤ 14×, 130 ms where bare takes 8–10")]


def spawn() -> list[Row]:
    """`lmawep spawn` against `git worktree add`, on a small and a large repository."""
    return [row for files in (100, 5000) for row in _spawn(files)]


def _spawn(files: int) -> list[Row]:
    rounds = 5
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", files=files, tickets=rounds + 1)
        numbers = itertools.count()

        def plain() -> None:
            number = next(numbers)
            run(["git", "worktree", "add", "-q", "-b", f"plain-{number}", str(Path(temp) / f"plain-{number}")], folder)

        ours, git = [], []
        for ticket in range(101, 101 + rounds):
            git.append(timed(plain))
            ours.append(timed(lambda t=ticket: run([*LMAWEP, "spawn", str(t)], folder)))  # type: ignore[misc]
        bare = median([timed(lambda: run([*LMAWEP, "--version"])) for _ in range(5)])
    over = median(ours) - 1.2 * median(git)
    note = f"{over * 1000:+.0f} ms over 1.2×, of which starting Python and click {bare * 1000:.0f} ms"
    return [Row(f"lmawep spawn, {files} files", median(ours), median(git), "≤ 1.2× + 100 ms", note)]
