"""What a conductor does by the way: signals, spare worktrees, what pods have touched, the vault's old snapshots."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future

from lmawep_tui.engine import trash, vault
from lmawep_tui.engine.radar import overlap
from lmawep_tui.engine.signals import consume_signals
from lmawep_tui.engine.spares import keep_spares
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status

_NONE: Mapping[PodId, frozenset[str]] = {}


def _quietly(_: object) -> list[str]:
    """A chore of which nobody needs to hear."""
    return []


@dataclass(frozen=True, slots=True)
class _Chore:
    name: str
    every_s: float
    do: Callable[[Snapshot], list[str]]
    """Returns what the person may want to hear of it."""


class Chores:
    """Owned by the conductor's thread; each chore runs on a thread of the pool, never twice at once."""

    def __init__(self, ws: Workspace, pool: Executor, tell: Callable[[str, bool], None]) -> None:
        self._ws = ws
        self._pool = pool
        self._tell = tell
        self._jobs: dict[str, Future[None]] = {}
        self._begun: dict[str, float] = {}
        self._said: dict[str, str] = {}
        self.touched: Mapping[PodId, frozenset[str]] = _NONE
        """Paths that each pod has changed, as seen a moment ago; for tickets that wait to begin."""
        self._chores = (
            _Chore("signals", 1.0, lambda snapshot: consume_signals(ws, snapshot)),
            _Chore("touched", 5.0, self._look_at_touched),
            _Chore("spares", 10.0, self._keep_spares),
            _Chore("trash", 60.0, lambda _: _quietly(trash.empty(ws))),
            _Chore("vault", 3600.0, lambda _: _quietly(vault.prune(ws))),
        )

    def run_due(self, snapshot: Snapshot) -> None:
        """Starts what is due; takes no time itself."""
        for chore in self._chores:
            job = self._jobs.get(chore.name)
            rested = time.monotonic() - self._begun.get(chore.name, float("-inf")) >= chore.every_s
            if rested and (job is None or job.done()):
                self._begun[chore.name] = time.monotonic()
                self._jobs[chore.name] = self._pool.submit(self._do, chore, snapshot)

    def quiet(self, snapshot: Snapshot) -> bool:
        """Whether no chore is about to bring new work."""
        job = self._jobs.get("signals")
        return not snapshot.state.signals and (job is None or job.done())

    def _do(self, chore: _Chore, snapshot: Snapshot) -> None:
        """A chore that fails is told once, for as long as it fails in the same way, and stops nothing."""
        try:
            for words in chore.do(snapshot):
                self._tell(words, False)
            self._said.pop(chore.name, None)
        except LmawepError as error:
            self._complain(chore, str(error))
        except Exception as error:  # noqa: BLE001 (a fault by the way must be seen, and must not stop the fleet)
            self._complain(chore, f"unexpected {type(error).__name__}: {error}")

    def _complain(self, chore: _Chore, why: str) -> None:
        if self._said.get(chore.name) != why:
            self._said[chore.name] = why
            self._tell(f"{chore.name}: {why}", True)

    def _keep_spares(self, snapshot: Snapshot) -> list[str]:
        return _quietly(keep_spares(self._ws)) if snapshot.config.worktree.spares else []

    def _look_at_touched(self, snapshot: Snapshot) -> list[str]:
        """Asked of git only while somebody waits to begin."""
        waiting = any(ticket.status is Status.READY for ticket in snapshot.tickets.values())
        self.touched = overlap(self._ws, snapshot) if waiting and snapshot.pods else _NONE
        return []
