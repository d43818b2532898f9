"""`cline --json`: the events of an agent, wrapped, and a `run_result` at the end.

Its session is named nowhere in the stream. Tokens count when the result tells them: pieces before it are its own guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lmawep_tui.agents.streams.pieces import Pieces
from lmawep_tui.agents.streams.record import Record, RecordParser, clip, items, mapping, moment, money, number, text
from lmawep_tui.agents.streams.tools import call, kind_of
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
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)

_ENDS: Final = {"completed": TurnEnd.COMPLETED, "aborted": TurnEnd.INTERRUPTED}
_CLASSES: Final = {"auth": Wall.AUTH, "rate_limit": Wall.RATE_LIMIT, "context_window": Wall.CONTEXT}
_EXIT: Final = re.compile(r"^Command exited with code (\d{1,9})\b")
_SILENT: Final = ("iteration_start", "iteration_end", "usage", "done", "content_update")


class StreamParser(RecordParser):
    """Reads format cline-events."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {
            "hook_event": self._hook,
            "agent_event": self._agent_event,
            "run_result": self._result,
            "run_aborted": self._aborted,
            "error": self._error_line,
        }
        self._inner: dict[str, Callable[[Record, float], list[Event]]] = {
            **dict.fromkeys(_SILENT, _nothing),
            "content_start": self._content_start,
            "content_end": self._content_end,
            "error": self._error,
            "notice": _notice,
        }
        self._pieces = Pieces()
        self._calls: dict[str, ToolStarted] = {}
        self._wall: Wall | None = None
        self._ended = False

    def _hook(self, record: Record) -> list[Event]:
        if record.get("hookEventName") != "agent_start" or record.get("parentAgentId"):
            return []
        self._ended = False
        self._pieces.clear()
        return [Started(at=moment(record.get("ts")))]

    def _agent_event(self, record: Record) -> list[Event]:
        event = mapping(record.get("event"))
        return self._inner[text(event.get("type"))](event, moment(record.get("ts")))

    def _content_start(self, event: Record, at: float) -> list[Event]:
        kind = text(event.get("contentType"))
        if kind == "tool":
            return self._tool_start(event, at)
        words = text(event.get(kind))
        if not words:
            return []
        if event.get("accumulated") == words:  # what came before was of an answer that broke off
            self._pieces.begin(kind)
        follows = self._pieces.add(kind, words)
        return [Text(words, follows, at) if kind == "text" else Thinking(words, follows, at)]

    def _content_end(self, event: Record, at: float) -> list[Event]:
        kind = text(event.get("contentType"))
        if kind == "tool":
            return self._tool_end(event, at)
        whole = text(event.get(kind))
        words = self._pieces.rest(kind, whole)
        follows = len(words) < len(whole)
        return [Text(words, follows, at) if kind == "text" else Thinking(words, follows, at)] if words else []

    def _tool_start(self, event: Record, at: float) -> list[Event]:
        id_, name, given = text(event.get("toolCallId")), text(event.get("toolName")), mapping(event.get("input"))
        told = call(name, given, self.cwd)
        self._calls[id_] = ToolStarted(id_, name, told.kind, told.target, told.added, told.removed, at, live=True)
        return [self._calls[id_]]

    def _tool_end(self, event: Record, at: float) -> list[Event]:
        id_, name = text(event.get("toolCallId")), text(event.get("toolName"))
        begun = self._calls.pop(id_, None) or ToolStarted(id_, name, kind_of(name))
        results = _results(event.get("output"))
        errors = [text(result.get("error")) for result in results if result.get("error")]
        ok = not errors and "error" not in event and all(result.get("success") is not False for result in results)
        output = "\n".join(text(result.get("result")) or text(result.get("error")) for result in results)
        exited = [match for match in map(_EXIT.match, errors) if match]
        return [ToolEnded(id_, ok, begun.name, begun.kind, begun.target, clip(output or text(event.get("error"))),
                          int(exited[0][1]) if exited else None,
                          begun.added if ok else None, begun.removed if ok else None, at)]  # fmt: skip

    def _error(self, event: Record, at: float) -> list[Event]:
        words = text(mapping(event.get("error")).get("message")) or "an error without a word"
        wall = _CLASSES.get(text(event.get("errorClass"))) or wall_of(words)
        if event.get("recoverable") is True:
            if wall is None:
                return [Note(words, at)]
            return [Retrying(why=words, wall=wall, at=at)]
        self._wall = wall
        return [Problem(words, wall, at)]

    def _error_line(self, record: Record) -> list[Event]:
        """What it says on stderr when it cannot go on."""
        words = text(record.get("message"))
        return [Problem(words, wall_of(words), moment(record.get("ts")))]

    def _result(self, record: Record) -> list[Event]:
        at, words = moment(record.get("ts")), text(record.get("text"))
        usage = mapping(record.get("aggregateUsage")) or mapping(record.get("usage"))
        cached = number(usage.get("cacheReadTokens"))
        used = Used(
            input=max(0, number(usage.get("inputTokens")) - cached),
            cached=cached,
            output=number(usage.get("outputTokens")),
            cost=money(usage.get("totalCost")),
            at=at,
        )
        reason = text(record.get("finishReason"))
        how = _ENDS.get(reason, TurnEnd.FAILED)
        wall, self._wall, self._ended = self._wall, None, True
        if how is TurnEnd.FAILED:
            return [used, Ended(how, words or reason, wall or wall_of(words), words, at)]
        return [used, Ended(how, "" if how is TurnEnd.COMPLETED else "it was aborted", text=words, at=at)]

    def _aborted(self, record: Record) -> list[Event]:
        at, why = moment(record.get("ts")), text(record.get("message")) or text(record.get("reason"))
        return [Note(why, at) if self._ended else Ended(TurnEnd.INTERRUPTED, why, at=at)]


def _nothing(event: Record, at: float) -> list[Event]:
    return []


def _notice(event: Record, at: float) -> list[Event]:
    return [Note(text(event.get("message")), at)]


def _results(output: Any) -> list[Record]:
    """A tool's output as a list of results, whatever form it has."""
    if isinstance(output, str):
        return [{"result": output}]
    return [mapping(result) if isinstance(result, dict) else {"result": text(result)}
            for result in (output if isinstance(output, list) else items([output]))]  # fmt: skip
