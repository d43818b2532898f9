"""What an ACP agent asks permission for, in words for a person: the tool, its target, the command or the change."""

from __future__ import annotations

import difflib
import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lmawep_tui.agents.acp_files import inside
from lmawep_tui.agents.streams.record import items, mapping, text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.event import Ask, ToolKind
from lmawep_tui.model.question import Question

KINDS: Final = {
    "read": ToolKind.READ,
    "search": ToolKind.SEARCH,
    "edit": ToolKind.EDIT,
    "delete": ToolKind.EDIT,
    "move": ToolKind.EDIT,
    "execute": ToolKind.COMMAND,
    "fetch": ToolKind.FETCH,
    "think": ToolKind.PLAN,
}
"""The protocol's kinds of tools as ours; every other is OTHER."""

_KEPT_CALLS = 200
_MAX_WORDS = 2000
_MAX_DIFF = 200_000
"""Characters of a file beyond which no difference is worked out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tool call that waits for a yes."""

    kind: ToolKind
    title: str
    command: str = ""
    paths: tuple[str, ...] = ()
    detail: str = ""

    def outside(self, worktree: Path) -> str:
        """The first of its paths that is not of the pod; empty when all are."""
        return next((path for path in self.paths if inside(worktree, path) is None), "")

    def words(self, worktree: Path) -> str:
        """`run npm install`, `edit src/limits.py`."""
        if self.kind is ToolKind.COMMAND:
            return f"run {self.command or self.title}"
        if not self.paths or self.kind not in (ToolKind.EDIT, ToolKind.READ):
            return self.title
        return f"{self.kind} {', '.join(_named(worktree, path) for path in self.paths)}"

    def question(self, worktree: Path, options: tuple[tuple[str, str], ...], *, until: float) -> Question:
        """The question that is put to the person; `until` is when nobody waits any more, in seconds since the epoch."""
        return Question(
            ask=Ask.PERMISSION,
            title=f"{self.words(worktree)[:_MAX_WORDS]}?",
            tool=self.kind.value,
            options=options,
            detail=self.detail,
            until=until,
        )


class ToolCalls:
    """What was told of the tool calls at work: a request for permission may name them by id alone."""

    def __init__(self, worktree: Path) -> None:
        self._worktree = worktree
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def note(self, update: Mapping[str, Any]) -> None:
        """Takes in the `update` of a session/update; only the newest calls are kept, and only small facts of them."""
        id_ = text(update.get("toolCallId"))
        if not id_ or update.get("sessionUpdate") not in ("tool_call", "tool_call_update"):
            return
        if update.get("status") in ("completed", "failed"):
            self._known.pop(id_, None)
            return
        known = self._known.setdefault(id_, {})
        known.update({name: value for name, value in _facts(update).items() if value})
        while len(self._known) > _KEPT_CALLS:
            self._known.popitem(last=False)

    def wanted(self, call: Mapping[str, Any]) -> Wanted:
        """What a `toolCall` asks for, completed by what is known of it."""
        facts = {**self._known.get(text(call.get("toolCallId")), {})}
        facts.update({name: value for name, value in _facts(call).items() if value})
        return Wanted(
            kind=KINDS.get(facts.get("kind", ""), ToolKind.OTHER),
            title=facts.get("title") or "use a tool that it does not name",
            command=facts.get("command", ""),
            paths=facts.get("paths", ()),
            detail=_detail(call, facts.get("command", ""), self._worktree),
        )


def _facts(call: Mapping[str, Any]) -> dict[str, Any]:
    given = mapping(call.get("rawInput"))
    paths = [text(mapping(place).get("path")) for place in items(call.get("locations"))]
    paths += [text(mapping(part).get("path")) for part in items(call.get("content"))]
    return {
        "kind": text(call.get("kind")),
        "title": text(call.get("title"))[:_MAX_WORDS],
        "command": _command(given.get("command"))[:_MAX_WORDS],
        "paths": tuple(dict.fromkeys(path[:_MAX_WORDS] for path in paths[:20] if path)),
    }


def _command(value: object) -> str:
    if isinstance(value, list):
        return " ".join(text(word) for word in value[:200])
    return text(value)


def _named(worktree: Path, path: str) -> str:
    """A path as it is named in the pod; one that lies elsewhere as it is."""
    return "/".join(inside(worktree, path) or (path,))


def _detail(call: Mapping[str, Any], command: str, worktree: Path) -> str:
    """The changes, else what the agent says of it, else what goes into the tool."""
    parts = [mapping(part) for part in items(call.get("content"))]
    changes = [(_named(worktree, text(part.get("path"))), _diff(part)) for part in parts if part.get("type") == "diff"]
    if changes:
        return changes[0][1] if len(changes) == 1 else "\n".join(f"{name}\n{change}" for name, change in changes)
    said = [text(mapping(part.get("content")).get("text")) for part in parts]
    given = call.get("rawInput")
    if any(said) or command or not given:
        return "\n".join(filter(None, (command, *said)))
    return json.dumps(given, indent=1, ensure_ascii=False)[: 2 * _MAX_WORDS]


def _diff(part: Mapping[str, Any]) -> str:
    """The hunks of a change; which file it is stands before them."""
    old, new = text(part.get("oldText")), text(part.get("newText"))
    if len(old) + len(new) > _MAX_DIFF:
        return f"{len(old):,} characters become {len(new):,}"
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))
    return "\n".join(lines[2:])
