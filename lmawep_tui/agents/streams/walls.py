"""Why a model did not answer, told from what its program says of it: a status of HTTP, or the words of an error."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from lmawep_tui.model.event import Wall

_STATUS: Final = {
    401: Wall.AUTH,
    403: Wall.AUTH,
    429: Wall.RATE_LIMIT,
    500: Wall.OVERLOADED,
    502: Wall.OVERLOADED,
    503: Wall.OVERLOADED,
    504: Wall.OVERLOADED,
    529: Wall.OVERLOADED,
}
_WORDS: Final = (
    (
        Wall.RATE_LIMIT,
        r"rate[ _-]?limit|too many requests|insufficient_quota|resource_exhausted|usage limit|hit your limit"
        r"|(quota|credit balance)[^.\n]{0,40}(exceeded|exhausted|reached|used up|too low|limit)|billing_error",
    ),
    (
        Wall.AUTH,
        r"authenticat|unauthori[sz]ed|(invalid|incorrect|missing|no) api[ _-]?key|not logged in|login required"
        r"|missing environment variable: \W*\w*(key|token)\b|api[ _-]?key (is )?(invalid|missing|not)",
    ),
    (
        Wall.CONTEXT,
        r"(prompt|input|request) (is )?too (long|large)|prompt_too_long|context[ _](window|length|limit)"
        r"|maximum context|token count[^.\n]{0,30}exceed",
    ),
    (Wall.OVERLOADED, r"overloaded|high demand|internal server error|server_error|service unavailable|at capacity"),
)
_LOOKED_AT = 4000


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[tuple[Wall, re.Pattern[str]], ...]]:
    status = re.compile(r"(?:status|code|error)\W{0,4}\b([45]\d\d)\b", re.IGNORECASE)
    return status, tuple((wall, re.compile(words, re.IGNORECASE)) for wall, words in _WORDS)


def wall_of(words: str, status: int = 0) -> Wall | None:
    """The wall that an error tells of, by its status of HTTP or else by its words; None when it is none of them."""
    return _STATUS[status] if status in _STATUS else _by_words(words[:_LOOKED_AT])


@lru_cache(64)
def _by_words(words: str) -> Wall | None:
    """A program says the same again with every attempt."""
    in_words, patterns = _patterns()
    for found in in_words.findall(words):
        if int(found) in _STATUS:
            return _STATUS[int(found)]
    return next((wall for wall, pattern in patterns if pattern.search(words)), None)
