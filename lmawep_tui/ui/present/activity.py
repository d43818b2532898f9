"""Journal lines → what happened, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lmawep_tui.model.age import o_clock
from lmawep_tui.ui.present.styled import Segment, StyledLine

Entry = Mapping[str, Any]


def _pod(entry: Entry) -> str:
    return str(entry.get("pod") or "")


def _ticket(entry: Entry) -> str:
    return f"#{entry.get('ticket')}"


_OF_TESTS = ("check", "merge")
"""Roles of runs that are tests: red ones end as crashed, and the line after theirs says what came of them."""


def _settled(entry: Entry) -> Segment | None:
    outcome, why = str(entry.get("outcome", "")), str(entry.get("why") or "")
    if str(entry.get("run", "")).rpartition("-")[2] in _OF_TESTS and outcome in ("completed", "crashed"):
        return None
    style = {"completed": "", "no_change": "", "needs_review": ""}.get(outcome, "warn")
    words = outcome.replace("_", " ")
    return f"{_pod(entry)} {words}" + (f": {_short(why)}" if why and style else ""), style


def _tested(entry: Entry) -> Segment:
    if entry.get("green"):
        return f"{_pod(entry)} tests green", "ok"
    return f"{_pod(entry)} tests red: {_short(str(entry.get('summary', '')))}", "error"


def _moved(entry: Entry) -> Segment | None:
    """Only moves that nothing else in the journal tells of."""
    to = entry.get("to")
    if to == "review":
        return f"{_ticket(entry)} asks for review", "warn"
    if to == "blocked":
        return f"{_ticket(entry)} needs you", "warn"
    return None


def _sent_back(entry: Entry) -> Segment | None:
    """What neither the end of a run nor a review tells of: it went back from the train."""
    if entry.get("by") not in ("conflict with main", "tests red"):
        return None
    return f"{_pod(entry)} sent back: {_short(str(entry.get('why') or entry.get('by')))}", "warn"


def _removed(entry: Entry) -> Segment:
    return f"{_pod(entry)} removed" + (", kept in the vault" if entry.get("vault") else ""), ""


def _refused(entry: Entry) -> Segment:
    who = _pod(entry) or _ticket(entry)
    return f"{who} {entry.get('verb')} refused: {_short(str(entry.get('why', '')))}", "warn"


def _setting(entry: Entry) -> Segment:
    value = entry.get("value")
    return f"{entry.get('key')} " + ("at its default" if value is None else f"set to {_short(str(value), 30)}"), ""


_WORDS: dict[str, Callable[[Entry], Segment | None]] = {
    "ticket created": lambda e: (f"{_ticket(e)} created", ""),
    "spawned": lambda e: (f"{_pod(e)} spawned for {_ticket(e)}", ""),
    "run": lambda e: (f"{_pod(e)} {e.get('role')} started", "") if e.get("role") != "merge" else None,
    "settled": _settled,
    "approved": lambda e: (f"{_pod(e)} approved by {e.get('by')}", ""),
    "changes requested": lambda e: (f"{_pod(e)} changes requested: {_short(str(e.get('why', '')))}", ""),
    "tested": _tested,
    "sent back": _sent_back,
    "moved": _moved,
    "landed": lambda e: (f"{_ticket(e)} landed as {str(e.get('commit', ''))[:7]}", "ok"),
    "undone": lambda e: (f"{_ticket(e)} undone as {str(e.get('commit', ''))[:7]}", "warn"),
    "unblocked": lambda e: (f"{_ticket(e)} goes on", ""),
    "handed in": lambda e: (f"{_pod(e)} handed in by you", ""),
    "taken over": lambda e: (f"{_pod(e)} taken over by you", ""),
    "limited": lambda e: (f"{e.get('agent')} waits for its quota until {str(e.get('until', ''))[11:16]}", "warn"),
    "limit over": lambda e: (f"{e.get('agent')} goes on", ""),
    "removed": _removed,
    "main red": lambda e: (f"{_pod(e)} waits: {_short(str(e.get('why', '')))}", "warn"),
    "paused": lambda e: (f"{_pod(e)} paused", ""),
    "answered": lambda e: (f"{_pod(e)} answered: {_short(str(e.get('answer', '')))}", ""),
    "resumed": lambda e: (f"{_pod(e)} goes on", ""),
    "refused": _refused,
    "override": lambda e: (f"{_ticket(e)} set to {e.get('to')}", ""),
    "ticket updated": lambda e: (f"{_ticket(e)} changed: {_short(', '.join(map(str, e.get('fields') or ())))}", ""),
    "setting": _setting,
    "conductor started": lambda e: ("autopilot on", ""),
    "conductor stopped": lambda e: ("autopilot off", ""),
}


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def event_words(entry: Entry) -> Segment | None:
    """Return one journal line in words, or None when it tells a person nothing new."""
    make = _WORDS.get(str(entry.get("event")))
    return make(entry) if make else None


def activity(entries: Iterable[Entry], doing: Iterable[str] = (), most: int = 8) -> list[StyledLine]:
    """Return what is under way here, then the newest events first; `entries` are oldest first, as in the journal."""
    lines: list[StyledLine] = [[(f" {word}…  ", "busy")] for word in doing]
    told: set[str] = set()
    for entry in reversed(list(entries)):
        words = event_words(entry)
        if words is None or words[0] in told:
            continue
        told.add(words[0])
        lines.append([(f" {o_clock(entry.get('at'))} ", "muted"), words, ("  ", "")])
        if len(told) == most:
            break
    return lines
