"""What a program of the claude-stream family waits for: a permission or a question, by control request."""

from __future__ import annotations

from typing import Final

from lmawep_tui.agents.streams.record import Record, items, mapping, text
from lmawep_tui.agents.streams.tools import call
from lmawep_tui.model.event import Answered, Ask, Asked, Event

_QUESTION: Final = "askuserquestion"
_KEPT: Final = 1000
_PERMISSION: Final = (("allow", "Allow"), ("deny", "Deny"))


class Asks:
    """Requests that are open: by their tool call's id, or their own, the id of the request and what it asks for."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, Ask]] = {}

    def clear(self) -> None:
        """The turn is over, and nobody waits any more."""
        self._open.clear()

    def request(self, record: Record, cwd: str) -> list[Event]:
        """It waits, when the request is for leave to use a tool; AskUserQuestion is one that asks the person."""
        request, id_ = mapping(record.get("request")), text(record.get("request_id"))
        if request.get("subtype") != "can_use_tool":
            return []
        tool, given = text(request.get("tool_name")), mapping(request.get("input"))
        asks = tool.replace("_", "").lower() == _QUESTION
        kind = Ask.QUESTION if asks else Ask.PERMISSION
        if len(self._open) < _KEPT:
            self._open[text(request.get("tool_use_id")) or id_] = id_, kind
        target = call(tool, given, cwd).target
        if asks:
            return [Asked(id_, kind, target, tool, _answers(given))]
        title = f"{tool}: {target or text(request.get('description'))}".rstrip(": ")
        return [Asked(id_, kind, title, tool, _PERMISSION)]

    def running(self) -> list[Event]:
        """It works again: a permission has been answered, though not told how. A question's answer comes by itself."""
        tools = [tool for tool, (_, ask) in self._open.items() if ask is Ask.PERMISSION]
        return [Answered(self._open.pop(tool)[0]) for tool in tools]

    def came_back(self, tool_id: str, ok: bool, more: Record, at: float) -> list[Event]:
        """The tool that it asked for has come back."""
        if tool_id not in self._open:
            return []
        id_, ask = self._open.pop(tool_id)
        if ask is Ask.PERMISSION:
            return [Answered(id_, ok, at=at)]
        answers = mapping(more.get("answers")).values()
        return [Answered(id_, answer="\n".join(filter(None, map(text, answers))), at=at)]

    def cancelled(self, record: Record) -> list[Event]:
        """The program has withdrawn a request."""
        id_ = text(record.get("request_id"))
        for tool, (asked, _) in list(self._open.items()):
            if asked == id_:
                del self._open[tool]
                return [Answered(id_)]
        return []


def _answers(given: Record) -> tuple[tuple[str, str], ...]:
    """The answers to the first question, each its own id: that is what `answers` wants."""
    first = next((mapping(each) for each in items(given.get("questions"))), {})
    options = [mapping(each) for each in items(first.get("options"))]
    labels = [(text(each.get("label")), text(each.get("description"))) for each in options]
    return tuple((label, f"{label}: {more}" if more and more != label else label) for label, more in labels if label)
