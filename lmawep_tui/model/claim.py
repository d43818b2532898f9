"""Claims: paths that a pod says it works on, so that others keep away."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.globs import may_meet
from lmawep_tui.model.ids import PodId, TicketId

MAX_CLAIMS = 50
"""Of one pod."""
_MAX_PATTERN = 200


class Severity(StrEnum):
    """How strongly a claim is meant."""

    NOTE = "note"
    """Only listed."""
    WARN = "warn"
    """Told to the other pods in their next prompt."""
    BLOCK = "block"
    """Autopilot starts no ticket that touches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathClaim:
    """One claimed path or glob, from the project's root."""

    pod: PodId
    ticket: TicketId
    pattern: str
    severity: Severity = Severity.WARN
    at: str = ""


def check_pattern(text: str) -> str:
    """A pattern as it is kept; raises UsageError for one that leaves the project."""
    pattern = "/".join(part for part in text.split("/") if part not in ("", "."))
    if text.startswith(("/", "~")) or ".." in pattern.split("/") or not pattern:
        raise UsageError(f"{text!r} is not a path inside the project.", "Give paths or globs from its root: src/api/**")
    if len(pattern) > _MAX_PATTERN or not all(c.isprintable() for c in pattern):
        raise UsageError(f"A claim is at most {_MAX_PATTERN} printable characters.")
    return pattern


def in_the_way(claims: Iterable[PathClaim], touches: Iterable[str], ticket: TicketId) -> PathClaim | None:
    """The first claim of severity block by another ticket that one of the paths or globs may meet."""
    wanted = tuple(touches)
    for claim in claims:
        foreign = claim.severity is Severity.BLOCK and claim.ticket != ticket
        if foreign and any(may_meet(claim.pattern, path) for path in wanted):
            return claim
    return None
