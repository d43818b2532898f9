"""The supervisor of one run: `python -m lmawep_tui.agents.supervise RUN_DIR`.

It is a process of its own so that closing the terminal ends no run. Liveness is the lock it holds on the run folder;
whenever it dies, that lock is free and the run has no outcome, which is how recovery knows it as lost.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.agents.child import Child, adopt_orphans, fork_agent, spawn_detached, start_failure
from lmawep_tui.agents.environment import agent_environment, without_run
from lmawep_tui.agents.escapees import Escapees
from lmawep_tui.agents.order import STOP_JSON, Order, read_order, stop_reason, write_journal
from lmawep_tui.agents.outcome import Ending, Killed, conclude, told_to
from lmawep_tui.agents.process import identify, wait_gone
from lmawep_tui.agents.process_tree import Found, Tree, end_tree
from lmawep_tui.agents.watch import Wakeup, Watch, cap_log
from lmawep_tui.files import journal
from lmawep_tui.files.run_file import LOCK, OUTPUT, read_run, write_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.run import Outcome, RunState

if TYPE_CHECKING:
    from lmawep_tui.agents.listen import Listener

SUPERVISOR_LOG = "supervisor.log"
_LOCK_WAIT_S = 2.0
_TIDY_WAIT_S = 0.3
_TIDY_GRACE_S = 2.0
_WRITE_TRIES = 20


class Supervisor:
    """One run from its order to its outcome."""

    def __init__(self, run_dir: Path, lock: int) -> None:
        self.run_dir = run_dir
        self.run = read_run(run_dir)
        if self.run.state is not RunState.STARTING:
            raise LmawepError(f"The run in {run_dir} was started before.", "Make a new run.")
        self.order: Order = read_order(run_dir)
        self._lock = lock
        self._wakeup = Wakeup()
        self._tree = Tree(self.run.mark, parent=os.getpid())
        self._escapees = Escapees(run_dir, self.run.mark)
        self._child: Child | None = None
        self._exit: int | None = None
        adopt_orphans()

    def start(self) -> None:
        """Records who runs what, durably, and then lets the agent go."""
        env = agent_environment(os.environ, self.run, root=Path(self.order.root), env_pass=self.order.env_pass)
        self._path = env["PATH"]
        child = fork_agent(self.run_dir, self.run, env, (self._lock, *self._wakeup.fds))
        self.run = dataclasses.replace(
            self.run,
            state=RunState.RUNNING,
            supervisor=identify(os.getpid()),
            process=identify(child.pid),
            started=journal.now(),
        )
        try:
            write_run(self.run_dir, self.run)
        except BaseException:
            child.cancel()
            raise
        self._child = child
        child.go()

    def give_up(self, reason: str) -> None:
        """Closes a run that could not even be started; a disk that takes no outcome leaves it to recovery."""
        self.run = dataclasses.replace(
            self.run,
            state=RunState.ENDED,
            process=None,
            ended=journal.now(),
            outcome=Outcome.CRASHED,
            reason=reason,
        )
        with contextlib.suppress(LmawepError):
            write_run(self.run_dir, self.run)
            write_journal(self.order, self.run)

    def finish(self) -> None:
        """Waits for the end, or brings it about, and writes down the outcome."""
        told = None
        if self._child is None:
            killed: Killed | None = Killed(Outcome.KILLED, stop_reason(self.run_dir))
            survivors: list[Found] = []
        else:
            watch = Watch(self.run_dir, self.run, self._tree, self._wakeup)
            killed = watch.until(self._over)
            told = watch.told
            survivors = self._end_tree(killed)
            killed = killed or self._start_failure()
        ending = self._conclude(killed, told)
        reason = ending.reason
        if survivors:
            reason = f"{reason}; could not be ended: {', '.join(found.name for found in survivors)}".lstrip("; ")
        with contextlib.suppress(OSError):
            cap_log(self.run_dir, self.run.limits.log_bytes)
        self.run = dataclasses.replace(
            told_to(self.run, ending),
            state=RunState.ENDED,
            ended=journal.now(),
            exit_status=self._exit,
            outcome=ending.outcome,
            reason=reason,
            resets=ending.resets,
            session_gone=ending.session_gone,
        )
        self._write_outcome()

    def _conclude(self, killed: Killed | None, told: Listener | None) -> Ending:
        """How it ended; whatever a log may hold, the run gets an outcome."""
        try:
            return conclude(self.run_dir, self.run, self._exit, killed, told)
        except Exception as error:  # noqa: BLE001 (without an outcome the run would pass for one that was never ended)
            import traceback

            traceback.print_exc()  # to supervisor.log
            ended = killed or Killed(Outcome.LOST, f"its log could not be read: {type(error).__name__}: {error}")
            return Ending(ended.outcome, ended.reason, None)

    def _over(self) -> bool:
        self._reap()
        self._escapees.note()
        return self._exit is not None

    def _reap(self) -> None:
        """Takes in the dead, also those adopted: nobody else would, and zombies use up pids."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self._child is not None and pid == self._child.pid:
                self._exit = os.waitstatus_to_exitcode(status)

    def _chore(self) -> None:
        """What goes on while the tree ends: the dead are taken in, a flood is kept below its cap."""
        self._reap()
        with contextlib.suppress(OSError):
            size = (self.run_dir / OUTPUT).stat().st_size
            if self.run.limits.log_bytes and size > 2 * self.run.limits.log_bytes:
                cap_log(self.run_dir, self.run.limits.log_bytes)

    def _end_tree(self, killed: Killed | None) -> list[Found]:
        """Ends what is left of the run, names in `run.leftovers` what outlived the agent; returns the unkillable."""
        grace_s = self.run.limits.grace_s
        if killed is not None:
            first = signal.Signals[f"SIG{self.run.stop_signal}"]
            return end_tree(self._tree, first=first, grace_s=grace_s, chore=self._chore)
        members = self._tree.members()
        if not members:
            return []
        # A pipe's last program may be a moment behind the agent: that is no leftover.
        wait_gone([member.id for member in members], _TIDY_WAIT_S)
        self._reap()
        left = self._tree.members()
        self.run = dataclasses.replace(self.run, leftovers=tuple(found.name for found in left))
        return end_tree(self._tree, first=signal.SIGTERM, grace_s=min(grace_s, _TIDY_GRACE_S), chore=self._chore)

    def _start_failure(self) -> Killed | None:
        failure = self._child.failure() if self._child is not None and self._exit == 127 else None
        if failure is None:
            return None
        self._exit = None
        return Killed(Outcome.CRASHED, start_failure(self.run, *failure, self._path))

    def _write_outcome(self) -> None:
        """Writes the outcome; a full disk may have room again in a moment, when somebody's build has failed too."""
        for tries in range(_WRITE_TRIES):
            try:
                write_run(self.run_dir, self.run)
                break
            except LmawepError:
                if tries == _WRITE_TRIES - 1:
                    raise
                time.sleep(0.5)
        write_journal(self.order, self.run)

    def after(self) -> None:
        """Frees the lock, and then starts what wants to know that the run is over."""
        os.close(self._lock)
        if self.order.after:
            spawn_detached(self.order.after, without_run(os.environ))


