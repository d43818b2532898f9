"""`codex app-server`, both directions: threads, turns, items, and approvals that somebody has to give."""

from __future__ import annotations

import json
import re
from typing import Final

from lmawep_tui.agents.streams.jsonrpc import JsonRpcParser, Message, refusal
from lmawep_tui.agents.streams.pieces import Pieces
from lmawep_tui.agents.streams.record import Record, clip, items, mapping, moment, number, text
from lmawep_tui.agents.streams.tools import command_line, kind_of, patched, relative, short
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
    Ended,
    Event,
    Limited,
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

_ENDS: Final = {"completed": TurnEnd.COMPLETED, "interrupted": TurnEnd.INTERRUPTED}
_RETRY: Final = re.compile(r"(\d{1,9})/\d")
_STATUS: Final = re.compile(r'"httpStatusCode": ?(\d+)')
_SAID: Final = {"item/agentMessage/delta": "text", "item/reasoning/summaryTextDelta": "thinking",
                "item/reasoning/textDelta": "thinking"}  # fmt: skip
_APPROVALS: Final = ("item/commandExecution/requestApproval", "item/fileChange/requestApproval",
                     "item/permissions/requestApproval")  # fmt: skip
_QUESTION: Final = "item/tool/requestUserInput"
_DECISIONS: Final = (("accept", "Yes"), ("acceptForSession", "Yes, for this session"), ("decline", "No"),
                     ("cancel", "No, and stop"))  # fmt: skip
_QUIET: Final = (
    *("thread/status/changed", "remoteControl/status/changed", "serverRequest/resolved", "thread/name/updated"),
    *("item/commandExecution/outputDelta", "item/fileChange/outputDelta", "item/fileChange/patchUpdated"),
    *("item/reasoning/summaryPartAdded", "turn/diff/updated", "mcpServer/startupStatus/updated", "skills/changed"),
    *("account/updated", "thread/settings/updated"),
)


