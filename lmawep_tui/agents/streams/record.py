"""Lines of JSON: what all the structured formats have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from lmawep_tui.model.event import Event, Raw

Record = dict[str, Any]
Handler = Callable[[Record], list[Event]]

_decode = msgspec.json.Decoder().decode
MAX_OUTPUT = 64 * 1024
"""How much of a tool's output an event carries, in characters; the log has it all."""
_MAX_RAW = 4096


def decode(line: bytes) -> Any:
    """The value of a line of JSON, also one with bytes that are not UTF-8 or lone surrogates; raises ValueError."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, RecursionError):
        try:
            return json.loads(line.decode("utf-8", "replace"))
        except RecursionError:
            raise ValueError("nested too deeply") from None


class RecordParser:
    """A parser that hands each record to the handler of its `type`."""

    kind = "type"
    """The key that says what a record is."""

    def __init__(self) -> None:
        self.cwd = ""
        self.handlers: Mapping[str, Handler] = {}

    def line(self, line: bytes) -> list[Event]:
        """The events of one line; never raises."""
        line = line.strip()
        if not line:
            return []
        if line[0] != 0x7B:  # {
            return [Raw(line[:_MAX_RAW].decode("utf-8", "replace"))]
        try:
            record = decode(line)
        except ValueError:
            return [Raw(line[:_MAX_RAW].decode("utf-8", "replace"), broken=True)]
        kind = text(record.get(self.kind))
        handler = self.handlers.get(kind)
        if handler is None:
            return [Raw(line[:_MAX_RAW].decode("utf-8", "replace"), kind=kind or "?")]
        try:
            return handler(record)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):  # a record of another shape
            return [Raw(line[:_MAX_RAW].decode("utf-8", "replace"), kind=kind)]

    def close(self) -> list[Event]:
        return []


def text(value: object) -> str:
    """The value when it is text, else nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Record:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def number(value: object) -> int:
    """The value when it is a number, else 0."""
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value else 0


def money(value: object) -> float | None:
    """The value when it is a number, else None."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def clip(output: str) -> str:
    """At most MAX_OUTPUT characters: the beginning and the end."""
    if len(output) <= MAX_OUTPUT:
        return output
    half = MAX_OUTPUT // 2
    return f"{output[:half]}\n… ({len(output) - MAX_OUTPUT} characters left out)\n{output[-half:]}"
