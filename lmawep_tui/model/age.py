"""Times of the files as a person reads them: how long ago, or at what o'clock."""

from __future__ import annotations

import time
from datetime import datetime


def epoch(text: str | None) -> float | None:
    """Return a time of the files (`2026-01-15T10:30:00Z`) in seconds since 1970; None when it is none."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def age(seconds: float) -> str:
    """Return a duration in one or two units: `12s`, `4m 31s`, `2h`, `3d`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3600}h" if whole < 48 * 3600 else f"{whole // 86400}d"


def since(text: str | None, now: float) -> str:
    """Return how long ago a time of the files was, or nothing when it is not known."""
    then = epoch(text)
    return "" if then is None else age(now - then)


def ago(text: str | None, now: float | None = None) -> str:
    """Return `4m ago` for a time of the files, counted from now; the text itself when it is no time."""
    words = since(text, time.time() if now is None else now)
    return f"{words.partition(' ')[0]} ago" if words else text or ""


def o_clock(text: str | None) -> str:
    """Return a time of the files as `14:02` on the person's clock."""
    then = epoch(text)
    return "--:--" if then is None else time.strftime("%H:%M", time.localtime(then))


def moment(text: str | None, now: float) -> str:
    """Return a time of the files as `14:02` on the person's clock, with the day when that is not today's."""
    then = epoch(text)
    if then is None:
        return "--:--"
    day = "%Y%j"
    today = time.strftime(day, time.localtime(then)) == time.strftime(day, time.localtime(now))
    form = "%H:%M" if today else "%a %H:%M" if 0 < then - now < 6 * 86400 else "%d %b %H:%M"
    return time.strftime(form, time.localtime(then))
