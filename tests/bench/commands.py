"""The command line against a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Row, interleaved

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
