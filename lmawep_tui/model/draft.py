"""A ticket as it stands in a form: text as it was typed, what is wrong with each field, and what it comes to."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any

from lmawep_tui.model.command import split_command
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.graph import find_cycle
from lmawep_tui.model.ids import TicketId, parse_ticket_id
from lmawep_tui.model.ticket import Priority, ReviewPolicy, Status, Ticket

LONGEST_TITLE = 300
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a form holds, field by field, whether it is valid or not."""

    title: str = ""
    priority: str = "medium"
    status: str = "ready"
    description: str = ""
    acceptance: str = ""
    """A criterion a line."""
    dependencies: str = ""
    touches: str = ""
    labels: str = ""
    agent: str = ""
    review: str = ""
    budget: str = ""
    estimate: str = ""
    test: str = ""


FIELDS = tuple(field.name for field in fields(Draft))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a draft is judged by."""

    tickets: Mapping[TicketId, Ticket]
    agents: Collection[str] = ()
    """Names of the agent profiles there are."""
    number: TicketId | None = None
    """The ticket it is about; None for one that is not made yet."""
    statuses: Collection[str] = tuple(Status)
    """What its status may be set to, the one it has included."""


def draft_of(ticket: Ticket) -> Draft:
    """A ticket as a form shows it."""
    return Draft(
        title=ticket.title,
        priority=str(ticket.priority),
        status=str(ticket.status),
        description=ticket.description,
        acceptance="\n".join(ticket.acceptance),
        dependencies=", ".join(map(str, ticket.dependencies)),
        touches=", ".join(ticket.touches),
        labels=", ".join(ticket.labels),
        agent=ticket.agent or "",
        review=str(ticket.review or ""),
        budget="" if ticket.budget is None else f"{ticket.budget:g}",
        estimate=ticket.estimate,
        test=ticket.test or "",
    )


def changed(draft: Draft, base: Draft) -> tuple[str, ...]:
    """Names of the fields that say something else."""
    return tuple(name for name in FIELDS if getattr(draft, name) != getattr(base, name))


def faults(draft: Draft, around: Around, base: Draft | None = None) -> dict[str, str]:
    """What is wrong, in words, by field; empty when the draft can be saved.

    A field that stands as in `base`, which was read from a file, is none of the form's business.
    """
    found = {}
    for name in FIELDS if base is None else changed(draft, base):
        try:
            _READ[name](getattr(draft, name), around)
        except ValueError as error:
            found[name] = str(error)
    return found


def values(draft: Draft, around: Around, names: Collection[str] = FIELDS) -> dict[str, Any]:
    """The fields of these names as a ticket has them; raises UsageError with the first that is wrong."""
    result = {}
    for name in names:
        try:
            result[name] = _READ[name](getattr(draft, name), around)
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    return result


def listed(text: str) -> tuple[str, ...]:
    """`a, b` or a line each as its parts, each once."""
    return tuple(dict.fromkeys(part for raw in re.split(r"[,\n]", text) if (part := raw.strip())))


def ticket_numbers(text: str) -> tuple[TicketId, ...]:
    """`103, #104` as ids, each once; raises ValueError with the part that is none."""
    found = []
    for part in text.replace(",", " ").split():
        try:
            found.append(parse_ticket_id(part))
        except UsageError:
            raise ValueError(f"{part!r:.30} is not the number of a ticket, such as 103.") from None
    return tuple(dict.fromkeys(found))


def cycle_words(number: TicketId | None, on: Collection[TicketId], tickets: Mapping[TicketId, Ticket]) -> str:
    """`101 → 103 → 101` when a ticket that waits for these would wait for itself; else empty."""
    if number is None:
        return ""  # nothing can wait for what is not there yet
    edges = {ticket.id: ticket.dependencies for ticket in tickets.values()}
    edges[number] = tuple(on)
    return " → ".join(map(str, find_cycle(edges, number)))


# -- one reader a field: text to value, or a ValueError in words ----------------------------------------------------


def _title(text: str, around: Around) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("A ticket needs a title.")
    if len(line) > LONGEST_TITLE:
        raise ValueError(f"A title has at most {LONGEST_TITLE} characters; these are {len(line)}.")
    if not line.isprintable():
        raise ValueError("A title holds printable characters only.")
    return line


def _priority(text: str, around: Around) -> Priority:
    return Priority(_one_of(text, Priority, "a priority"))


def _status(text: str, around: Around) -> Status:
    if text not in around.statuses:
        raise ValueError(f"It cannot be set to {text!r:.20} by hand. Possible: {', '.join(around.statuses)}.")
    return Status(text)


def _text(text: str, around: Around) -> str:
    """Several lines; what the terminal or YAML would stumble over is refused."""
    bad = next((char for char in text if not char.isprintable() and char not in "\n\t"), None)
    if bad is not None:
        raise ValueError(f"It holds a character that cannot be shown (U+{ord(bad):04X}).")
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""


def _acceptance(text: str, around: Around) -> tuple[str, ...]:
    lines = (line.strip().removeprefix("- ").strip() for line in _text(text, around).split("\n"))
    return tuple(line for line in lines if line)


def _dependencies(text: str, around: Around) -> tuple[TicketId, ...]:
    numbers = ticket_numbers(text)
    if around.number in numbers:
        raise ValueError("A ticket cannot wait for itself.")
    missing = [number for number in numbers if number not in around.tickets]
    if missing:
        raise ValueError(f"There is no ticket {missing[0]}.")
    cycle = cycle_words(around.number, numbers, around.tickets)
    if cycle:
        raise ValueError(f"That closes the cycle {cycle}.")
    return numbers


def _touches(text: str, around: Around) -> tuple[str, ...]:
    globs = listed(text)
    for glob in globs:
        if glob.startswith(("/", "~")) or ".." in glob.split("/"):
            raise ValueError(f"{glob[:40]} leaves the project: name files from its root, such as src/**.")
        if not glob.isprintable():
            raise ValueError("A file name holds printable characters only.")
    return globs


def _labels(text: str, around: Around) -> tuple[str, ...]:
    labels = listed(text)
    for label in labels:
        if len(label) > 40 or not label.isprintable():
            raise ValueError(f"{label[:20]!r} is no label: at most 40 printable characters.")
    return labels


def _agent(text: str, around: Around) -> str | None:
    name = text.strip()
    if not name:
        return None
    if name not in around.agents:
        near = [other for other in around.agents if name.casefold() in other.casefold()][:3]
        raise ValueError(f"There is no agent {name[:30]!r}." + (f" Meant: {', '.join(near)}?" if near else ""))
    return name


def _review(text: str, around: Around) -> ReviewPolicy | None:
    return ReviewPolicy(_one_of(text, ReviewPolicy, "a way to review")) if text else None


def _budget(text: str, around: Around) -> float | None:
    amount = text.strip().removeprefix("$").strip()
    if not amount:
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", amount, re.ASCII) or not math.isfinite(float(amount)):
        raise ValueError("US dollars, such as 5 or 2.50; empty for no limit of its own.")
    return float(amount)


def _estimate(text: str, around: Around) -> str:
    return _line(text, "An estimate is a word or two, such as 2h.")


def _test(text: str, around: Around) -> str | None:
    command = _line(text, "A command is one line.")
    if not command:
        return None
    try:
        split_command(command)
    except ValueError as error:
        raise ValueError(f"The command {error}.") from None
    return command


def _line(text: str, words: str) -> str:
    line = text.strip()
    if len(line) > _LONGEST_LINE or not line.isprintable():
        raise ValueError(words)
    return line


def _one_of(text: str, kind: Iterable[str], what: str) -> str:
    known = [str(each) for each in kind]
    if text not in known:
        raise ValueError(f"{text!r:.20} is not {what}: {', '.join(known)}.")
    return text


_READ: dict[str, Callable[[str, Around], Any]] = {
    "title": _title, "priority": _priority, "status": _status, "description": _text, "acceptance": _acceptance,
    "dependencies": _dependencies, "touches": _touches, "labels": _labels, "agent": _agent, "review": _review,
    "budget": _budget, "estimate": _estimate, "test": _test,
}  # fmt: skip
