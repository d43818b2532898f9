"""Starting the agent's process so that nothing of ours leaks into it and it cannot outlive its supervisor.

The process is made first and waits on a pipe until its identity is on disk: a crash in between leaves either no agent
or one that can be found.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.run import Run

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _load_prctl() -> Callable[[int, int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda option, value: int(prctl(option, value, 0, 0, 0))


_prctl = _load_prctl()  # looked up before any fork: the child must not have to load anything


def adopt_orphans() -> None:
    """Makes this process the parent of its descendants' orphans, so that daemons stay in sight."""
    if _prctl is not None:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(sig: int) -> None:
    """Asks the kernel to send `sig` to this process when its parent dies, where it can."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, sig)


@dataclass(frozen=True, slots=True)
class Child:
    """The agent's process: `go` lets it start, `failure` says why it could not."""

    pid: int
    _go: int
    _error: int

    def go(self) -> None:
        """Lets it start."""
        with contextlib.suppress(OSError):
            os.write(self._go, b"g")
        os.close(self._go)

    def cancel(self) -> None:
        """Lets it end without having started."""
        os.close(self._go)

    def failure(self) -> tuple[int, str] | None:
        """Error number and step of a failed start; asked after its end, so there is nothing to wait for."""
        os.set_blocking(self._error, False)
        try:
            text = os.read(self._error, 200).decode()
        except BlockingIOError:
            return None
        number, _, step = text.partition(" ")
        return (int(number), step) if number.isdigit() else None


def fork_agent(run_dir: Path, run: Run, env: Mapping[str, str], close: tuple[int, ...]) -> Child:
    """A process that becomes the agent as soon as it is told to; raises OSError when its files cannot be opened.

    `close` are our descriptors it must give up at once: while it holds our lock, we would seem alive without living.
    """
    log = open_log(run_dir)
    stdin = os.open(run_dir / run.stdin if run.stdin else os.devnull, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    go_read, go_write = os.pipe()
    error_read, error_write = os.pipe()
    supervisor = os.getpid()
    pid = os.fork()
    if pid:
        for fd in (log, stdin, go_read, error_write):
            os.close(fd)
        return Child(pid, go_write, error_read)
    step = "start"
    try:
        for fd in (*close, go_write, error_read):
            os.close(fd)
        _become_alone(supervisor)
        os.dup2(stdin, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if not os.read(go_read, 1):
            os._exit(127)
        step = "chdir"
        os.chdir(run.cwd)
        step = "exec"
        os.execvpe(run.argv[0], run.argv, dict(env))
    except BaseException as error:  # noqa: BLE001 (whatever it is, this copy of the program must not go on)
        number = getattr(error, "errno", None) or errno.EINVAL
        with contextlib.suppress(OSError):
            os.write(error_write, f"{number} {step}".encode())
    os._exit(127)


def _become_alone(supervisor: int) -> None:
    """Own session, signals as they are by default, and dead when the supervisor is."""
    os.setsid()
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:  # it died before we could ask to be told
            os._exit(127)
    default_signals()


def default_signals() -> None:
    """Every signal back to its default: some agents ignore SIGINT for good when started with it ignored."""
    signal.set_wakeup_fd(-1)
    for sig in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(sig, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def open_log(run_dir: Path) -> int:
    """The log, for appending: agents, their commands and we all write to its end."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(run_dir / OUTPUT, flags, 0o600)


def spawn_detached(argv: tuple[str, ...], env: Mapping[str, str]) -> None:
    """Starts a command that is nobody's child: it outlives us and leaves no zombie.

    In no project's folder: a `python -m` there would take modules from it.
    """
    if os.fork():
        return
    try:
        os.setsid()
        default_signals()
        os.chdir("/")
        os.execvpe(argv[0], argv, dict(env))
    except OSError as error:
        os.write(2, f"cannot start {argv[0]}: {error.strerror}\n".encode("utf-8", "surrogateescape"))  # supervisor.log
    finally:
        os._exit(127)


def start_failure(run: Run, number: int, step: str, path: str) -> str:
    """The sentence for a command that could not be started."""
    command = run.argv[0]
    what = "The agent command" if run.role.by_agent else "The command"
    if step == "chdir":
        return f"The folder {run.cwd} cannot be entered: {os.strerror(number)}. Run `lmawep doctor`."
    if number == errno.ENOENT:
        import shutil  # here, because it loads every compressor there is, and this is the rare case

        found = shutil.which(command, path=path)
        if found is not None:
            return f"{what} {found!r} names an interpreter in its first line that was not found. Install that."
        return f"{what} {command!r} was not found. Install it, or name another one in .lmawep/config.yaml."
    if number == errno.EACCES:
        return f"{what} {command!r} is not executable. Make it so (chmod +x), or name another one."
    if number == errno.E2BIG:
        return f"{what} {command!r} got too long an argument. Let its profile pass the prompt by stdin or file."
    if number == errno.ENOEXEC:
        return f"{what} {command!r} is not a program. A script needs a first line such as `#!/bin/sh`."
    return f"{what} {command!r} could not be started: {os.strerror(number)}."
