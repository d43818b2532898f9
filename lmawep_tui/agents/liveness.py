"""Whether a run is alive: computed when asked, from its lock and its processes, never believed from a file (C9)."""

from __future__ import annotations

import os
import time
from enum import StrEnum
from pathlib import Path

from lmawep_tui.agents.order import PAUSED
from lmawep_tui.agents.process import alive
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.run_file import LOCK, RUN_JSON
from lmawep_tui.model.run import Run, RunState

START_S = 10.0
"""How long a run may be in state starting before nobody is believed to start it."""


class Phase(StrEnum):
    """What a run is doing now."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    ENDING = "ending"
    """The agent is gone; its supervisor is tidying up."""
    ENDED = "ended"
    LOST = "lost"
    """No outcome, and nobody who could still write one."""


def is_live(run_dir: Path, run: Run) -> bool:
    """Whether somebody still looks after this run, so that it will get an outcome by itself."""
    if run.state is RunState.ENDED:
        return False
    if is_held(run_dir / LOCK):
        # Recovery holds the lock too, for a moment; it is not the supervisor.
        return run.supervisor is None or alive(run.supervisor) is not False
    return run.state is RunState.STARTING and _just_written(run_dir / RUN_JSON)


def phase(run_dir: Path, run: Run) -> Phase:
    """What the run is doing now; RUNNING only while its process exists."""
    if run.state is RunState.ENDED:
        return Phase.ENDED
    if not is_live(run_dir, run):
        return Phase.LOST
    if run.state is RunState.STARTING or run.process is None:
        return Phase.STARTING
    if alive(run.process) is not True:
        return Phase.ENDING
    return Phase.PAUSED if (run_dir / PAUSED).exists() else Phase.RUNNING


def _just_written(path: Path) -> bool:
    try:
        age = time.time() - os.stat(path, follow_symlinks=False).st_mtime  # noqa: PTH116
    except OSError:
        return False
    return -2 < age < START_S
