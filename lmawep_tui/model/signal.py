"""Signals: named facts that trigger work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import PodId, TicketId


class BuiltIn(StrEnum):
    """What lmawep itself says, and nobody else may."""

    MERGED = "merged"
    TESTS_PASSED = "tests_passed"
    TESTS_FAILED = "tests_failed"
    BLOCKED = "blocked"
    SPAWNED = "spawned"


MAX_WAITING = 200
MAX_REMEMBERED = 500
MADE_BY_SIGNAL = "signal"
"""Label of tickets that a trigger made; they never make further ones."""
_ROLE = "role:"
_ON = "on:"
_NAME = r"[a-z][a-z0-9_]{0,40}"
_FILE = rf"({_NAME})(?:[-.][A-Za-z0-9_.-]{{0,100}})?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One fact, with what it is about."""

    name: str
    ticket: TicketId | None = None
    pod: PodId | None = None
    commit: str = ""
    at: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


def check_name(text: str) -> str:
    """A name that scripts and agents may use; raises UsageError for others, and for lmawep's own."""
    if re.fullmatch(_NAME, text, re.ASCII) is None:
        raise UsageError(f"{text!r} is not a signal's name.", "Small letters, digits and _ only: docs_wanted")
    if text in list(BuiltIn):
        raise UsageError(f"{text} is a signal that only lmawep itself gives.", "Choose another name.")
    return text


def name_of_file(file: str) -> str | None:
    """`docs_wanted` for a file docs_wanted, docs_wanted.json or docs_wanted-17; None for what is no signal."""
    match = re.fullmatch(_FILE, file, re.ASCII)
    return match[1] if match else None


def role_label(role: str) -> str:
    """The label by which a ticket says what its first run is for."""
    return f"{_ROLE}{role}"


def on_label(name: str) -> str:
    """The label that says which signal a ticket came from."""
    return f"{_ON}{name}"


def role_in(labels: tuple[str, ...]) -> str | None:
    """The role that the labels ask for."""
    return next((label.removeprefix(_ROLE) for label in labels if label.startswith(_ROLE)), None)
