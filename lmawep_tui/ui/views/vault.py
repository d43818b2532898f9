"""What was kept of pods, and of their memory banks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine import vault
from lmawep_tui.engine.memory_notes import banks, history
from lmawep_tui.engine.vault_size import Size, sizes
from lmawep_tui.model.age import age, since
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.present.patch_lines import patch_lines
from lmawep_tui.ui.present.ticket_lines import field
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.vault import Inside
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (
    Column("snapshot", width=10, priority=9),
    Column("ticket", width=5, priority=7),
    Column("age", width=7, align="right", priority=8),
    Column("size", width=15, priority=4),
    Column("why", flex=1, min_width=10, priority=6),
)
MEMORY = "memory "
"""Begins the key of a memory bank's row; any other key is the ref of a snapshot."""


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Every snapshot, the newest first; then the memory banks that are kept."""
    found = vault.listed(ws)
    known = sizes(ws, found)
    entries: list[Entry] = [
        (kept.ref, [(kept.short, "strong"), f"#{kept.ticket}" if kept.ticket else "",
                    (since(kept.at, frame.now), "muted"), (size_words(known.get(kept.ref)), ""), kept.why])
        for kept in found
    ]  # fmt: skip
    if entries:
        entries.insert(0, Group(f" Pods {len(found)}", "accent"))
    kept_banks = [bank for bank in banks(ws, snapshot) if bank.kept is not None]
    if kept_banks:
        entries.append(Group(f" Memory banks {len(kept_banks)}", "accent"))
    for bank in kept_banks:
        cells: list[Cell] = [("memory", "strong"), f"#{bank.ticket}", (age(frame.now - (bank.kept or 0)), "muted"),
                             f"{len(bank.files)} notes", bank.title]  # fmt: skip
        entries.append((f"{MEMORY}{bank.ticket}", cells))
    return Page(
        _COLUMNS,
        entries,
        empty="The vault is empty: pods are kept here after a run, and before a removal.",
        note="nothing is ever overwritten that is not kept first" if found else "",
    )


def size_words(size: Size | None) -> str:
    """Return `+42 −3 in 2`: lines, and files."""
    if size is None:
        return ""
    return f"+{size.insertions} −{size.deletions} in {size.files}" if size.files else "as on main"


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine]:
    """What a snapshot holds that is not on main, and all of it as a patch; or how a memory bank grew."""
    try:
        if key.startswith(MEMORY):
            return _memory(ws, TicketId(int(key.removeprefix(MEMORY))))
        kept = vault.find(ws, key)
        inside = vault.look_into(ws, kept)
        lines = _inside(inside)
        return [*lines, [], *patch_lines(vault.patch_of(ws, kept))] if inside.files else lines
    except LmawepError as error:
        return [[(str(error), "warn")]]


def _inside(inside: Inside) -> list[StyledLine]:
    kept, open_ = inside.kept, set(inside.uncommitted)
    lines: list[StyledLine] = [
        [(kept.short, "accent"), (f"  {kept.why}", "strong")],
        [],
        field("kept", kept.at.replace("T", " ").rstrip("Z") + " UTC"),
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


def _memory(ws: Workspace, ticket: TicketId) -> list[StyledLine]:
    lines: list[StyledLine] = [[(f"memory bank of #{ticket}", "strong"), ("  its next pod begins with it", "muted")]]
    for version in history(ws, ticket):
        when = time.strftime("%d %b %H:%M", time.localtime(version.at))
        lines += [[], [(f"{when}  ", "muted"), (version.why, "subheading"), (f"  {version.commit[:7]}", "muted")]]
        lines += patch_lines(version.patch, most=400)
    return lines


VIEW = View("Vault", read, look, every_s=5.0)
