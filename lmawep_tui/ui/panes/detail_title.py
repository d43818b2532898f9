"""The title of the detail's frame: what is selected, and the tabs it can be looked at in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.ui.panes.pane import clickable
from lmawep_tui.ui.widgets.columns import fit

_FRAME = 4
"""Cells of the frame at both ends of its title."""
_LEAST = 8
"""Cells of a ticket's title that are worth showing."""

Subject = Ticket | InvalidTicket | None


def detail_title(ticket: Subject, pod: Pod | None, tabs: Sequence[tuple[int, str]], here: str, width: int) -> Content:
    """Return subject and tabs, given with their numbers, for a frame of so many cells (0: not known yet)."""
    others = sum(len(f"{number} {tab}") + 1 for number, tab in tabs)
    short = bool(width) and width - _FRAME < others + len(_short_name(ticket, pod)) + 3
    room = width - _FRAME - others
    parts: list[Any] = [(f"{_named(ticket, pod, room)}{' ─' if tabs else ''}", "bold")]
    for number, tab in tabs:
        active = tab == here
        words = f" {number} {tab} " if active else f" {number}" if short else f" {number} {tab}"
        parts.append(clickable(words, "bold reverse" if active else "$text-muted", f"screen.do('tab.{tab}')"))
    return Content.assemble(*parts)


def _named(ticket: Subject, pod: Pod | None, room: int) -> str:
    """Return `pod-3 #103 Rate limits`, cut to so many cells."""
    if isinstance(ticket, InvalidTicket):
        return clean_line(ticket.file)
    short = _short_name(ticket, pod)
    title = clean_line(ticket.title) if ticket else ""
    room -= len(short) + 4
    if room < _LEAST or not title:
        return short
    return f"{short} {title if cell_len(title) <= room else fit(title, room).rstrip()}"


def _short_name(ticket: Subject, pod: Pod | None) -> str:
    number = pod.ticket if pod else ticket.id if ticket else None
    if number is None:
        return "nothing selected"
    return f"{pod.id} #{number}" if pod else f"#{number}"
