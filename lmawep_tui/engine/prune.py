"""Run folders of pods that are gone: kept for a while, then let go. Nothing of a pod that exists is ever touched."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from lmawep_tui.agents.escapees import UNMARKED_JSON
from lmawep_tui.agents.order import LAUNCH_JSON, PAUSED, STOP_JSON
from lmawep_tui.agents.outcome import FILED
from lmawep_tui.agents.supervise import SUPERVISOR_LOG
from lmawep_tui.engine.pytest_call import REPORT
from lmawep_tui.engine.test_results import COLLECTED
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.log_times import TIMES
from lmawep_tui.files.question_file import is_question_file
from lmawep_tui.files.run_file import LOCK, MCP_JSON, OUTPUT, PROMPT, RUN_JSON
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, pod_number
from lmawep_tui.store.store import run_names

_OURS = (REPORT, OUTPUT, TIMES, PROMPT, RUN_JSON, FILED, MCP_JSON, LAUNCH_JSON, STOP_JSON, PAUSED, UNMARKED_JSON,
         SUPERVISOR_LOG, LOCK)  # fmt: skip


def prune_runs(ws: Workspace) -> int:
    """Lets go of old run folders of removed pods; returns how many.

    A folder goes when its pod is gone, it was untouched for `limits.keep_logs`, and it is not among the newest
    `limits.keep_runs` of all removed pods. Only files that we made are deleted: a folder that holds
    anything else stays. Raises LmawepError when the state or the config cannot be read: then nothing is known to be
    gone.
    """
    limits = ws.config.limits
    snapshot = ws.snapshot()
    if snapshot.problems or ws.layout.runs.is_symlink():
        return 0
    before = time.time() - limits.keep_logs
    found: list[tuple[float, Path]] = []
    with contextlib.suppress(OSError), os.scandir(ws.layout.runs) as pods:
        for pod in pods:
            if pod_number(pod.name) and pod.name not in snapshot.state.pods and pod.is_dir(follow_symlinks=False):
                found += _folders(ws, PodId(pod.name))
    found.sort(reverse=True)
    return sum(_remove(folder) for written, folder in found[limits.keep_runs :] if written < before)


def _folders(ws: Workspace, pod: PodId) -> list[tuple[float, Path]]:
    """The pod's run folders and when something was last written in each."""
    found: list[tuple[float, Path]] = []
    for name in run_names(ws.layout, pod):
        folder = ws.layout.run_dir(pod, name)
        with contextlib.suppress(OSError):
            if folder.is_symlink() or not folder.is_dir():
                continue
            newest = max(entry.stat(follow_symlinks=False).st_mtime for entry in (folder, *folder.iterdir()))
            found.append((newest, folder))
    return found


def _remove(folder: Path) -> bool:
    """Whether the whole folder is gone."""
    if is_held(folder / LOCK):
        return False
    with contextlib.suppress(OSError):
        collected = [*(folder / COLLECTED).glob("[0-9][0-9][0-9][0-9].xml")]
        names = [entry.name for entry in folder.iterdir() if entry.name != COLLECTED]
        foreign = {*(folder / COLLECTED).glob("*")} - set(collected)
        if foreign or not all(name in _OURS or is_question_file(name) for name in names):
            return False
        for report in collected:
            report.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (folder / COLLECTED).rmdir()
        for name in sorted(names, key=lambda name: name == LOCK):  # the lock last: it says whose folder this is
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
        return True
    return False


def prune_quietly(ws: Workspace) -> None:
    """After a pod was removed: that logs stay a little longer is no reason to fail."""
    with contextlib.suppress(LmawepError, OSError):
        prune_runs(ws)
