"""Why a model did not answer, from a status and the words beside it."""

from __future__ import annotations

import re
from typing import Final

from lmawep_tui.model.event import Wall

_BY_STATUS: Final = {
    **{401: Wall.AUTH, 403: Wall.AUTH, 402: Wall.RATE_LIMIT, 429: Wall.RATE_LIMIT},
    **{413: Wall.CONTEXT, 500: Wall.OVERLOADED, 502: Wall.OVERLOADED, 503: Wall.OVERLOADED, 504: Wall.OVERLOADED},
    529: Wall.OVERLOADED,
}
_BY_WORDS: Final = (
    (Wall.CONTEXT, r"context[ _-]?(length|window|overflow|size)|prompt is too long|too many tokens"
                   r"|maximum context|ContextOverflow"),
    (Wall.RATE_LIMIT, r"\b429\b|too many requests|rate[ _-]?limit|insufficient_quota|credit balance"
                      r"|(quota|usage limit)[^.\n]{0,40}(exceeded|exhausted|reached|used up)|(hit|reached) your usage"),
    (Wall.AUTH, r"\b401\b|unauthori[sz]ed|unauthenticated|(invalid|incorrect|missing|no) api[ _-]?key|ProviderAuth"
                r"|authentication|failed to authenticate|not logged in|login required|\b403\b"),
    (Wall.OVERLOADED, r"\b(500|502|503|504|529)\b|overloaded|internal server error|service unavailable|bad gateway"),
)  # fmt: skip
_PATTERNS: Final = tuple((wall, re.compile(words, re.IGNORECASE)) for wall, words in _BY_WORDS)
_LOOKED_AT = 4000


def wall_of(words: str, status: int = 0) -> Wall:
    """The wall that an error's HTTP status names, else its words; OTHER when neither does.

    Only for what a program says of its own failure: an agent may well write about rate limits.
    """
    by_status = _BY_STATUS.get(status)
    if by_status is not None:
        return by_status
    looked_at = words[:_LOOKED_AT]
    return next((wall for wall, pattern in _PATTERNS if pattern.search(looked_at)), Wall.OTHER)
