"""What a person put aside for a while, and what they want on top: theirs alone, no fact about a pod changes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta

from lmawep_tui.model.age import epoch, moment
from lmawep_tui.model.config import seconds
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError

MORNING = 8
"""The hour at which "tomorrow" begins."""
CHANGE = "change"
"""What a snooze without an end is asked for by."""
_WORDS = re.compile(r"[0-9.dhms]+", re.ASCII)
_LONGEST_S = 366 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Something that wants the person, put aside."""

    until: str | None = None
    """When it comes back, as the files have times; None when only a change brings it back."""
    asks: str = ""
    """What it asked when it was put aside: as soon as it asks something else it is back."""
    at: str = ""

    def words(self, now: float) -> str:
        """`until 14:05`, `until it changes`."""
        return f"until {moment(self.until, now)}" if self.until else "until it changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """`triage.json`. Keys are those of the rows on the screen: `pod-4`, `104`, `invalid:FILE`."""

    snoozed: dict[str, Snooze] = field(default_factory=dict)
    pinned: tuple[str, ...] = ()
    """In the order in which they were pinned."""

    def with_snoozed(self, keys: Mapping[str, str], until: str | None, at: str) -> Triage:
        """Put aside what `keys` ask now, by key."""
        new = {key: Snooze(until=until, asks=asks, at=at) for key, asks in keys.items()}
        return replace(self, snoozed={**self.snoozed, **new})

    def without(self, keys: tuple[str, ...]) -> Triage:
        """Bring these back."""
        return replace(self, snoozed={key: one for key, one in self.snoozed.items() if key not in keys})

    def with_pins(self, keys: tuple[str, ...], *, on: bool) -> Triage:
        """Pin these, or let go of them."""
        rest = tuple(key for key in self.pinned if key not in keys)
        return replace(self, pinned=(*rest, *keys) if on else rest)

    def pruned(self, known: Callable[[str], bool], asks: Callable[[str], str], now: float) -> Triage:
        """Without snoozes that are over, and without pins of what is gone."""
        return replace(self, snoozed=in_force(self, asks, now), pinned=tuple(key for key in self.pinned if known(key)))


def in_force(triage: Triage, asks: Callable[[str], str], now: float) -> dict[str, Snooze]:
    """The snoozes that still hold: their time is not up, and what was put aside still asks the very same.

    `asks` says what a key asks now; nothing when it asks nothing, or is gone. `now` is in seconds since the epoch.
    """
    return {key: one for key, one in triage.snoozed.items() if one.asks and _lasts(one, now) and asks(key) == one.asks}


def _lasts(snooze: Snooze, now: float) -> bool:
    if snooze.until is None:
        return True
    end = epoch(snooze.until)
    return end is not None and now < end


def until_when(text: str, now: float) -> str | None:
    """`15m`, `1h30m`, `2d`, `tomorrow`, `14:30` as a time of the files; None for `change`. Raises UsageError."""
    text = text.strip().lower()
    if text == CHANGE:
        return None
    end = _morning_after(now) if text == "tomorrow" else _clock(text, now) if ":" in text else _after(text, now)
    if end is None or not now < end <= now + _LONGEST_S:
        raise UsageError(f"{text!r} is no time to snooze for.", "Give 15m, 1h, 2d, 14:30, tomorrow or change.")
    return datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _after(text: str, now: float) -> float | None:
    """A duration from now; a bare number could be anything."""
    if not _WORDS.fullmatch(text) or text[-1:].isdigit():
        return None
    try:
        return now + seconds(text)
    except ValueError:
        return None


def _clock(text: str, now: float) -> float | None:
    """The next time the person's clock says so."""
    try:
        wanted = datetime.strptime(text, "%H:%M")
    except ValueError:
        return None
    today = datetime.fromtimestamp(now).replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    return today.timestamp() if today.timestamp() > now else (today + timedelta(days=1)).timestamp()


def _morning_after(now: float) -> float:
    """Tomorrow morning on the person's clock; days of 23 and 25 hours are `mktime`'s business."""
    day = time.localtime(now)
    return time.mktime((day.tm_year, day.tm_mon, day.tm_mday + 1, MORNING, 0, 0, 0, 0, -1))
