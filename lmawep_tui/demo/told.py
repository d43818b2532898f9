"""What the prompt tells the agent: the ticket, what happened before, and the person's words."""

from __future__ import annotations

import re
from itertools import pairwise

from lmawep_tui.model.dataclass import dataclass

_HEADING = re.compile(r"^## (.+)$")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"dozen": 12, **{word: number for number, word in enumerate(_WORDS, start=2)}}
_YOUR_CHOICE = re.compile(r"\b(you (decide|choose)|your (choice|call)|up to you|whatever|either|any)\b", re.IGNORECASE)
_DEFAULT = 10


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of a prompt that a scripted agent understands."""

    ticket: str = ""
    before: str = ""
    person: str = ""


def read_prompt(prompt: str) -> Told:
    """The quoted text below the headings lmawep writes; whatever else the prompt says is for cleverer agents."""
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in prompt.splitlines():
        match = _HEADING.match(line)
        if match:
            heading = match[1]
        elif line.startswith("|"):
            sections.setdefault(heading, []).append(line.removeprefix("|").removeprefix(" "))
    text = {name: "\n".join(lines).strip() for name, lines in sections.items()}
    return Told(
        ticket=text.get("The ticket", ""),
        before=text.get("What happened before", ""),
        person=text.get("The person says", ""),
    )


def asked_for(before: str) -> list[str]:
    """The words of the review that sent the work back: in general, and on lines; empty when it was no review."""
    first, *lines = before.splitlines() or [""]
    if not first.startswith("Changes requested by "):
        return []
    places = {place for place, below in pairwise(lines) if below.startswith(">")}
    return [line for line in lines if line and line not in places and not line.startswith((">", "Comments on lines,"))]


def number_in(answer: str) -> int | None:
    """The number from 2 to 99 in a person's answer, `10`, `ten` or `a dozen`; 10 when the choice is left to us."""
    for word in re.findall(r"\d+|[a-z]+", answer.lower()):
        number = int(word) if word.isdigit() else _NUMBERS.get(word)
        if number is not None and 2 <= number <= 99:
            return number
    return _DEFAULT if _YOUR_CHOICE.search(answer) else None
