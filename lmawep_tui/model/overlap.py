"""Which files a ticket is likely to change, and whether two pieces of work would meet in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lmawep_tui.model.globs import may_meet
from lmawep_tui.model.ticket import Ticket

_NAMED = re.compile(r"(?<![\w./-])(?:(?:[\w.-]+/)+[\w-]+|[\w-]{2,})\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/(])")
"""What looks like a file in a text; `e.g.` and `stock.take()` do not."""
_MAX_NAMED = 20


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[str, ...]:
    """The files a text names; one without its folder may lie in any."""
    names = dict.fromkeys(_NAMED.findall(text))
    return tuple(name if "/" in name else f"**/{name}" for name in names)[:_MAX_NAMED]


def likely_files(ticket: Ticket) -> tuple[str, ...]:
    """Globs of what it `touches`; when that is not said, the files that its text names."""
    return ticket.touches or _named(f"{ticket.title}\n{ticket.description}")


def meeting(globs: Iterable[str], others: Iterable[str]) -> str | None:
    """The first of `others` (paths or globs) that may be the same file as one of `globs`, as a person would name it."""
    mine = tuple(globs)
    for other in others:
        if any(may_meet(glob, other) for glob in mine):
            return other.removeprefix("**/")
    return None
