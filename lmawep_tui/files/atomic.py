"""Writes that are whole or not at all: temp file in the same folder, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from lmawep_tui.model.errors import LmawepError

TEMP_PREFIX = ".tmp-"


def write_text(path: Path, text: str, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replaces `path` by `text` atomically; an existing file keeps its permission bits.

    `durable=False` leaves out the two fsyncs, for views that can be made again.
    Raises LmawepError with a sentence when the disk is full or read-only; nothing is left behind then.
    """
    write_bytes(path, text.encode("utf-8", "surrogateescape"), mode=mode, durable=durable)


def write_bytes(path: Path, data: bytes, *, mode: int = 0o600, durable: bool = True) -> None:
    """As write_text, for bytes."""
    temp = path.with_name(f"{TEMP_PREFIX}{path.name}-{os.urandom(6).hex()}")
    try:
        with contextlib.suppress(FileNotFoundError):
            mode = path.stat(follow_symlinks=False).st_mode & 0o777
        _write_temp(temp, data, mode, durable=durable)
        temp.replace(path)
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise LmawepError(f"Cannot write {path}: {error.strerror}.", _hint(error)) from error


def write_new(path: Path, text: str, *, mode: int = 0o600) -> bool:
    """As write_text, but never replaces: False when something is at `path` already, whoever was faster."""
    temp = path.with_name(f"{TEMP_PREFIX}{path.name}-{os.urandom(6).hex()}")
    try:
        try:
            _write_temp(temp, text.encode("utf-8", "surrogateescape"), mode, durable=True)
            os.link(temp, path, follow_symlinks=False)
        except FileExistsError:
            return False
        finally:
            with contextlib.suppress(FileNotFoundError):
                temp.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise LmawepError(f"Cannot write {path}: {error.strerror}.", _hint(error)) from error
    return True


def _write_temp(temp: Path, data: bytes, mode: int, *, durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temp, flags, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fchmod(fd, mode)
        if durable:
            os.fsync(fd)
    finally:
        os.close(fd)


def sync_folder(folder: Path) -> None:
    """Makes names in `folder` durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Makes `folder` and its parents; raises LmawepError with a sentence when it cannot."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise LmawepError(f"Cannot make the folder {folder}: {error.strerror}.", _hint(error)) from error


def _hint(error: OSError) -> str:
    import errno

    return {
        errno.ENOSPC: "The disk is full: free some space and try again.",
        errno.EDQUOT: "Your disk quota is used up: free some space and try again.",
        errno.EROFS: "The disk is read-only.",
        errno.EACCES: "Check who owns it and its permissions.",
        errno.EPERM: "Check who owns it and its permissions.",
    }.get(error.errno or 0, "")
