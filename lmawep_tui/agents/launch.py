"""Starts a run's supervisor, and returns when the run can be found by anybody who looks."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import lmawep_tui
from lmawep_tui.agents.environment import without_run
from lmawep_tui.agents.order import Order, request_stop, root_of, write_order
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.run import Run

_MODULE = "lmawep_tui.agents.supervise"
_LOG = "supervisor.log"
START_S = 10.0


def launch(
    run_dir: Path,
    run: Run,
    *,
    journal: Path,
    after: Sequence[str] = (),
    env_pass: Sequence[str] = (),
    root: Path | None = None,
) -> Run:
    """Starts the supervisor of a run whose run.json stands in state starting; returns the run as it recorded it.

    `after` is a command started when the run is over, `env_pass` the profile's further variables, `root` the project
    (by the folder layout when not given). Raises LmawepError when no supervisor came up within ten seconds.
    """
    run_dir = Path(os.path.abspath(run_dir))  # noqa: PTH100 (links stay as they were given)
    home = root if root is not None else root_of(run_dir)
    write_order(run_dir, Order(root=str(home), journal=str(journal), after=tuple(after), env_pass=tuple(env_pass)))
    read, write = os.pipe()
    try:
        try:
            process = _start(run_dir, write)
        finally:
            os.close(write)  # once and only here: other threads may get the same number for a file of theirs
        answer = _listen(read, START_S)
    finally:
        os.close(read)
    _collect(process)
    if answer != "ok":
        raise _refusal(run_dir, answer)
    return read_run(run_dir)


def _start(run_dir: Path, handshake: int) -> subprocess.Popen[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    log = os.open(run_dir / _LOG, flags, 0o600)
    try:
        return subprocess.Popen(
            # -P: the folder it starts in must never be where Python looks for modules.
            [sys.executable, "-P", "-m", _MODULE, str(run_dir), str(handshake)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=_environment(),
            cwd="/",
            start_new_session=True,
            pass_fds=(handshake,),
        )
    except OSError as error:
        raise LmawepError(f"Cannot start {sys.executable}: {error.strerror}.", "Close some programs.") from error
    finally:
        os.close(log)


def _environment() -> dict[str, str]:
    """Ours, so that what comes after the run has it; never the marks of a run we may ourselves be part of."""
    env = without_run(os.environ)
    package = Path(lmawep_tui.__file__).parent.parent
    if package.name not in ("site-packages", "dist-packages"):  # run from a checkout: -P would not find it
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (env.get("PYTHONPATH"), str(package))))
    return env


def _listen(fd: int, timeout_s: float) -> str | None:
    """What the supervisor says; empty when it ended without a word, None when it said nothing in time."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    deadline = time.monotonic() + timeout_s
    while (left := deadline - time.monotonic()) > 0:
        if poll.poll(left * 1000):
            return os.read(fd, 4096).decode("utf-8", "replace")
    return None


def _collect(process: subprocess.Popen[bytes]) -> None:
    """Takes in the first process, which ends as soon as it has forked the supervisor."""
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _refusal(run_dir: Path, answer: str | None) -> LmawepError:
    if answer is None:
        # Should it still come up, it finds this and starts nothing.
        request_stop(run_dir, "its supervisor did not start in time")
        return LmawepError(f"The run in {run_dir} did not start within {START_S:g} s.", f"See {_LOG} there.")
    if answer.startswith("!"):
        return LmawepError(clean_line(answer[1:]))
    return LmawepError(f"The supervisor of {run_dir} ended at once{_last_line(run_dir / _LOG)}.", f"See {_LOG} there.")


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_text("utf-8", "replace").strip().splitlines()
        if lines:
            return f": {clean_line(lines[-1])[:200]}"
    return ""
