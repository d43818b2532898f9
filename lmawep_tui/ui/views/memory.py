"""The memory banks of all pods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine import memory_bank
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (Column("file", width=20, priority=9), Column("says", flex=1, min_width=10, priority=5))


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Every pod with the files of its memory bank, and how each begins."""
    entries: list[Entry] = []
    goes = {}
    for pod in snapshot.pods.values():
        entries.append(Group(f" {pod.id} #{pod.ticket} {pod.title}", "accent"))
        for name, text in _texts(ws, snapshot, pod.id).items():
            key = f"{pod.id}/{name}"
            entries.append((key, [(name, "strong"), (_newest(text), "muted")]))
            goes[key] = str(pod.id)
    return Page(_COLUMNS, entries, empty="No pods, no memory banks.", goes=goes)


def _texts(ws: Workspace, snapshot: Snapshot, pod: PodId) -> dict[str, str]:
    try:
        return memory_bank.texts(snapshot.pods[pod].record)
    except (LmawepError, OSError) as error:
        return {"?": str(error)}


def _newest(text: str) -> str:
    """The last line that says something: agents add at the end."""
    lines = [line.strip(" -*#>") for line in text.splitlines()]
    return next((line for line in reversed(lines) if line), "")


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine]:
    """One file, whole."""
    pod, _, name = key.partition("/")
    snapshot = ws.snapshot()
    if PodId(pod) not in snapshot.pods:
        return [[(f"{pod} is gone.", "muted")]]
    return markdown_lines(_texts(ws, snapshot, PodId(pod)).get(name, ""))


VIEW = View("Memory banks", read, look, every_s=2.0)
