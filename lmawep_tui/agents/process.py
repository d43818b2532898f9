"""Who a process is: a pid alone is not an identity, the kernel hands the same number out again (safety T13)."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lmawep_tui.model.run import ProcessId

HAS_PROC = sys.platform == "linux"
"""Whether /proc tells about processes; elsewhere `ps` does, slower and by the second."""


class Seen(NamedTuple):
    """One look at a process."""

    pid: int
    start: int
    parent: int
    state: str
    name: str

    @property
    def dead(self) -> bool:
        return self.state in ("Z", "X", "x")


@cache
def boot_id() -> str:
    """What tells this boot of the machine from every other one; empty when the system does not say."""
    if not HAS_PROC:
        from lmawep_tui.agents import process_ps

        return process_ps.boot_id()
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123 (no Path, hot import)
            return file.read().strip()
    except OSError:
        return ""


def look(pid: int) -> Seen | None:
    """The process of that number now, or None when there is none; raises OSError when that cannot be told."""
    if HAS_PROC:
        return _look_proc(pid)
    from lmawep_tui.agents import process_ps

    return process_ps.look(pid)


def _look_proc(pid: int) -> Seen | None:
    try:
        data = read_proc(f"/proc/{pid}/stat")
    except (FileNotFoundError, ProcessLookupError):
        Path("/proc/self").stat()  # without /proc mounted, "no such file" says nothing: raise instead
        return None
    # The name stands in parentheses and may itself hold spaces and parentheses: the last one closes it.
    head, _, tail = data.rpartition(b")")
    fields = tail.split()
    if len(fields) < 20:
        return None
    name = head.partition(b"(")[2].decode("utf-8", "replace")
    state = fields[0].decode("ascii", "replace")
    if state == "Z" and _has_threads(pid):
        state = "S"  # only its first thread has ended: the process still works
    return Seen(pid, int(fields[19]), int(fields[1]), state, name)


def _has_threads(pid: int) -> bool:
    try:
        return len(os.listdir(f"/proc/{pid}/task")) > 1
    except OSError:
        return False


def read_proc(path: str) -> bytes:
    """The whole of one /proc file; they have no size, so read until there is no more."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.read(fd, 65536)]
        while len(parts[-1]) > 4000:
            parts.append(os.read(fd, 65536))
        return b"".join(parts)
    finally:
        os.close(fd)


def identify(pid: int) -> ProcessId | None:
    """The identity of the process that has this number now, or None when there is none or it cannot be told."""
    try:
        seen = look(pid)
    except OSError:
        return None
    return None if seen is None else ProcessId(pid, seen.start, boot_id())


def alive(process: ProcessId) -> bool | None:
    """Whether exactly this process exists now; None when that cannot be told, and then nothing may be concluded."""
    here = boot_id()
    if not here or not process.boot:
        return None
    if here != process.boot:
        return False
    try:
        seen = look(process.pid)
    except OSError:
        return None
    return seen is not None and seen.start == process.start and not seen.dead


def signal_process(process: ProcessId, sig: int) -> bool:
    """Signals exactly this process; False when it is gone, not ours to signal, or not certainly the same."""
    if process.pid <= 1 or process.pid == os.getpid():
        return False
    try:
        if not hasattr(os, "pidfd_open"):
            return _signal_by_number(process, sig)
        fd = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        # The descriptor now means one process for good; only if that is still ours does it get the signal.
        if alive(process) is not True:
            return False
        signal.pidfd_send_signal(fd, sig)
        return True
    except OSError:
        return False
    finally:
        os.close(fd)


def _signal_by_number(process: ProcessId, sig: int) -> bool:
    if alive(process) is not True:
        return False
    os.kill(process.pid, sig)
    return True


def wait_gone(processes: list[ProcessId], timeout_s: float) -> None:
    """Returns when all of them are gone, at the latest after `timeout_s`; sleeps in the kernel meanwhile."""
    import select
    import time

    deadline = time.monotonic() + timeout_s
    if not hasattr(os, "pidfd_open"):
        while any(alive(process) for process in processes) and time.monotonic() < deadline:
            time.sleep(0.02)
        return
    fds: set[int] = set()
    poll = select.poll()
    try:
        for process in processes[:500]:  # descriptors are few; the next scan sees the rest
            with contextlib.suppress(OSError):
                fd = os.pidfd_open(process.pid)
                fds.add(fd)
                if alive(process):
                    poll.register(fd, select.POLLIN)
                else:
                    fds.discard(fd)
                    os.close(fd)
        waiting = len(fds)
        while waiting and (left := deadline - time.monotonic()) > 0:
            for fd, _ in poll.poll(left * 1000):
                poll.unregister(fd)
                waiting -= 1
    finally:
        for fd in fds:
            os.close(fd)
