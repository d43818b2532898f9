"""What is not in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.preflight import notes
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot

_COLUMNS = (Column("kind", width=5, priority=9), Column("what", flex=1, min_width=20, priority=8))


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Findings that want mending, then what is merely worth knowing."""
    findings, known = doctor(ws), notes(ws)
    entries: list[Entry] = [(f"finding {n}", [("look", "warn"), found.what]) for n, found in enumerate(findings)]
    entries += [(f"note {n}", [("note", "muted"), (note, "muted")]) for n, note in enumerate(known)]
    about = {f"finding {n}": [[(found.what, "warn")]] for n, found in enumerate(findings)}
    about |= {f"note {n}": [[(note, "")]] for n, note in enumerate(known)}
    return Page(
        _COLUMNS,
        entries,
        empty="All is in order.",
        note="f mends what can be mended without losing anything" if findings else "",
        about=about,
    )


VIEW = View("Doctor", read, every_s=10.0)
