"""Tells which files of the project changed, whoever changed them.

Only small folders are watched, none of them with what lies below it: a worktree may hold a hundred thousand folders,
and one kernel watch each. The folders of live runs come and go, so they have a watch of their own that is renewed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.engine.daemon_pool import DaemonPool

if TYPE_CHECKING:
    from watchfiles import Change

STEP_MS, DEBOUNCE_MS = 20, 60  # a change is told after two quiet steps, in a flood after the debounce
_POLL_MS = 400
_OUTPUT = "output.log"
"""Grows all the time; whoever looks at it watches it by itself."""

Tell = Callable[[set[Path]], None]


class Watching:
    """Two watches: the folders that are always there, and those of the runs that live now."""

    def __init__(self, pool: DaemonPool, tell: Tell, trouble: Callable[[str], None]) -> None:
        """Prepare; `tell` gets the paths that changed, `trouble` a sentence when the kernel cannot watch."""
        self._pool, self._tell, self._trouble = pool, tell, trouble
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._folders: dict[str, frozenset[Path]] = {}
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
        if wanted:
            self._tasks[name] = asyncio.create_task(self._watch(wanted), name=f"watch {name}")

    def close(self) -> None:
        """Watch nothing any more."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

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
    name = path.rpartition("/")[2]
    return not (name.startswith(".") or name == _OUTPUT or name.endswith(".lock"))


def _load() -> None:
    """Import what takes its time in a thread, not between a key and its picture."""
    with contextlib.suppress(ImportError):
        import watchfiles  # noqa: F401
