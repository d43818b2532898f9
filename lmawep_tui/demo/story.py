"""The journal as a story: which of its lines a person who watches wants to hear, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


class Story:
    """Puts journal entries into words."""

    def __init__(self, tellers: Mapping[str, Callable[[Entry], str]]) -> None:
        self._tellers = tellers

    def words(self, entry: Entry) -> str:
        """A line for the person, empty for what is of no interest."""
        teller = self._tellers.get(entry["event"])
        return teller(entry) if teller else ""

    @staticmethod
    def summary(entries: Iterable[Entry]) -> str:
        """How often what went wrong, all of it mended by now."""
        counts = {"crash": 0, "question": 0, "conflict": 0, "red when combined": 0, "escalation": 0}
        for entry in entries:
            kind = _kind(entry)
            if kind:
                counts[kind] += 1
        return ", ".join(f"{number} {kind}" for kind, number in counts.items())


_AGENTS = ("task", "resolve", "test", "review")


def _kind(entry: Entry) -> str:
    if entry["event"] == "settled" and _role(entry) in _AGENTS:
        return {"crashed": "crash", "question": "question"}.get(str(entry.get("outcome")), "")
    if entry["event"] == "escalated":
        return "escalation"
    if entry["event"] == "sent back":
        return {"conflict with main": "conflict", "tests red": "red when combined"}.get(str(entry.get("by")), "")
    return ""


def _settled(entry: Entry) -> str:
    pod = f"{entry.get('pod')} #{entry.get('ticket')}"
    if entry.get("outcome") == "question":
        return f"{pod} asks: {entry.get('why')}"
    if entry.get("outcome") in ("completed", "no_change", "needs_review"):
        if entry.get("why"):
            return f"{pod} {_role(entry)}: {entry.get('why')}"
        return f"{pod} {_role(entry)} done" if _role(entry) in ("task", "resolve", "test") else ""
    # Tests that are red end as crashed, too; what follows from that is told by the entry after this one.
    return f"{pod} {_role(entry)} {entry.get('outcome')}: {entry.get('why')}" if _role(entry) in _AGENTS else ""


def _role(entry: Entry) -> str:
    return str(entry.get("run", "")).rpartition("-")[2]


def _sent_back(entry: Entry) -> str:
    why = str(entry.get("by"))
    return "" if why == "run failed" else f"{entry.get('pod')} #{entry.get('ticket')} sent back: {why}"


STORY = Story(
    {
        "spawned": lambda entry: f"{entry.get('pod')} #{entry.get('ticket')} opened",
        "settled": _settled,
        "sent back": _sent_back,
        "escalated": lambda entry: f"{entry.get('pod')} #{entry.get('ticket')} needs you: {entry.get('why')}",
        "approved": lambda entry: f"{entry.get('pod')} #{entry.get('ticket')} approved by {entry.get('by')}",
        "undone": lambda entry: f"#{entry.get('ticket')} undone as {str(entry.get('commit'))[:7]}, tested first",
        "landed": lambda entry: f"{entry.get('pod')} #{entry.get('ticket')} landed as {str(entry.get('commit'))[:7]}",
    }
)
