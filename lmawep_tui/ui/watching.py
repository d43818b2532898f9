"""Tells which files of the project changed, whoever changed them.

Only small folders are watched, none of them with what lies below it: a worktree may hold a hundred thousand folders,
and one kernel watch each. The folders of live runs come and go, so they have a watch of their own that is renewed.

Where there is inotify the event loop itself is told, at once, and only of what is complete: a log that grows wakes
nobody here. Elsewhere watchfiles looks, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.files.inotify import (
    CLOSE_WRITE,
    CREATE,
    DELETE,
    MOVED_FROM,
    MOVED_TO,
    ONLYDIR,
    OVERFLOW,
    Inotify,
)

if TYPE_CHECKING:
    from watchfiles import Change

STEP_MS, DEBOUNCE_MS = 20, 60  # a change is told after two quiet steps, in a flood after the debounce
_POLL_MS = 400
_OUTPUT = "output.log"
"""Grows all the time; whoever looks at it watches it by itself."""

_EVENTS = CLOSE_WRITE | CREATE | DELETE | MOVED_FROM | MOVED_TO | ONLYDIR
"""Not MODIFY: every line of every log would be an event."""

Tell = Callable[[set[Path]], None]


class Watching:
    """Two watches: the folders that are always there, and those of the runs that live now."""

    def __init__(self, pool: DaemonPool, tell: Tell, trouble: Callable[[str], None]) -> None:
        """Prepare; `tell` gets the paths that changed, `trouble` a sentence when the kernel cannot watch."""
        self._pool, self._tell, self._trouble = pool, tell, trouble
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._folders: dict[str, frozenset[Path]] = {}
        self._kernels: dict[str, Inotify] = {}
        self.polling = False

    def follow(self, name: str, folders: Iterable[Path]) -> None:
        """Watch exactly these folders under `name`, instead of those it had before."""
        wanted = frozenset(folder for folder in folders if folder.is_dir())
        if wanted == self._folders.get(name):
            return
        self._folders[name] = wanted
        old = self._tasks.pop(name, None)
        if old is not None:
            old.cancel()
        self._leave_kernel(name)
        if wanted and not self._ask_kernel(name, wanted):
            self._tasks[name] = asyncio.create_task(self._watch(wanted), name=f"watch {name}")

    def close(self) -> None:
        """Watch nothing any more."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        for name in tuple(self._kernels):
            self._leave_kernel(name)

    # -- the kernel -----------------------------------------------------------------------------------------------

    def _ask_kernel(self, name: str, folders: frozenset[Path]) -> bool:
        """Have the event loop told of what happens in these folders; return whether that can be had."""
        kernel = Inotify.open()
        if kernel is None:
            return False
        watches: dict[int, Path] = {}
        for folder in folders:
            watch = kernel.add(folder, _EVENTS)
            if watch is None and folder.is_dir():
                kernel.close()  # no more watches to be had
                return False
            if watch is not None:
                watches[watch] = folder
        self._kernels[name] = kernel
        loop = asyncio.get_running_loop()
        loop.add_reader(kernel.fd, self._take, kernel, watches)
        loop.call_later(0.05, self._tell, set())  # what changed just before the watch began would never be told
        return True

    def _leave_kernel(self, name: str) -> None:
        kernel = self._kernels.pop(name, None)
        if kernel is not None:
            asyncio.get_running_loop().remove_reader(kernel.fd)
            kernel.close()

    def _take(self, kernel: Inotify, watches: Mapping[int, Path]) -> None:
        """Tell of what the kernel has noted; of every file where that was too much for it."""
        changed: set[Path] = set()
        for watch, mask, name in kernel.events():
            if mask & OVERFLOW:
                changed.update(file for folder in watches.values() for file in _files_of(folder))
            elif name and watch in watches and _is_worth(text := os.fsdecode(name)):
                changed.add(watches[watch] / text)
        if changed:
            self._tell(changed)

    # -- without it -----------------------------------------------------------------------------------------------

    async def _watch(self, folders: frozenset[Path]) -> None:
        """Tell of changes until cancelled; by polling where the kernel will not."""
        await self._pool.run(_load)
        while True:
            try:
                await self._listen(folders)
                return
            except (OSError, RuntimeError) as error:
                if not self.polling:
                    self.polling = True
                    self._trouble(f"The system cannot watch the files ({error}); they are looked at twice a second.")
                await asyncio.sleep(_POLL_MS / 1000)
                folders = frozenset(folder for folder in folders if folder.is_dir())
                if not folders:
                    return

    async def _listen(self, folders: frozenset[Path]) -> None:
        from watchfiles import awatch

        # What changed just before the watch began would never be told.
        asyncio.get_running_loop().call_later(0.05, self._tell, set())
        async for changes in awatch(
            *folders, watch_filter=_matters, step=STEP_MS, debounce=DEBOUNCE_MS, recursive=False,
            force_polling=self.polling or None, poll_delay_ms=_POLL_MS, ignore_permission_denied=True,
        ):  # fmt: skip
            self._tell({Path(path) for _, path in changes})


def _matters(change: Change, path: str) -> bool:
    """Whether a path is worth a look: no temporary files of atomic writes, no locks of git, no growing logs."""
    return _is_worth(path.rpartition("/")[2])


def _is_worth(name: str) -> bool:
    return not (name.startswith(".") or name == _OUTPUT or name.endswith(".lock"))


def _files_of(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if _is_worth(entry.name)]
    except OSError:
        return []  # gone meanwhile


def _load() -> None:
    """Import what takes its time in a thread, not between a key and its picture."""
    with contextlib.suppress(ImportError):
        import watchfiles  # noqa: F401
