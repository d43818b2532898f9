"""The brief: one page on what was tried and what failed, so that a retry never replays the same prompt."""

from __future__ import annotations

import contextlib

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.report import nothing
from lmawep_tui.model.run import Run
from lmawep_tui.vcs.diff import stat, subjects
from lmawep_tui.vcs.repo import branch_ref

_MAX_LINES = 60
_LAST_LINES = 12
_ASK = "Look at what is there already, find out why it failed, and finish the work."


def brief(ws: Workspace, record: PodRecord, run: Run | None, what_failed: str, *, main: str, ask: str = _ASK) -> str:
    """What was tried, what failed, what stands on the branch, and what is asked for now; at most a page."""
    parts = [_tried(ws, run), f"What failed:\n{what_failed.strip()}", _last_words(run), _work(ws, record, main), ask]
    lines = "\n\n".join(part for part in parts if part).splitlines()
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 8], "[…]", *lines[-7:]]
    return "\n".join(line[:400] for line in lines)


def _tried(ws: Workspace, run: Run | None) -> str:
    if run is None:
        return ""
    who = f" by {run.agent}" if run.agent else ""
    lines = [f"What was tried: run {run.name}{who}, which ended as {run.outcome}."]
    if run.report is not None:
        lines.append(f"It reported STATUS: {run.report.status}. {run.report.progress}".strip())
        lines += [
            f"{key}: {text}"
            for key, text in (("Its blockers", run.report.blockers), ("Next, it said", run.report.next))
            if not nothing(text)
        ]
    return "\n".join(lines)


def _last_words(run: Run | None) -> str:
    if run is None or run.report is not None or not run.last_words.strip():
        return ""
    return "The last lines it printed:\n" + "\n".join(run.last_words.splitlines()[-_LAST_LINES:])


def _work(ws: Workspace, record: PodRecord, main: str) -> str:
    with contextlib.suppress(LmawepError):
        ours, tip = branch_ref(main), branch_ref(record.branch)
        commits = subjects(ws.git, ours, tip, 10)
        if not commits:
            return "Nothing is committed on the branch yet."
        listed = "\n".join(f"- {subject}" for subject in commits)
        return f"On the branch so far:\n{listed}\n{stat(ws.git, ours, tip)}"
    return ""
