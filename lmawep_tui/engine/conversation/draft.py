"""The lines of a conversation that is being written down: the last may still change, as somebody's words come in.

What an event says is `present`'s business; here is when a line is final, and how pieces of words become one.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import Self

from lmawep_tui.engine.conversation import kinds, words
from lmawep_tui.engine.conversation.line import Line, Segment
from lmawep_tui.engine.conversation.look import Turned
from lmawep_tui.model.event import Text, Thinking

_THOUGHT = 400
"""Characters of a thought when it is folded."""
_REPORT = re.compile(r"\s{0,3}\**(?:STATUS|PROGRESS|BLOCKERS?|NEXT|POD|FILE|CHANGE|AFFECTS|MIGRATION)\**\s?:\**")

_SPOKEN = {"text": kinds.TEXT, "thinking": kinds.THINKING}


class Draft:
    """Lines, of which those before `fixed` are final."""

    def __init__(self, *, fold: bool = True, whole: bool = True, clocked: bool = False,
                 turned: Turned | None = None) -> None:  # fmt: skip
        """`whole`: it begins where the log does; `clocked`: there is room for times from the first line on.

        Records in `turned` are folded the other way than `fold` says.
        """
        self.lines: list[Line] = []
        self._fold = fold
        self._turned = Turned() if turned is None else turned
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
        self._thought_whole = False
        """Whether the thought that is being written is shown whole."""
        self.clocked = clocked
        """Whether any time is known: then every line has room for one."""
        self._second = 0
        self._spoke = False
        self._problem = ""
        self._at, self._origin = 0.0, 0

    def _folds(self) -> bool:
        """Whether what the present record brings is cut short."""
        return self._fold != (self._origin in self._turned)

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
        if self._last == "thinking" and not self._thought_whole:
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

    def following(self) -> Self:
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
            self._thought_whole = kind == "thinking" and not self._folds()
            self._add(kind, [], wrap=kind == "text" or self._thought_whole, kinds=_SPOKEN[kind], head=True)
            if kind == "thinking":
                self.lines[-1].folds = self._origin
            self._open = len(self.lines) - 1
            event = replace(event, text=event.text.lstrip("\n"))
        self._spoke = self._spoke or kind == "text"
        if kind == "thinking" and not self._thought_whole:
            if sum(map(len, self._pieces)) < _THOUGHT:
                self._pieces.append(event.text[:_THOUGHT])
            return
        first, *rest = event.text.split("\n")
        self._pieces.append(first)
        for line in rest:
            self.settle()
            blank = not self.lines[-1].segments
            if not (blank and len(self.lines) > 1 and not self.lines[-2].segments):  # one empty line is enough
                folds = self.lines[-1].folds
                self._add(kind, [], wrap=True, kinds=_SPOKEN[kind])
                self.lines[-1].folds = folds
            self._open, self._pieces = len(self.lines) - 1, [line]

    def _trim_blank(self) -> None:
        while len(self.lines) > 1 and self._open is not None and not self.lines[-1].segments:
            if self._open < len(self.lines) - 1:
                break
            self.lines.pop()
            self._open = max(0, self._open - 1)

    # -- lines ----------------------------------------------------------------------------------------------------

    def _gap(self, unless: tuple[str, ...] = ()) -> None:
        """An empty line before something new, but for the beginning."""
        if self._last and self._last not in unless:
            before = self.lines[-1].origin if self.lines else self._origin  # so that a record begins with its words
            self.lines.append(Line(origin=before, clocked=self.clocked))

    def _add(self, kind: str, segments: list[Segment], *, kinds: int, indent: int = 0, wrap: bool = False,
             timeless: bool = False, head: bool = False) -> None:  # fmt: skip
        second = int(self._at)
        at = 0.0 if timeless or second == self._second else self._at
        if at:
            self._second = second
        line = Line(tuple(segments), at, indent, wrap, self.clocked, self._origin, kinds, head, when=self._at)
        self.lines.append(line)
        self._last, self._released = kind, ""


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
