"""The trash: folders that went in one rename and are deleted later, by whoever has time.

Deleting five thousand files takes a while; renaming their folder does not. Only names that we gave are ever deleted,
only inside the trash folder itself, and never through a link or on another file system.
As a program (`python -m lmawep_tui.files.trash FOLDER…`) it empties them at the lowest priority.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"(?:pod|spare)-[1-9][0-9]{0,8}\.[0-9a-f]{16}", re.ASCII)
_DEEP = 64
"""Folders nested deeper than this are pulled up first: each level holds a descriptor open."""


def discard(folder: Path, trash: Path) -> Path | None:
    """Renames `folder` into the trash and returns its new place; None when it cannot be renamed (another disk, say)."""
    target = trash / f"{folder.name}.{os.urandom(8).hex()}"
    if _NAME.fullmatch(target.name) is None or folder.is_symlink():
        return None
    try:
        trash.mkdir(mode=0o700, parents=True, exist_ok=True)
        if trash.is_symlink():
            return None
        folder.rename(target)
    except OSError:
        return None
    return target


def waiting(trash: Path) -> list[str]:
    """Names of what is in the trash; of ours only."""
    try:
        with _opened(trash) as fd:
            return sorted(name for name in os.listdir(fd) if _NAME.fullmatch(name))
    except OSError:
        return []


def empty(trash: Path) -> list[str]:
    """Deletes what is in the trash; returns the names of what could not be deleted.

    Returns at once when another process is at it.
    """
    try:
        with _opened(trash) as fd:
            if not _only_one(fd):
                return []
            device = os.fstat(fd).st_dev
            while names := [name for name in os.listdir(fd) if _NAME.fullmatch(name)]:
                if not sum(_delete_entry(fd, name, device) for name in names):
                    break
            return sorted(names)
    except OSError:
        return []


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def _only_one(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _delete_entry(trash: int, name: str, device: int) -> bool:
    """Deletes one entry of the trash; False when something of it stays."""
    try:
        top = _open_folder(trash, name)
    except NotADirectoryError:
        return _unlink(trash, name)
    except OSError:
        return False
    try:
        while _clear(top, top, device, 0):  # again as long as deep folders were pulled up
            pass
        os.rmdir(name, dir_fd=trash)
    except OSError:
        return False
    finally:
        os.close(top)
    return True


def _clear(folder: int, top: int, device: int, depth: int) -> bool:
    """Deletes what is in an open folder; True when a deep folder was pulled up to `top` and waits there."""
    pulled = False
    if os.fstat(folder).st_dev != device:
        return False
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            _unlink(folder, name)
        elif depth >= _DEEP:
            with contextlib.suppress(OSError):
                os.rename(name, f"deep-{os.urandom(8).hex()}", src_dir_fd=folder, dst_dir_fd=top)
                pulled = True
        else:
            pulled = _clear_inner(folder, name, top, device, depth) or pulled
    return pulled


def _clear_inner(folder: int, name: str, top: int, device: int, depth: int) -> bool:
    pulled = False
    with contextlib.suppress(OSError):
        inner = _open_folder(folder, name)
        try:
            pulled = _clear(inner, top, device, depth + 1)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=folder)
    return pulled


def _open_folder(parent: int, name: str) -> int:
    """A descriptor of a folder, never through a link; its owner's rights are given back where an agent took them."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fd = os.open(name, os.O_RDONLY | flags, dir_fd=parent)
    except PermissionError:
        path_only = os.open(name, getattr(os, "O_PATH", os.O_RDONLY) | flags, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{path_only}", 0o700)  # noqa: PTH101 (the open folder, not a path)
        finally:
            os.close(path_only)
        fd = os.open(name, os.O_RDONLY | flags, dir_fd=parent)
    if stat.S_IMODE(os.fstat(fd).st_mode) & 0o700 != 0o700:
        with contextlib.suppress(OSError):
            os.fchmod(fd, 0o700)
    return fd


def _unlink(folder: int, name: str) -> bool:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    return True


def main(folders: list[str]) -> None:
    """Empties the trash folders at the lowest priority."""
    with contextlib.suppress(OSError):
        os.nice(19)
    for folder in folders:
        empty(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
