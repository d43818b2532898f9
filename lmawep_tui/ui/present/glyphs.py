"""One glyph, one word and one style for each status: colour alone never says anything."""

from __future__ import annotations

from typing import NamedTuple

from lmawep_tui.model.ticket import Priority, Status

FLAG = "⚑"
"""Stands before everything that needs the person."""

SNOOZED = "z"
"""Stands before what was put aside for a while."""

BUSY = "⋯"
"""Stands before a row while a verb works on it."""


class Look(NamedTuple):
    """How a status looks."""

    glyph: str
    style: str


LOOKS: dict[Status, Look] = {
    Status.READY: Look("○", ""),
    Status.ASSIGNED: Look("◔", ""),
    Status.WORKING: Look("◐", "busy"),
    Status.REVIEW: Look("◆", "warn"),
    Status.TESTING: Look("◑", "accent"),
    Status.MERGING: Look("▲", "accent"),
    Status.COMPLETE: Look("●", "ok"),
    Status.BLOCKED: Look(FLAG, "blocked"),
    Status.ABANDONED: Look("✕", "muted"),
}

PRIORITIES: dict[Priority, tuple[str, str]] = {
    Priority.CRITICAL: ("crit", "error"),
    Priority.HIGH: ("high", "warn"),
    Priority.MEDIUM: ("", ""),
    Priority.LOW: ("low", "muted"),
}
"""Words of a column of four cells; an ordinary priority says nothing."""
