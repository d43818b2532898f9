"""`opencode run --format json`: one finished part a line, no closing event.

A turn ends with a `step_finish` that asks for no further tools. Permissions that nobody can give are rejected at once:
a coloured line on stderr says so, the tool call fails, and the process ends without another word.
"""

from __future__ import annotations

import re

from lmawep_tui.agents.streams.complaint import complaint, plain
from lmawep_tui.agents.streams.record import Record, RecordParser, clip, items, mapping, moment, money, number, text
from lmawep_tui.agents.streams.tools import call, patched
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Denied,
    Ended,
    Event,
    Note,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)

_ASKED = re.compile(r"permission requested: (?P<tool>\S+)(?: \((?P<target>.*)\))?; auto-rejecting\s*$")
_REJECTED = ("The user rejected permission", "The user has specified a rule which prevents")
_STOPPED = "stopped after a rejected permission"


class StreamParser(RecordParser):
    """Reads format opencode-parts."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers = {
            "step_start": self._step_start,
            "step_finish": self._step_finish,
            "text": self._text,
            "reasoning": self._reasoning,
            "tool_use": self._tool_use,
            "error": self._error,
        }
        self._session = ""
        self._reason = ""
        """Of the last step, while no end of the turn has come of it."""
        self._rejected = False
        """Whether the last tool was refused."""
        self._warned: list[tuple[str, str]] = []
        """What stderr said was rejected, while the failed call has not come."""
        self._refused: list[tuple[str, str]] = []
        """The other way round: the two streams meet in the log in any order."""
        self._priced = False

    def other(self, line: str) -> list[Event]:
        """Its warning about a permission, and what it cannot do at all."""
        asked = _ASKED.search(plain(line))
        return complaint(line) if asked is None else self._warn(asked["tool"], asked["target"] or "")

    def close(self) -> list[Event]:
        """The end of a turn that only the end of the process tells, and a price of nothing where no step was paid."""
        found: list[Event] = [] if self._priced else [Used(cost=0.0)]
        if self._reason == "tool-calls" and self._rejected:
            found.append(Ended(TurnEnd.FAILED, _STOPPED))
        elif self._reason and self._reason != "tool-calls":
            found.append(self._end(self._reason))
        return found

    def _begin(self, record: Record) -> tuple[list[Event], Record, float]:
        """The start of the session when this is its first record; the record's part; its time."""
        at = moment(record.get("timestamp"))
        session = text(record.get("sessionID"))
        begun: list[Event] = []
        if session and not self._session:
            self._session = session
            begun.append(Started(session, at=at))
        return begun, mapping(record.get("part")), at

    def _step_start(self, record: Record) -> list[Event]:
        begun, _, at = self._begin(record)
        ended: list[Event] = [self._end(self._reason, at)] if self._reason not in ("", "tool-calls") else []
        self._reason, self._rejected = "", False
        return begun + ended

    def _text(self, record: Record) -> list[Event]:
        begun, part, at = self._begin(record)
        return [*begun, Text(text(part.get("text")), at=at)]

    def _reasoning(self, record: Record) -> list[Event]:
        begun, part, at = self._begin(record)
        return [*begun, Thinking(text(part.get("text")), at=at)]

    def _step_finish(self, record: Record) -> list[Event]:
        begun, part, at = self._begin(record)
        tokens = mapping(part.get("tokens"))
        cache = mapping(tokens.get("cache"))
        self._priced = True
        used = Used(
            input=number(tokens.get("input")) + number(cache.get("write")),
            cached=number(cache.get("read")),
            output=number(tokens.get("output")),
            cost=money(part.get("cost")),
            at=at,
        )
        self._reason = text(part.get("reason"))
        if self._reason != "stop":  # an error that says more may follow
            return [*begun, used]
        return [*begun, used, self._end("stop", at)]

    def _end(self, reason: str, at: float = 0.0) -> Ended:
        self._reason = ""
        if reason == "stop":
            return Ended(TurnEnd.COMPLETED, at=at)
        return Ended(TurnEnd.FAILED, reason, at=at)

    def _error(self, record: Record) -> list[Event]:
        begun, _, at = self._begin(record)
        error = mapping(record.get("error"))
        data = mapping(error.get("data"))
        name = text(error.get("name"))
        words = text(data.get("message")) or name or "an error without a word"
        self._reason = ""
        if name == "MessageAbortedError":
            return [*begun, Ended(TurnEnd.INTERRUPTED, words, at=at)]
        return [*begun, Ended(TurnEnd.FAILED, words, _wall(name, words, number(data.get("statusCode"))), at=at)]

    def _tool_use(self, record: Record) -> list[Event]:
        begun, part, at = self._begin(record)
        state = mapping(part.get("state"))
        given, metadata, time = mapping(state.get("input")), mapping(state.get("metadata")), mapping(state.get("time"))
        name, id_ = text(part.get("tool")), text(part.get("callID"))
        self._see_folder(text(given.get("filePath")), text(state.get("title")))
        told = call(name, given, self.cwd)
        kind, target = told.kind, told.target
        added, removed = _changed(metadata) or (told.added, told.removed)
        failed = state.get("status") != "completed"
        output = text(state.get("error")) if failed else text(state.get("output"))
        self._rejected = failed and output.startswith(_REJECTED[0])
        exit_ = metadata.get("exit") if isinstance(metadata.get("exit"), int) else None
        started = ToolStarted(id_, name, kind, target, added, removed, moment(time.get("start")) or at)
        if failed:
            added, removed = None, None
        end = moment(time.get("end")) or at
        ended = ToolEnded(id_, not failed, name, kind, target, clip(output), exit_, added, removed, end)
        denied = self._refuse(name, target, output, at) if failed and output.startswith(_REJECTED) else []
        return [*begun, started, *denied, ended]

    def _see_folder(self, path: str, title: str) -> None:
        """The stream does not say where it works; its titles are paths seen from there."""
        if title and path.endswith(f"/{title}"):
            self.cwd = path[: -len(title) - 1]

    def _refuse(self, tool: str, target: str, why: str, at: float) -> list[Event]:
        """A failed call; the warning before it may have told it already."""
        if (tool, target) in self._warned:
            self._warned.remove((tool, target))
            return []
        self._refused.append((tool, target))
        return [Denied(tool, target, why, at=at)]

    def _warn(self, tool: str, target: str) -> list[Event]:
        if (tool, target) in self._refused:
            self._refused.remove((tool, target))
            return [Note(f"Permission for {tool} was refused: nobody could be asked.")]
        self._warned.append((tool, target))
        return [Denied(tool, target, "nobody could be asked")]


def _wall(name: str, words: str, status: int) -> Wall | None:
    named = {"ProviderAuthError": Wall.AUTH, "ContextOverflowError": Wall.CONTEXT}.get(name)
    return named or wall_of(words, status)


def _changed(metadata: Record) -> tuple[int, int] | None:
    """Lines added and removed, where the end of a call tells."""
    files = items(metadata.get("files")) or [metadata[key] for key in ("filediff",) if key in metadata]
    if files and all("additions" in mapping(file) for file in files):
        return sum(number(f.get("additions")) for f in files), sum(number(f.get("deletions")) for f in files)
    diff = text(metadata.get("diff"))
    return patched(diff.split("\n")) if diff else None
