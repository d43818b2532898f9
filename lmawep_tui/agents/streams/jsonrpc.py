"""Conversations in JSON-RPC, both directions in one log: `{"t": seconds, "dir": "in"|"out", "msg": {…}}` a line.

`out` is what the client sent. A reply says only which request it answers: requests are remembered until theirs comes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lmawep_tui.agents.streams.record import Record, RecordParser, mapping, moment, text
from lmawep_tui.model.event import Event, Note

_EPOCH: Final = 1e9
"""Times below count from the beginning of the log."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request, a notification or a reply; what a reply answers is in `method`."""

    method: str
    id: str
    params: Record
    """Of a request; for a reply, those of the request that it answers."""
    result: Record
    error: Record
    """Of a reply that refuses; empty otherwise."""
    at: float


Reader = Callable[[Message], list[Event]]


class JsonRpcParser(RecordParser):
    """Hands each message to the reader of its method; what we sent is read where a table names it."""

    quiet: frozenset[str] = frozenset()
    """Methods of the program's that say nothing a person wants to know."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {"message": self._message, "note": _note}
        self.told: dict[str, Reader] = {}
        """What the program says or asks, by method."""
        self.replied: dict[str, Reader] = {}
        """What it replies to a request of ours, by the request's method."""
        self.sent: dict[str, Reader] = {}
        """What we say or ask."""
        self.answered: dict[str, Reader] = {}
        """What we reply to it."""
        self._open: dict[tuple[str, str], tuple[str, Record]] = {}

    def name_of(self, record: Record) -> str:
        """`message` for what is read, `note` for a remark of the client's, the method for what nobody knows."""
        message = record.get("msg")
        if not isinstance(message, dict):
            return "note" if isinstance(message, str) else "?"
        method = text(message.get("method"))
        if record.get("dir") == "out" or not method or method in self.told or method in self.quiet or method[0] == "_":
            return "message"
        return method

    def forget(self) -> None:
        """A new process: nothing that was asked of the old one is answered any more."""
        self._open.clear()

    def _message(self, record: Record) -> list[Event]:
        ours, message = record.get("dir") == "out", record["msg"]
        time = moment(record.get("t"))
        at = time if time > _EPOCH else 0.0
        method, id_ = text(message.get("method")), _id(message)
        if method:
            params = mapping(message.get("params"))
            reader = (self.sent if ours else self.told).get(method)
            found = reader(Message(method, id_, params, {}, {}, at)) if reader else []
            if "id" in message:
                self._open["out" if ours else "in", id_] = (method, params)
            return found
        method, params = self._open.pop(("in" if ours else "out", id_), ("", {}))
        reader = (self.answered if ours else self.replied).get(method)
        if reader is None:
            return []
        return reader(Message(method, id_, params, mapping(message.get("result")), mapping(message.get("error")), at))


def refusal(error: Record) -> str:
    """An error in one line: its message, and what else it carries."""
    data = error.get("data")
    return f"{text(error.get('message'))} {json.dumps(data) if data else ''}".strip() or "an error without a word"


def _id(message: Record) -> str:
    value: Any = message.get("id")
    return value if isinstance(value, str) else json.dumps(value)


def _note(record: Record) -> list[Event]:
    return [Note(text(record.get("msg")))]
