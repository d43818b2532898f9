"""The tests on exactly the commit that main would become."""

from __future__ import annotations

from lmawep_tui.agents import control
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.checks import Checked, check, full_by_policy
from lmawep_tui.engine.run_order import Extra
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.train_run import TRAIN_POD, newest_train_run, run_in_train
from lmawep_tui.engine.train_worktree import check_out
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.run import Role, Run, Stage


def test_combined(
    ws: Workspace, pod: PodId | None, number: TicketId, commit: Sha, *, base: Sha, changed: frozenset[str]
) -> Checked:
    """Runs the tests in the train's worktree: the only place that tests what is to land.

    `pod` is whose history the runs belong to; None is the train's own, for a landing that is undone. `base` is main as
    it is, `changed` the paths in which `commit` differs from it. Must be called with the merge lock held, never with
    the state lock. Raises Refused when there is no test command, or the tests moved HEAD.
    """
    end_earlier(ws)
    folder = check_out(ws, commit)

    def in_train(argv: tuple[str, ...], *, extra: Extra | None, stage: Stage) -> Run:
        return run_in_train(ws, number, argv, cwd=folder, extra=extra, stage=stage)

    return check(
        ws,
        pod or TRAIN_POD,
        Role.MERGE,
        folder,
        commit,
        base=base,
        changed=sorted(changed),
        ticket=ws.snapshot().tickets.get(number),
        full=full_by_policy(ws, Role.MERGE),
        show=lambda sha: check_out(ws, sha),
        runner=None if pod else in_train,
    )


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
