"""What a person should know who comes back: what asks for them, what failed, what landed, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from lmawep_tui.model.age import epoch
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.run import Outcome


class Kind(StrEnum):
    """In the order in which a person wants to know."""

    ASKS = "asks"
    FAILED = "failed"
    UNDONE = "undone"
    LANDED = "landed"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, and where to go for it."""

    kind: Kind
    words: str
    goal: str
    """The key of a row: `pod-4`, `104`, `invalid:FILE`."""
    at: float | None
    """In seconds since the epoch; None when nobody knows."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened since a time; false when there is nothing worth a word."""

    since: float
    lines: tuple[Line, ...] = ()
    runs: int = 0
    """Runs that ended since."""
    spent: str = ""
    """What was used since, in words; empty when no program told."""

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def foot(self) -> str:
        """`14 runs, $3.20`."""
        runs = f"{self.runs} run{'s' if self.runs != 1 else ''} ended" if self.runs else ""
        return ", ".join(part for part in (runs, self.spent) if part)


def happened(
    entries: Iterable[Mapping[str, Any]], since: float, titles: Mapping[TicketId, str], asking: Iterable[Line] = ()
) -> Digest:
    """The digest of what the journal tells after `since`; `entries` are oldest first.

    `asking` is what needs the person now. What failed and asks now is told once, as asking; of several failures of one
    pod the last is told, and none of what landed after all.
    """
    lines: dict[tuple[Kind, str], Line] = {}
    runs = 0
    for entry in entries:
        at = epoch(_text(entry, "at"))
        if at is None or at <= since:
            continue
        event, pod = entry.get("event"), _text(entry, "pod")
        ticket = _number(entry)
        key = str(ticket) if ticket is not None else pod
        name = f"#{ticket} {titles.get(ticket, '')}".rstrip() if ticket is not None else pod
        runs += event == "run_ended"
        if event in ("landed", "undone") and ticket is not None:
            for kind in Kind:
                lines.pop((kind, key), None)
            line = _on_main(entry, name, key, at)
            lines[line.kind, key] = line
        elif words := _failed(entry):
            lines[Kind.FAILED, key] = Line(Kind.FAILED, f"{name}: {words}", pod or key, at)
        elif _went_well(entry):
            lines.pop((Kind.FAILED, key), None)
    asks = tuple(asking)
    asked = {line.goal for line in asks}
    told = [line for line in lines.values() if line.kind is not Kind.FAILED or line.goal not in asked]
    order = list(Kind)
    told.sort(key=lambda line: (order.index(line.kind), -(line.at or 0.0)))
    return Digest(since, (*asks, *told), runs)


def _on_main(entry: Mapping[str, Any], name: str, key: str, at: float) -> Line:
    commit = _text(entry, "commit")[:7]
    if entry.get("event") == "landed":
        return Line(Kind.LANDED, f"{name} landed as {commit}", key, at)
    if entry.get("kind") == "undo":
        return Line(Kind.LANDED, f"{name} is on main again as {commit}", key, at)
    return Line(Kind.UNDONE, f"{name} was taken back as {commit}", key, at)


def _went_well(entry: Mapping[str, Any]) -> bool:
    """Whether what failed before is mended by this."""
    event = entry.get("event")
    return (event == "tested" and entry.get("green") is True) or (
        event == "settled" and _text(entry, "outcome") in (Outcome.COMPLETED, Outcome.NEEDS_REVIEW, Outcome.NO_CHANGE)
    )


def _failed(entry: Mapping[str, Any]) -> str:
    """What went wrong, in words; empty for every other event."""
    event = entry.get("event")
    if event == "tested" and entry.get("green") is False:
        return f"tests red: {_short(entry, 'summary')}"
    if event == "settled" and _text(entry, "outcome") in _FAILURES:
        why = _short(entry, "why")
        return _text(entry, "outcome") + (f": {why}" if why else "")
    if event == "main red":
        return f"waits, main is red: {_short(entry, 'why')}"
    return ""


_FAILURES = frozenset(outcome.value for outcome in Outcome if outcome.failure)


def _short(entry: Mapping[str, Any], key: str) -> str:
    line = " ".join(_text(entry, key).split())
    return line if len(line) <= 100 else line[:99] + "…"


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _number(entry: Mapping[str, Any]) -> TicketId | None:
    value = entry.get("ticket")
    return TicketId(value) if type(value) is int else None
