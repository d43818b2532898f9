"""The tests on exactly the commit that main would become."""

from __future__ import annotations

from dataclasses import dataclass

from lmawep_tui.agents import control
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.runs import newest, run_command
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.testing import summary, tail
from lmawep_tui.engine.train_run import TRAIN_POD, newest_train_run, run_in_train
from lmawep_tui.engine.train_worktree import check_out
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.run import Outcome, Role
from lmawep_tui.vcs.repo import must_have


@dataclass(frozen=True, slots=True)
class Tested:
    """What the tests say about one commit. `killed`: somebody stopped them, so they say nothing."""

    green: bool
    killed: bool
    summary: str
    output: str
    why: str = ""


def test_combined(
    ws: Workspace,
    pod: PodId | None,
    ticket: TicketId,
    commit: Sha,
    argv: tuple[str, ...],
    *,
    base: Sha,
    changed: frozenset[str],
) -> Tested:
    """Runs the tests in the train's worktree: the only place that tests what is to land.

    `pod` is whose history the run belongs to; None is the train's own, for a landing that is undone. `base` is main as
    it is, `changed` the paths in which `commit` differs from it. Must be called with the merge lock held, never with
    the state lock. Raises Refused when the tests could not be run: then nobody is to blame.
    """
    del base, changed  # what a test run as a difference needs to know
    end_earlier(ws)
    folder = check_out(ws, commit)
    if pod is None:
        run = run_in_train(ws, ticket, argv, timeout_s=ws.config.tests.timeout, cwd=folder)
    else:
        run = run_command(ws, pod, Role.MERGE, argv, timeout_s=ws.config.tests.timeout, cwd=folder)
    if must_have(ws.git.at(folder), "HEAD") != commit:
        raise Refused(f"The tests moved HEAD in {folder}.", "Tests must not change branches or commits.")
    if run.outcome is Outcome.LOST or (run.outcome is Outcome.CRASHED and run.exit_status is None):
        raise Refused(f"The tests of the combined result could not be run: {run.reason}.", "Nobody is blamed for it.")
    killed = run.outcome is Outcome.KILLED
    return Tested(run.outcome is Outcome.COMPLETED, killed, summary(ws, run), tail(ws, run), run.reason)


test_combined.__test__ = False  # type: ignore[attr-defined]  # not a pytest case


def end_earlier(ws: Workspace) -> None:
    """Ends the tests a killed lander left running in the train's worktree."""
    own = newest_train_run(ws)
    if own is not None and is_live(ws.run_dir(TRAIN_POD, own.name), own):
        control.stop(ws.run_dir(TRAIN_POD, own.name), "its lander was killed")
    for pod in ws.snapshot().state.pods:
        try:
            run = newest(ws, pod)
        except BadFile:  # that pod has to be mended; the train goes on
            continue
        if run is not None and run.role is Role.MERGE and is_live(ws.run_dir(pod, run.name), run):
            control.stop(ws.run_dir(pod, run.name), "its lander was killed")
            settle(ws, pod)
