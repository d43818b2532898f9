"""What aider prints: no format, but a few lines that are always the same."""

from __future__ import annotations

import re

from lmawep_tui.agents.streams.record import clip
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

_KNOWN = re.compile(
    r"Model: (?P<model>\S+)|Main model: (?P<main>\S+)|Tokens: (?P<tokens>.*)|Applied edit to (?P<edit>.+)"
    r"|Commit (?P<commit>[0-9a-f]{7,40} .*)|(?P<error>litellm\.\w+: .*)|Retrying in (?P<wait>[\d.]{1,9}) seconds"
    r"|► \*\*(?P<voice>THINKING|ANSWER)\*\*|(?P<rule>-{12,})$"
    r"|# (?P<failed>\d{1,9}) SEARCH/REPLACE blocks? failed to match"
    r"|(?P<limit>Model .* has hit a token limit!)|(?P<head>Aider v|Git repo: |Repo-map: |Added .* to the chat)"
)
_FIRST = frozenset("MTACRGl►-#")
"""What such a line begins with: most lines need no closer look."""
_COUNT = re.compile(r"([\d.,]+)([kM]?) (sent|cache write|cache hit|received)")
_COST = re.compile(r"\$([\d.]+) session")
_TIMES = {"": 1, "k": 1_000, "M": 1_000_000}


class Aider:
    """Reads aider's lines; it ends with its process, and always with exit status 0."""

    def __init__(self) -> None:
        self._thinking = self._speaking = self._answered = False
        self._failed = ""
        self._wall: Wall | None = None
        self._edits = 0

    def line(self, line: str) -> list[Event]:
        match = _KNOWN.match(line) if line[:1] in _FIRST else None
        if match is None:
            return self._words(line)
        kind = match.lastgroup or ""
        if kind != "rule":
            self._speaking = False
        return self._known(kind, match[kind], line)

    def _known(self, kind: str, words: str, line: str) -> list[Event]:
        match kind:
            case "model" | "main":
                return [Started(model=words)]
            case "tokens":
                self._answered, self._failed, self._wall = True, "", None
                return _used(words)
            case "edit":
                return self._edit(words, ok=True)
            case "failed":
                return self._edit(line.lstrip("# "), ok=False)
            case "error" | "limit":
                self._failed, self._wall = clip(line), Wall.CONTEXT if kind == "limit" else wall_of(line)
                return [Problem(self._failed, self._wall)]
            case "wait":
                return [Retrying(0, self._failed, self._wall or Wall.OTHER, _number(words))]
            case "voice":
                self._thinking = words == "THINKING"
                return []
            case "rule":
                return []
        return [Note(line if kind == "commit" else line.strip())]

    def _words(self, line: str) -> list[Event]:
        if not self._speaking and not line:
            return []
        partial, self._speaking = self._speaking, True
        return [Thinking(line + "\n", partial) if self._thinking else Text(line + "\n", partial)]

    def _edit(self, target: str, *, ok: bool) -> list[Event]:
        self._edits += 1
        id_ = f"edit-{self._edits}"
        started = ToolStarted(id_, "edit", ToolKind.EDIT, target if ok else "")
        return [started, ToolEnded(id_, ok, "edit", ToolKind.EDIT, started.target, "" if ok else target)]

    def close(self) -> list[Event]:
        if self._failed:
            return [Ended(TurnEnd.FAILED, self._failed, self._wall)]
        return [Ended(TurnEnd.COMPLETED)] if self._answered else []


def _used(words: str) -> list[Event]:
    counts = {what: round(_number(count) * _TIMES[unit]) for count, unit, what in _COUNT.findall(words)}
    given = counts.get("sent", 0) + counts.get("cache write", 0)
    found: list[Event] = [Used(given, counts.get("cache hit", 0), counts.get("received", 0))]
    if cost := _COST.search(words):
        found.append(Used(cost=_number(cost[1]), total=True))
    return found


def _number(words: str) -> float:
    try:
        return float(words.replace(",", "").rstrip("."))
    except ValueError:
        return 0.0
