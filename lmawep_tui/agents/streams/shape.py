"""Events as plain data, in the one shape that every `--json` prints."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any

from lmawep_tui.model.event import Event


def shape(event: Event) -> dict[str, Any]:
    """An event as `{"event": "tool_started", …}` with all of its fields; nothing in it is cleaned.

    `at` is in seconds since the epoch, or None where the program does not say; the options of a question are
    `{"id": …, "label": …}`.
    """
    kind: Any = type(event)
    data: dict[str, Any] = {"event": _name(kind)}
    for name in _fields(kind):
        value = getattr(event, name)
        data[name] = value.value if isinstance(value, Enum) else value
    data["at"] = data["at"] or None
    if "options" in data:
        data["options"] = [{"id": id_, "label": label} for id_, label in data["options"]]
    return data


@cache
def _name(kind: Any) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
