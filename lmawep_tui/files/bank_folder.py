"""The memory bank's folder in a pod: agents may have put links there, so every step goes through an open folder."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.files.atomic import TEMP_PREFIX
from lmawep_tui.model.errors import BadFile

FOLDER = "memory-bank"
MAX_FILE = 1 << 20
"""What is read of one file, in bytes."""
MAX_FILES = 64
"""Files that are kept of a bank."""


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadFile(folder, "is not a real folder", hint="Remove it; the next run makes a new one.") from error
    try:
        yield fd
    finally:
        os.close(fd)


def read_bank(folder: Path) -> dict[str, bytes]:
    """The regular files of the memory bank by name, each at most 1 MiB; links and devices are passed over.

    An absent folder is an empty bank. Raises BadFile when the folder itself is a link or no folder.
    """
    files: dict[str, bytes] = {}
    try:
        with _opened(folder) as fd:
            for name in sorted(os.listdir(fd))[: MAX_FILES * 4]:
                if len(files) < MAX_FILES and not name.startswith(".") and (data := _read(fd, name)) is not None:
                    files[name] = data
    except FileNotFoundError:
        return {}
    return files


def not_kept(folder: Path) -> list[str]:
    """Names in the bank that `read_bank` passes over or cuts: folders, links, hidden, large or too many files."""
    kept = read_bank(folder) if folder.is_dir() and not folder.is_symlink() else {}
    names: list[str] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            info = entry.stat(follow_symlinks=False)
            if len(kept.get(entry.name, b"")) != info.st_size or entry.name not in kept:
                names.append(entry.name + ("/" if stat.S_ISDIR(info.st_mode) else ""))
    return names


def _read(folder: int, name: str) -> bytes | None:
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    try:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            return None
        return os.read(fd, min(info.st_size, MAX_FILE)) if info.st_size else b""
    finally:
        os.close(fd)


def make_bank(folder: Path) -> None:
    """Makes the folder where there is none."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o755, parents=False)


def add_to_bank(folder: Path, name: str, text: bytes) -> None:
    """Adds to the end of one file of the bank, atomically and whatever its size; no other file is touched.

    A link or device of that name is replaced, not followed. Raises BadFile when the folder is none, OSError.
    """
    with _opened(folder) as fd:
        old = _open_own(fd, name)
        if old is None:
            _write(fd, name, text)
            return
        try:
            _write(fd, name, text, after=old)
        finally:
            os.close(old)


def _open_own(folder: int, name: str) -> int | None:
    """A descriptor of a regular file, or None for anything else; one that cannot be read raises OSError."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            return None
        raise
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    return None


def write_bank(folder: Path, files: dict[str, bytes]) -> None:
    """Writes files into the bank atomically, replacing links rather than following them; makes the folder."""
    make_bank(folder)
    with _opened(folder) as fd:
        for name, data in files.items():
            _write(fd, name, data)


def _write(folder: int, name: str, data: bytes, *, after: int | None = None) -> None:
    """A whole new file in place of the old one; `after` is a descriptor of what comes first in it."""
    temp = f"{TEMP_PREFIX}{os.urandom(6).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temp, flags, 0o644, dir_fd=folder)
    try:
        with os.fdopen(fd, "wb") as file:
            if after is not None:
                last = b""
                while part := os.read(after, 1 << 20):
                    file.write(part)
                    last = part[-1:]
                if last not in (b"", b"\n"):
                    file.write(b"\n")
                os.fchmod(file.fileno(), os.fstat(after).st_mode & 0o777)
            file.write(data)
        os.replace(temp, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temp, dir_fd=folder)
        raise
