"""Ticket files: read and validated, made from nothing, changed field by field."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.files.yaml_io import change_fields, parse_mapping
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import pod_number, ticket_of_file
from lmawep_tui.model.ticket import TICKET_FIELDS, Ticket

_EMPTY_IS_DEFAULT = {"description", "estimate", "created", "assignee_notes", "blockers", "labels", "lane", "touches",
                     "acceptance", "dependencies", "priority", "status"}  # fmt: skip


def read_ticket(path: Path) -> Ticket:
    """The ticket in a file; raises FileNotFoundError, or BadFile with file, line and reason."""
    return parse_ticket(read_text(path), path)


def parse_ticket(text: str, path: Path) -> Ticket:
    """The ticket in `text`, validated; `path` is for the sentences and must carry the ticket's id."""
    document = parse_mapping(text, path)
    data = {key: value for key, value in document.data.items() if key in Ticket.__dataclass_fields__}
    data = {key: value for key, value in data.items() if not (value is None and key in _EMPTY_IS_DEFAULT)}
    ticket = _validate(data, path, document.lines)
    if ticket.id != ticket_of_file(path.name):
        raise BadFile(path, f"says id {ticket.id}, which is not the id in its name", document.lines.get("id"))
    if ticket.assigned_to is not None and pod_number(ticket.assigned_to) is None:
        raise BadFile(path, f"assigned_to {ticket.assigned_to!r} is not a pod", document.lines.get("assigned_to"))
    if not ticket.title.strip():
        raise BadFile(path, "has an empty title", document.lines.get("title"))
    if ticket.budget is not None and not 0 <= ticket.budget < math.inf:
        raise BadFile(path, f"budget: {ticket.budget} is not an amount of US dollars", document.lines.get("budget"))
    return ticket


def _validate(data: Mapping[str, Any], path: Path, lines: Mapping[str, int]) -> Ticket:
    """Data of just the documented types is taken as it is; pydantic, slower to import than all the rest, decides
    about everything else: what can be read leniently, and what is wrong with what cannot."""
    with contextlib.suppress(ValueError, TypeError):
        return from_plain(Ticket, dict(data))
    from pydantic import ValidationError

    try:
        ticket: Ticket = _adapter().validate_python(data)
        return ticket
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        line = next((lines[key] for key in (where, where.split(".")[0]) if key in lines), None)
        reason = "is missing" if first["type"] == "missing" else _lower(str(first["msg"]))
        raise BadFile(path, f"{where or 'ticket'}: {reason}", line) from None


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Ticket)


def change_ticket(text: str, path: Path, changes: Mapping[str, Any]) -> str:
    """The file's text with fields changed and everything else kept; raises BadFile when the result is no ticket."""
    result = change_fields(text, path, {key: to_plain(value) for key, value in changes.items()})
    parse_ticket(result, path)
    return result


def new_ticket_text(ticket: Ticket, extra: Mapping[str, Any] | None = None) -> str:
    """The text of a new ticket file in the documented order; optional fields only when they say something."""
    always = TICKET_FIELDS[: TICKET_FIELDS.index("labels")]
    default = Ticket(id=ticket.id, title=ticket.title)
    lines: list[str] = []
    for name in TICKET_FIELDS:
        value = getattr(ticket, name)
        if name in always or value != getattr(default, name):
            lines.append(_line(name, to_plain(value)))
    lines.extend(_line(name, value) for name, value in (extra or {}).items())
    return "".join(lines)


_BARE = {"status", "priority", "assigned_to"}


def _line(name: str, value: Any) -> str:
    if value is None:
        return f"{name}: null\n"
    if isinstance(value, str) and "\n" in value:
        return _block(name, value)
    if isinstance(value, str) and name in _BARE and value.replace("-", "").replace("_", "").isalnum():
        return f"{name}: {value}\n"
    if isinstance(value, str | list | dict):
        # JSON is YAML; U+007F and C1 are not printable there and stay escaped.
        text = json.dumps(value, ensure_ascii=False)
        escaped = "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)
        return f"{name}: {escaped}\n"
    return f"{name}: {value}\n"


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _block(name: str, value: str) -> str:
    from lmawep_tui.files.yaml_io import dump

    printable = all(c.isprintable() or c == "\n" for c in value)
    if not printable or value.startswith((" ", "\n")) or any(line != line.rstrip() for line in value.split("\n")):
        return dump({name: value})
    body = "".join(f"  {line}\n" if line else "\n" for line in value.rstrip("\n").split("\n"))
    keep = "|" if value.endswith("\n") and not value.endswith("\n\n") else "|-" if not value.endswith("\n") else None
    return f"{name}: {keep}\n{body}" if keep else dump({name: value})
