"""What a conductor sees: a snapshot that is kept in step with the disk and costs nothing while nothing changes."""

from __future__ import annotations

from collections.abc import Callable

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.folder_wake import FolderWake
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.store import Change

_SWEEP_S = 1.0
"""How seldom every ticket file is asked whether it was written in place, when nobody else tells."""
_SWEEP_TOLD_S = 20.0
"""The same when the kernel tells of each write: only for what it may have lost."""


class LookAround:
    """Owned by one thread; `wake` comes from another, at once when a ticket, the state or the config changes."""

    def __init__(self, ws: Workspace, wake: Callable[[], None]) -> None:
        self._ws = ws
        self._store = ws.store()
        self._wake = wake
        self._folders: FolderWake | None = None
        self._loaded = False

    def open(self) -> None:
        """Begins to watch."""
        layout = self._ws.layout
        folders = (layout.tickets, layout.home, layout.workspace)
        # The history says nothing that the files do not.
        self._folders = FolderWake(folders, self._wake, ignore=frozenset({layout.journal.name}))

    def close(self) -> None:
        """Watches nothing any more."""
        if self._folders is not None:
            self._folders.close()
            self._folders = None

    @property
    def snapshot(self) -> Snapshot:
        """As seen last."""
        return self._store.snapshot

    def look(self) -> Change:
        """Takes in what changed since the last look; the first one sees everything."""
        if not self._loaded:
            self._store.load()
            self._loaded = True
            return Change(other=True)
        told = self._folders is not None and self._folders.by_kernel
        paths, lost = self._folders.take() if self._folders is not None else (set(), False)
        for path in paths:
            if path.parent == self._ws.layout.tickets:
                self._store.touched(path.name)
        return self._store.refresh(sweep_after_s=0.0 if lost else _SWEEP_TOLD_S if told else _SWEEP_S)
