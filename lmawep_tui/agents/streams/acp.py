"""The Agent Client Protocol, as our own client logs it.

Agents differ in what they announce: some ask for permission without having told of a tool, some tell its name first
and its input later, none marks where one text ends and the next begins.
"""

from __future__ import annotations

from typing import Final

from lmawep_tui.agents.streams.acp_tools import Call
from lmawep_tui.agents.streams.jsonrpc import JsonRpcParser, Message, refusal
from lmawep_tui.agents.streams.record import Record, items, mapping, money, number, text
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
    Denied,
    Ended,
    Event,
    Note,
    Problem,
    Started,
    Text,
    Thinking,
    TurnEnd,
    Used,
    Wall,
)

_ENDS: Final = {"end_turn": TurnEnd.COMPLETED, "cancelled": TurnEnd.INTERRUPTED}
_AUTH_REQUIRED: Final = -32000
_QUIET_UPDATES: Final = (
    *("user_message_chunk", "available_commands_update", "session_info_update", "config_option_update"),
    "config_options_update",
)
_QUIET: Final = ("fs/read_text_file", "fs/write_text_file", "craft/drainMidTurnQueue", "terminal/create",
                 "terminal/output", "terminal/wait_for_exit", "terminal/kill", "terminal/release")  # fmt: skip


