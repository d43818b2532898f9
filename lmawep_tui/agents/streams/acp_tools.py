"""Tool calls as ACP agents tell them: first a name, then bit by bit what for, at last what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any, Final

from lmawep_tui.agents.streams.record import Record, clip, items, mapping, text
from lmawep_tui.agents.streams.tools import changed, kind_of, relative, target_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.event import ToolEnded, ToolKind, ToolStarted

_KINDS: Final = {
    **{"read": ToolKind.READ, "edit": ToolKind.EDIT, "delete": ToolKind.EDIT, "move": ToolKind.EDIT},
    **{"search": ToolKind.SEARCH, "execute": ToolKind.COMMAND, "fetch": ToolKind.FETCH},
    **{"think": ToolKind.OTHER, "switch_mode": ToolKind.PLAN, "other": ToolKind.OTHER},
}
_OUTPUTS: Final = ("formatted_output", "aggregated_output", "output", "text", "stdout", "error")
_KEPT: Final = 256 * 1024
"""Characters of live output that are kept until the end of a call, at most."""


@dataclass(slots=True)
class Call:
    """What is known of one call so far."""

    id: str
    name: str = ""
    title: str = ""
    kind: str = ""
    given: Record | None = None
    locations: tuple[str, ...] = ()
    changes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Lines added and removed, by file."""
    output: str = ""
    live: str = ""
    """What a terminal has shown."""
    exit: int | None = None
    told: bool = False
    """Whether its start has been told."""

    def learn(self, update: Record) -> None:
        """Takes in a tool_call, a tool_call_update, or the call in a request for permission."""
        meta = mapping(update.get("_meta"))
        if not self.name:
            own = text(update.get("name")) or text(meta.get("toolName"))
            self.name = own or text(mapping(meta.get("claudeCode")).get("toolName"))
        self.title = text(update.get("title")) or self.title
        self.kind = text(update.get("kind")) or self.kind
        if isinstance(update.get("rawInput"), dict):
            self.given = {**(self.given or {}), **update["rawInput"]}
        if places := items(update.get("locations")):
            told = [text(mapping(place).get("path")) for place in places]
            self.locations = tuple(place for place in told if place) or self.locations
        if content := items(update.get("content")):
            at_work = update.get("status") in ("in_progress", "completed", "failed")  # before, it is a description
            self._learn_content(content, result=at_work)
        if raw := update.get("rawOutput"):
            self._learn_result(raw)
        if meta:
            self._learn_terminal(meta)

    def _learn_content(self, content: Iterable[Any], *, result: bool) -> None:
        words = []
        for part in map(mapping, content):
            if part.get("type") == "diff":
                lines = changed(text(part.get("oldText")), text(part.get("newText")))
                self.changes[text(part.get("path"))] = lines
            words.append(text(mapping(part.get("content")).get("text")))
        if result:
            self.output = "\n".join(word for word in words if word) or self.output

    def _learn_result(self, raw: object) -> None:
        result = mapping(raw)
        words = text(raw) or next((text(result[key]) for key in _OUTPUTS if text(result.get(key))), "")
        self.output = words or self.output
        for status in (result.get("exit_code"), result.get("exitCode"), mapping(result.get("metadata")).get("exit")):
            self.exit = status if isinstance(status, int) else self.exit

    def _learn_terminal(self, meta: Record) -> None:
        shown = text(mapping(meta.get("terminal_output")).get("data"))
        if shown:
            self.live = (self.live + shown)[-_KEPT:]
        status = mapping(meta.get("terminal_exit")).get("exit_code")
        self.exit = status if isinstance(status, int) else self.exit

    @property
    def does(self) -> ToolKind:
        """Its kind, by its own word, else by its name."""
        known = _KINDS.get(self.kind, ToolKind.OTHER)
        return known if known is not ToolKind.OTHER else kind_of(self.name or self.id.partition("__")[0])

    @property
    def called(self) -> str:
        """Its name; some agents tell none but a kind, or hide it in the id."""
        return self.name or (self.id.partition("__")[0] if "__" in self.id else "") or self.kind or self.title

    def target(self, cwd: str) -> str:
        """What it is for; empty while nobody knows."""
        found = target_of(self.does, self.given or {}, cwd)
        if found:
            return found
        if self.does is ToolKind.COMMAND:
            return "" if self.given is not None else self.title
        if self.locations and self.does is not ToolKind.SEARCH:
            return ", ".join(relative(place, cwd) for place in self.locations)
        return "" if self.given is not None and not self.given else self.title

    def started(self, cwd: str, at: float) -> ToolStarted:
        """Its start."""
        self.told = True
        added, removed = self._lines()
        return ToolStarted(self.id, self.called, self.does, self.target(cwd) or self.title, added, removed, at)

    def ended(self, cwd: str, at: float, *, ok: bool) -> ToolEnded:
        """Its end."""
        added, removed = self._lines() if ok else (None, None)
        return ToolEnded(self.id, ok, self.called, self.does, self.target(cwd) or self.title,
                         clip(self.output or self.live), self.exit, added, removed, at)  # fmt: skip

    def _lines(self) -> tuple[int | None, int | None]:
        if not self.changes:
            return None, None
        return sum(added for added, _ in self.changes.values()), sum(removed for _, removed in self.changes.values())
