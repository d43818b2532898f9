"""The inotify calls of the C library, which Python does not have."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

MODIFY, ATTRIB, CLOSE_WRITE = 0x2, 0x4, 0x8
MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x40, 0x80, 0x100, 0x200
DELETE_SELF, MOVE_SELF = 0x400, 0x800
OVERFLOW, IGNORED = 0x4000, 0x8000
ONLYDIR, DONT_FOLLOW = 0x1000000, 0x2000000
_HEADER = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows


class Inotify:
    """One instance of inotify with its watches."""

    def __init__(self, library: ctypes.CDLL, fd: int) -> None:
        self._library = library
        self.fd = fd

    @classmethod
    def open(cls) -> Inotify | None:
        """Return a new instance, or None where there is no inotify or no more of it to be had."""
        if not sys.platform.startswith("linux"):
            return None
        import ctypes

        try:
            library = ctypes.CDLL(None, use_errno=True)
            fd = int(library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        except (OSError, AttributeError):
            return None
        return cls(library, fd) if fd >= 0 else None

    def add(self, path: Path, mask: int) -> int | None:
        """Watch `path`; return the watch's number, or None if that cannot be done."""
        watch = int(self._library.inotify_add_watch(self.fd, os.fsencode(path), mask))
        return watch if watch >= 0 else None

    def remove(self, watch: int) -> None:
        """End one watch; one that ended by itself is no error."""
        self._library.inotify_rm_watch(self.fd, watch)

    def read(self, watch: int) -> int:
        """Return the events of `watch` that are waiting, as one mask; those of ended watches do not count."""
        seen = 0
        for number, mask, _ in self.events():
            if number == watch or mask & OVERFLOW:
                seen |= mask
        return seen

    def events(self) -> list[tuple[int, int, bytes]]:
        """Return what is waiting, as (watch, mask, name in the watched folder)."""
        try:
            data = os.read(self.fd, 64 * 1024)
        except BlockingIOError:
            return []
        found: list[tuple[int, int, bytes]] = []
        offset = 0
        while offset + _HEADER.size <= len(data):
            number, mask, _cookie, length = _HEADER.unpack_from(data, offset)
            offset += _HEADER.size
            found.append((number, mask, data[offset : offset + length].rstrip(b"\0")))
            offset += length
        return found

    def close(self) -> None:
        """Give the descriptor back, and with it every watch."""
        os.close(self.fd)
