"""Runs: those whose end nobody acted on, and those whose file is damaged."""

from __future__ import annotations

import time
from pathlib import Path

from lmawep_tui.engine import settle
from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.run_file import LOCK, RUN_JSON, read_run, write_run
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.store.store import run_names


def look_at_runs(found: Findings) -> None:
    """Every pod by itself."""
    for record in found.ws.snapshot().state.pods.values():
        found.check(lambda each, record=record: _damaged(each, record), record.id)  # type: ignore[misc]
    for pod in found.ws.snapshot().pods.values():
        found.check(lambda each, pod=pod.id: _unsettled(each, pod), pod.id)  # type: ignore[misc]


def _unsettled(found: Findings, number: PodId) -> None:
    pod = found.ws.snapshot().pods[number]
    if pod.run is not None and not pod.live and pod.run.number > pod.record.settled:
        what = f"{pod.id}: nobody acted on the end of {pod.run.name}."
        found.mend_with(what, lambda: settle.settle(found.ws, pod.id) is not None)


def _damaged(found: Findings, record: PodRecord) -> None:
    """A damaged newest run would stand in the way of every next one."""
    names = run_names(found.ws.layout, record.id)
    if not names:
        return
    run_dir = found.ws.run_dir(record.id, names[-1])
    try:
        read_run(run_dir)
    except FileNotFoundError:
        return  # its maker was killed before it wrote one: nothing ever ran there
    except BadFile as error:
        what = f"{record.id}: {names[-1]}/{RUN_JSON} {error.reason}."
        if is_held(run_dir / LOCK):
            found.add(f"{what} Its run still lives: wait for its end, then ask again.")
        else:
            found.mend_with(what, lambda: _set_aside(found, record, run_dir))


def _set_aside(found: Findings, record: PodRecord, run_dir: Path) -> bool:
    """Keeps the damaged file beside and says that the run is lost; what is left of its processes is ended as strays."""
    number, _, role = run_dir.name.partition("-")
    with found.ws.change("doctor --fix") as change:
        (run_dir / RUN_JSON).rename(run_dir / f"{RUN_JSON}.damaged-{time.time_ns()}")
        known = Role(role) if role in set(Role) else Role.TASK
        write_run(run_dir, Run(
            pod=record.id, ticket=record.ticket, number=int(number), role=known,
            argv=(), cwd=record.path, mark="", created=now(), ended=now(), state=RunState.ENDED, outcome=Outcome.LOST,
            reason="its run.json was damaged and nobody knows how it ended",
        ))  # fmt: skip
        change.note("run set aside", pod=record.id, ticket=record.ticket, run=run_dir.name)
        change.save()
    return True
