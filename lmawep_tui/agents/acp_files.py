"""Files of the pod for an agent that reads and writes through its client: nothing outside, nothing through links."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from lmawep_tui.files.atomic import TEMP_PREFIX
from lmawep_tui.model.errors import LmawepError, Refused

MAX_BYTES = 16 * 1024 * 1024
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def inside(worktree: Path, path: str) -> tuple[str, ...] | None:
    """The parts of `path` below the worktree, by its name alone; None when it lies elsewhere."""
    absolute = os.path.normpath(os.path.join(worktree, path))  # noqa: PTH118 (of names, not of files)
    with contextlib.suppress(ValueError):
        return Path(absolute).relative_to(worktree).parts
    return None


def read_text(worktree: Path, path: str, line: int | None = None, limit: int | None = None) -> str:
    """The text of a file of the pod, or `limit` lines of it from `line` (counted from 1).

    Raises Refused for what lies outside or is no regular file, LmawepError when it is not there, too large or no text.
    """
    with _folder_of(worktree, path) as (folder, name):
        try:
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        except OSError as error:
            raise _trouble(path, error) from error
        with os.fdopen(fd, "rb") as file:
            _require_regular(path, os.fstat(fd))
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise LmawepError(f"{path} is larger than {MAX_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LmawepError(f"{path} is not UTF-8 text.") from error
    if not line and limit is None:
        return text
    lines = text.splitlines(keepends=True)[max(0, (line or 1) - 1) :]
    return "".join(lines if limit is None else lines[:limit])


def write_text(worktree: Path, path: str, text: str) -> None:
    """Replaces a file of the pod, or makes it and its folders; whole or not at all. Raises as read_text."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise LmawepError(f"{path} would be larger than {MAX_BYTES:,} bytes.")
    with _folder_of(worktree, path, make=True) as (folder, name):
        try:
            _replace(folder, name, path, data)
        except OSError as error:
            raise _trouble(path, error) from error


def _replace(folder: int, name: str, path: str, data: bytes) -> None:
    mode = 0o666 & ~_umask()
    with contextlib.suppress(FileNotFoundError):
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
        _require_regular(path, info)
        mode = info.st_mode & 0o777
    temp = f"{TEMP_PREFIX}{os.urandom(6).hex()}"
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            os.fchmod(fd, mode)
        os.rename(temp, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temp, dir_fd=folder)
        raise


class _folder_of(contextlib.AbstractContextManager["tuple[int, str]"]):
    """The open folder of a path of the pod, entered part by part so that no link leads out, and the file's name."""

    def __init__(self, worktree: Path, path: str, *, make: bool = False) -> None:
        parts = inside(worktree, path) if "\0" not in path else None
        if not parts:
            raise Refused(f"{path!r} lies outside of the pod.")
        if parts[0] == ".git":
            raise Refused(f"{path!r} belongs to git.")
        self._worktree, self._path, self._parts, self._make = worktree, path, parts, make
        self._fd = -1

    def __enter__(self) -> tuple[int, str]:
        try:
            self._fd = os.open(self._worktree, _FOLDER)
            for part in self._parts[:-1]:
                if self._make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, dir_fd=self._fd)
                deeper = os.open(part, _FOLDER, dir_fd=self._fd)
                os.close(self._fd)
                self._fd = deeper
        except OSError as error:
            self.__exit__()
            raise _trouble(self._path, error) from error
        return self._fd, self._parts[-1]

    def __exit__(self, *_: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _require_regular(path: str, info: os.stat_result) -> None:
    if not stat.S_ISREG(info.st_mode):
        raise Refused(f"{path!r} is not a regular file.")


def _trouble(path: str, error: OSError) -> LmawepError:
    import errno

    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return Refused(f"{path!r} leads through a link or a file.")
    return LmawepError(f"{path}: {error.strerror}.")


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
