"""The generated Markdown on disk: renewed after a change, outside the state lock, once for as many as there were."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.lock import hold
from lmawep_tui.files.read import Stamp, read_text, stamp
from lmawep_tui.files.state_file import MAX_STATE_BYTES
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.store.views import Board, assignments

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace

_WAIT_S = 10.0


class BoardFiles:
    """`board/*.md` and the assignments of one project, kept up to date by this process.

    They can be made again, so nothing about them is ever a failure. Killed before it wrote them, a process leaves them
    stale, and the next change by anybody makes them right: they are always made whole.
    """

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._store = ws.store()
        self._loaded = False
        self._board = Board()
        self._written: dict[Path, tuple[str, Stamp | None]] = {}
        self._mutex = threading.Lock()
        self._wanted = 0
        """When the newest change was stored for which they were not renewed, by the clock; 0 none."""
        self._later = False

    @contextlib.contextmanager
    def later(self) -> Iterator[None]:
        """Meanwhile `renew` only takes note; whoever drives calls `catch_up` now and then."""
        self._later = True
        try:
            yield
        finally:
            self._later = False
            self.catch_up()

    def renew(self) -> None:
        """Something was stored. Threads that come while one is at it leave it to that one."""
        self._wanted = time.time_ns()
        if not self._later:
            self.catch_up()

    def catch_up(self) -> None:
        """Renews the files if something was stored since they were."""
        while self._wanted and self._mutex.acquire(blocking=False):
            try:
                since, self._wanted = self._wanted, 0
                if since:
                    self._renew(since)
            finally:
                self._mutex.release()

    def _renew(self, since: int) -> None:
        """Under a lock of their own; another process may have done it while this one waited for that."""
        done = self._ws.layout.workspace / "locks" / "views.done"
        try:
            with hold(self._ws.layout.lock("views"), what="The board", timeout_s=_WAIT_S, doing="board"):
                now = time.time_ns()
                if (last := stamp(done)) is not None and since <= last.mtime_ns <= now:
                    return
                self._write()
                with contextlib.suppress(OSError):
                    done.touch(mode=0o600)
                    os.utime(done, ns=(now, now))
        except (OSError, LmawepError) as error:
            with contextlib.suppress(LmawepError):
                self._ws.journal("view not written", why=str(error))

    def _write(self) -> None:
        if self._loaded:
            self._store.refresh(sweep_after_s=0.0)
        else:
            self._loaded = bool(self._store.load())
        snapshot, layout = self._store.snapshot, self._ws.layout
        views = {layout.board / f"{name}.md": text for name, text in self._board.texts(snapshot).items()}
        views[layout.assignments(snapshot.state.sprint)] = assignments(snapshot)
        for path, text in views.items():
            if not self._says(path, text):
                write_text(path, text, durable=False)
                self._written[path] = (text, stamp(path))

    def _says(self, path: Path, text: str) -> bool:
        known = self._written.get(path)
        if known is not None and known[1] is not None and known[1] == stamp(path):
            return known[0] == text
        with contextlib.suppress(OSError, BadFile):
            return read_text(path, MAX_STATE_BYTES) == text
        return False


def write_views(ws: Workspace) -> None:
    """Renews the generated Markdown now."""
    ws.board_files.renew()
