"""Lines of a conversation, and how they become rows of a given width."""

from __future__ import annotations

import time
from dataclasses import field
from unicodedata import combining, east_asian_width

from lmawep_tui.engine.conversation.kinds import EVERYTHING
from lmawep_tui.engine.conversation.look import Look, Times
from lmawep_tui.model.dataclass import dataclass

Segment = tuple[str, str]
"""Text, and the name of what it is: the screen's style names, which the command line knows, too."""
Row = tuple[Segment, ...]

_CLOCK = 9
"""Columns of `14:02:11 `."""
_SHORT_CLOCK = 6
_WIDE_ENOUGH = 60
"""Columns from which the seconds are shown, too."""
_LEAST = 20
"""Columns that text gets however narrow the view is."""
_PLAIN = Look()


@dataclass(slots=True)
class Line:
    """One line as it was said, of any length; its text is clean already."""

    segments: tuple[Segment, ...] = ()
    at: float = 0.0
    """When, in seconds since the epoch; 0 for a line that shows no time."""
    indent: int = 0
    wrap: bool = False
    """Whether all of it is shown, on as many rows as it takes; else it is cut with an ellipsis."""
    clocked: bool = False
    """Whether there is room for a time before it."""
    origin: int = 0
    """Byte of the log at which the record begins that it comes from."""
    kinds: int = 0
    """Bits of `kinds`; none for an empty line between two events."""
    head: bool = False
    """Whether an event begins with it."""
    folds: int = -1
    """The record whose output or thought it shows, or leaves out; -1 where nothing can be folded."""
    when: float = 0.0
    """As `at`, but whether or not the time is shown."""

    @property
    def text(self) -> str:
        return "".join([text for text, _ in self.segments])


@dataclass(slots=True)
class Laid:
    """A line as rows: each with the characters of the line's text that it shows, and how many stand before them."""

    rows: list[Row] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    before: int = 0


def lay(line: Line, width: int, look: Look = _PLAIN) -> Laid:
    """The rows of a line in a view of `width` columns."""
    clock = (_CLOCK if width >= _WIDE_ENOUGH else _SHORT_CLOCK) if line.clocked and look.times != Times.OFF else 0
    room = max(_LEAST, width - clock - line.indent)
    text = line.text
    if not text:
        return Laid([()], [(0, 0)])
    laid = Laid(before=clock + line.indent)
    wrap = line.wrap or look.wrap
    spans = wrapped(text, room) if wrap else [_cut(text, room)]
    for start, end in spans:
        body = _slice(line.segments, start, end)
        if not wrap and end < len(text):
            body.append(("…", "muted"))
        laid.rows.append((*_margin(line, clock, look, first=start == 0), *body))
    laid.spans = spans
    return laid


def unlaid(line: Line, *, clocked: bool) -> Row:
    """The line on one row of any length, for where a terminal or a pipe does the rest."""
    clock = _CLOCK if clocked and line.clocked else 0
    return (*_margin(line, clock, _PLAIN, first=True), *line.segments) if line.segments else ()


def clock_words(at: float, look: Look, room: int = _CLOCK) -> str:
    """`14:02:11 `, or since the start `+1:02:11 `, in exactly `room` columns; blank for no time that a calendar has."""
    if look.times == Times.SINCE:
        seconds = max(0, int(at - look.began))
        hours, minutes = seconds // 3600, seconds // 60 % 60
        short = f"+{hours}:{minutes:02}" if room < _CLOCK else f"+{hours}:{minutes:02}:{seconds % 60:02}"
        return f"{short[: room - 1]:>{room - 1}} "
    try:
        return time.strftime("%H:%M:%S " if room >= _CLOCK else "%H:%M ", time.localtime(at))
    except (OverflowError, ValueError, OSError):
        return " " * room


def _margin(line: Line, clock: int, look: Look, *, first: bool) -> list[Segment]:
    # What stood between two times may be filtered out, so then every event tells its own.
    at = line.at if look.shown == EVERYTHING else line.when if line.head else 0.0
    if clock and first and at:
        shown = clock_words(at, look, clock)
        return [(shown, "muted"), (" " * line.indent, "")] if line.indent else [(shown, "muted")]
    blank = " " * (clock + line.indent)
    return [(blank, "")] if blank else []


def _slice(segments: tuple[Segment, ...], start: int, end: int) -> list[Segment]:
    found: list[Segment] = []
    position = 0
    for text, style in segments:
        low, high = max(start, position), min(end, position + len(text))
        if low < high:
            found.append((text[low - position : high - position], style))
        position += len(text)
    return found


def cells(text: str) -> int:
    """Columns on a terminal: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum([_cell(char) for char in text])


def _cell(char: str) -> int:
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1


def _fits(text: str, start: int, room: int) -> int:
    """Where the text from `start` that fits into `room` columns ends."""
    end = min(len(text), start + room)
    piece = text[start:end]
    if piece.isascii():
        return end
    used = 0
    for at in range(start, len(text)):
        used += _cell(text[at])
        if used > room:
            return max(at, start + 1)
    return len(text)


def _cut(text: str, room: int) -> tuple[int, int]:
    end = _fits(text, 0, room)
    return (0, end) if end >= len(text) else (0, _fits(text, 0, room - 1))


def wrapped(text: str, room: int) -> list[tuple[int, int]]:
    """Where each row begins and ends, broken between words where there are any."""
    spans: list[tuple[int, int]] = []
    start = 0
    while True:
        end = _fits(text, start, room)
        if end >= len(text):
            spans.append((start, len(text)))
            return spans
        space = text.rfind(" ", start, end + 1)
        if space > start:
            spans.append((start, space))
            start = space + 1
        else:
            spans.append((start, end))
            start = end
