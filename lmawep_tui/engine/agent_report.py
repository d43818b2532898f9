"""`report`: an agent files its report instead of printing it."""

from __future__ import annotations

from lmawep_tui.agents.outcome import file_report
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused, UsageError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.report import Claim, Report
from lmawep_tui.model.run import Run
from lmawep_tui.store.queries import must_have_pod

_MAX_FIELD = 4000


def report(ws: Workspace, pod: PodId, said: Report) -> Run:
    """Files a report for the run that is live in the pod; returns that run.

    Raises Refused when none is, UsageError for a status that means nothing.
    """
    if said.claim is Claim.UNKNOWN:
        words = "COMPLETE, NO_CHANGE, NEEDS_REVIEW, BLOCKED, QUESTION, PARTIAL, FAILED, APPROVED, CHANGES_REQUESTED"
        raise UsageError(f"The status {said.status!r} means nothing.", f"Use one of {words}.")
    found = must_have_pod(ws.snapshot(), pod)
    run = newest(ws, pod)
    if run is None or not found.live:
        raise Refused(f"{pod} has no live run to report for.", "`lmawep run` starts one.")
    if not run.role.by_agent:
        raise Refused(f"The run {run.name} is no agent's.", "Only agents report.")
    values = {name: getattr(said, name)[:_MAX_FIELD] for name in ("status", "progress", "blockers", "next", "question")}
    file_report(ws.run_dir(pod, run.name), Report(**values))
    return run
