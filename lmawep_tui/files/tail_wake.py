"""Calls back as soon as one file changes, so that a log on the screen follows its agent within a frame.

The kernel tells (inotify), which costs nothing while the file rests and a fraction of a millisecond when it grows;
where there is no inotify, or its watches are used up, the file is looked at 30 times a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.files.inotify import (
    ATTRIB,
    CREATE,
    DELETE_SELF,
    DONT_FOLLOW,
    MODIFY,
    MOVE_SELF,
    MOVED_TO,
    ONLYDIR,
    OVERFLOW,
    Inotify,
)

if TYPE_CHECKING:
    import asyncio

_FILE_EVENTS = MODIFY | ATTRIB | DELETE_SELF | MOVE_SELF | DONT_FOLLOW
_FOLDER_EVENTS = CREATE | MOVED_TO | DELETE_SELF | MOVE_SELF | ONLYDIR

POLL_HZ = 30
"""How often the file is looked at where the kernel cannot tell."""


class TailWake:
    """Watches one file, which may not exist yet, be replaced or vanish.

    The callback says only "look again": it comes at most once for each turn of the event loop, and whoever gets it
    asks the file itself what happened.
    """

    def __init__(self, path: Path | str, callback: Callable[[], None], *, use_inotify: bool = True) -> None:
        """Start to watch `path`; must be called where an event loop is running."""
        import asyncio

        self.path = Path(path)
        self._callback = callback
        self._loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self._kernel: Inotify | None = None
        self._watch = -1
        self._on_file = False
        self._timer: asyncio.TimerHandle | None = None
        self._seen: tuple[int, ...] = ()
        self.closed = False
        if not (use_inotify and self._start_inotify()):
            self._seen = self._look()
            self._poll_later()

    @property
    def by_kernel(self) -> bool:
        """Whether the kernel tells, rather than a poll."""
        return self._kernel is not None

    def close(self) -> None:
        """Stop watching; the callback does not come again."""
        self.closed = True
        self._stop_inotify()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # -- the kernel -----------------------------------------------------------------------------------------------

    def _start_inotify(self) -> bool:
        self._kernel = Inotify.open()
        if self._kernel is None or not self._arm():
            self._stop_inotify()
            return False
        self._loop.add_reader(self._kernel.fd, self._on_events)
        return True

    def _stop_inotify(self) -> None:
        if self._kernel is not None:
            self._loop.remove_reader(self._kernel.fd)
            self._kernel.close()
            self._kernel = None

    def _arm(self) -> bool:
        """Watch the file, or, while it is not there, the nearest folder in which it (or its folder) can appear."""
        kernel = self._kernel
        assert kernel is not None
        for _ in range(3):  # the file may appear between the two steps; then the first is tried again
            watch = kernel.add(self.path, _FILE_EVENTS)
            if watch is not None:
                self._replace_watch(watch, on_file=True)
                return True
            for folder in self.path.parents:
                watch = kernel.add(folder, _FOLDER_EVENTS)
                if watch is not None:
                    break
            else:
                return False
            self._replace_watch(watch, on_file=False)
            if not os.path.lexists(self.path):
                return True
        return True

    def _replace_watch(self, watch: int, *, on_file: bool) -> None:
        if self._watch not in (-1, watch) and self._kernel is not None:
            self._kernel.remove(self._watch)
        self._watch, self._on_file = watch, on_file

    def _on_events(self) -> None:
        """Take everything the kernel has to say, then call back once."""
        assert self._kernel is not None
        seen = self._kernel.read(self._watch)
        if not seen:
            return
        # Anything but plain growth may mean that another file is at the path now, or that one has appeared.
        if (not self._on_file or seen & ~MODIFY) and not self._arm():
            self._stop_inotify()
            self._poll_later()
        if self._on_file or self._kernel is None or seen & OVERFLOW:
            self._callback()

    # -- without it -----------------------------------------------------------------------------------------------

    def _poll_later(self) -> None:
        if not self.closed:
            self._timer = self._loop.call_later(1 / POLL_HZ, self._poll)

    def _poll(self) -> None:
        now = self._look()
        self._poll_later()
        if now != self._seen:
            self._seen = now
            self._callback()

    def _look(self) -> tuple[int, ...]:
        """Return what tells one state of the file from another."""
        try:
            found = self.path.lstat()
        except OSError:
            return ()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
