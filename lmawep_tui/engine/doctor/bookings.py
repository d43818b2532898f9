"""Costs: a run that says what it used, while the journal does not, was cut off between the two."""

from __future__ import annotations

import contextlib
import os

from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.costs import usage_facts
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, pod_number
from lmawep_tui.model.run import Run, RunState
from lmawep_tui.store.store import run_names


def look_at_bookings(found: Findings) -> None:
    """Every run folder there is, also of pods that are gone; what is damaged or not over is not ours to count."""
    booked = {told.key for told in found.ws.costs.bookings}
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(found.ws.layout.runs)):
            if pod_number(name):
                for run in _runs(found, PodId(name)):
                    if run.state is RunState.ENDED and run.usage and (run.pod, run.name, run.created) not in booked:
                        what = f"{run.pod}: what {run.name} used is not in the journal."
                        found.mend_with(what, lambda run=run: _book(found, run))  # type: ignore[misc]


def _runs(found: Findings, pod: PodId) -> list[Run]:
    runs = []
    for name in run_names(found.ws.layout, pod):
        with contextlib.suppress(OSError, LmawepError):
            runs.append(read_run(found.ws.run_dir(pod, name)))
    return runs


def _book(found: Findings, run: Run) -> bool:
    facts = {"pod": run.pod, "ticket": run.ticket, "run": run.name, "role": str(run.role)}
    found.ws.journal("used", **facts, **usage_facts(run))
    return any(told.key == (run.pod, run.name, run.created) for told in found.ws.costs.bookings)
