"""Telling a run what to do, from any process: a file in its folder says what, a signal says now."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.order import PAUSED, request_stop
from lmawep_tui.agents.process import alive, look, signal_process, wait_gone
from lmawep_tui.agents.recovery import close_run, mark_lost
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.run import Outcome, ProcessId, Run, RunState

__all__ = ["mark_lost", "pause", "paused", "resume", "stop", "wait"]

_PATIENCE_S = 15.0
_STEP_S = 0.02
_WATCH_S = 2.0
_PAUSE_S = 3.0


def stop(run_dir: Path, reason: str = "stopped by the person", *, wait_s: float | None = None) -> Run:
    """Ends a run, its outcome `killed` with `reason`. Waits until it is over, or returns as it stands after `wait_s`.

    A supervisor that does not answer is itself ended then, and the run closed from here: a stop always works.
    """
    run = read_run(run_dir)
    if run.state is RunState.ENDED:
        return run
    if not is_live(run_dir, run):
        return mark_lost(run_dir)
    request_stop(run_dir, reason)
    _wake(run)
    patience = run.limits.grace_s + _PATIENCE_S if wait_s is None else wait_s
    run = wait(run_dir, patience)
    if run.state is RunState.ENDED or wait_s is not None:
        return run
    return _force(run_dir, run, reason)


def _wake(run: Run) -> None:
    """Tells the supervisor to look now; the signal to go on is for one that was itself stopped."""
    if run.supervisor is not None:
        signal_process(run.supervisor, signal.SIGUSR1)
        signal_process(run.supervisor, signal.SIGCONT)


def _force(run_dir: Path, run: Run, reason: str) -> Run:
    if run.supervisor is not None and signal_process(run.supervisor, signal.SIGKILL):
        wait_gone([run.supervisor], 5.0)
    return close_run(run_dir, lambda _: (Outcome.KILLED, f"{reason} (its supervisor did not answer)"))


def pause(run_dir: Path) -> Run:
    """Stops the clock and every process of a live run; returns when they stand still."""
    run = _live(run_dir, "pause")
    write_text(run_dir / PAUSED, "")
    return _settle(run_dir, run, still=True)


def resume(run_dir: Path) -> Run:
    """Lets a paused run go on."""
    run = _live(run_dir, "resume")
    (run_dir / PAUSED).unlink(missing_ok=True)
    return _settle(run_dir, run, still=False)


def paused(run_dir: Path) -> bool:
    """Whether the run was told to stand still."""
    return (run_dir / PAUSED).exists()


def _live(run_dir: Path, verb: str) -> Run:
    run = read_run(run_dir)
    if run.state is RunState.ENDED or not is_live(run_dir, run):
        raise Refused(f"Run {run.name} of {run.pod} is not running, so there is nothing to {verb}.")
    return run


def _settle(run_dir: Path, run: Run, *, still: bool) -> Run:
    _wake(run)
    deadline = time.monotonic() + _PAUSE_S
    while time.monotonic() < deadline:
        run = read_run(run_dir)
        if run.state is RunState.ENDED or (run.process is not None and _stands_still(run.process) is still):
            return run
        time.sleep(_STEP_S)
    raise LmawepError(f"Run {run.name} of {run.pod} does not react.", f"`lmawep stop {run.pod}` ends it.")


def _stands_still(process: ProcessId) -> bool | None:
    with contextlib.suppress(OSError):
        seen = look(process.pid)
        if seen is not None and seen.start == process.start:
            # D: it waits for a child that was stopped between vfork and exec, and cannot even be stopped itself.
            return seen.state in ("T", "t", "D")
    return None


def wait(run_dir: Path, timeout_s: float | None = None) -> Run:
    """The run when it has ended, or as it stands after `timeout_s`. A run nobody looks after is marked lost."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        run = read_run(run_dir)
        if run.state is RunState.ENDED:
            return run
        left = _WATCH_S if deadline is None else deadline - time.monotonic()
        if left <= 0:
            return run
        if not is_live(run_dir, run):
            run = mark_lost(run_dir)
            if run.state is RunState.ENDED:
                return run
        _doze(run.supervisor, min(left, _WATCH_S))


def _doze(supervisor: ProcessId | None, seconds: float) -> None:
    """Until the supervisor is gone where the kernel can tell, else a moment."""
    if supervisor is not None and hasattr(os, "pidfd_open") and alive(supervisor):
        wait_gone([supervisor], seconds)
    else:
        time.sleep(min(seconds, _STEP_S))
