"""Every run of a pod, newest first; Enter shows the output of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.present.run_rows import run_rows
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table import Entry, Group, Row

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot

COLUMNS = (
    Column("number", "#", width=2, align="right", priority=9),
    Column("role", "role", width=9, priority=8),
    Column("agent", "agent", width=8, priority=4),
    Column("outcome", "ended", width=13, priority=7),
    Column("began", "began", width=5, priority=2),
    Column("took", "took", width=7, align="right", priority=6),
    Column("cost", "cost", width=10, align="right", priority=5),
    Column("size", "changed", width=9, align="right", priority=3),
    Column("why", "why", flex=1, min_width=10, priority=1),
)
_SPARSE = ("cost", "size")
"""Columns that many runs leave empty."""


class RunsTable(ListTable):
    """The list; there is nothing to mark in it."""

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(COLUMNS, show_header=True, empty="Reading…", id="runs")

    def set_rows(self, entries: Sequence[Entry]) -> None:
        """Show these runs; what none of them has leaves its room to the reasons."""
        rows = [entry[1] for entry in entries if not isinstance(entry, Group)]
        cells = {column.key: [row[at] for row in rows] for at, column in enumerate(COLUMNS)}
        self.leave_out(frozenset(key for key in _SPARSE if not any(cell[0] for cell in cells[key] if cell)))
        super().set_rows(entries)

    def action_mark(self) -> None:
        """Only go on: verbs are for pods and tickets."""
        self.action_move(1)


def read_runs(ws: Workspace, snapshot: Snapshot, pod: PodId, now: float) -> list[Row]:
    """Blocks on disk and git. The rows of the pod's runs, also of one that was removed."""
    from lmawep_tui.engine.attempts import attempts

    try:
        found = attempts(ws, pod)
    except LmawepError:
        return []
    costs = {run: spent for (of, run), spent in snapshot.costs.runs.items() if of == pod}
    return list(run_rows(found, costs, now))
