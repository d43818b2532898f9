"""What only git can tell (sizes of diffs, where main is), asked in a thread and kept until a branch moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.pod import Changes
from lmawep_tui.model.snapshot import Snapshot

if TYPE_CHECKING:
    from lmawep_tui.engine.compare import Inspector
    from lmawep_tui.engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Facts:
    """What git said last."""

    main: Sha | None = None
    changes: Mapping[PodId, Changes] = field(default_factory=dict)
    tips: Mapping[PodId, Sha] = field(default_factory=dict)


class GitFacts:
    """Asks git one question at a time; questions that come meanwhile are one more question."""

    def __init__(self, ws: Workspace, pool: DaemonPool, told: Callable[[], None]) -> None:
        """Prepare; `told` is called when `facts` are other ones."""
        self._ws, self._pool, self._told = ws, pool, told
        self._inspector: Inspector | None = None
        self._task: asyncio.Task[None] | None = None
        self._again: Snapshot | None = None
        self.facts = Facts()

    def ask(self, snapshot: Snapshot) -> None:
        """Bring the facts up to date for these pods, soon."""
        self._again = snapshot
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="git facts")

    async def _work(self) -> None:
        while (snapshot := self._again) is not None:
            self._again = None
            try:
                facts = await self._pool.run(self._look, snapshot)
            except LmawepError:
                continue  # a branch that went away meanwhile; the next change asks again
            if facts != self.facts:
                self.facts = facts
                self._told()

    def _look(self, snapshot: Snapshot) -> Facts:
        """Blocks on git: one command for all branches, two more for each pair of commits not seen yet."""
        from lmawep_tui.engine.compare import Inspector

        if self._inspector is None:
            self._inspector = Inspector(self._ws)
        tips = self._inspector.tips()
        pods = snapshot.pods.values()
        return Facts(
            main=tips.get(snapshot.state.main),
            changes=self._inspector.changes(snapshot.state.main, pods, tips),
            tips={pod.id: tips[pod.record.branch] for pod in pods if pod.record.branch in tips},
        )
