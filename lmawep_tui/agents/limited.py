"""Quota walls and missing logins, told from an agent's last words; neither is a failure of the work.

Only what the program itself says at its end counts, in the words that the recorded CLIs use: an agent that
writes *about* rate limits must not hold the fleet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lmawep_tui.model.run import Outcome

_LINES = 12
_RATE = re.compile(
    r"\b429\b|too many requests|rate[ _-]?limit(ed)?( (reached|exceeded|error|hit))?|insufficient_quota"
    r"|(quota|usage limit|credit balance)[^.\n]{0,40}(exceeded|exhausted|reached|used up|too low|limit)",
    re.IGNORECASE,
)
_AUTH = re.compile(
    r"\b401\b|unauthori[sz]ed|unauthenticated|(invalid|incorrect|missing|no) api[ _-]?key"
    r"|api[ _-]?key (is )?(invalid|missing|not)|(authentication|auth)[ _](error|failed|required)"
    r"|failed to authenticate|not logged in|please (run )?\S* ?log ?in|login required",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"^\W*(\[?api[ _]error|error\b|fatal\b|litellm\.|http\b|status(code)?\b|retrying\b|exceeded retry|unexpected status"
    r"|turn failed|failed to authenticate|rate limit|too many|usage limit|quota|[\d.]*\s?(401|429)\b|not logged in"
    r"|please|invalid api key|unauthori|you('ve| have) (hit|reached)|your (usage|quota|credit)"
    r"|claude (ai )?usage limit)",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limited:
    """A wall the agent ran into: `rate_limited` or `auth`, its words, and until when (UTC), None when unknown."""

    outcome: Outcome
    words: str
    until: datetime | None = None


def recognise(last_words: str, *, failed: bool, now: datetime | None = None) -> Limited | None:
    """What stopped an agent that ended without a report, from the end of its output; None when it was no such wall.

    A program that `failed` says so in its last lines. One that exits 0 all the same (several do) must say nothing
    after it: there, only a last line that begins as an error counts.
    """
    lines = [line.strip() for line in last_words.splitlines() if line.strip()]
    looked = lines[-_LINES:] if failed else [line for line in lines[-1:] if _ERROR.match(line)]
    for line in reversed(looked):
        for outcome, pattern in ((Outcome.RATE_LIMITED, _RATE), (Outcome.AUTH, _AUTH)):
            if pattern.search(line):
                known = reset_time(" ".join(looked), now or datetime.now(UTC))
                return Limited(outcome, line[:300], known if outcome is Outcome.RATE_LIMITED else None)
    return None


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_IN = re.compile(
    r"(?:again in|retry[ -]after:?|resets? in|wait|in)\s*(?:about )?(\d+(?:\.\d+)?)\s*"
    r"(s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?|ays?)?\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"retry[ -]after[\"']?\s*[:=]?\s*[\"']?(\d{1,6})\b", re.IGNORECASE)
_EPOCH = re.compile(r"(?:reset\w*|limit reached\|)\D{0,12}(\d{10})(?:\d{3})?\b", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)")
_CLOCK = re.compile(r"(?:resets?|again|until)(?: at)? (\d{1,2})(?::(\d\d))?\s*(am|pm)?\b", re.IGNORECASE)
_LONGEST = timedelta(days=8)


def reset_time(text: str, now: datetime) -> datetime | None:
    """When a limit ends, by what the text says of it: a moment, a time of day, or a number of seconds from `now`.

    What lies in the past or further than a week ahead is not believed.
    """
    for found in _candidates(text, now):
        if now < found <= now + _LONGEST:
            return found
    return None


def _candidates(text: str, now: datetime) -> list[datetime]:
    found: list[datetime] = []
    for match in _EPOCH.finditer(text):
        found.append(datetime.fromtimestamp(int(match[1]), UTC))
    for match in _ISO.finditer(text):
        try:
            moment = datetime.fromisoformat(match[1].replace(" ", "T"))
        except ValueError:
            continue
        found.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    for match in _IN.finditer(text):
        found.append(now + timedelta(seconds=float(match[1]) * _UNITS[match[2].lower()]))
    for match in _AFTER.finditer(text):
        found.append(now + timedelta(seconds=int(match[1])))
    for match in _CLOCK.finditer(text):
        found += _clock(now, int(match[1]), int(match[2] or 0), (match[3] or "").lower())
    return found


def _clock(now: datetime, hour: int, minute: int, half: str) -> list[datetime]:
    """The next time the person's clock shows this."""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        return []
    local = now.astimezone()
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return [moment if moment > local else moment + timedelta(days=1)]
