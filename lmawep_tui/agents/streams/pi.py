"""`pi --mode json` and `--mode rpc`: sessions, agents, turns, messages and tools, each with a start and an end.

Up to 0.73 every piece of an answer carries the whole message so far, twice: of such a line only its head is read.
`agent_end` also comes before each retry, and the exit status is always 0: the last `stopReason` is the outcome.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final

from lmawep_tui.agents.streams.complaint import complaint
from lmawep_tui.agents.streams.pieces import Pieces
from lmawep_tui.agents.streams.record import (
    Record,
    RecordParser,
    clip,
    decode,
    items,
    mapping,
    moment,
    money,
    number,
    text,
)
from lmawep_tui.agents.streams.tools import call, kind_of, patched
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Ended,
    Event,
    Note,
    Problem,
    Retrying,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)

_UPDATE: Final = b'{"type":"message_update",'
_PIECE: Final = re.compile(
    rb'\{"type":"message_update",(?:"usage":\{[^{}]*+(?:\{[^{}]*+\})?+[^{}]*+\},)?"assistantMessageEvent":\{"type":"(\w+)"'
    rb'(?:,"contentIndex":(\d+),"delta":("(?:[^"\\]++|\\.)*+"))?'
)
_ENDS: Final = {"stop": TurnEnd.COMPLETED, "toolUse": TurnEnd.COMPLETED, "aborted": TurnEnd.INTERRUPTED}
_EXIT: Final = re.compile(r"Command exited with code (\d{1,9})\s*$")
_SILENT: Final = (
    *("turn_start", "turn_end", "tool_execution_update", "auto_retry_end", "agent_settled", "entry_appended"),
    *("queue_update", "session_info_changed"),
)


class StreamParser(RecordParser):
    """Reads format pi-events."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {
            **dict.fromkeys(_SILENT, _nothing),
            "session": self._session_begins,
            "agent_start": self._agent_start,
            "agent_end": self._agent_end,
            "message_start": self._message_start,
            "message_update": self._message_update,
            "message_end": self._message_end,
            "tool_execution_start": self._tool_start,
            "tool_execution_end": self._tool_end,
            "auto_retry_start": self._retry,
            "compaction_start": _compacting,
            "compaction_end": _compacted,
            "response": self._response,
        }
        self._session = ""
        self._model = ""
        self._pieces = Pieces()
        self._stop, self._error = "", ""
        """How the last message of the agent ended."""
        self._ended = False
        self._calls: dict[str, ToolStarted] = {}
        self._priced = False

    def line(self, line: bytes) -> list[Event]:
        """As RecordParser, but of a long piece only what is new."""
        if line.startswith(_UPDATE):
            piece = _PIECE.match(line)
            if piece is not None and line.rstrip().endswith(b"}"):
                kind, index, delta = piece.groups()
                if delta is None and not kind.endswith(b"_delta"):
                    return []
                with contextlib.suppress(ValueError):  # no text after all: let it be found out below
                    return self._piece(kind, index, delta or b"")
        return super().line(line)

    def other(self, line: str) -> list[Event]:
        """What it cannot do at all is told on stderr."""
        return complaint(line)

    def close(self) -> list[Event]:
        """A price of nothing where no answer was paid."""
        return [] if self._priced else [Used(cost=0.0)]

    def _session_begins(self, record: Record) -> list[Event]:
        self._session, self.cwd = text(record.get("id")), text(record.get("cwd")) or self.cwd
        return [Started(self._session, self._model, at=moment(record.get("timestamp")))]

    def _agent_start(self, record: Record) -> list[Event]:
        further, self._ended = self._ended, False
        return [Started(self._session, self._model)] if further else []

    def _message_start(self, record: Record) -> list[Event]:
        message = mapping(record.get("message"))
        if message.get("role") != "assistant":
            return []
        self._pieces.clear()
        model = text(message.get("model"))
        if not model or model == self._model:
            return []
        self._model = model
        return [Started(self._session, model, at=moment(message.get("timestamp")))]

    def _message_update(self, record: Record) -> list[Event]:
        event = mapping(record.get("assistantMessageEvent"))
        return self._grow(text(event.get("type")), number(event.get("contentIndex")), text(event.get("delta")))

    def _piece(self, kind: bytes, index: bytes, delta: bytes) -> list[Event]:
        if kind not in (b"text_delta", b"thinking_delta"):
            return []
        return self._grow(kind.decode(), int(index), text(decode(delta)))

    def _grow(self, kind: str, index: int, words: str) -> list[Event]:
        if kind not in ("text_delta", "thinking_delta") or not words:
            return []
        follows = self._pieces.add(f"{kind[:-6]} {index}", words)
        return [Text(words, follows)] if kind == "text_delta" else [Thinking(words, follows)]

    def _message_end(self, record: Record) -> list[Event]:
        message = mapping(record.get("message"))
        if message.get("role") != "assistant":
            return []
        at = moment(message.get("timestamp"))
        usage = mapping(message.get("usage"))
        self._stop, self._error = text(message.get("stopReason")), text(message.get("errorMessage"))
        self._priced = True
        used = Used(
            input=number(usage.get("input")) + number(usage.get("cacheWrite")),
            cached=number(usage.get("cacheRead")),
            output=number(usage.get("output")),
            cost=money(mapping(usage.get("cost")).get("total")),
            at=at,
        )
        blocks = [mapping(block) for block in items(message.get("content"))]
        found = [event for index, block in enumerate(blocks) for event in self._rest(index, block, at)]
        self._pieces.clear()
        return [*found, used]

    def _rest(self, index: int, block: Record, at: float) -> list[Event]:
        """What of a finished block has not come in pieces."""
        kind = text(block.get("type"))
        if kind not in ("text", "thinking"):
            return []
        whole = text(block.get(kind))
        words = self._pieces.rest(f"{kind} {index}", whole)
        follows = len(words) < len(whole)
        return [Text(words, follows, at) if kind == "text" else Thinking(words, follows, at)] if words else []

    def _agent_end(self, record: Record) -> list[Event]:
        self._ended = True
        how = _ENDS.get(self._stop, TurnEnd.FAILED)
        if how is TurnEnd.COMPLETED:
            return [Ended(how)]
        error = self._error or self._stop or "it ended without an answer"
        return [Ended(how, error, wall_of(error) if how is TurnEnd.FAILED else None)]

    def _retry(self, record: Record) -> list[Event]:
        self._ended = False
        why = text(record.get("errorMessage"))
        wait_s = number(record.get("delayMs")) / 1000
        return [Retrying(number(record.get("attempt")), why, wall_of(why) or Wall.OTHER, wait_s)]

    def _tool_start(self, record: Record) -> list[Event]:
        name, given = text(record.get("toolName")), mapping(record.get("args"))
        told, id_ = call(name, given, self.cwd), text(record.get("toolCallId"))
        self._calls[id_] = ToolStarted(id_, name, told.kind, told.target, told.added, told.removed, live=True)
        return [self._calls[id_]]

    def _tool_end(self, record: Record) -> list[Event]:
        id_, name = text(record.get("toolCallId")), text(record.get("toolName"))
        begun = self._calls.pop(id_, None) or ToolStarted(id_, name, kind_of(name))
        result = mapping(record.get("result"))
        output = "\n".join(text(mapping(part).get("text")) for part in items(result.get("content")))
        details = mapping(result.get("details"))
        diff = text(details.get("patch")) or text(details.get("diff"))
        added, removed = patched(diff.split("\n")) if diff else (None, None)
        exited = _EXIT.search(output[-200:]) if begun.kind is ToolKind.COMMAND else None
        return [ToolEnded(id_, not record.get("isError"), begun.name, begun.kind, begun.target, clip(output),
                          int(exited[1]) if exited else None, added, removed)]  # fmt: skip

    def _response(self, record: Record) -> list[Event]:
        """An answer to a command on stdin; the one about statistics names the session."""
        if record.get("success") is False:
            return [Problem(text(record.get("error")) or f"{text(record.get('command'))} failed")]
        session = text(mapping(record.get("data")).get("sessionId"))
        if not session or session == self._session:
            return []
        self._session = session
        return [Started(session, self._model)]


def _nothing(record: Record) -> list[Event]:
    return []


def _compacting(record: Record) -> list[Event]:
    return [Note(f"The conversation is being compacted ({text(record.get('reason')) or 'as asked for'}).")]


def _compacted(record: Record) -> list[Event]:
    why = text(record.get("errorMessage"))
    if why or record.get("aborted") is True:
        return [Problem(f"The compaction failed: {why or 'it was aborted'}")]
    return [Note("The conversation was compacted.")]
