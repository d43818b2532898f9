"""The workspace: one object that the command line, the screen and scripts hand to every verb."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.files import journal
from lmawep_tui.files.config_file import read_config
from lmawep_tui.files.layout import Layout, find_root
from lmawep_tui.files.lock import hold
from lmawep_tui.files.parse_cache import ParseCache
from lmawep_tui.files.state_file import read_state
from lmawep_tui.model.config import Config
from lmawep_tui.model.costs import Costs
from lmawep_tui.model.errors import BadFile, LmawepError, NotInitialised
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.store.ledger import Ledger
from lmawep_tui.store.store import Store
from lmawep_tui.vcs.run import Git

if TYPE_CHECKING:
    from lmawep_tui.engine.board_files import BoardFiles
    from lmawep_tui.engine.transaction import Change

STATE_LOCK_WAIT_S = 60.0


class Workspace:
    """A project that lmawep works in: where it lies, its settings, its git. Holds no facts that can grow old."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.git = Git(layout.root, layout.root)
        self._cache = ParseCache(layout.cache / "parsed.json")
        self._ledger = Ledger(layout)
        self._warned: set[str] = set()
        self.warn: Callable[[str], None] = lambda _: None
        """Told, each once, what went wrong beside what was asked for; the command line prints it."""

    @classmethod
    def open(cls, start: Path) -> Workspace:
        """The project around `start`; raises LmawepError outside one, NotInitialised before `lmawep init`."""
        layout = find_root(start)
        if not layout.home.is_dir():
            raise NotInitialised(layout.root)
        layout.refuse_links()
        workspace = cls(layout)
        with contextlib.suppress(BadFile):  # verbs that need a setting say so themselves; the others work
            workspace.layout = dataclasses.replace(layout, worktrees_dir=workspace.config.worktree.dir)
        return workspace

    @property
    def config(self) -> Config:
        """The settings as they stand now; raises BadFile when they do not."""
        try:
            return self._cache.get(Config, self.layout.config, read_config)
        except FileNotFoundError:
            return Config()

    @property
    def state(self) -> State:
        """Pods, assignments and train as the state file has them, without the tickets; raises BadFile."""
        try:
            return self._cache.get(State, self.layout.state, read_state)
        except FileNotFoundError:
            raise BadFile(self.layout.state, "is missing", hint="`lmawep doctor --fix` rebuilds it.") from None

    @property
    def costs(self) -> Costs:
        """What every run that has ended used; raises BadFile when the config cannot be read."""
        return self._ledger.costs(self.config.prices)

    def store(self) -> Store:
        """A store of this project, not loaded yet."""
        return Store(self.layout, is_live, self._cache, self._ledger)

    def snapshot(self) -> Snapshot:
        """Everything as it is now. Takes no lock and writes nothing that matters."""
        return self.store().load()

    @cached_property
    def board_files(self) -> BoardFiles:
        """The generated Markdown of this project, as this process keeps it."""
        from lmawep_tui.engine.board_files import BoardFiles

        return BoardFiles(self)

    def pod_git(self, path: str | Path) -> Git:
        """Git in a pod's worktree; raises Refused when the shared git config was changed to run programs there."""
        check_git_config(self.layout, self.git)
        return self.git.at(Path(path))

    def journal(self, event: str, /, **facts: Any) -> None:
        """Adds a line to the history. What it tells of is done and stored: when it cannot be written, that is said."""
        try:
            journal.append(self.layout.journal, event, **facts)
        except LmawepError as error:
            if str(error) not in self._warned:
                self._warned.add(str(error))
                self.warn(f"{error} What was asked for is done; only its history has a gap.")

    @contextlib.contextmanager
    def change(self, doing: str) -> Iterator[Change]:
        """Holds the state lock for one read-modify-write; what a killed process left half done is mended first.

        Raises Busy when another process holds the lock for long, BadFile when the state is damaged.
        """
        from lmawep_tui.engine.recover import recover
        from lmawep_tui.engine.transaction import Change

        self.layout.refuse_links()
        change: Change | None = None
        try:
            with hold(self.layout.lock("state"), what="lmawep", timeout_s=STATE_LOCK_WAIT_S, doing=doing):
                recover(self)
                change = Change(self)
                yield change
        finally:
            if change is not None and change.views_stale:
                self.board_files.renew()  # without the lock: nobody has to wait for it

    def run_dir(self, pod: PodId, name: str) -> Path:
        return self.layout.run_dir(pod, name)
