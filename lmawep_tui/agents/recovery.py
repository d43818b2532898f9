"""Closing runs that nobody looks after any more, and ending processes that outlived their run."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lmawep_tui.agents.escapees import read_unmarked
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.order import read_order, write_journal
from lmawep_tui.agents.outcome import told_so_far
from lmawep_tui.agents.process import boot_id
from lmawep_tui.agents.process_tree import MARK, ROOT, Tree, end_tree, environments, everything
from lmawep_tui.files import journal
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.run_file import LOCK, read_run, write_run
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.run import Outcome, ProcessId, Run, RunState

_GRACE_S = 2.0
_LOCK_WAIT_S = 1.0


def mark_lost(run_dir: Path) -> Run:
    """Closes a run that has no outcome and nobody who could write one; any other run is returned as it is.

    What is left of its processes is ended first, known by identity or by the run's mark: never by name or number.
    """
    run = read_run(run_dir)
    if run.state is RunState.ENDED or is_live(run_dir, run):
        return run
    return close_run(run_dir, lambda lost: (Outcome.LOST, lost_reason(lost)))


def lost_reason(run: Run) -> str:
    """How a run got lost, as far as can be told."""
    if run.supervisor is None:
        return "it was never started: lmawep ended before it could be"
    if boot_id() and run.supervisor.boot != boot_id():
        return "the machine was restarted while it ran"
    return "its supervisor was killed, and with it the agent"


def close_run(run_dir: Path, ending: Callable[[Run], tuple[Outcome, str]]) -> Run:
    """Ends what is left of a run whose lock is free and writes `ending` as its outcome; idempotent."""
    with _lock(run_dir) as mine:
        run = read_run(run_dir)
        if not mine or run.state is RunState.ENDED:
            return run
        left = _end_rest(run_dir, run)
        outcome, reason = ending(run)
        run = dataclasses.replace(
            told_so_far(run_dir, run),
            state=RunState.ENDED,
            ended=journal.now(),
            outcome=outcome,
            reason=reason,
            leftovers=left,
        )
        write_run(run_dir, run)
    _journal(run_dir, run)
    return run


def _end_rest(run_dir: Path, run: Run) -> tuple[str, ...]:
    known = [*([run.process] if run.process is not None else []), *read_unmarked(run_dir)]
    tree = Tree(run.mark, known=known)
    names = tuple(found.name for found in tree.members())
    end_tree(tree, first=signal.SIGTERM, grace_s=min(run.limits.grace_s, _GRACE_S))
    return names


def _journal(run_dir: Path, run: Run) -> None:
    with contextlib.suppress(LmawepError):
        write_journal(read_order(run_dir), run)


@contextlib.contextmanager
def _lock(run_dir: Path) -> Iterator[bool]:
    """The supervisor's lock, so that two recoveries, or one and a late supervisor, never work on the same run."""
    fd = os.open(run_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield _try_lock(fd)
    finally:
        os.close(fd)


def _try_lock(fd: int) -> bool:
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)


@dataclass(frozen=True, slots=True)
class Stray:
    """A process of a run of this project that is over."""

    id: ProcessId
    name: str
    mark: str
    pod: str
    run: str


def strays(root: Path, live_marks: set[str]) -> list[Stray]:
    """Processes that carry this project's path and the mark of a run that is not in `live_marks`.

    Collect `live_marks` after this project's state lock is taken, or a run that is just starting looks like a stray.
    """
    table = everything()
    found = []
    for pid, env in sorted(environments(table).items()):
        mark = env.get(MARK, "")
        if env.get(ROOT) == str(root) and mark and mark not in live_marks and pid != os.getpid():
            who = ProcessId(pid, table[pid].start, boot_id())
            pod, run = clean_line(env.get("LMAWEP_POD", "")), clean_line(env.get("LMAWEP_RUN", ""))
            found.append(Stray(who, clean_line(table[pid].name), mark, pod, run))
    return found


def end_strays(found: list[Stray], *, grace_s: float = _GRACE_S) -> list[Stray]:
    """Ends strays and what they started; returns those that are still there."""
    trees = [Tree(mark, known=[s.id for s in found if s.mark == mark]) for mark in sorted({s.mark for s in found})]
    survivors = {left.id for tree in trees for left in end_tree(tree, first=signal.SIGTERM, grace_s=grace_s)}
    return [stray for stray in found if stray.id in survivors]
