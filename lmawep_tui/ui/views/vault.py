"""What was kept of pods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine import vault
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.present.ticket_lines import field
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (
    Column("snapshot", "snapshot", width=10, priority=9),
    Column("ticket", "ticket", width=6, priority=7),
    Column("when", "when (UTC)", width=16, priority=8),
    Column("commit", "commit", width=7, priority=4),
    Column("why", "why", flex=1, min_width=10, priority=6),
)


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Every snapshot, the newest first."""
    found = vault.listed(ws)
    entries: list[Entry] = [
        (kept.ref, [(kept.short, "strong"), f"#{kept.ticket}" if kept.ticket else "",
                    (kept.at.replace("T", " ")[:16], "muted"), (kept.head[:7], "muted"), kept.why])
        for kept in found
    ]  # fmt: skip
    return Page(_COLUMNS, entries, empty="The vault is empty.", note="R brings one back as a new pod")


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine]:
    """What a snapshot holds that is not on main."""
    try:
        inside = vault.look_into(ws, vault.find(ws, key))
    except LmawepError as error:
        return [[(str(error), "warn")]]
    kept, open_ = inside.kept, set(inside.uncommitted)
    lines: list[StyledLine] = [
        [(kept.short, "accent"), (f"  {kept.why}", "strong")],
        [],
        field("kept", kept.at.replace("T", " ").rstrip("Z")),
        field("ref", kept.ref),
        field("commit", kept.head[:12] + ("" if inside.commits else "  (on main)")),
        *(field("not on main" if not number else "", subject) for number, subject in enumerate(inside.commits)),
        [],
    ]
    for change in inside.files:
        size = "binary" if change.insertions is None else f"+{change.insertions} −{change.deletions}"
        note = "  (not committed)" if change.path in open_ else ""
        lines.append([(f"{size:>12}  ", "muted"), (change.path, ""), (note, "warn")])
    return lines if inside.files else [*lines, [("No file differs from main where it parted.", "muted")]]


VIEW = View("Vault", read, look, every_s=5.0)
