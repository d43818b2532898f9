"""Quota walls and missing logins, told from an agent's last words; neither is a failure of the work.

Only what the program itself says at its end counts, in the words that the recorded CLIs use: an agent that
writes *about* rate limits must not hold the fleet.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lmawep_tui.agents.reset_time import reset_time
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.run import Outcome

_LINES = 12
_RATE = re.compile(
    r"\b429\b|too many requests|rate[ _-]?limit(ed)?( (reached|exceeded|error|hit))?|insufficient_quota"
    r"|(quota|usage limit|credit balance)[^.\n]{0,40}(exceeded|exhausted|reached|used up|too low|limit)"
    r"|hit your (usage |session |weekly )?limit|(hour|weekly|daily|session|usage) limit reached|resource[ _]exhausted"
    r"|(resource has been|exhausted your) (exhausted|capacity|quota)|out of (extra )?(usage|credits)",
    re.IGNORECASE,
)
_AUTH = re.compile(
    r"\b401\b|unauthori[sz]ed|unauthenticated|(invalid|incorrect|missing|no) api[ _-]?key"
    r"|api[ _-]?key (is )?(invalid|missing|not)|(authentication|auth)[ _](error|failed|required)"
    r"|failed to authenticate|not logged in|please (run )?\S* ?log ?in|login required|log ?in again"
    r"|missing environment variable: \W*\w*(key|token)\b|(oauth|access|refresh)? ?token (has |is )?(expired|revoked)"
    r"|set an auth method|no (auth )?credentials",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"^\W*(\[?api[ _]error|error\b|fatal\b|litellm\.|http\b|status(code)?\b|retrying\b|exceeded retry|unexpected status"
    r"|turn failed|failed to authenticate|rate limit|too many|usage limit|quota|[\d.]*\s?(401|429)\b|not logged in"
    r"|missing environment|(\d+-hour|weekly|daily|session) limit|oauth token|resource[ _](exhausted|has been)"
    r"|please|invalid api key|unauthori|you('ve| have) (hit|reached|exhausted)|you('re| are) out of"
    r"|your (usage|quota|credit)|claude (ai )?usage limit)",
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
