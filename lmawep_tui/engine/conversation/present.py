"""Events → lines: the conversation as a person wants to skim it.

Time where it is known, a tool and what it was called for, what came of it; the agent's own words whole, its thoughts in
one line, long output folded. Everything that came from outside is made safe here, before it is measured.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from lmawep_tui.engine.conversation import kinds, words
from lmawep_tui.engine.conversation.draft import Draft
from lmawep_tui.engine.conversation.line import Line, Segment
from lmawep_tui.engine.conversation.look import Turned
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
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
)
from lmawep_tui.model.usage import Usage

_MOST_TOOLS = 256
"""Tools under way that are remembered."""
_ENDS = {
    TurnEnd.COMPLETED: ("✓ completed", "ok"),
    TurnEnd.FAILED: ("✗ failed", "error"),
    TurnEnd.INTERRUPTED: ("■ interrupted", "warn"),
}


class Presenter(Draft):
    """Takes events in order and keeps the lines they make; the last ones may still change."""

    def __init__(self, *, fold: bool = True, root: str = "", whole: bool = True, clocked: bool = False,
                 turned: Turned | None = None) -> None:  # fmt: skip
        """`root` is the pod's folder, left out of paths; `whole` says that the events begin where the log does."""
        super().__init__(fold=fold, whole=whole, clocked=clocked, turned=turned)
        self._root = root
        self._usage: Usage | None = Usage() if whole else None
        self._tools: OrderedDict[str, ToolStarted] = OrderedDict()
        """Tools under way."""
        self._session = self._answer = ""

    # -- what comes in --------------------------------------------------------------------------------------------

    def take(self, event: Event, at: float = 0.0, origin: int = 0) -> None:
        """Takes in one event of the record at byte `origin`; `at` is when it came, where it does not say itself."""
        self._at, self._origin = event.at or at, origin
        if self._at > 0 and not self.clocked:
            self.clocked = True
            for line in self.lines:
                line.clocked = True
        match event:
            case Text() | Thinking():
                self._speak(event)
            case ToolStarted():
                self._start_tool(event)
            case ToolEnded():
                self._end_tool(event)
            case Used():
                self._count(event)
            case Raw():
                self._raw(event)
            case Limited() if not event.reached:
                pass
            case Note() if self._open_tool:
                self._note_before(event)
            case _:
                self.flush()
                self._mark(event)

    def take_all(self, events: Iterable[tuple[Event, float]]) -> None:
        """Takes in events, each with the time it came."""
        for event, at in events:
            self.take(event, at)

    def giant(self, head: bytes, size: int, origin: int) -> None:
        """A record that is too long to be read whole; `head` is its beginning."""
        self.flush()
        self._at, self._origin = 0.0, origin
        shown = words.one_line(head.decode("utf-8", "replace"))[:200]
        self._add("raw", [(f"… {words.size_of(size)} in one line: ", "warn"), (shown, "muted")], kinds=kinds.SYSTEM,
                  head=True)  # fmt: skip

    # -- tools ----------------------------------------------------------------------------------------------------

    def _start_tool(self, tool: ToolStarted) -> None:
        self.flush()
        self._tools[tool.id] = replace(tool, target=tool.target[:4096])
        if len(self._tools) > _MOST_TOOLS:
            self._tools.popitem(last=False)
        self._add("tool", [*words.call(tool, self._root), *words.counts(tool)], kinds=_called(tool), head=True)
        self._open, self._open_tool = len(self.lines) - 1, tool.id
        if not self._folds() and tool.kind is ToolKind.COMMAND:
            for line in tool.target.strip().split("\n")[1:]:
                self._add("tool", [(words.said(line), "accent")], kinds=kinds.TOOL, indent=2, wrap=True, timeless=True)

    def _end_tool(self, ended: ToolEnded) -> None:
        started = self._tools.pop(ended.id, None)
        if started is not None and not ended.target:
            ended = replace(ended, name=started.name, kind=started.kind, target=started.target)
        told = words.counts(started) if started else []
        if self._open is not None and self._open_tool == ended.id and self._last == "tool":
            line = self.lines[self._open]
            line.segments = (*line.segments, *words.result(ended, told))
            line.kinds |= 0 if ended.ok else kinds.ERROR
        else:
            self.flush()
            if self._is_told(ended):
                return
            if self._released == ended.id:
                if came := words.result(ended, told):
                    self._add("tool", came, kinds=_called(ended), timeless=True)
                self._output_of(ended)
                return
            sign, style = ("✓ ", "ok") if ended.ok else ("✗ ", "error")
            called = [(text, "muted") for text, _ in words.call(ended, self._root) if text != words.CALL]
            came = [(sign, style), *called, *words.result(ended, told, signed=True)]
            self._add("tool", came, kinds=_called(ended), head=True)
        self.flush()
        self._output_of(ended)

    def _output_of(self, ended: ToolEnded) -> None:
        fold = self._folds()
        if self.lines and self._last == "tool" and ended.output.strip():
            self.lines[-1].folds = self._origin
        if not ended.ok or ended.kind not in words.QUIET or not fold:
            self._output(ended, fold=fold)

    def _note_before(self, note: Note) -> None:
        """A note while a tool is at work stands before the call, so that the result still follows it."""
        assert self._open is not None
        origin = self.lines[self._open].origin
        line = Line(_note(note), clocked=self.clocked, origin=origin, kinds=kinds.SYSTEM, head=True, when=self._at)
        self.lines.insert(self._open, line)
        self._open += 1

    def _is_told(self, ended: ToolEnded) -> bool:
        """Whether the line before says what came of the tool: it was refused, or what it asked was answered."""
        if self._last == "denied":
            return not ended.ok
        return self._last == "answered" and bool(self._answer) and self._answer in ended.output

    def _output(self, ended: ToolEnded, *, fold: bool) -> None:
        kind = kinds.OUTPUT if ended.ok else kinds.OUTPUT | kinds.ERROR
        for number, line in enumerate(words.output_lines(ended.output, fold=fold)):
            shown = (f"… {line:,} more lines", "emphasis") if isinstance(line, int) else (line, "muted")
            wrap = not fold and not isinstance(line, int)
            self._add("output", [shown], kinds=kind, indent=2, wrap=wrap, timeless=True, head=not number)
            self.lines[-1].folds = self._origin

    # -- everything else ------------------------------------------------------------------------------------------

    def _mark(self, event: Event) -> None:
        """A line of its own for what a person should notice."""
        match event:
            case Started():
                self._start(event)
            case Ended():
                self._end(event)
            case Asked():
                what = "asks" if event.ask is Ask.QUESTION else "asks for permission"
                self._add("mark", [(f"⚑ {what}: ", "blocked"), (words.one_line(event.title), "strong")],
                          kinds=kinds.QUESTION, wrap=True, head=True)  # fmt: skip
                labels = [words.one_line(label) for _, label in event.options]
                for label in labels if event.ask is Ask.QUESTION else [" · ".join(labels)] if labels else []:
                    self._add("mark", [(label, "muted")], kinds=kinds.QUESTION, indent=2, timeless=True)
            case Answered():
                answer = words.one_line(event.answer)
                verdict = {True: "allowed", False: "refused", None: "answered"}[event.allowed]
                style = {True: "ok", False: "error", None: "accent"}[event.allowed]
                told = [(f": {answer}", "")] if answer else []
                self._add("answered", [(f"↳ {verdict}", style), *told], kinds=kinds.QUESTION, wrap=True, head=True)
                self._answer = event.answer
            case Denied():
                parts = [event.why] if self._last == "tool" and event.why else [event.tool, event.target, event.why]
                what = " · ".join(words.one_line(part) for part in parts if part)
                self._add("denied", [("⊘ denied: ", "error"), (what, "")], kinds=kinds.ERROR, wrap=True, head=True)
            case Retrying():
                again = (
                    f"↻ tries again{f' ({event.attempt})' if event.attempt else ''} {words.wait_words(event.wait_s)}"
                )
                why = (words.one_line(event.why) or event.wall).replace("_", " ")
                self._add("mark", [(again, "warn"), (f": {why}", "")], kinds=kinds.SYSTEM, wrap=True, head=True)
            case Limited():
                until = f", until {time.strftime('%H:%M', time.localtime(event.resets))}" if event.resets else ""
                told = [(f"◷ limit reached{until}", "warn"), (f": {words.one_line(event.what)}", "")]
                self._add("mark", told, kinds=kinds.SYSTEM, head=True)
            case Problem():
                self._problem = event.text
                self._add("mark", [("! ", "error"), (words.one_line(event.text), "error")], kinds=kinds.ERROR,
                          wrap=True, head=True)  # fmt: skip
            case Note():
                self._add("note", [*_note(event)], kinds=kinds.SYSTEM, head=True)
            case _:
                pass

    def _start(self, event: Started) -> None:
        if self._last and event.session in ("", self._session):
            return  # a further turn: its words say so
        self._gap()
        self._session = event.session
        parts = (words.one_line(event.model), f"session {words.one_line(event.session)[:13]}" if event.session else "")
        told = " · ".join(part for part in parts if part)
        begun = [("● started", "busy"), *([(f" · {told}", "muted")] if told else [])]
        self._add("mark", begun, kinds=kinds.SYSTEM, head=True)
        self._spoke = False

    def _end(self, event: Ended) -> None:
        if event.text.strip() and not self._spoke:
            self._speak(Text(event.text))
            self.flush()
        self._gap()
        words_, style = _ENDS[event.how]
        segments: list[Segment] = [(words_, style)]
        error = words.one_line(event.error)
        if error and event.how is not TurnEnd.COMPLETED and event.error != self._problem:
            segments.append((f": {error}", ""))
        if self._usage:
            segments.append((f" · {words.usage_words(self._usage)}", "muted"))
        failed = kinds.ERROR if event.how is TurnEnd.FAILED else 0
        self._add("mark", segments, kinds=kinds.SYSTEM | failed, wrap=True, head=True)
        self._spoke, self._problem = False, ""

    def _raw(self, event: Raw) -> None:
        if event.kind:
            self._unknown(event)
            return
        self.flush()
        if event.broken:
            self._add("raw", [("? ", "warn"), (words.one_line(event.text), "muted")], kinds=kinds.SYSTEM, head=True)
        else:
            for line in words.output_lines(event.text, fold=False):
                self._add("raw", [(str(line), "")], kinds=kinds.SYSTEM, wrap=True, head=True)

    def _unknown(self, event: Raw) -> None:
        """A kind of record nobody knows: one line for any number of the same kind in a row."""
        kind = words.one_line(event.kind)[:60]
        label = f"· {kind}"
        if self._last == f"unknown {kind}" and self._open is not None:
            self._repeats += 1
            self.lines[-1].segments = ((f"{label} ×{self._repeats}", "muted"),)
            return
        self.flush()
        self._add(f"unknown {kind}", [(label, "muted")], kinds=kinds.SYSTEM, head=True)
        self._open, self._repeats = len(self.lines) - 1, 1

    def _count(self, used: Used) -> None:
        told = Usage(used.input, used.cached, used.output, used.cost)
        if used.total:
            tokens = told if used.input or used.cached or used.output or self._usage is None else self._usage
            cost = used.cost if used.cost is not None or self._usage is None else self._usage.cost
            self._usage = Usage(tokens.input, tokens.cached, tokens.output, cost)
        elif self._usage is not None:
            self._usage = self._usage + told


def _called(tool: ToolStarted | ToolEnded) -> int:
    """The kinds of the line of a call."""
    bit = kinds.EDIT if tool.kind is ToolKind.EDIT else kinds.TOOL
    return bit | kinds.ERROR if isinstance(tool, ToolEnded) and not tool.ok else bit


def _note(note: Note) -> tuple[Segment, ...]:
    return ((f"· {words.one_line(note.text)}", "muted"),)
