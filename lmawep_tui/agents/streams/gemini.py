"""gemini-stream: what Gemini CLI prints with `-o stream-json`."""

from __future__ import annotations

import re
from functools import cache

from lmawep_tui.agents.streams.record import Record, RecordParser, clip, mapping, moment, number, text
from lmawep_tui.agents.streams.tools import Call, call
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Ended,
    Event,
    Note,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)

_OPEN_KEPT = 1000


class StreamParser(RecordParser):
    """Reads gemini-stream."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {
            "init": self._init,
            "message": self._message,
            "tool_use": self._call,
            "tool_result": self._came_back,
            "error": self._error,
            "result": self._result,
        }
        self._calls: dict[str, tuple[str, Call]] = {}
        self._speaking = False
        """Whether the last thing was a piece of the answer: the next piece goes on with it."""

    def _init(self, record: Record) -> list[Event]:
        self._speaking = False
        return [Started(text(record.get("session_id")), text(record.get("model")), moment(record.get("timestamp")))]

    def _message(self, record: Record) -> list[Event]:
        words = text(record.get("content"))
        if record.get("role") != "assistant" or not words:
            return []
        partial = self._speaking and record.get("delta") is True
        self._speaking = record.get("delta") is True
        return [Text(words, partial, moment(record.get("timestamp")))]

    def _call(self, record: Record) -> list[Event]:
        self._speaking = False
        name, id_ = text(record.get("tool_name")), text(record.get("tool_id"))
        told = call(name, mapping(record.get("parameters")), self.cwd)
        if len(self._calls) < _OPEN_KEPT:
            self._calls[id_] = name, told
        at = moment(record.get("timestamp"))
        return [ToolStarted(id_, name, told.kind, told.target, told.added, told.removed, at)]

    def _came_back(self, record: Record) -> list[Event]:
        """`success` also stands for a command that failed; its exit status is not told."""
        self._speaking = False
        id_, ok = text(record.get("tool_id")), record.get("status") != "error"
        name, told = self._calls.pop(id_, ("", Call(ToolKind.OTHER, "")))
        output = text(record.get("output")) or text(mapping(record.get("error")).get("message"))
        added, removed = (told.added, told.removed) if ok else (None, None)
        at = moment(record.get("timestamp"))
        return [ToolEnded(id_, ok, name, told.kind, told.target, clip(output), None, added, removed, at)]

    def _error(self, record: Record) -> list[Event]:
        words, at = clip(text(record.get("message"))), moment(record.get("timestamp"))
        return [Note(words, at)] if record.get("severity") == "warning" else [Problem(words, wall_of(words), at)]

    def _result(self, record: Record) -> list[Event]:
        self._calls.clear()
        self._speaking = False
        at, stats, error = moment(record.get("timestamp")), mapping(record.get("stats")), mapping(record.get("error"))
        cached = number(stats.get("cached"))
        given = number(stats["input"]) if "input" in stats else max(0, number(stats.get("input_tokens")) - cached)
        used = Used(given, cached, number(stats.get("output_tokens")), at=at)
        if record.get("status") != "error":
            return [used, Ended(TurnEnd.COMPLETED, at=at)]
        words = text(error.get("message"))
        return [used, Ended(TurnEnd.FAILED, clip(words), wall_of(f"{text(error.get('type'))} {words}"), at=at)]

    def other(self, line: str) -> list[Event]:
        """Only stderr tells that a request is tried again."""
        match = _attempt().match(line)
        if match is None:
            return [Raw(line)]
        status = int(match[2] or 0)
        return [Retrying(int(match[1]), line[:200], wall_of(line, status) or Wall.OTHER)]


@cache
def _attempt() -> re.Pattern[str]:
    return re.compile(r"Attempt (\d{1,9}) failed(?: with status (\d{3})\b)?")
