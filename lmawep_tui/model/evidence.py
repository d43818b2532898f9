"""Evidence: the facts that must hold before a report of "complete" is believed."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass


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
    """What was seen where a line does not hold; its name alone would say the opposite."""
    return "; ".join(_seen(fact) for fact in facts if not fact.holds)


def headline(facts: tuple[Fact, ...]) -> str:
    """The first line that does not hold, for a list; empty when all do."""
    return next((_seen(fact) for fact in facts if not fact.holds), "")


_SEEN = {"says it is done": "it reported {}", "on its branch": "it is on {}", "new commits": "new commits: {}"}


def _seen(fact: Fact) -> str:
    return _SEEN.get(fact.name, "{}").format(fact.seen)
