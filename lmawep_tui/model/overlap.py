"""Which files a ticket is likely to change, and whether two pieces of work would meet in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lmawep_tui.model.ticket import Ticket

_NAMED = re.compile(
    r"(?<![\w./-])(?:(?:[\w.-]+/)+[\w-]+|[\w-]{2,})\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/])"  # `e.g.` is no file
)
_MAX_NAMED = 20


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NAMED.findall(text)))[:_MAX_NAMED]


def likely_files(ticket: Ticket) -> tuple[str, ...]:
    """Globs of what it `touches`; when that is not said, the files that its text names."""
    return ticket.touches or _named(f"{ticket.title}\n{ticket.description}")


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    """`*` and `**` match anything, slashes too; a name without them is a file, or a folder with all that is in it."""
    text = "".join(".*" if part.startswith("*") else "." if part == "?" else re.escape(part)
                   for part in re.split(r"(\*+|\?)", glob.strip("/")))  # fmt: skip
    return re.compile(rf"(?:.*/)?{text}(?:/.*)?" if "/" not in glob.strip("/") else rf"{text}(?:/.*)?", re.DOTALL)


def meeting(globs: Iterable[str], others: Iterable[str]) -> str | None:
    """The first of `others` (paths or globs) that one of `globs` covers, or that covers one of them."""
    mine = tuple(globs)
    for other in others:
        for glob in mine:
            if glob == other or _pattern(glob).fullmatch(other) or _pattern(other).fullmatch(glob):
                return other
    return None
