"""Reading files that somebody else may have put there: no links followed, no devices opened, no giants read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from lmawep_tui.model.errors import BadFile

MAX_TICKET_BYTES = 256 * 1024


class Stamp(NamedTuple):
    """What tells two versions of a file apart without reading it."""

    mtime_ns: int
    size: int
    inode: int


def stamp(path: Path | str) -> Stamp | None:
    """The file's stamp, or None when it does not exist."""
    try:
        info = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Stamp(info.st_mtime_ns, info.st_size, info.st_ino)


def open_regular(path: Path) -> int:
    """A descriptor of a regular file, for reading.

    Raises FileNotFoundError when it does not exist, BadFile for links, devices, pipes and unreadable files.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = "is a symbolic link" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise BadFile(path, reason) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise BadFile(path, "is not a regular file")
    return fd


def read_regular(path: Path, max_bytes: int = MAX_TICKET_BYTES) -> bytes:
    """The content of a regular file of at most `max_bytes`; raises as open_regular, and BadFile for giants."""
    fd = open_regular(path)
    try:
        size = os.fstat(fd).st_size
        if size > max_bytes:
            raise BadFile(path, f"is too large ({size:,} bytes; at most {max_bytes:,} are read)")
        return _read_all(fd, max_bytes)
    except OSError as error:
        raise BadFile(path, f"cannot be read: {error.strerror}") from error
    finally:
        os.close(fd)


def _read_all(fd: int, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = max_bytes + 1
    while left > 0 and (part := os.read(fd, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)[:max_bytes]


def read_text(path: Path, max_bytes: int = MAX_TICKET_BYTES) -> str:
    """As read_regular, decoded from UTF-8; raises BadFile with the line of the first bad byte."""
    data = read_regular(path, max_bytes)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(path, "is not UTF-8 text", data[: error.start].count(b"\n") + 1) from error
