"""A run as its events tell it: state, session, tokens, cost, tools, and the agent's report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from enum import StrEnum
from typing import Any

from lmawep_tui.agents.streams.final_report import find_report
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
    Denied,
    Ended,
    Event,
    Limited,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)
from lmawep_tui.model.report import Report
from lmawep_tui.model.usage import Usage

_TEXT_KEPT = 256 * 1024
"""Characters of a turn's text that a report is looked for in."""
_OPEN_KEPT = 1000
"""Tools that are at work at once; what a hostile stream starts beyond is forgotten."""
_DENIED_KEPT = 1000


class Phase(StrEnum):
    """What an agent program is at, by its own word."""

    STARTING = "starting"
    WORKING = "working"
    RETRYING = "retrying"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    """Its process is gone without a word on how it ended. A format that knows no such word (text) always ends so."""


_ENDS = {
    TurnEnd.COMPLETED: Phase.COMPLETED,
    TurnEnd.FAILED: Phase.FAILED,
    TurnEnd.INTERRUPTED: Phase.INTERRUPTED,
}
_OVER = frozenset(_ENDS.values())


@dataclass(slots=True)
class Digest:
    """What the events so far amount to; `take` them in order."""

    session: str = ""
    model: str = ""
    phase: Phase = Phase.STARTING
    usage: Usage = field(default_factory=Usage)
    """Of this process; see Used for what a program's totals count."""
    last_usage: Usage = field(default_factory=Usage)
    """Of the last turn, by the program's own figures; `cost` as in `usage`."""
    turns_ended: int = 0
    tool_calls: int = 0
    tool_errors: int = 0
    retries: int = 0
    broken_lines: int = 0
    denied: list[Denied] = field(default_factory=list)
    asked: Asked | None = None
    """What it waits for."""
    unanswered: Asked | None = None
    """The last thing it asked in vain, for a run that is over."""
    error: str = ""
    """What the last turn failed of, by its closing word."""
    problem: str = ""
    """The last thing that went wrong on the way; it may tell more than `error`."""
    wall: Wall | None = None
    resets: float = 0.0
    """When the limit it ran into ends, in seconds since the epoch; 0 unknown."""
    report: Report | None = None
    """The last report in the agent's own words."""
    _open: dict[str, ToolStarted] = field(default_factory=dict)
    _asks: dict[str, Asked] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _started: bool = False
    _turn_over: bool = False
    _booked: bool = False
    _limit: Limited | None = None

    @property
    def tool(self) -> ToolStarted | None:
        """The tool that is at work; the one started last where there are several."""
        return next(reversed(self._open.values()), None)

    @property
    def said(self) -> str:
        """The agent's words in this turn, or in the last when it is over; at most about the last 256 k characters."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def take(self, event: Event) -> None:
        """Takes in one event."""
        taker = _TAKERS.get(type(event))
        if taker is not None:
            taker(self, event)

    def take_all(self, events: Iterable[Event]) -> Digest:
        """Takes in events; returns itself."""
        for event in events:
            taker = _TAKERS.get(type(event))
            if taker is not None:
                taker(self, event)
        return self

    def close(self) -> Digest:
        """The process is gone; returns itself.

        A program that says when a turn begins says when it ends: a report in a turn that has no end does not count.
        """
        if not self._started:
            self.report = find_report(self.said) or self.report
        self._open.clear()
        if self.asked is not None:
            self.unanswered = self.asked
        elif self.phase not in _OVER:
            self.phase = Phase.LOST
        return self

    @property
    def question(self) -> str:
        """What it asked the person and got no answer to."""
        return self.unanswered.title if self.unanswered and self.unanswered.ask is Ask.QUESTION else ""

    def _start(self, event: Started) -> None:
        late = self.phase in _OVER and not self.session  # a name that comes after the end begins nothing
        self.session, self.model = event.session or self.session, event.model or self.model
        self._started = True
        if not late:
            self._work()

    def _speak(self, event: Text) -> None:
        if self._turn_over:
            self._parts, self._length, self._turn_over = [], 0, False
        if not event.partial and self._parts:
            self._parts.append("\n\n")
        self._parts.append(event.text)
        self._length += len(event.text) + 2
        if self._length > 2 * _TEXT_KEPT:
            self._parts = [self.said[-_TEXT_KEPT:]]
            self._length = _TEXT_KEPT
        self._work()

    def _think(self, _: Thinking) -> None:
        self._work()

    def _open_tool(self, event: ToolStarted) -> None:
        self.tool_calls += not event.live
        if len(self._open) < _OPEN_KEPT:
            self._open[event.id] = event
        if self.asked is None:
            self._work()

    def _close_tool(self, event: ToolEnded) -> None:
        self.tool_errors += not event.ok
        started = self._open.pop(event.id, None)
        self.tool_calls += started is not None and started.live
        if self.asked is None:
            self._work()

    def _ask(self, event: Asked) -> None:
        self.asked, self.phase = event, Phase.WAITING
        if len(self._asks) < _OPEN_KEPT:
            self._asks[event.id] = event

    def _answer(self, event: Answered) -> None:
        """Several tools may ask at once: it goes on waiting for the others' answers."""
        self._asks.pop(event.id, None)
        self.asked = next(reversed(self._asks.values()), None)
        self.phase = Phase.WORKING if self.asked is None else Phase.WAITING

    def _deny(self, event: Denied) -> None:
        if len(self.denied) < _DENIED_KEPT:
            self.denied.append(event)

    def _retry(self, event: Retrying) -> None:
        self.retries += 1
        self.phase, self.wall = Phase.RETRYING, event.wall

    def _use(self, event: Used) -> None:
        if self._booked:
            self.last_usage, self._booked = Usage(cost=self.usage.cost), False
        self.usage = _used(self.usage, event)
        self.last_usage = _used(self.last_usage, event)

    def _limited(self, event: Limited) -> None:
        self._limit = event
        if event.reached:
            self.resets = event.resets

    def _trouble(self, event: Problem) -> None:
        self.problem = event.text
        self.wall = event.wall or self.wall

    def _raw(self, event: Raw) -> None:
        self.broken_lines += event.broken

    def _work(self) -> None:
        """It works. Who speaks again waits for nothing; another tool that starts or ends is no answer."""
        self.phase, self.wall, self.asked = Phase.WORKING, None, None
        if self._asks:
            self._asks.clear()

    def _end_turn(self, end: Ended) -> None:
        self.turns_ended += 1
        self.phase = _ENDS[end.how]
        self.asked = None
        self._open.clear()
        self._asks.clear()
        self.error = "" if end.how is TurnEnd.COMPLETED else end.error
        self.wall = end.wall
        if end.wall is Wall.RATE_LIMIT and self._limit is not None:
            self.resets = self.resets or self._limit.resets
        self.report = self._last_report(end) or self.report
        self._turn_over = self._booked = True

    def _last_report(self, end: Ended) -> Report | None:
        """A failed turn that closes with words of its own was broken off: what it said before is no report."""
        said = "" if self._turn_over else self.said
        final = find_report(end.text) if end.text else None
        if end.text and not said:
            self._parts, self._length = [end.text[-_TEXT_KEPT:]], len(end.text)
        return final if final or (end.text and end.how is not TurnEnd.COMPLETED) else find_report(said)


_TAKERS: dict[type, Callable[[Digest, Any], None]] = {
    Started: Digest._start,
    Text: Digest._speak,
    Thinking: Digest._think,
    ToolStarted: Digest._open_tool,
    ToolEnded: Digest._close_tool,
    Asked: Digest._ask,
    Answered: Digest._answer,
    Denied: Digest._deny,
    Retrying: Digest._retry,
    Used: Digest._use,
    Limited: Digest._limited,
    Ended: Digest._end_turn,
    Problem: Digest._trouble,
    Raw: Digest._raw,
}


def _used(before: Usage, used: Used) -> Usage:
    """Adds, or replaces what was there when it is a total; zeros and a cost of None in a total say nothing."""
    told = Usage(used.input, used.cached, used.output, used.cost)
    if not used.total:
        return before + told
    tokens = told if used.input or used.cached or used.output else before
    return Usage(tokens.input, tokens.cached, tokens.output, before.cost if used.cost is None else used.cost)
