"""Conversations in JSON-RPC, both directions in one log: `{"t": seconds, "dir": "in"|"out", "msg": {…}}` a line.

`out` is what the client sent. A reply says only which request it answers: requests are remembered until theirs comes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from lmawep_tui.agents.streams.record import Record, RecordParser, mapping, text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.event import Event, Note, Raw

_EPOCH: Final = 1e9
"""Times below count from the beginning of the log."""
_FAR: Final = 1e11
_OPEN_KEPT: Final = 1000
_MAX_RAW: Final = 4096


@dataclass(slots=True)
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

    kind = "dir"
    quiet: frozenset[str] = frozenset()
    """Methods of the program's that say nothing a person wants to know."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {"in": self._message, "out": self._message, "note": _note}
        self.told: dict[str, Reader] = {}
        """What the program says or asks, by method."""
        self.replied: dict[str, Reader] = {}
        """What it replies to a request of ours, by the request's method."""
        self.sent: dict[str, Reader] = {}
        """What we say or ask."""
        self.answered: dict[str, Reader] = {}
        """What we reply to it."""
        self._open: dict[tuple[str, str], tuple[str, Record]] = {}

    def forget(self) -> None:
        """A new process: nothing that was asked of the old one is answered any more."""
        self._open.clear()

    def _message(self, record: Record) -> list[Event]:
        ours, message = record.get("dir") == "out", record["msg"]
        time = record.get("t")
        at = time if isinstance(time, float) and _EPOCH < time < _FAR else 0.0
        method, id_ = text(message.get("method")), _id(message)
        if method:
            params = mapping(message.get("params"))
            reader = (self.sent if ours else self.told).get(method)
            if reader is not None:
                found = reader(Message(method, id_, params, {}, {}, at))
            else:
                found = [] if ours or method in self.quiet or method[0] == "_" else [_unknown(method, message)]
            if "id" in message:
                if len(self._open) >= _OPEN_KEPT:
                    del self._open[next(iter(self._open))]
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
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value)


def _unknown(method: str, message: Record) -> Raw:
    return Raw(json.dumps(message)[:_MAX_RAW], kind=method)


def _note(record: Record) -> list[Event]:
    return [Note(text(record.get("msg")))]
