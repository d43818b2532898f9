"""Evidence: the facts that must hold before a report of "complete" is believed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the done contract: its name, whether it holds, what was seen, where and when."""

    name: str
    holds: bool
    seen: str
    source: str = ""
    """Who says so: `git`, `disk`, `run 0003-task`, `agent`."""
    at: str = ""


def believed(facts: tuple[Fact, ...]) -> bool:
    """Whether every line holds; no lines at all prove nothing."""
    return bool(facts) and all(fact.holds for fact in facts)


def failing(facts: tuple[Fact, ...]) -> str:
    """The lines that do not hold, in words."""
    return "; ".join(f"{fact.name}: {fact.seen}" for fact in facts if not fact.holds)


def headline(facts: tuple[Fact, ...]) -> str:
    """The first line that does not hold, for a list: how the run ended needs no label."""
    first = next((fact for fact in facts if not fact.holds), None)
    if first is None:
        return ""
    return first.seen if first is facts[0] else f"{first.name}: {first.seen}"
