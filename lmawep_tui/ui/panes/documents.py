"""What the detail pane has to fetch before it can show it: diffs and memory banks, read in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.ui.present.styled import StyledLine

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.ui.present.diff_lines import DiffLines

_TRIES = 3


@dataclass(frozen=True, slots=True)
class SeenDiff:
    """A diff and the commit it was made of: what a verdict will be bound to."""

    commit: Sha | None
    lines: DiffLines
    problem: str = ""
    commits: tuple[str, ...] = ()
    """Subjects of the pod's own commits, newest first."""


def read_diff(ws: Workspace, pod: PodId, branch: str, options: DiffOptions = AS_USUAL) -> SeenDiff:
    """Blocks on git. The commit is the same before and after reading, so the diff is exactly that commit's."""
    from lmawep_tui.engine.compare import Inspector, pod_commits, pod_diff
    from lmawep_tui.ui.present.diff_lines import diff_lines

    inspector = Inspector(ws)
    try:
        for _ in range(_TRIES):
            commit = inspector.tips().get(branch)
            text = pod_diff(ws, pod, options)
            if inspector.tips().get(branch) == commit:
                return SeenDiff(commit, diff_lines(text), commits=tuple(pod_commits(ws, branch)))
        return SeenDiff(None, diff_lines(text), f"{pod} keeps getting commits; look again.")
    except (LmawepError, KeyError) as error:
        return SeenDiff(None, diff_lines(""), str(error) if isinstance(error, LmawepError) else f"{pod} is gone.")


def read_landed(ws: Workspace, commit: Sha, options: DiffOptions = AS_USUAL) -> SeenDiff:
    """Blocks on git. What a ticket brought to main."""
    from lmawep_tui.engine.compare import landed_diff
    from lmawep_tui.ui.present.diff_lines import diff_lines

    try:
        return SeenDiff(commit, diff_lines(landed_diff(ws, commit, options)))
    except LmawepError as error:
        return SeenDiff(None, diff_lines(""), str(error))


def read_memory(ws: Workspace, record: PodRecord | None, ticket: TicketId) -> list[StyledLine]:
    """Blocks on the disk. The pod's own bank, or the one kept in git for a ticket whose pod is gone."""
    from lmawep_tui.engine import memory_bank
    from lmawep_tui.ui.present.memory_lines import memory_lines

    try:
        texts = memory_bank.texts(record) if record is not None else memory_bank.history(ws, ticket)
    except (LmawepError, OSError) as error:
        return [[(str(error), "warn")]]
    return memory_lines(texts)
