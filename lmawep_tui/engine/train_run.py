"""Runs that belong to no pod: the tests of a landing that is undone, when its pod may be long gone."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.run_order import Extra
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder
from lmawep_tui.files.journal import now
from lmawep_tui.files.layout import TRAIN
from lmawep_tui.files.run_file import read_run, write_run
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Limits, Role, Run, Stage
from lmawep_tui.store.store import run_names

TRAIN_POD = PodId(TRAIN)
"""Whose run folders these are; no pod can have this name."""


def run_in_train(
    ws: Workspace, ticket: TicketId, argv: tuple[str, ...], *, cwd: Path, extra: Extra | None, stage: Stage
) -> Run:
    """Runs a test command under a supervisor in `cwd`, to its end; `extra` and `stage` as for run_command."""
    config = ws.config
    limits = Limits(
        timeout_s=config.tests.timeout,
        silence_s=0,
        final_s=0,
        grace_s=config.limits.kill_grace,
        log_bytes=config.limits.log_bytes,
    )
    with ws.change("train run") as change:
        names = run_names(ws.layout, TRAIN_POD)
        number = max(change.state.next_train_run, int(names[-1][:4]) + 1 if names else 1)
        change.state = replace(change.state, next_train_run=number + 1)
        run_dir = ws.run_dir(TRAIN_POD, f"{number:04d}-{Role.MERGE}")
        if run_dir.parent.is_symlink():
            raise BadFile(run_dir.parent, "is a symbolic link", hint="Replace it by a real folder.")
        make_folder(run_dir)
        run = Run(
            pod=TRAIN_POD,
            ticket=ticket,
            number=number,
            role=Role.MERGE,
            argv=argv if extra is None else (*argv, *extra(run_dir)),
            cwd=str(cwd),
            mark=secrets.token_hex(12),
            limits=limits,
            stage=stage,
            created=now(),
        )
        write_run(run_dir, run)
        change.note("run", pod=TRAIN_POD, ticket=ticket, run=run.name, role=str(run.role), agent="")
        change.save()
    try:
        launch(run_dir, run, journal=ws.layout.journal)
    except LmawepError as error:
        control.mark_lost(run_dir)
        raise LmawepError(f"The tests could not be started. {error}") from error
    return control.wait(run_dir)


def newest_train_run(ws: Workspace) -> Run | None:
    """The train's own newest run that can be read."""
    for name in reversed(run_names(ws.layout, TRAIN_POD)):
        with contextlib.suppress(FileNotFoundError, BadFile):
            return read_run(ws.run_dir(TRAIN_POD, name))
    return None


def live_train_marks(ws: Workspace) -> set[str]:
    """The mark of a live run of the train's own: its processes are no strays."""
    run = newest_train_run(ws)
    return {run.mark} if run is not None and is_live(ws.run_dir(TRAIN_POD, run.name), run) else set()
