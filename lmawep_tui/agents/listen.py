"""Listening to a run whose program prints events: its log is read once, piece by piece, as far as it has grown."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents.streams import Parser
from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.agents.streams.event_words import words_of
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.files.clean import clean_output
from lmawep_tui.files.read import open_regular
from lmawep_tui.model.event import Ended, Event, Note, Retrying, Started, Text, ToolEnded, ToolStarted, Used
from lmawep_tui.model.report import Alert, parse_alerts

_PIECE = 1 << 20
_LAST = 80
"""Events kept for the last words."""
_WORDS = 2000
_MOST_DENIED = 50
_MOST_ALERTS = 50
_OVER = (Phase.COMPLETED, Phase.FAILED, Phase.INTERRUPTED)


class Listener:
    """What a log has told so far. `catch_up` takes in what was appended since, `finish` the rest."""

    def __init__(self, log: Path, parser: Parser) -> None:
        self.digest = Digest()
        self.alerts: list[Alert] = []
        """Breaking-change alerts in the agent's own words."""
        self.retry: Retrying | None = None
        """What it waits for before it tries again, by its own word; None once it works."""
        self.worked = False
        """Whether it said or did anything at all."""
        self._log = log
        self._reader = Reader(parser)
        self._offset = 0
        self._running: set[str] = set()
        self._last: deque[Event] = deque(maxlen=_LAST)

    @property
    def turn_over(self) -> bool:
        """Whether the last it said is how its turn ended."""
        return self.digest.phase in _OVER

    @property
    def over(self) -> bool:
        """Whether its turn has ended and nothing it started is still at work."""
        return self.turn_over and not self._running

    @property
    def asks(self) -> bool:
        """Whether it waits for somebody."""
        return self.digest.asked is not None

    def catch_up(self) -> Listener:
        """Takes in what was appended to the log; a log that cannot be read has told nothing. Returns itself."""
        try:
            fd = open_regular(self._log)
        except OSError:
            return self
        try:
            end = os.fstat(fd).st_size  # what grows meanwhile is for the next time
            while self._offset < end and (data := os.pread(fd, min(_PIECE, end - self._offset), self._offset)):
                self._offset += len(data)
                self._take(self._reader.feed(data))
        finally:
            os.close(fd)
        return self

    def finish(self) -> Listener:
        """Takes in all that is left, for a process that is gone; returns itself."""
        self.catch_up()
        self._take(self._reader.close())
        self._collect_alerts("")
        self.digest.close()
        return self

    def last_words(self) -> str:
        """The end of what it told, as lines for people."""
        lines = [line for event in self._last for line in words_of(event).splitlines() if line.strip()]
        text = "\n".join(clean_output(line) for line in lines).rstrip()
        return text if len(text) <= _WORDS else text[-_WORDS:].partition("\n")[2] or text[-_WORDS:]

    def _take(self, events: list[Event]) -> None:
        for event in events:
            self._note(event)
            self.digest.take(event)
        del self.digest.denied[_MOST_DENIED:]

    def _note(self, event: Event) -> None:
        match event:
            case Used() | Note():
                return
            case Ended():
                self._collect_alerts(event.text)
            case Started():
                self._running.clear()  # what a turn before it left open has no end any more
            case ToolStarted():
                self._running.add(event.id)
            case ToolEnded():
                self._running.discard(event.id)
            case Retrying():
                self.retry = event
        if isinstance(event, Text | ToolStarted):
            self.worked, self.retry = True, None
        self._keep(event)

    def _keep(self, event: Event) -> None:
        """A piece of text goes on with the piece before it."""
        last = self._last[-1] if self._last else None
        if isinstance(event, Text) and event.partial and isinstance(last, Text):
            last.text = (last.text + event.text)[-_WORDS:]
        else:
            self._last.append(replace(event, text=event.text[-_WORDS:]) if isinstance(event, Text) else event)

    def _collect_alerts(self, final: str) -> None:
        """From the words of a turn, before they are forgotten."""
        for words in (self.digest.said, "" if final in self.digest.said else final):
            if "ALERT" in words.upper():
                new = (alert for alert in parse_alerts(words) if alert not in self.alerts)
                self.alerts = [*self.alerts, *new][:_MOST_ALERTS]
