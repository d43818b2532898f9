"""One file written inside a folder that agents work in: they may have put links there, so every step is looked at."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lmawep_tui.files.atomic import TEMP_PREFIX
from lmawep_tui.model.errors import BadFile, LmawepError, Refused

_BIGGEST = 64 << 20


def parts_of(path: str) -> tuple[str, ...]:
    """The names of a path inside a worktree; raises Refused for one that leads out of it, or to git's own files."""
    parts = PurePosixPath(path).parts
    bad = not parts or path.startswith("/") or any(part in ("", ".", "..") for part in path.split("/"))
    if bad or any(part.casefold() == ".git" for part in parts) or "\0" in path:
        raise Refused(f"{path!r} is not the path of a file in a worktree.", "Nothing was written.")
    return parts


def read_inside(root: Path, path: str) -> bytes | None:
    """What a regular file says, or None when nothing is there; raises BadFile for links, folders and giants."""
    *folders, name = parts_of(path)
    try:
        with _folder(root, folders, make=False) as fd:
            info = os.stat(name, dir_fd=fd, follow_symlinks=False)
            if not stat.S_ISREG(info.st_mode) or info.st_size > _BIGGEST:
                raise BadFile(root / path, "is not a regular file of a bearable size", hint="Move it away first.")
            with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd), "rb") as file:
                return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadFile(root / path, f"cannot be read: {error.strerror}") from error


def write_inside(root: Path, path: str, data: bytes, *, executable: bool = False) -> None:
    """Writes a file, whole or not at all, with the folders above it; no link is followed.

    Raises Refused for a path that leads outside, LmawepError when a folder on the way is a link or the disk is full.
    """
    *folders, name = parts_of(path)
    temp = f"{TEMP_PREFIX}{os.urandom(6).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with _folder(root, folders, make=True) as fd:
            try:
                with os.fdopen(os.open(temp, flags, 0o755 if executable else 0o644, dir_fd=fd), "wb") as file:
                    file.write(data)
                os.replace(temp, name, src_dir_fd=fd, dst_dir_fd=fd)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(temp, dir_fd=fd)
                raise
    except OSError as error:
        raise LmawepError(f"Cannot write {root / path}: {error.strerror}.") from error


@contextlib.contextmanager
def _folder(root: Path, folders: list[str], *, make: bool) -> Iterator[int]:
    """An open folder, reached step by step from `root`."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(root, flags)
    try:
        for name in folders:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o755, dir_fd=fd)
            below = os.open(name, flags, dir_fd=fd)
            os.close(fd)
            fd = below
        yield fd
    finally:
        os.close(fd)
