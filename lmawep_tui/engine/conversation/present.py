"""Events → lines: the conversation as a person wants to skim it.

Time where it is known, a tool and what it was called for, what came of it; the agent's own words whole, its thoughts in
one line, long output folded. Everything that came from outside is made safe here, before it is measured.
"""

from __future__ import annotations

import copy
import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from lmawep_tui.engine.conversation import words
from lmawep_tui.engine.conversation.line import Line, Segment
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
_THOUGHT = 400
"""Characters of a thought when it is folded."""
_REPORT = re.compile(r"\s{0,3}\**(?:STATUS|PROGRESS|BLOCKERS?|NEXT|POD|FILE|CHANGE|AFFECTS|MIGRATION)\**\s?:\**")
_ENDS = {
    TurnEnd.COMPLETED: ("✓ completed", "ok"),
    TurnEnd.FAILED: ("✗ failed", "error"),
    TurnEnd.INTERRUPTED: ("■ interrupted", "warn"),
}


class Presenter:
    """Takes events in order and keeps the lines they make; the last ones may still change."""

    def __init__(self, *, fold: bool = True, root: str = "", whole: bool = True) -> None:
        """`root` is the pod's folder, left out of paths; `whole` says that the events begin where the log does."""
        self.lines: list[Line] = []
        self._fold, self._root = fold, root
        self._usage: Usage | None = Usage() if whole else None
        self._tools: OrderedDict[str, ToolStarted] = OrderedDict()
        self._last = "" if whole else "before"
        """What kind of line the last one is."""
        self._pieces: list[str] = []
        """The unfinished last line of somebody's words, in pieces."""
        self._open: int | None = None
        """The first line that may still change."""
        self._open_tool = ""
        """The tool whose call is the last line."""
        self._released = ""
        """The tool whose call is the last line and was shown before its result came."""
        self._repeats = 0
        self.clocked = False
        """Whether any time is known: then every line has room for one."""
        self._second = 0
        self._spoke = False
        self._session = self._problem = self._answer = ""
        self._at, self._origin = 0.0, 0

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
        self._add("raw", [(f"… {words.size_of(size)} in one line: ", "warn"), (shown, "muted")])

    def flush(self) -> None:
        """What is there is final: words that follow begin a new paragraph, a result gets a line of its own."""
        self.settle()
        if self._last in ("text", "thinking") and self._open is not None:
            self._trim_blank()
        self._pieces, self._open, self._open_tool, self._repeats = [], None, "", 0

    def settle(self) -> None:
        """Brings the last line up to date with the pieces that have come."""
        if self._open is None or not self._pieces:
            return
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        if self._last == "thinking" and self._fold:
            self.lines[-1].segments = _thought(self._pieces[0])
        else:
            self.lines[-1].segments = _speech(self._pieces[0], self._last)

    @property
    def fixed(self) -> int:
        """How many lines, from the first one, will not change any more; empty ones at the end may go again."""
        if self._open is None:
            return len(self.lines)
        fixed = self._open
        while fixed > 0 and not self.lines[fixed - 1].segments:
            fixed -= 1
        return fixed

    def following(self) -> Presenter:
        """One that goes on where this one is, without its lines and as if they were final."""
        lines, self.lines = self.lines, []
        copied = copy.deepcopy(self)
        self.lines = lines
        copied._pieces, copied._open, copied._open_tool, copied._repeats = [], None, "", 0
        return copied

    def release(self) -> None:
        """A call that has waited for its result long enough to be shown is final; words are waited for."""
        if self._open_tool:
            waiting = self._open_tool
            self.flush()
            self._released = waiting

    def drain(self) -> list[Line]:
        """Gives the lines away that will not change any more."""
        self.settle()
        fixed = self.fixed
        lines, self.lines = self.lines[:fixed], self.lines[fixed:]
        if self._open is not None:
            self._open -= fixed
        return lines

    # -- somebody's words -----------------------------------------------------------------------------------------

    def _speak(self, event: Text | Thinking) -> None:
        kind = "text" if isinstance(event, Text) else "thinking"
        if not event.text or (not event.text.strip() and self._last != kind):
            return
        if self._problem and event.text.strip() == self._problem.strip():
            return  # a program that says its error twice
        if not (event.partial and self._last == kind and self._open is not None):
            self.flush()
            self._gap(unless=("thinking",))
            self._add(kind, [], wrap=kind == "text" or not self._fold, indent=0)
            self._open = len(self.lines) - 1
            event = replace(event, text=event.text.lstrip("\n"))
        self._spoke = self._spoke or kind == "text"
        if kind == "thinking" and self._fold:
            if sum(map(len, self._pieces)) < _THOUGHT:
                self._pieces.append(event.text[:_THOUGHT])
            return
        first, *rest = event.text.split("\n")
        self._pieces.append(first)
        for line in rest:
            self.settle()
            blank = not self.lines[-1].segments
            if not (blank and len(self.lines) > 1 and not self.lines[-2].segments):  # one empty line is enough
                self._add(kind, [], wrap=True)
            self._open, self._pieces = len(self.lines) - 1, [line]

    def _trim_blank(self) -> None:
        while len(self.lines) > 1 and self._open is not None and not self.lines[-1].segments:
            if self._open < len(self.lines) - 1:
                break
            self.lines.pop()
            self._open = max(0, self._open - 1)

    # -- tools ----------------------------------------------------------------------------------------------------

    def _start_tool(self, tool: ToolStarted) -> None:
        self.flush()
        self._tools[tool.id] = replace(tool, target=tool.target[:4096])
        if len(self._tools) > _MOST_TOOLS:
            self._tools.popitem(last=False)
        self._add("tool", [*words.call(tool, self._root), *words.counts(tool)])
        self._open, self._open_tool = len(self.lines) - 1, tool.id
        if not self._fold and tool.kind is ToolKind.COMMAND:
            for line in tool.target.strip().split("\n")[1:]:
                self._add("tool", [(words.said(line), "accent")], indent=2, wrap=True, timeless=True)

    def _end_tool(self, ended: ToolEnded) -> None:
        started = self._tools.pop(ended.id, None)
        if started is not None and not ended.target:
            ended = replace(ended, name=started.name, kind=started.kind, target=started.target)
        told = words.counts(started) if started else []
        if self._open is not None and self._open_tool == ended.id and self._last == "tool":
            line = self.lines[self._open]
            line.segments = (*line.segments, *words.result(ended, told))
        else:
            self.flush()
            if self._is_told(ended):
                return
            if self._released == ended.id:
                if came := words.result(ended, told):
                    self._add("tool", came, timeless=True)
                self._output_of(ended)
                return
            sign, style = ("✓ ", "ok") if ended.ok else ("✗ ", "error")
            called = [(text, "muted") for text, _ in words.call(ended, self._root) if text != words.CALL]
            self._add("tool", [(sign, style), *called, *words.result(ended, told, signed=True)])
        self.flush()
        self._output_of(ended)

    def _output_of(self, ended: ToolEnded) -> None:
        if not ended.ok or ended.kind not in words.QUIET or not self._fold:
            self._output(ended.output)

    def _note_before(self, note: Note) -> None:
        """A note while a tool is at work stands before the call, so that the result still follows it."""
        assert self._open is not None
        line = Line(_note(note), 0.0, clocked=self.clocked, origin=self.lines[self._open].origin)
        self.lines.insert(self._open, line)
        self._open += 1

    def _is_told(self, ended: ToolEnded) -> bool:
        """Whether the line before says what came of the tool: it was refused, or what it asked was answered."""
        if self._last == "denied":
            return not ended.ok
        return self._last == "answered" and bool(self._answer) and self._answer in ended.output

    def _output(self, output: str) -> None:
        for line in words.output_lines(output, fold=self._fold):
            if isinstance(line, int):
                self._add("output", [(f"… {line:,} more lines", "emphasis")], indent=2, timeless=True)
            else:
                self._add("output", [(line, "muted")], indent=2, wrap=not self._fold, timeless=True)

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
                self._add("mark", [(f"⚑ {what}: ", "blocked"), (words.one_line(event.title), "strong")], wrap=True)
                labels = [words.one_line(label) for _, label in event.options]
                for label in labels if event.ask is Ask.QUESTION else [" · ".join(labels)] if labels else []:
                    self._add("mark", [(label, "muted")], indent=2, timeless=True)
            case Answered():
                answer = words.one_line(event.answer)
                verdict = {True: "allowed", False: "refused", None: "answered"}[event.allowed]
                style = {True: "ok", False: "error", None: "accent"}[event.allowed]
                told = [(f": {answer}", "")] if answer else []
                self._add("answered", [(f"↳ {verdict}", style), *told], wrap=True)
                self._answer = event.answer
            case Denied():
                parts = [event.why] if self._last == "tool" and event.why else [event.tool, event.target, event.why]
                what = " · ".join(words.one_line(part) for part in parts if part)
                self._add("denied", [("⊘ denied: ", "error"), (what, "")], wrap=True)
            case Retrying():
                again = (
                    f"↻ tries again{f' ({event.attempt})' if event.attempt else ''} {words.wait_words(event.wait_s)}"
                )
                why = (words.one_line(event.why) or event.wall).replace("_", " ")
                self._add("mark", [(again, "warn"), (f": {why}", "")], wrap=True)
            case Limited():
                until = f", until {time.strftime('%H:%M', time.localtime(event.resets))}" if event.resets else ""
                self._add("mark", [(f"◷ limit reached{until}", "warn"), (f": {words.one_line(event.what)}", "")])
            case Problem():
                self._problem = event.text
                self._add("mark", [("! ", "error"), (words.one_line(event.text), "error")], wrap=True)
            case Note():
                self._add("note", [*_note(event)])
            case _:
                pass

    def _start(self, event: Started) -> None:
        if self._last and event.session in ("", self._session):
            return  # a further turn: its words say so
        self._gap()
        self._session = event.session
        parts = (words.one_line(event.model), f"session {words.one_line(event.session)[:13]}" if event.session else "")
        told = " · ".join(part for part in parts if part)
        self._add("mark", [("● started", "busy"), *([(f" · {told}", "muted")] if told else [])])
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
        self._add("mark", segments, wrap=True)
        self._spoke, self._problem = False, ""

    def _raw(self, event: Raw) -> None:
        if event.kind:
            self._unknown(event)
            return
        self.flush()
        if event.broken:
            self._add("raw", [("? ", "warn"), (words.one_line(event.text), "muted")])
        else:
            for line in words.output_lines(event.text, fold=False):
                self._add("raw", [(str(line), "")], wrap=True)

    def _unknown(self, event: Raw) -> None:
        """A kind of record nobody knows: one line for any number of the same kind in a row."""
        kind = words.one_line(event.kind)[:60]
        label = f"· {kind}"
        if self._last == f"unknown {kind}" and self._open is not None:
            self._repeats += 1
            self.lines[-1].segments = ((f"{label} ×{self._repeats}", "muted"),)
            return
        self.flush()
        self._add(f"unknown {kind}", [(label, "muted")])
        self._open, self._repeats = len(self.lines) - 1, 1

    def _count(self, used: Used) -> None:
        told = Usage(used.input, used.cached, used.output, used.cost)
        if used.total:
            tokens = told if used.input or used.cached or used.output or self._usage is None else self._usage
            cost = used.cost if used.cost is not None or self._usage is None else self._usage.cost
            self._usage = Usage(tokens.input, tokens.cached, tokens.output, cost)
        elif self._usage is not None:
            self._usage = self._usage + told

    # -- lines ----------------------------------------------------------------------------------------------------

    def _gap(self, unless: tuple[str, ...] = ()) -> None:
        """An empty line before something new, but for the beginning."""
        if self._last and self._last not in unless:
            before = self.lines[-1].origin if self.lines else self._origin  # so that a record begins with its words
            self.lines.append(Line(origin=before, clocked=self.clocked))

    def _add(self, kind: str, segments: list[Segment], *, indent: int = 0, wrap: bool = False,
             timeless: bool = False) -> None:  # fmt: skip
        second = int(self._at)
        at = 0.0 if timeless or second == self._second else self._at
        if at:
            self._second = second
        self.lines.append(Line(tuple(segments), at, indent, wrap, self.clocked, self._origin))
        self._last, self._released = kind, ""


def _note(note: Note) -> tuple[Segment, ...]:
    return ((f"· {words.one_line(note.text)}", "muted"),)


def _speech(text: str, kind: str) -> tuple[Segment, ...]:
    text = words.said(text)
    if not text.strip():
        return ()
    if kind == "thinking":
        return ((text, "quote"),)
    if text.startswith(("# ", "## ", "### ")):
        return ((text, "heading"),)
    key = _REPORT.match(text)
    return ((key[0], "strong"), (text[key.end() :], "")) if key else ((text, ""),)


def _thought(text: str) -> tuple[Segment, ...]:
    """The first line that says something."""
    lines = [line for line in text.split("\n") if line.strip(" *#\t\r")] or [""]
    return ((f"∴ {words.said(lines[0].strip())}{' …' if len(lines) > 1 else ''}", "quote"),)