class StreamParser(JsonRpcParser):
    """Reads format acp."""

    quiet = frozenset(_QUIET)

    def __init__(self) -> None:
        super().__init__()
        self.told = {"session/update": self._update, "session/request_permission": self._ask}
        self.sent = {
            "initialize": self._initialize,
            "session/new": self._open_session,
            "session/load": self._open_session,
            "session/resume": self._open_session,
            "session/prompt": self._prompt,
        }
        self.replied = {
            "initialize": self._initialized,
            "session/new": self._session_open,
            "session/load": self._session_open,
            "session/resume": self._session_open,
            "session/prompt": self._turn_over,
        }
        self.answered = {"session/request_permission": self._answer}
        self._updates = {
            **dict.fromkeys(_QUIET_UPDATES, _nothing),
            "agent_message_chunk": self._chunk,
            "agent_thought_chunk": self._chunk,
            "tool_call": self._tool,
            "tool_call_update": self._tool_update,
            "plan": self._plan,
            "usage_update": self._usage,
            "current_mode_update": self._mode,
        }
        self._session = ""
        self._replayed = False
        """Whether what comes is the past of a session that is being loaded."""
        self._prompted = False
        self._glue: tuple[str, str] | None = None
        """Kind and message of the text that the next piece may go on with."""
        self._calls: dict[str, Call] = {}

    def close(self) -> list[Event]:
        """Calls whose input never came."""
        return self._untold(0.0)

    def _initialize(self, message: Message) -> list[Event]:
        self.forget()
        self._calls.clear()
        self._glue, self._replayed, self._prompted = None, False, False
        return []

    def _initialized(self, message: Message) -> list[Event]:
        return [self._failed(message)] if message.error else []

    def _open_session(self, message: Message) -> list[Event]:
        self.cwd = text(message.params.get("cwd")) or self.cwd
        self._replayed = message.method == "session/load"
        return []

    def _session_open(self, message: Message) -> list[Event]:
        found = self._untold(message.at)
        self._replayed, self._glue = False, None
        if message.error:
            if message.method == "session/new":
                return [*found, self._failed(message)]
            return [*found, Problem(f"The session could not be taken up: {refusal(message.error)}", at=message.at)]
        self._session = text(message.result.get("sessionId")) or text(message.params.get("sessionId"))
        return [*found, Started(self._session, _model(message.result), message.at)]

    def _prompt(self, message: Message) -> list[Event]:
        """A further prompt in a session that has had one begins a further turn."""
        further, self._prompted = self._prompted, True
        return [Started(self._session, at=message.at)] if further else []

    def _turn_over(self, message: Message) -> list[Event]:
        found: list[Event] = self._untold(message.at)
        self._glue = None
        self._calls.clear()
        if message.error:
            return [*found, self._failed(message)]
        usage = mapping(message.result.get("usage"))
        if usage:
            found.append(_used(usage, message.at))
        reason = text(message.result.get("stopReason"))
        how = _ENDS.get(reason, TurnEnd.FAILED)
        return [*found, Ended(how, "" if how is not TurnEnd.FAILED else reason or "no reason", at=message.at)]

    def _failed(self, message: Message) -> Ended:
        words = refusal(message.error)
        wall = wall_of(words) or (Wall.AUTH if message.error.get("code") == _AUTH_REQUIRED else None)
        return Ended(TurnEnd.FAILED, words, wall, at=message.at)

    def _update(self, message: Message) -> list[Event]:
        update = mapping(message.params.get("update"))
        return self._updates[text(update.get("sessionUpdate"))](update, message.at)

    def _chunk(self, update: Record, at: float) -> list[Event]:
        words = text(mapping(update.get("content")).get("text"))
        if self._replayed or not words:
            return []
        kind = text(update.get("sessionUpdate"))
        block = (kind, text(update.get("messageId")))
        follows = block == self._glue
        if not follows and not words.strip():
            return []
        self._glue = block
        said = Text(words, follows, at) if kind == "agent_message_chunk" else Thinking(words, follows, at)
        return [*self._untold(at), said]

    def _tool(self, update: Record, at: float) -> list[Event]:
        self._glue = None
        id_ = text(update.get("toolCallId"))
        call = self._calls.setdefault(id_, Call(id_))
        call.learn(update)
        return self._tell(call, text(update.get("status")), at)

    def _tool_update(self, update: Record, at: float) -> list[Event]:
        """As the start; a call that was only asked permission for is not announced later either."""
        self._glue = None
        id_ = text(update.get("toolCallId"))
        call = self._calls.get(id_)
        if call is None:
            call = self._calls[id_] = Call(id_, told=True)
        call.learn(update)
        return self._tell(call, text(update.get("status")), at)

    def _tell(self, call: Call, status: str, at: float) -> list[Event]:
        over = status in ("completed", "failed")
        found: list[Event] = []
        if not call.told and (over or call.target(self.cwd)):
            found.append(call.started(self.cwd, at))
        if over:
            found.append(call.ended(self.cwd, at, ok=status == "completed"))
            del self._calls[call.id]
        return found

    def _untold(self, at: float) -> list[Event]:
        return [call.started(self.cwd, at) for call in self._calls.values() if not call.told]

    def _ask(self, message: Message) -> list[Event]:
        self._glue = None
        wanted = mapping(message.params.get("toolCall"))
        id_ = text(wanted.get("toolCallId"))
        call = self._calls.get(id_)
        if call is None:
            call = self._calls[id_] = Call(id_, told=True)
        call.learn(wanted)
        options = [mapping(option) for option in items(message.params.get("options"))]
        named = tuple((text(o.get("optionId")), text(o.get("name")) or text(o.get("optionId"))) for o in options)
        title = call.target(self.cwd) or call.title or "something"
        told: list[Event] = [] if call.told else [call.started(self.cwd, message.at)]
        return [*told, Asked(message.id, Ask.PERMISSION, title, call.called, named, message.at)]

    def _answer(self, message: Message) -> list[Event]:
        outcome = mapping(message.result.get("outcome"))
        chosen = text(outcome.get("optionId"))
        options = [mapping(option) for option in items(message.params.get("options"))]
        option = next((o for o in options if o.get("optionId") == chosen), {})
        allowed = outcome.get("outcome") == "selected" and text(option.get("kind")).startswith("allow")
        words = text(option.get("name")) or chosen or text(outcome.get("outcome")) or refusal(message.error)
        answered = Answered(message.id, allowed, words, message.at)
        if allowed:
            return [answered]
        call = mapping(message.params.get("toolCall"))
        known = self._calls.get(text(call.get("toolCallId")))
        target = (known.target(self.cwd) if known else "") or text(call.get("title"))
        name = known.called if known else text(call.get("kind"))
        why = "nobody answered" if outcome.get("outcome") == "cancelled" else words
        return [answered, Denied(name, target, why, message.at, asked=True)]

    def _plan(self, update: Record, at: float) -> list[Event]:
        self._glue = None
        steps = [mapping(step) for step in items(update.get("entries"))]
        if self._replayed or not steps:
            return []
        done = sum(step.get("status") == "completed" for step in steps)
        now = next((text(step.get("content")) for step in steps if step.get("status") == "in_progress"), "")
        return [Note(f"Plan: {done} of {len(steps)} done" + (f", now: {now}" if now else ""), at)]

    def _usage(self, update: Record, at: float) -> list[Event]:
        if self._glue is not None and not self._glue[1]:
            self._glue = None
        cost = mapping(update.get("cost"))
        amount = money(cost.get("amount")) if cost.get("currency", "USD") == "USD" else None
        return [] if amount is None else [Used(cost=amount, total=True, at=at)]

    def _mode(self, update: Record, at: float) -> list[Event]:
        return [Note(f"Mode: {text(update.get('currentModeId'))}", at)]


def _used(usage: Record, at: float) -> Used:
    """What a turn used; what it cost is told apart, and for the whole session."""
    return Used(
        input=number(usage.get("inputTokens")) + number(usage.get("cachedWriteTokens")),
        cached=number(usage.get("cachedReadTokens")),
        output=number(usage.get("outputTokens")),
        at=at,
    )


def _nothing(update: Record, at: float) -> list[Event]:
    return []


def _model(result: Record) -> str:
    """The model's name, from either of the places it is told in."""
    options = [mapping(option) for option in items(result.get("configOptions"))]
    chosen = next((text(option.get("currentValue")) for option in options if option.get("id") == "model"), "")
    return text(mapping(result.get("models")).get("currentModelId")) or chosen