def take_lock(run_dir: Path) -> int:
    """The lock on the run folder, for life; raises LmawepError when another supervisor has it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(run_dir / LOCK, flags, 0o600)
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        except BlockingIOError:
            # Readers ask by taking it for a microsecond: only who holds it longer is a supervisor.
            if time.monotonic() > deadline:
                raise LmawepError(f"The run in {run_dir} already has a supervisor.") from None
            time.sleep(0.005)


def detach(run_dir: Path, keep: int | None) -> None:
    """Leaves the caller's terminal, process group, files and folder."""
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    log = os.open(run_dir / SUPERVISOR_LOG, flags, 0o600)
    for fd, target in ((null, 0), (null, 1), (log, 2)):
        os.dup2(fd, target)
    for fd in range(3, max(null, log, keep or 0, 64) + 1):
        if fd != keep:
            with contextlib.suppress(OSError):
                os.close(fd)
    os.chdir("/")


def _tell(fd: int | None, text: str) -> None:
    """One short line to who started us; it may be gone by now, and a pipe without a reader must not stop us."""
    if fd is not None:
        with contextlib.suppress(OSError):
            os.write(fd, text.encode()[:4000])
        with contextlib.suppress(OSError):
            os.close(fd)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The run'}: {error.strerror}."
    return str(error)


def main(argv: list[str]) -> int:
    run_dir = Path(os.path.abspath(argv[0]))  # noqa: PTH100 (links stay as they were given)
    handshake = int(argv[1]) if len(argv) > 1 else None
    if handshake is not None:
        os.set_inheritable(handshake, False)
    detach(run_dir, handshake)
    supervisor = None
    try:
        supervisor = Supervisor(run_dir, take_lock(run_dir))
        if not (run_dir / STOP_JSON).exists():
            supervisor.start()
    except Exception as error:  # noqa: BLE001 (whatever it is, the caller waits for words)
        import traceback

        traceback.print_exc()
        if supervisor is not None:
            supervisor.give_up(_words(error))
        _tell(handshake, f"!{_words(error)}")
        return 1
    _tell(handshake, "ok")
    supervisor.finish()
    supervisor.after()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
