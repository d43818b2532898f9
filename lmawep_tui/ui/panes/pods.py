"""The decision list of pods: what needs you first."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.queries import decision_list
from lmawep_tui.ui.panes.list_table import ListTable, below
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.pod_row import GROUP_STYLES, pod_row
from lmawep_tui.ui.widgets.table import Column, Entry, Group

COLUMNS = (
    Column("glyph", width=1, priority=9),
    Column("pod", width=6, priority=8),
    Column("ticket", width=5, priority=5),
    Column("state", width=12, priority=7),
    Column("size", width=10, align="right", priority=3),
    Column("age", width=7, align="right", priority=6),
    Column("words", flex=1, min_width=9, priority=4),
)
EMPTY = "No pods. s on a ticket makes one."


class PodsPane(Pane):
    """Pods in the order a person decides about them, under headings."""

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(id="pods-pane")
        self.table = ListTable(COLUMNS, show_header=False, id="pods")
        self.table.marks_by_click = True
        self.needle = ""

    def compose(self) -> ComposeResult:
        """Put the table into the frame."""
        yield self.table

    def fill(self, snapshot: Snapshot, changes: Mapping[PodId, Changes], busy: Mapping[str, str], now: float) -> None:
        """Show every pod that passes the filter; only rows that look different are painted."""
        needle = self.needle.casefold()
        entries: list[Entry] = []
        for group, pods in decision_list(snapshot).groups:
            found = [p for p in pods if needle in f"{p.id} #{p.ticket} {p.status} {p.title}".casefold()]
            if found:
                entries.append(Group(f" {group} · {len(found)}", GROUP_STYLES[group]))
                aside = snapshot.snoozed
                entries += [(p.id, pod_row(p, changes.get(p.id), busy, now, aside.get(p.id))) for p in found]
        self.table.empty = f"No pod has “{self.needle}” in it. Esc shows all." if needle else EMPTY
        self.table.set_rows(entries)
        live = snapshot.slots_used
        count = f"{len(snapshot.pods)}" + (f", {live} at work" if live else "") if snapshot.pods else ""
        self.name_it(f"Pods {count}".rstrip())
        self.tell_marks()

    def tell_marks(self) -> None:
        """Say below what the list is filtered by and how many rows are marked."""
        self.note_it(below(self.needle, len(self.table.marked)))

    def selected(self, snapshot: Snapshot) -> Pod | None:
        """Return the pod under the cursor."""
        key = self.table.cursor_key
        return snapshot.pods.get(PodId(key)) if key else None
