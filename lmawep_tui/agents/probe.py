"""Asking a program something outside any pod: started once, with a time limit, its output bounded, all of it ended."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from lmawep_tui.agents.environment import agent_environment
from lmawep_tui.agents.process_tree import Tree, end_tree
from lmawep_tui.agents.profile import Profile
from lmawep_tui.files.run_file import OUTPUT, PROMPT
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Role, Run

LIMIT = 8_000_000
"""Bytes of output after which it is ended."""
_TICK_S = 0.05
_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it; its output is in the folder."""

    exit_status: int | None
    """Negative: the signal that ended it. None when it could not be started."""
    late: bool = False
    flooded: bool = False
    trouble: str = ""
    """Why it could not be started."""


def order(profile: Profile, argv: Sequence[str], folder: Path, *, stdin: bool = False) -> Run:
    """The run of a probe: as in a pod, of no ticket; its files lie in `folder`, and its prompt too with `stdin`."""
    return Run(
        pod=PodId("pod-0"),
        ticket=TicketId(0),
        number=0,
        role=Role.TASK,
        argv=tuple(argv),
        cwd=str(folder / "work"),
        mark=secrets.token_hex(12),
        agent=profile.name,
        format=profile.format,
        env=dict(profile.env),
        stdin=PROMPT if stdin else None,
        stop_signal=profile.stop_signal,
    )


def ask(run: Run, folder: Path, *, env_pass: Sequence[str], timeout_s: float) -> Answer:
    """Runs it to its end, or for `timeout_s` seconds; nothing of it is left afterwards."""
    env = agent_environment(os.environ, run, root=folder, env_pass=env_pass)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    log = os.open(folder / OUTPUT, flags, 0o600)
    stdin = os.open(folder / run.stdin if run.stdin else os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    try:
        process = subprocess.Popen(
            run.argv, cwd=run.cwd, env=env, stdin=stdin, stdout=log, stderr=log, start_new_session=True
        )
    except (OSError, ValueError) as error:
        return Answer(None, trouble=getattr(error, "strerror", None) or str(error))
    finally:
        os.close(log)
        os.close(stdin)
    late = flooded = False
    try:
        late, flooded = _wait(process, folder / OUTPUT, timeout_s)
    finally:
        if process.returncode is None:  # not taken in yet, so the number still is its own
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        end_tree(Tree(run.mark), first=signal.SIGTERM, grace_s=_GRACE_S)
    return Answer(process.returncode, late, flooded)


def _wait(process: subprocess.Popen[bytes], log: Path, timeout_s: float) -> tuple[bool, bool]:
    """Until it has ended; else whether it was late, or printed too much."""
    deadline = time.monotonic() + timeout_s
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_TICK_S)
            return False, False
        if log.stat().st_size > LIMIT:
            return False, True
        if time.monotonic() > deadline:
            return True, False
