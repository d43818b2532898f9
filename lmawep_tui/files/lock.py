"""Kernel locks that die with their owner, and say in words who holds them."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.files.atomic import make_folder
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile, Busy, LmawepError


@contextlib.contextmanager
def hold(path: Path, *, what: str, timeout_s: float = 30.0, doing: str = "") -> Iterator[None]:
    """Holds the lock file `path`; raises Busy after `timeout_s` with a sentence that names the holder.

    The holder's pid and verb stand in a file beside the lock, for that sentence only: the lock itself is the kernel's.
    """
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    lock = FileLock(path, timeout=timeout_s, mode=0o600, thread_local=False)
    try:
        lock.acquire(poll_interval=0.01)
    except Timeout:
        raise Busy(f"{what} is busy{_holder(path)}.", "Wait for it to end, then try again.") from None
    except OSError as error:
        raise LmawepError(f"Cannot lock {path}: {error.strerror}.") from error
    try:
        with contextlib.suppress(OSError):
            _sign(path.with_suffix(".owner"), f"{os.getpid()} {doing}\n")
        yield
    finally:
        lock.release()


def _sign(path: Path, text: str) -> None:
    """Says who holds the lock; never through a link, and never waiting for the reader of a pipe."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(path, flags, 0o600)
    try:
        os.ftruncate(fd, 0)
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now; reading only, so it works on a read-only disk."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return False


def _holder(path: Path) -> str:
    try:
        pid, _, doing = read_text(path.with_suffix(".owner")).strip().partition(" ")
    except (OSError, BadFile):
        return ""
    return f": process {pid} holds it" + (f" (lmawep {doing})" if doing else "")
