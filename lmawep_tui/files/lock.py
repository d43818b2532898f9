"""Kernel locks that die with their owner, and say in words who holds them."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.files.atomic import make_folder
from lmawep_tui.model.errors import Busy, LmawepError


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
            path.with_suffix(".owner").write_text(f"{os.getpid()} {doing}\n", "utf-8")
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now; reading only, so it works on a read-only disk."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
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
        pid, _, doing = path.with_suffix(".owner").read_text("utf-8", "replace").strip().partition(" ")
    except OSError:
        return ""
    return f": process {pid} holds it" + (f" (lmawep {doing})" if doing else "")
