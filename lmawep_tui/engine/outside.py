"""Red for a reason that lies outside the work: then no attempt is used up, and a person is told."""

from __future__ import annotations

import posixpath

from lmawep_tui.agents.outcome import exit_words
from lmawep_tui.engine.pytest_call import is_pytest
from lmawep_tui.engine.test_results import tail
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.run import Outcome, Run, Stage
from lmawep_tui.vcs.repo import has_path

_NO_PYTEST = ("No module named pytest", "No module named 'pytest'")


def ended_by_itself(run: Run) -> bool:
    """Whether the command came to its own end, and was not cut off: by a limit, a signal, a person."""
    if run.outcome not in (Outcome.COMPLETED, Outcome.CRASHED) or run.exit_status is None or run.exit_status < 0:
        return False
    return run.exit_status == 0 or run.reason.startswith(exit_words(run.exit_status))


def not_runnable(ws: Workspace, run: Run, stage: Stage) -> str:
    """Why the test command could not even be run, in a sentence; empty when it could, or when the work broke it."""
    if run.outcome is not Outcome.CRASHED or _the_work_took_it_away(ws, run, stage):
        return ""
    command = " ".join(stage.command)
    if len(command) > 120:
        command = command[:119] + "…"
    if run.exit_status is None:
        if "was not found" in run.reason:
            return f"the test command `{command}` was not found: {run.reason}"
        return f"the test command `{command}` could not be started: {run.reason}"
    if run.exit_status == 127:
        return f"the test command `{command}` was not found, or a command in it (exit status 127)"
    if run.exit_status == 126:
        return f"the test command `{command}` cannot be executed, or a command in it (exit status 126)"
    if run.exit_status == 1 and is_pytest(stage.command) and any(said in tail(ws, run) for said in _NO_PYTEST):
        return f"the test command `{command}` was not found: this Python has no pytest"
    return ""


def _the_work_took_it_away(ws: Workspace, run: Run, stage: Stage) -> bool:
    """Whether the command is a file of the project that the base has and this commit has not."""
    program = posixpath.normpath(stage.command[0])
    if "/" not in stage.command[0] or program.startswith(("/", "../")) or run.exit_status not in (None, 126, 127):
        return False
    return has_path(ws.git, stage.base, program) and not has_path(ws.git, stage.commit, program)
