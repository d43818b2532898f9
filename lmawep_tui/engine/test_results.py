"""What a test run left: its report, collected into the run's folder before the next command overwrites it."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from lmawep_tui.agents.order import LAUNCH_JSON
from lmawep_tui.engine.pytest_call import REPORT
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_bytes
from lmawep_tui.files.clean import clean_output
from lmawep_tui.files.junit import MAX_BYTES, read_junit
from lmawep_tui.files.read import open_regular, read_regular
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.run import Run
from lmawep_tui.model.test_report import Report, join

COLLECTED = "junit"
_MOST_FILES = 200
_TAIL = 8192
_SUMMARY = re.compile(r"\b(passed|failed|failures?|errors?|ok|FAILED|OK|tests? (run|result)|Ran \d+ tests?)\b")


def report_of(ws: Workspace, run: Run) -> Report | None:
    """The run's report test by test; None where the runner wrote none, or one that cannot be believed.

    A report of which one file is damaged is no report: what is missing would pass for what was not run.
    """
    run_dir = ws.run_dir(run.pod, run.name)
    own = run_dir / REPORT
    try:
        if own.exists() or own.is_symlink():
            return read_junit(own)
        collect(ws, run)
        files = sorted((run_dir / COLLECTED).glob("*.xml"))
        return join(read_junit(file) for file in files) if files else None
    except (OSError, ValueError, LmawepError):
        return None


def collect(ws: Workspace, run: Run) -> None:
    """Copies the XML files that the command wrote in its folder (`tests.junit`) into the run's own, once."""
    pattern = ws.config.tests.junit
    target = ws.run_dir(run.pod, run.name) / COLLECTED
    if not pattern or target.exists():
        return
    found = _written(ws, run, pattern)
    make_folder(target)
    left = MAX_BYTES
    for number, path in enumerate(found):
        data = read_regular(path, left)
        left -= len(data)
        write_bytes(target / f"{number:04d}.xml", data, durable=False)


def _written(ws: Workspace, run: Run, pattern: str) -> list[Path]:
    """Matching files in the run's folder that are no older than its start, never through a link out of it."""
    folder = Path(run.cwd)
    began = os.stat(ws.run_dir(run.pod, run.name) / LAUNCH_JSON).st_mtime_ns  # noqa: PTH116
    found = []
    for path in sorted(folder.glob(pattern))[:_MOST_FILES]:
        inside = path.resolve().is_relative_to(folder.resolve())
        if inside and not path.is_symlink() and path.is_file() and path.stat().st_mtime_ns >= began:
            found.append(path)
    return found


def tail(ws: Workspace, run: Run, limit: int = 3000) -> str:
    """The last part of a run's output, as text."""
    log = ws.run_dir(run.pod, run.name) / OUTPUT
    try:
        with os.fdopen(open_regular(log), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except (OSError, BadFile):
        return ""
    return "\n".join(clean_output(line) for line in lines)[-limit:]


def summary(ws: Workspace, run: Run) -> str:
    """The line in which test runners sum up, or how the run ended."""
    lines = [line.strip(" =-") for line in tail(ws, run).splitlines() if line.strip(" =-")]
    for line in reversed(lines[-12:]):
        if _SUMMARY.search(line):
            return line[:200]
    return run.reason or (lines[-1][:200] if lines else str(run.outcome))


def keep_report(ws: Workspace, run: Run) -> None:
    """As collect; a report that cannot be kept is one we do not have."""
    with contextlib.suppress(OSError, ValueError, LmawepError):
        collect(ws, run)
