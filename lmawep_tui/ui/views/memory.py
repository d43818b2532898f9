"""The memory banks of all pods, and of tickets whose pod is gone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine.memory_notes import Bank, Hit, banks, history, note, search
from lmawep_tui.model.age import age
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.memory_lines import found_lines, newest_words
from lmawep_tui.ui.present.patch_lines import patch_lines
from lmawep_tui.ui.views import Frame, Page, Reading, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (Column("file", width=18, priority=9), Column("says", flex=1, min_width=10, priority=5))
_MOST_HITS = 500


def split_key(key: str) -> tuple[TicketId, str, int]:
    """Return ticket, note and line of a row's key, `101/progress.md` or `101/progress.md:12`; the line is from 1."""
    ticket, _, rest = key.partition("/")
    name, _, line = rest.partition(":")
    return TicketId(int(ticket)), name, int(line or 1)


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Every bank with its notes, and how each ends; with something to look for, the lines that have it."""
    found = banks(ws, snapshot)
    entries: list[Entry] = []
    goes: dict[str, str] = {}
    hits = search(found, frame.needle)[:_MOST_HITS] if frame.needle else []
    for bank in found:
        rows = _hits(bank, hits) if frame.needle else _notes(bank)
        if rows or not frame.needle:
            entries.append(Group(_heading(bank, frame.now), "accent" if bank.pod else "muted"))
        entries += rows
        if not rows and not frame.needle:
            entries.append(Group("   no notes", "muted"))
        goes |= {row[0]: str(bank.pod or bank.ticket) for row in rows}
    empty = (
        f"No note has “{frame.needle}” in it."
        if frame.needle
        else "No pods, no memory banks: s on a ready ticket makes one."
    )
    note = f"{len(hits)} line{'s' if len(hits) != 1 else ''} with “{frame.needle}”" if frame.needle else ""
    return Page(_COLUMNS, entries, empty=empty, note=note, goes=goes)


def _heading(bank: Bank, now: float) -> str:
    kept = f", kept {age(now - bank.kept).partition(' ')[0]} ago" if bank.kept else ""
    trouble = f"  {bank.problem}" if bank.problem else ""
    where = str(bank.pod) if bank.pod else "no pod"
    return f" #{bank.ticket} {bank.title}  ({where}{kept}){trouble}"


def _notes(bank: Bank) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(f"{bank.ticket}/{name}", [(name, "strong"), (newest_words(text), "muted")])
            for name, text in bank.files.items()]  # fmt: skip


def _hits(bank: Bank, hits: Sequence[Hit]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(f"{bank.ticket}/{hit.file}:{hit.line}", [(f"{hit.file}:{hit.line}", "strong"), (hit.text, "")])
            for hit in hits if hit.bank is bank]  # fmt: skip


def look(ws: Workspace, key: str, frame: Frame) -> Sequence[StyledLine] | Reading:
    """One note, whole; where it was found, with its lines numbered; or how it came about."""
    ticket, name, line = split_key(key)
    try:
        if frame.history:
            return _history(ws, ticket, name)
        text = note(ws, ws.snapshot(), ticket, name)
    except (LmawepError, OSError) as error:
        return [[(str(error), "warn")]]
    if frame.needle:
        return Reading(found_lines(text, frame.needle), max(0, line - 4))
    return markdown_lines(text) or [[("It is empty.", "muted")]]


def _history(ws: Workspace, ticket: TicketId, name: str) -> list[StyledLine]:
    lines: list[StyledLine] = [[(name, "strong"), ("  what changed it, newest first", "muted")]]
    found = history(ws, ticket, name)
    for version in found:
        when = time.strftime("%d %b %H:%M:%S", time.localtime(version.at)) if version.commit else "now"
        lines += [[], [(f"{when}  ", "muted"), (version.why, "subheading"), (f"  {version.commit[:7]}", "muted")]]
        lines += [part for part in patch_lines(version.patch, most=600) if not part or part[0][0] != "▪ "]
    return lines if found else [*lines, [], [("Nothing was kept of it yet: that happens when a run ends.", "muted")]]


VIEW = View("Memory banks", read, look, every_s=2.0, searches=True)
