"""A run as its events tell it: state, session, tokens, cost, tools, and the agent's report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

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
from lmawep_tui.model.report import Report, parse_report
from lmawep_tui.model.usage import Usage

_TEXT_KEPT = 256 * 1024
"""Characters of a turn's text that a report is looked for in."""


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
    """Its process is gone without a word on how it ended."""


_ENDS = {
    TurnEnd.COMPLETED: Phase.COMPLETED,
    TurnEnd.FAILED: Phase.FAILED,
    TurnEnd.INTERRUPTED: Phase.INTERRUPTED,
}


@dataclass(slots=True)
class Digest:
    """What the events so far amount to; `take` them in order."""

    session: str = ""
    model: str = ""
    phase: Phase = Phase.STARTING
    usage: Usage = field(default_factory=Usage)
    turns_ended: int = 0
    tool_calls: int = 0
    tool_errors: int = 0
    tools_ended: int = 0
    """Of the tool calls, those that have come back."""
    retries: int = 0
    broken_lines: int = 0
    denied: list[Denied] = field(default_factory=list)
    asked: Asked | None = None
    """What it waits for."""
    unanswered: Asked | None = None
    """The last thing it asked in vain, for a run that is over."""
    error: str = ""
    wall: Wall | None = None
    resets: float = 0.0
    """When the limit it ran into ends, in seconds since the epoch; 0 unknown."""
    tool: ToolStarted | None = None
    """The tool that is at work."""
    report: Report | None = None
    """The last report in the agent's own words."""
    said: str = ""
    """The agent's words in this turn, at most the last _TEXT_KEPT characters."""

    def take(self, event: Event) -> None:
        """Takes in one event."""
        match event:
            case Started():
                late = not self.session and self.phase in _ENDS.values()  # a name that came after the end
                self.session, self.model = event.session or self.session, event.model or self.model
                self.phase = self.phase if late else Phase.WORKING
            case Text():
                self._say(event.text, glue=event.partial)
                self._work()
            case Thinking():
                self._work()
            case ToolStarted():
                self.tool_calls += 1
                self.tool = event
                self._work()
            case ToolEnded():
                self.tool_errors += not event.ok
                self.tools_ended += 1
                self.tool = None
                self._work()
            case Asked():
                self.asked, self.phase = event, Phase.WAITING
            case Answered():
                self.asked, self.phase = None, Phase.WORKING
            case Denied():
                self.denied.append(event)
            case Retrying():
                self.retries += 1
                self.phase, self.wall = Phase.RETRYING, event.wall
            case Used():
                self.usage = _used(self.usage, event)
            case Limited():
                self.resets = event.resets or self.resets
            case Ended():
                self._end_turn(event)
            case Problem():
                self.error = event.text
            case Raw():
                self.broken_lines += event.broken
            case _:
                pass

    def take_all(self, events: Iterable[Event]) -> Digest:
        """Takes in events; returns itself."""
        for event in events:
            self.take(event)
        return self

    def close(self) -> Digest:
        """The process is gone; returns itself."""
        self._look_for_report()
        if self.asked is not None:
            self.unanswered = self.asked
        elif self.phase not in _ENDS.values():
            self.phase = Phase.LOST
        return self

    @property
    def question(self) -> str:
        """What it asked the person and got no answer to."""
        return self.unanswered.title if self.unanswered and self.unanswered.ask is Ask.QUESTION else ""

    def _work(self) -> None:
        self.phase, self.wall = Phase.WORKING, None

    def _say(self, words: str, *, glue: bool) -> None:
        said = self.said + words if glue or not self.said else f"{self.said}\n\n{words}"
        self.said = said if len(said) <= 2 * _TEXT_KEPT else said[-_TEXT_KEPT:]

    def _end_turn(self, end: Ended) -> None:
        self.turns_ended += 1
        self.phase = _ENDS[end.how]
        self.asked = self.tool = None
        self.error = "" if end.how is TurnEnd.COMPLETED else end.error or self.error
        self.wall = end.wall
        if end.text and end.text not in self.said:
            self._say(end.text, glue=False)
        self._look_for_report()

    def _look_for_report(self) -> None:
        found = parse_report(self.said)
        self.report = found or self.report
        self.said = ""


def _used(before: Usage, used: Used) -> Usage:
    """Adds, or replaces what was there when it is a total; zeros and a cost of None in a total say nothing."""
    told = Usage(used.input, used.cached, used.output, used.cost)
    if not used.total:
        return before + told
    tokens = told if used.input or used.cached or used.output else before
    return Usage(tokens.input, tokens.cached, tokens.output, before.cost if used.cost is None else used.cost)
