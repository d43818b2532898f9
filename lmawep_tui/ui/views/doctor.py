"""What is not in order."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.preflight import notes
from lmawep_tui.ui.present.ticket_row import invalid_key, ticket_key
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (Column("kind", width=1, priority=9), Column("what", flex=1, min_width=20, priority=8))
_POD = re.compile(r"\bpod-[1-9][0-9]{0,8}\b")
_TICKET = re.compile(r"(?:#|\bticket[ -])([1-9][0-9]{0,8})\b", re.IGNORECASE)


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Findings that want mending, then what is merely worth knowing."""
    findings, known = [found.what for found in doctor(ws)], notes(ws)
    entries: list[Entry] = [Group(f" To mend {len(findings)}", "warn")] if findings else []
    entries += [(f"finding {n}", [("⚑", "warn"), what]) for n, what in enumerate(findings)]
    entries += [Group(f" Worth knowing {len(known)}", "muted")] if known else []
    entries += [(f"note {n}", [("·", "muted"), (note, "muted")]) for n, note in enumerate(known)]
    goes = {f"finding {n}": goal for n, what in enumerate(findings) if (goal := place_of(what, snapshot))}
    about = {f"finding {n}": _finding(what, goes.get(f"finding {n}", "")) for n, what in enumerate(findings)}
    about |= {f"note {n}": [[(note, "")]] for n, note in enumerate(known)}
    looked = time.strftime("%H:%M:%S", time.localtime(frame.now or time.time()))
    count = f"{len(findings)} to mend" if findings else "all is in order"
    return Page(
        _COLUMNS,
        entries,
        empty=f"All is in order: looked at {looked}.",
        note=f"{count}, looked at {looked}" if entries else "",
        about=about,
        goes=goes,
    )


def place_of(what: str, snapshot: Snapshot) -> str:
    """Return the row of mission control that a finding is about: its pod, else its ticket; empty when there is none."""
    pods = [name for name in _POD.findall(what) if name in snapshot.pods]
    tickets = [int(number) for number in _TICKET.findall(what)]
    known = [number for number in snapshot.tickets if number in tickets]
    bad = [invalid_key(item) for item in snapshot.invalid if item.file in what or item.id in tickets]
    return pods[0] if pods else ticket_key(known[0]) if known else bad[0] if bad else ""


def _finding(what: str, goal: str) -> list[StyledLine]:
    lines: list[StyledLine] = [[(what, "warn")], []]
    if goal:
        where = goal if goal.startswith("pod-") else f"#{goal}" if goal.isdigit() else "the file on the list"
        lines.append([("Enter", "subheading"), (f" goes to {where}", "muted")])
    return [*lines, [("f", "subheading"), (" mends what can be mended without loss; it asks first", "muted")]]


VIEW = View("Doctor", read, every_s=10.0)
