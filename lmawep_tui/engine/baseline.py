"""What the same tests say on main: kept by tree, so that a red result can be read as a difference.

An aid only: any of it may be deleted at any time, and is then found out again. Only results from the train's own
worktree are kept, because an agent may leave anything in its pod.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path

from lmawep_tui.engine.outside import ended_by_itself
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.run import Run
from lmawep_tui.model.test_report import Report
from lmawep_tui.vcs.repo import tree_of

_KEEP = 40
_MOST_FAILING = 5_000
_MAX_BYTES = 4 * 1024 * 1024
BELIEVED_S = 6 * 3600.0
"""How old results may be: what the tests need beside the tree (a server, a clock) changes without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The outcome of one command on one tree."""

    tree: str
    command: tuple[str, ...]
    green: bool
    failing: tuple[str, ...] = ()
    total: int = 0
    named: bool = False
    """Whether `failing` is known test by test."""
    at: float = 0.0


def name_of(ws: Workspace, commit: Sha, command: tuple[str, ...]) -> str:
    """Under which name the results of `command` on the commit's tree are kept."""
    around = [os.environ.get(key, "") for key in ("PATH", "VIRTUAL_ENV")]
    text = json.dumps([tree_of(ws.git, commit), list(command), ws.config.tests.junit, around])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def load(ws: Workspace, name: str) -> Baseline | None:
    """The results kept under this name, if they are young enough to be believed."""
    if not name:
        return None
    with contextlib.suppress(FileNotFoundError, ValueError, BadFile):
        found = from_plain(Baseline, json.loads(read_text(_folder(ws) / f"{name}.json", _MAX_BYTES)))
        if 0 <= time.time() - found.at < BELIEVED_S:
            return found
    return None


def keep(
    ws: Workspace, run: Run, commit: Sha, command: tuple[str, ...], green: bool, report: Report | None
) -> Baseline | None:
    """Keeps the results of a run that ended by itself, and returns them.

    Red without names is not kept: it cannot tell a failure of main's from one that a pod adds, and asking again can.
    """
    if not ended_by_itself(run):
        return None
    named = report is not None and len(report.failing) <= _MOST_FAILING and (green or bool(report.failing))
    found = Baseline(
        tree=tree_of(ws.git, commit),
        command=command,
        green=green,
        failing=tuple(sorted(report.failing)) if report is not None and named else (),
        total=report.total if report is not None else 0,
        named=named,
        at=time.time(),
    )
    if green or named:
        with contextlib.suppress(LmawepError, OSError):
            folder = _folder(ws)
            make_folder(folder)
            text = json.dumps(to_plain(found), ensure_ascii=True)
            write_text(folder / f"{name_of(ws, commit, command)}.json", text, durable=False)
            _forget_old(folder)
    return found


def _folder(ws: Workspace) -> Path:
    return ws.layout.cache / "baselines"


def _forget_old(folder: Path) -> None:
    """Only the newest are kept."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.lstat().st_mtime_ns, reverse=True)
    for path in files[_KEEP:]:
        path.unlink(missing_ok=True)
