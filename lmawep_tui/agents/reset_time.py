"""When a limit ends, in the words of the programs: a moment, a time of day in some zone, or a span from now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=8)

_EPOCH = re.compile(r"(?:reset\w*|limit reached\|)\D{0,12}(\d{10})(?:\d{3})?\b", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)")
_HTTP = re.compile(r"\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)")
_LEAD = r"(?:again|retry\w*|resets?|resetting|available|renews?|wait)"
_ONE = r"(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])"
_PART = re.compile(_ONE, re.IGNORECASE)
_SPAN = re.compile(rf"\b{_LEAD}\b[^\n\d]{{0,20}}?((?:{_ONE}[\s,]*(?:and\s+)?)+)", re.IGNORECASE)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_AFTER = re.compile(r"retry[ -]after(-ms)?[\"']?\s*[:=]?\s*[\"']?(\d{1,8})\b(?!:)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(
    r"(?:resets?|again|until|available)(?:\s+(?:at|on))?\s+"
    r"(?:(?P<name>[a-z]{3,9})\.?(?:\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{4}))?)?,?\s+(?:at\s+)?)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?!\d)\s*(?P<half>am|pm)?\b"
    r"(?:\s*\(?(?P<zone>UTC|GMT|[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+)\)?)?",
    re.IGNORECASE,
)


def reset_time(text: str, now: datetime) -> datetime | None:
    """When a limit ends, by what the text says of it: a moment, a time of day, or a span from `now`; in UTC.

    A time of day without a zone is the person's. What lies in the past or further than a week ahead is not believed.
    """
    for found in _candidates(text, now):
        if now < found <= now + _LONGEST:
            return found.astimezone(UTC)
    return None


def _candidates(text: str, now: datetime) -> Iterator[datetime]:
    for match in _EPOCH.finditer(text):
        yield datetime.fromtimestamp(int(match[1]), UTC)
    for match in _ISO.finditer(text):
        try:
            moment = datetime.fromisoformat(match[1].replace(" ", "T"))
        except ValueError:
            continue
        yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    for match in _HTTP.finditer(text):
        try:
            yield parsedate_to_datetime(match[1])
        except ValueError:
            continue
    for match in _SPAN.finditer(text):
        yield from _later(now, sum(float(part[1]) * _unit(part[2]) for part in _PART.finditer(match[1])))
    for match in _AFTER.finditer(text):
        yield from _later(now, int(match[2]) / (1000 if match[1] else 1))
    for match in _CLOCK.finditer(text):
        yield from _clock(now, match)


def _unit(word: str) -> float:
    word = word.lower()
    return 0.001 if word.startswith(("ms", "milli")) else _UNITS[word[0]]


def _later(now: datetime, seconds: float) -> Iterator[datetime]:
    if seconds <= _LONGEST.total_seconds():
        yield now + timedelta(seconds=seconds)


def _clock(now: datetime, match: re.Match[str]) -> Iterator[datetime]:
    """The next time the clock of that zone shows this, on that day where one is named."""
    if not match["half"] and not match["minute"]:
        return  # `try again 3 times`
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    zone = _zone(match["zone"])
    here = now.astimezone(zone)
    try:
        moment = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        yield from _on_day(here, moment, (match["name"] or "").lower()[:3], match["day"], match["year"])
    except ValueError:
        return


def _on_day(here: datetime, moment: datetime, name: str, day: str | None, year: str | None) -> Iterator[datetime]:
    if name in _MONTHS and day:
        dated = moment.replace(year=int(year) if year else here.year, month=_MONTHS.index(name) + 1, day=int(day))
        yield dated if year or dated > here else dated.replace(year=dated.year + 1)
    elif name in _DAYS and not day:
        dated = moment + timedelta(days=(_DAYS.index(name) - here.weekday()) % 7)
        yield dated if dated > here else dated + timedelta(days=7)
    elif name == "tom":
        yield moment + timedelta(days=1)
    elif not name or name == "tod":
        yield moment if moment > here else moment + timedelta(days=1)


def _zone(name: str | None) -> tzinfo | None:
    """The zone of that name; the person's own (None) for none, and for one that nobody knows."""
    if not name:
        return None
    if name.upper() in ("UTC", "GMT"):
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
