"""codex-exec: what `codex exec --json` prints."""

from __future__ import annotations

import re
from functools import cache

from lmawep_tui.agents.streams.record import Record, RecordParser, clip, items, mapping, number, text
from lmawep_tui.agents.streams.tools import Call, command_line, relative, short
from lmawep_tui.agents.streams.tools import call as tool_call
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Denied,
    Ended,
    Event,
    Note,
    Problem,
    Raw,
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

_OPEN_KEPT = 1000


class StreamParser(RecordParser):
    """Reads codex-exec."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {
            "thread.started": lambda record: [Started(text(record.get("thread_id")))],
            "turn.started": lambda _: [Started()],
            "turn.completed": self._completed,
            "turn.failed": self._failed,
            "error": self._error,
            "item.started": self._item_started,
            "item.updated": self._item_updated,
            "item.completed": self._item_completed,
        }
        self._open: dict[str, tuple[str, Call]] = {}
        self._plan = ""

    def _completed(self, record: Record) -> list[Event]:
        usage = mapping(record.get("usage"))
        cached = number(usage.get("cached_input_tokens"))
        given = max(0, number(usage.get("input_tokens")) - cached)
        self._open.clear()
        return [Used(given, cached, number(usage.get("output_tokens")), total=True), Ended(TurnEnd.COMPLETED)]

    def _failed(self, record: Record) -> list[Event]:
        words = text(mapping(record.get("error")).get("message"))
        self._open.clear()
        return [Ended(TurnEnd.FAILED, clip(words), wall_of(words))]

    def _error(self, record: Record) -> list[Event]:
        """A notice, and not the end."""
        words = text(record.get("message"))
        if match := _reconnecting().match(words):
            why = match[2] or words
            return [Retrying(int(match[1]), clip(why), wall_of(why) or Wall.OTHER)]
        return [Problem(clip(words), wall_of(words))]

    def _item_started(self, record: Record) -> list[Event]:
        item = mapping(record.get("item"))
        kind = text(item.get("type"))
        if kind == "todo_list":
            return self._planned(item)
        if (told := self._call(kind, item)) is None:
            return []
        return [self._start(item, *told)]

    def _item_updated(self, record: Record) -> list[Event]:
        item = mapping(record.get("item"))
        return self._planned(item) if item.get("type") == "todo_list" else []

    def _item_completed(self, record: Record) -> list[Event]:
        item = mapping(record.get("item"))
        match kind := text(item.get("type")):
            case "agent_message":
                return [Text(text(item.get("text")))]
            case "reasoning":
                return [Thinking(text(item.get("text")))]
            case "todo_list":
                return self._planned(item)
            case "error":
                words = text(item.get("message"))
                return [Problem(clip(words), wall_of(words))]
        begun = self._open.pop(text(item.get("id")), None)
        if (told := begun or self._call(kind, item)) is None:
            return [Raw(clip(str(item), 2000), kind=f"item/{kind or '?'}")]
        ended = self._end(item, *told)
        return ended if begun else [self._started(item, *told), *ended]

    def _start(self, item: Record, name: str, told: Call) -> Event:
        if len(self._open) < _OPEN_KEPT:
            self._open[text(item.get("id"))] = name, told
        return self._started(item, name, told)

    def _started(self, item: Record, name: str, told: Call) -> Event:
        return ToolStarted(text(item.get("id")), name, told.kind, told.target, live=True)

    def _end(self, item: Record, name: str, told: Call) -> list[Event]:
        id_, status = text(item.get("id")), text(item.get("status"))
        exit_ = item.get("exit_code")
        ended = ToolEnded(
            id_,
            status not in ("failed", "declined"),
            name,
            told.kind,
            told.target,
            clip(_output(item)),
            exit_ if isinstance(exit_, int) else None,
        )
        denied = [Denied(name, told.target, "declined")] if status == "declined" else []
        return [*denied, ended]

    def _call(self, kind: str, item: Record) -> tuple[str, Call] | None:
        """A tool item's name, and what it does; None when it is not a tool's."""
        match kind:
            case "command_execution":
                return kind, Call(ToolKind.COMMAND, short(command_line(text(item.get("command")), self.cwd)))
            case "file_change":
                paths = [text(mapping(change).get("path")) for change in items(item.get("changes"))]
                return kind, Call(ToolKind.EDIT, short(", ".join(relative(path, self.cwd) for path in paths)))
            case "web_search":
                return kind, Call(ToolKind.FETCH, short(text(item.get("query"))))
            case "mcp_tool_call":
                name, given = text(item.get("tool")), mapping(item.get("arguments"))
                return f"{text(item.get('server'))}.{name}", tool_call(name, given, self.cwd)
            case "collab_tool_call":
                return text(item.get("tool")) or kind, Call(ToolKind.AGENT, short(text(item.get("prompt"))))
        return None

    def _planned(self, item: Record) -> list[Event]:
        told = tool_call("plan", {"plan": items(item.get("items"))}).target
        if told == self._plan:
            return []
        self._plan = told
        return [Note(f"plan {told}")]

    def other(self, line: str) -> list[Event]:
        """A tool's call that failed before it began is told on stderr only."""
        match = _router().match(line)
        if match is None:
            return [Raw(line)]
        words = match[1]
        if "rejected" in words or "blocked" in words:
            return [Denied("apply_patch" if words.startswith("patch") else "", "", words)]
        return [Problem(words)]


def _output(item: Record) -> str:
    if told := text(item.get("aggregated_output")):
        return told
    error = item.get("error")
    if error := text(error) or text(mapping(error).get("message")):
        return error
    parts = [mapping(part) for part in items(mapping(item.get("result")).get("content"))]
    if parts:
        return "\n".join(text(part.get("text")) or f"[{text(part.get('type'))}]" for part in parts)
    changes = [mapping(change) for change in items(item.get("changes"))]
    return "\n".join(f"{text(change.get('kind'))} {text(change.get('path'))}" for change in changes)


@cache
def _reconnecting() -> re.Pattern[str]:
    return re.compile(r"Reconnecting\.\.\. (\d{1,9})/\d+(?: \((.*)\))?", re.DOTALL)


@cache
def _router() -> re.Pattern[str]:
    return re.compile(r"\S+\s+ERROR codex_core::tools::\w+: (?:error=)?(.+)")
