"""What a person types to go to a place in a log: a time of day, so long before or after, a line, a share."""

from __future__ import annotations

import re
import time

from lmawep_tui.model.dataclass import dataclass

_CLOCK = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)[T ]+)?(\d\d?):(\d\d)(?::(\d\d))?")
_STEP = re.compile(r"([+-])((?:\d{1,6}\s*[dhms]?\s*)+)")
_PART = re.compile(r"(\d{1,6})\s*([dhms]?)")
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "": 1}
_LEEWAY_S = 60
"""A time so little after the end still means that day."""


@dataclass(frozen=True, slots=True)
class ToLine:
    """A line by its number, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class ToShare:
    """So much of the log, from 0 to 1."""

    part: float


@dataclass(frozen=True, slots=True)
class ToTime:
    """What came at a time of day; `date` is (year, month, day) where it was said."""

    clock: tuple[int, int, int]
    date: tuple[int, int, int] | None = None

    def moment(self, last: float) -> float:
        """The time in seconds since the epoch; without a date, the last such time before `last`, the log's end."""
        day = self.date or time.localtime(last)[:3]
        moment = time.mktime((*day, *self.clock, 0, 0, -1))
        if self.date is None and moment > last + _LEEWAY_S:
            moment = time.mktime((day[0], day[1], day[2] - 1, *self.clock, 0, 0, -1))
        return moment


@dataclass(frozen=True, slots=True)
class ToStep:
    """So many seconds later, or earlier, than what is on the screen."""

    seconds: int


Goal = ToLine | ToShare | ToTime | ToStep


def parse_goal(text: str) -> Goal | None:
    """`14:02`, `2026-01-15 14:02:31`, `-5m`, `+1h30m`, `4200`, `50%`; None for what is none of these."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,15}", text):
        return ToLine(max(1, int(text)))
    if re.fullmatch(r"\d{1,3}%", text):
        return ToShare(min(100, int(text[:-1])) / 100)
    if step := _STEP.fullmatch(text):
        total = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(step[2]))
        return ToStep(-total if step[1] == "-" else total)
    if (clock := _CLOCK.fullmatch(text.upper())) is None:
        return None
    hour, minute, second = int(clock[4]), int(clock[5]), int(clock[6] or 0)
    date = (int(clock[1]), int(clock[2]), int(clock[3])) if clock[1] else None
    if hour > 23 or minute > 59 or second > 60 or (date and not (1 <= date[1] <= 12 and 1 <= date[2] <= 31)):
        return None
    return ToTime((hour, minute, second), date)
