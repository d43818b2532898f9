"""Calls back when something changes in a few folders, without costing anything while nothing does.

A thread of its own sleeps in the kernel (inotify). Not recursive: a worktree may hold a hundred thousand folders.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from lmawep_tui.files.atomic import TEMP_PREFIX
from lmawep_tui.files.inotify import (
    CLOSE_WRITE,
    CREATE,
    DELETE,
    MODIFY,
    MOVED_FROM,
    MOVED_TO,
    ONLYDIR,
    OVERFLOW,
    Inotify,
)

_EVENTS = MODIFY | CLOSE_WRITE | CREATE | DELETE | MOVED_FROM | MOVED_TO | ONLYDIR
_TEMP = TEMP_PREFIX.encode()


class FolderWake:
    """Watches folders from the moment it is made; `close` ends it.

    `callback` comes from the thread and says only that `take` has something. Where the kernel cannot watch
    (`by_kernel` is False) it never comes, and whoever made this looks by himself. Names in `ignore` are not told.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        callback: Callable[[], None],
        *,
        ignore: frozenset[str] = frozenset(),
        use_inotify: bool = True,
    ) -> None:
        self._ignore = frozenset(os.fsencode(name) for name in ignore)
        self._callback = callback
        self._folders: dict[int, Path] = {}
        self._changed: set[Path] = set()
        self._lost = False
        self._lock = threading.Lock()
        self._kernel = Inotify.open() if use_inotify else None
        self._end: tuple[int, int] | None = None
        if self._kernel is not None and not self._watch(folders):
            self._kernel.close()
            self._kernel = None
        if self._kernel is not None:
            self._end = os.pipe()
            self._thread = threading.Thread(target=self._listen, name="folder-wake", daemon=True)
            self._thread.start()

    @property
    def by_kernel(self) -> bool:
        """Whether the kernel tells; else nothing is ever told."""
        return self._kernel is not None

    def take(self) -> tuple[set[Path], bool]:
        """The paths that changed since the last call, and whether more did than the kernel could tell."""
        with self._lock:
            changed, self._changed = self._changed, set()
            lost, self._lost = self._lost, False
        return changed, lost

    def close(self) -> None:
        """Watches nothing any more; waits for its thread."""
        if self._end is not None and self._kernel is not None:
            os.close(self._end[1])
            self._thread.join(5.0)
            os.close(self._end[0])
            self._kernel.close()
            self._kernel = self._end = None

    def _watch(self, folders: Iterable[Path]) -> bool:
        assert self._kernel is not None
        for folder in folders:
            watch = self._kernel.add(folder, _EVENTS)
            if watch is None:
                return False
            self._folders[watch] = folder
        return True

    def _listen(self) -> None:
        kernel, end = self._kernel, self._end
        assert kernel is not None and end is not None
        poll = select.poll()
        poll.register(kernel.fd, select.POLLIN)
        poll.register(end[0], select.POLLIN)
        while not any(fd == end[0] for fd, _ in poll.poll()):
            if self._note(kernel.events()):
                self._callback()

    def _note(self, events: list[tuple[int, int, bytes]]) -> bool:
        """Keeps what matters; whether anything did. Temporary files of atomic writes do not."""
        with self._lock:
            before = len(self._changed)
            for watch, mask, name in events:
                folder = self._folders.get(watch)
                if mask & OVERFLOW or folder is None or not name:  # the folder itself went: look at everything
                    self._lost = True
                elif not name.startswith(_TEMP) and name not in self._ignore:
                    self._changed.add(folder / os.fsdecode(name))
            return self._lost or len(self._changed) > before
