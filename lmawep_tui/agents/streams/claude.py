"""claude-stream: what Claude Code and Qwen Code print with `--output-format stream-json`."""

from __future__ import annotations

from typing import Final

from lmawep_tui.agents.streams.claude_asks import Asks
from lmawep_tui.agents.streams.claude_results import exit_status, lines, output
from lmawep_tui.agents.streams.pieces import Pieces
from lmawep_tui.agents.streams.record import (
    Record,
    RecordParser,
    clip,
    items,
    mapping,
    moment,
    money,
    number,
    text,
)
from lmawep_tui.agents.streams.tools import Call, call
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Denied,
    Ended,
    Event,
    Limited,
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
_NOTE = 2000
"""Characters of a note: a sub-agent's words are no more than that."""
_SILENT: Final = (
    "thinking_tokens",
    "status",
    "session_state_changed",
    "hook_started",
    "task_updated",
    "task_progress",
    "background_tasks_changed",
    "files_persisted",
    "post_turn_summary",
)
"""Progress that no person wants a line of."""


class StreamParser(RecordParser):
    """Reads claude-stream."""

    def __init__(self) -> None:
        super().__init__()
        self._asks = Asks()
        self.handlers = {
            "assistant": self._assistant,
            "user": self._user,
            "stream_event": self._piece,
            "system": self._system,
            "result": self._result,
            "control_request": self._request,
            "control_response": self._response,
            "control_cancel_request": self._asks.cancelled,
            "rate_limit_event": self._limit,
            "keep_alive": _nothing,
            "tool_progress": _nothing,
            "tool_use_summary": _nothing,
            "prompt_suggestion": _nothing,
        }
        self._calls: dict[str, tuple[str, Call]] = {}
        """Tools at work, by id: name and what it does."""
        self._refused: set[str] = set()
        self._pieces = Pieces()
        self._wall: Wall | None = None

    # What the agent says and does.

    def _request(self, record: Record) -> list[Event]:
        """A method, not a lambda: a parser is copied to read on from the middle, and its handlers with it."""
        return self._asks.request(record, self.cwd)

    def _assistant(self, record: Record) -> list[Event]:
        message = mapping(record.get("message"))
        at, within = moment(record.get("timestamp")), bool(record.get("parent_tool_use_id"))
        error = text(record.get("error"))
        if error:
            self._wall = wall_of(error) or self._wall
        found: list[Event] = []
        for block in items(message.get("content")):
            match block.get("type"):
                case "text" if error:
                    found.append(Problem(clip(text(block.get("text"))), wall_of(f"{error} {block.get('text')}"), at))
                case "text" | "thinking" as kind if within:
                    found += _of_sub_agent(text(block.get(kind)), at) if kind == "text" else ()
                case "text" | "thinking" as kind:
                    found += self._words(kind, text(block.get(kind)), at)
                case "tool_use" | "server_tool_use" | "mcp_tool_use":
                    found.append(self._call(block, at))
        return found

    def _words(self, kind: str, words: str, at: float) -> list[Event]:
        """A finished block, or what is new in it when its pieces have been told already."""
        rest = self._pieces.rest(kind, words)
        if not rest:
            return []
        partial = len(rest) < len(words)
        return [Text(rest, partial, at) if kind == "text" else Thinking(rest, partial, at)]

    def _call(self, block: Record, at: float) -> Event:
        name, id_ = text(block.get("name")), text(block.get("id"))
        told = call(name, mapping(block.get("input")), self.cwd)
        if len(self._calls) < _OPEN_KEPT:
            self._calls[id_] = name, told
        return ToolStarted(id_, name, told.kind, told.target, told.added, told.removed, at)

    def _user(self, record: Record) -> list[Event]:
        content, at = mapping(record.get("message")).get("content"), moment(record.get("timestamp"))
        if record.get("isReplay") or not isinstance(content, list):
            return []
        found: list[Event] = []
        for block in content:
            match block.get("type"):
                case "tool_result":
                    found += self._came_back(block, record, at)
                case "text" if not record.get("parent_tool_use_id"):
                    found.append(Note(clip(text(block.get("text")), _NOTE), at))
        return found

    def _came_back(self, block: Record, record: Record, at: float) -> list[Event]:
        id_ = text(block.get("tool_use_id"))
        name, told = self._calls.pop(id_, ("", Call(ToolKind.OTHER, "")))
        ok, gave = block.get("is_error") is not True, output(block.get("content"))
        more = mapping(record.get("tool_use_result"))
        added, removed = lines(more, told) if ok else (None, None)
        status = exit_status(gave, ok, more) if told.kind is ToolKind.COMMAND else None
        answered = self._asks.came_back(id_, ok, more, at)
        ended = ToolEnded(id_, ok, name, told.kind, told.target, clip(gave), status, added, removed, at)
        return [*answered, ended]

    def _piece(self, record: Record) -> list[Event]:
        if record.get("parent_tool_use_id"):
            return []
        event = mapping(record.get("event"))
        match event.get("type"):
            case "message_start":
                self._pieces.clear()
            case "content_block_start":
                self._pieces.begin(text(mapping(event.get("content_block")).get("type")))
            case "content_block_delta":
                delta = mapping(event.get("delta"))
                match delta.get("type"):
                    case "text_delta":
                        return self._delta("text", text(delta.get("text")))
                    case "thinking_delta":
                        return self._delta("thinking", text(delta.get("thinking")))
        return []

    def _delta(self, kind: str, words: str) -> list[Event]:
        if not words:
            return []
        partial = self._pieces.add(kind, words)
        return [Text(words, partial) if kind == "text" else Thinking(words, partial)]

    # What the program says of itself.

    def _system(self, record: Record) -> list[Event]:
        subtype = text(record.get("subtype"))
        if subtype == "session_state_changed" and record.get("state") == "running":
            return self._asks.running()
        if subtype in _SILENT:
            return []
        match subtype:
            case "init":
                self.cwd = text(record.get("cwd")) or self.cwd
                self._wall = None
                return [Started(text(record.get("session_id")), text(record.get("model")))]
            case "api_retry" | "retry":
                return [self._retry(record)]
            case "permission_denied":
                return self._denied(record, text(record.get("message")))
            case "hook_response":
                return _hook(record)
            case "task_started" | "task_notification":
                words = text(record.get("description")) or text(record.get("summary"))
                status = text(record.get("status")) or "started"
                return [Note(clip(f"task {status}: {words}", _NOTE))]
            case "compact_boundary":
                return [Note("The conversation was shortened to fit the model's context.")]
        words = text(record.get("content")) or text(record.get("message"))
        return [Note(clip(words, _NOTE))] if words else [Raw(clip(str(record), _NOTE), kind=f"system/{subtype}")]

    def _retry(self, record: Record) -> Event:
        told = mapping(record.get("data")) or record
        why, status = text(told.get("error")), number(told.get("error_status"))
        delay = number(told.get("retry_delay_ms")) or number(told.get("delayMs"))
        wall = wall_of(why, status) or self._wall or Wall.OTHER
        self._wall = None
        return Retrying(number(told.get("attempt")), why or text(told.get("reason")), wall, delay / 1000)

    def _result(self, record: Record) -> list[Event]:
        error = mapping(record.get("error"))
        words, why = text(record.get("result")), text(record.get("terminal_reason"))
        errors = "\n".join(filter(None, map(text, items(record.get("errors"))))) or text(error.get("message"))
        found: list[Event] = []
        for denial in items(record.get("permission_denials")):
            found += self._denied(mapping(denial), "")
        found += _usage(record)
        wall: Wall | None = None
        if record.get("is_error") is True or text(record.get("subtype")).startswith("error"):
            how = TurnEnd.INTERRUPTED if why.startswith("aborted") else TurnEnd.FAILED
            errors = errors or words
            wall = wall_of(f"{why} {errors}", number(record.get("api_error_status"))) or self._wall
        else:
            how, errors = TurnEnd.COMPLETED, ""
        self._calls.clear()
        self._asks.clear()
        self._wall = None
        return [*found, Ended(how, clip(errors), None if how is TurnEnd.INTERRUPTED else wall, words)]

    def _limit(self, record: Record) -> list[Event]:
        told = mapping(record.get("rate_limit_info")) or record
        status, kind = text(told.get("status")), text(told.get("rateLimitType")).replace("_", " ")
        return [Limited(f"{kind} limit: {status}".strip(), moment(told.get("resetsAt")), status == "rejected")]

    def other(self, line: str) -> list[Event]:
        if line.startswith("Retrying in ") and (wall := wall_of(line)):  # qwen says only on stderr what it waits for
            self._wall = wall
            return [Problem(line, wall)]
        return [Raw(line)]

    def _response(self, record: Record) -> list[Event]:
        response = mapping(record.get("response"))
        return [Problem(clip(text(response.get("error"))))] if response.get("subtype") == "error" else []

    def _denied(self, record: Record, why: str) -> list[Event]:
        id_, tool = text(record.get("tool_use_id")), text(record.get("tool_name"))
        if (id_ and id_ in self._refused) or self._asks.asked_for(id_) or len(self._refused) >= _OPEN_KEPT:
            return []
        self._refused.add(id_)
        target = self._calls[id_][1].target if id_ in self._calls else ""
        return [
            Denied(tool, target or call(tool, mapping(record.get("tool_input")), self.cwd).target, clip(why, _NOTE))
        ]


def _nothing(_: Record) -> list[Event]:
    return []


def _of_sub_agent(words: str, at: float) -> list[Event]:
    """A sub-agent's words are not the agent's own: a note, and never a report."""
    return [Note(f"sub-agent: {clip(words, _NOTE)}", at)] if words else []


def _hook(record: Record) -> list[Event]:
    words = (text(record.get("output")) or text(record.get("stderr"))).strip()
    return [Note(clip(f"hook {text(record.get('hook_name'))}: {words or text(record.get('outcome'))}", _NOTE))]


def _usage(record: Record) -> list[Event]:
    """Claude counts the tokens of the turn and the cost of the session; Qwen the tokens of the session, the cached ones
    among them."""
    usage, cost = mapping(record.get("usage")), money(record.get("total_cost_usd"))
    cached, output = number(usage.get("cache_read_input_tokens")), number(usage.get("output_tokens"))
    given = number(usage.get("input_tokens")) + number(usage.get("cache_creation_input_tokens"))
    session = "total_tokens" in usage
    found: list[Event] = []
    if given or cached or output:
        found.append(Used(max(0, given - cached) if session else given, cached, output, total=session))
    if cost is not None:
        found.append(Used(cost=cost, total=True))
    return found
