"""The hunks behind one spot on the radar: what two pods, or a pod and main, would have to settle."""

from __future__ import annotations

from typing import Literal

from lmawep_tui.engine.radar import looked_at
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, NotFound
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.radar import MAIN
from lmawep_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ClashFile:
    """One file on which the two sides do not agree. `path` and `text` are as git has them: clean them."""

    path: str
    kind: str
    hunks: int
    text: str
    """Hunks with markers, or git's sentence."""


def clash_files(ws: Workspace, snapshot: Snapshot, a: PodId, b: PodId | Literal["main"]) -> tuple[ClashFile, ...]:
    """How the two clash as they stand now, uncommitted work included; empty when they do not. Writes to the cache only.

    Raises NotFound without such a pod, GitFailed when one of them cannot be looked at.
    """
    wanted = [pod for pod in (a, b) if pod != MAIN]
    missing = next((pod for pod in wanted if pod not in snapshot.pods), None)
    if missing is not None:
        raise NotFound(f"There is no {missing}.", "It was removed meanwhile.")
    with looked_at(ws, snapshot, [snapshot.pods[PodId(pod)] for pod in wanted]) as (scanner, sides, skipped):
        for pod in wanted:
            if pod not in sides:
                raise GitFailed(skipped.get(PodId(pod), f"{pod} cannot be looked at."))
        ours = sides[a].tip
        theirs = sides[a].main if b == MAIN else sides[PodId(b)].tip
        found = scanner.clashes(ours, theirs, (a, snapshot.state.main if b == MAIN else b))
    return tuple(ClashFile(file.path, file.kind, file.hunks, file.text) for file in found.files)