class StreamParser(JsonRpcParser):
    """Reads format codex-app-server."""

    quiet = frozenset(_QUIET)

    def __init__(self) -> None:
        super().__init__()
        self.told = {
            "thread/started": self._thread,
            "turn/started": self._turn_started,
            "turn/completed": self._turn_completed,
            "turn/plan/updated": self._plan,
            "item/started": self._item_started,
            "item/completed": self._item_completed,
            **dict.fromkeys(_SAID, self._delta),
            **dict.fromkeys(_APPROVALS, self._ask),
            _QUESTION: self._question,
            "thread/tokenUsage/updated": self._usage,
            "account/rateLimits/updated": self._limits,
            "thread/compacted": lambda message: [Note("The conversation was compacted.", message.at)],
            "error": self._error,
            "warning": _warning,
            "configWarning": _warning,
            "deprecationNotice": _warning,
        }
        self.sent = {"initialize": self._initialize, "thread/start": self._folder, "thread/resume": self._folder}
        self.replied = {
            "thread/start": self._thread,
            "thread/resume": self._thread,
            "turn/start": self._refused,
        }
        self.answered = {**dict.fromkeys(_APPROVALS, self._answer), _QUESTION: self._answer_question}
        self._session = self._model = ""
        self._turns = 0
        self._pieces = Pieces()
        self._calls: dict[str, ToolStarted] = {}

    def _initialize(self, message: Message) -> list[Event]:
        self.forget()
        return []

    def _folder(self, message: Message) -> list[Event]:
        self.cwd = text(message.params.get("cwd")) or self.cwd
        return []

    def _thread(self, message: Message) -> list[Event]:
        """Told twice, by the reply and by itself."""
        if message.error:
            return [self._failed(message.error, message.at)]
        thread = mapping((message.result or message.params).get("thread"))
        session = text(thread.get("id"))
        if not session or session == self._session or thread.get("parentThreadId"):
            return []
        self._session, self._model = session, text(thread.get("model"))
        self.cwd = text(thread.get("cwd")) or self.cwd
        return [Started(session, self._model, moment(thread.get("createdAt")))]

    def _turn_started(self, message: Message) -> list[Event]:
        self._turns += 1
        at = moment(mapping(message.params.get("turn")).get("startedAt"))
        return [Started(self._session, self._model, at)] if self._turns > 1 else []

    def _turn_completed(self, message: Message) -> list[Event]:
        turn = mapping(message.params.get("turn"))
        at = moment(turn.get("completedAt"))
        how = _ENDS.get(text(turn.get("status")))
        if how is None:
            return [self._failed(mapping(turn.get("error")), at)]
        return [Ended(how, at=at)]

    def _failed(self, error: Record, at: float) -> Ended:
        words = text(error.get("message")) or "it ended without a word"
        return Ended(TurnEnd.FAILED, words, _wall(error), at=at)

    def _refused(self, message: Message) -> list[Event]:
        """A turn that was not even begun."""
        return [Ended(TurnEnd.FAILED, refusal(message.error), _wall(message.error))] if message.error else []

    def _error(self, message: Message) -> list[Event]:
        error = mapping(message.params.get("error"))
        words, wall = text(error.get("message")), _wall(error)
        if message.params.get("willRetry") is not True:
            return [Problem(words, wall, message.at)]
        attempt = _RETRY.search(words)
        why = text(error.get("additionalDetails")) or words
        return [Retrying(int(attempt[1]) if attempt else 0, why, wall or Wall.OTHER, at=message.at)]

    def _delta(self, message: Message) -> list[Event]:
        item, words = text(message.params.get("itemId")), text(message.params.get("delta"))
        if not words:
            return []
        follows = self._pieces.add(item, words)
        return [Text(words, follows) if _SAID[message.method] == "text" else Thinking(words, follows)]

    def _whole(self, item: Record, whole: str, at: float) -> list[Event]:
        """A finished text, without what has come of it in pieces."""
        words = self._pieces.rest(text(item.get("id")), whole)
        if not words:
            return []
        follows = len(words) < len(whole)
        return [Text(words, follows, at) if item.get("type") == "agentMessage" else Thinking(words, follows, at)]

    def _item_started(self, message: Message) -> list[Event]:
        item = mapping(message.params.get("item"))
        call = self._call(item, moment(message.params.get("startedAtMs")))
        if call is None:
            return []
        self._calls[call.id] = call
        return [call]

    def _item_completed(self, message: Message) -> list[Event]:
        item, at = mapping(message.params.get("item")), moment(message.params.get("completedAtMs"))
        kind = text(item.get("type"))
        if kind == "agentMessage":
            return self._whole(item, text(item.get("text")), at)
        if kind == "reasoning":
            parts = items(item.get("summary")) or items(item.get("content"))
            return self._whole(item, "\n\n".join(part for part in parts if isinstance(part, str)), at)
        call = self._call(item, at)
        if call is None:
            return [Note("The conversation was compacted.", at)] if kind == "contextCompaction" else []
        known = self._calls.pop(call.id, None)
        exit_ = item.get("exitCode")
        ok = item.get("status") not in ("failed", "declined") and (not isinstance(exit_, int) or exit_ == 0)
        ended = ToolEnded(call.id, ok, call.name, call.kind, call.target, clip(_output(item)),
                          exit_ if isinstance(exit_, int) else None,
                          call.added if ok else None, call.removed if ok else None, at)  # fmt: skip
        return [ended] if known else [call, ended]

    def _call(self, item: Record, at: float) -> ToolStarted | None:
        """The tool call that an item is, if it is one."""
        id_, type_ = text(item.get("id")), text(item.get("type"))
        if type_ == "commandExecution":
            command = short(command_line(text(item.get("command")), self.cwd))
            return ToolStarted(id_, "command", ToolKind.COMMAND, command, at=at)
        if type_ == "fileChange":
            changes = [mapping(change) for change in items(item.get("changes"))]
            paths = ", ".join(relative(text(change.get("path")), self.cwd) for change in changes)
            counts = [patched(text(change.get("diff")).split("\n")) for change in changes]
            return ToolStarted(
                id_, "edit", ToolKind.EDIT, paths, sum(c[0] for c in counts), sum(c[1] for c in counts), at
            )
        if type_ in ("mcpToolCall", "dynamicToolCall"):
            name = text(item.get("tool"))
            return ToolStarted(id_, name, kind_of(name), text(item.get("server")), at=at)
        if type_ == "webSearch":
            return ToolStarted(id_, "web search", ToolKind.FETCH, text(item.get("query")), at=at)
        return None

    def _ask(self, message: Message) -> list[Event]:
        params = message.params
        call = self._calls.get(text(params.get("itemId")))
        command = command_line(text(params.get("command")), self.cwd)
        title = short(command) or (call.target if call else "") or text(params.get("reason")) or "something"
        offered = [text(decision) for decision in items(params.get("availableDecisions")) if isinstance(decision, str)]
        options = tuple((id_, label) for id_, label in _DECISIONS if not offered or id_ in offered)
        return [Asked(message.id, Ask.PERMISSION, title, call.name if call else "", options, message.at)]

    def _answer(self, message: Message) -> list[Event]:
        given = message.result.get("decision")
        decision = given if isinstance(given, str) else next(iter(mapping(given)), "")
        label = dict(_DECISIONS).get(decision, decision) or refusal(message.error)
        return [Answered(message.id, decision.startswith("accept"), label, message.at)]

    def _question(self, message: Message) -> list[Event]:
        questions = [mapping(question) for question in items(message.params.get("questions"))]
        first = questions[0] if questions else {}
        options = [text(mapping(option).get("label")) for option in items(first.get("options"))]
        title = " ".join(text(question.get("question")) for question in questions)
        return [Asked(message.id, Ask.QUESTION, title, options=tuple((o, o) for o in options), at=message.at)]

    def _answer_question(self, message: Message) -> list[Event]:
        answers = mapping(message.result.get("answers")).values()
        words = "; ".join(text(word) for answer in answers for word in items(mapping(answer).get("answers")))
        return [Answered(message.id, None, words, message.at)]

    def _usage(self, message: Message) -> list[Event]:
        total = mapping(mapping(message.params.get("tokenUsage")).get("total"))
        cached = number(total.get("cachedInputTokens"))
        told = number(total.get("inputTokens"))
        return [Used(max(0, told - cached), cached, number(total.get("outputTokens")), total=True, at=message.at)]

    def _limits(self, message: Message) -> list[Event]:
        """Each window that is used up, and when it begins anew."""
        limits = mapping(message.params.get("rateLimits"))
        found: list[Event] = []
        for name in ("primary", "secondary"):
            window = mapping(limits.get(name))
            if number(window.get("usedPercent")) >= 100:
                minutes = number(window.get("windowDurationMins"))
                what = f"{minutes // 60} h" if minutes else name
                found.append(Limited(what, moment(window.get("resetsAt")), reached=True, at=message.at))
        return found

    def _plan(self, message: Message) -> list[Event]:
        steps = [mapping(step) for step in items(message.params.get("plan"))]
        done = sum(step.get("status") == "completed" for step in steps)
        return [Note(f"Plan: {done} of {len(steps)} done", message.at)] if steps else []


def _warning(message: Message) -> list[Event]:
    words = text(message.params.get("message")) or text(message.params.get("summary"))
    return [Note(words, message.at)] if words else []


def _wall(error: Record) -> Wall | None:
    """From the status that is buried in the error's kind, else its kind and words."""
    info = json.dumps(error.get("codexErrorInfo"))
    status = _STATUS.search(info)
    words = f"{text(error.get('message'))} {text(error.get('additionalDetails'))}"
    if status is None and "contextWindowExceeded" in info:
        return Wall.CONTEXT
    if status is None and "usageLimitExceeded" in info:
        return Wall.RATE_LIMIT
    return wall_of(words, int(status[1]) if status else 0)


def _output(item: Record) -> str:
    """What a finished call printed, or how it failed."""
    result = mapping(item.get("result"))
    words = "\n".join(text(mapping(part).get("text")) for part in items(result.get("content")))
    return text(item.get("aggregatedOutput")) or words or text(mapping(item.get("error")).get("message"))
