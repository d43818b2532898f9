"""What a run came to by its output alone, as plain data: the words of `lmawep agents parse --json`."""

from __future__ import annotations

from typing import Any, Final

from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.model.report import Report

_REPORT: Final = {"STATUS": "status", "PROGRESS": "progress", "BLOCKERS": "blockers", "NEXT": "next",
                  "QUESTION": "question"}  # fmt: skip
_OVER: Final = (Phase.COMPLETED, Phase.FAILED, Phase.INTERRUPTED, Phase.WAITING)


def verdict(
    digest: Digest, format_: str, *, exit_status: int | None = None, stopped_by: str | None = None
) -> dict[str, Any]:
    """What a closed digest amounts to.

    `outcome` is `completed | failed | interrupted | waiting | lost` by the program's own word; the exit status
    (negative: the signal that ended it) decides only for plain text, which has no such word. Tokens are those of the
    last turn.
    """
    usage = digest.last_usage
    return {
        "outcome": _outcome(digest, format_, exit_status, stopped_by),
        "exit": exit_status,
        "stopped_by": stopped_by or None,
        "session": digest.session or None,
        "turns_ended": digest.turns_ended,
        "tokens_in": usage.input,
        "tokens_cached": usage.cached,
        "tokens_out": usage.output,
        "cost": None if usage.cost is None else round(usage.cost, 10),  # without the noise of adding up
        "tool_calls": digest.tool_calls,
        "tool_errors": digest.tool_errors,
        "retries": digest.retries,
        "permissions_denied": sum(not denied.asked for denied in digest.denied),
        "broken_lines": digest.broken_lines,
        "error": digest.error or None,
        "report": _report(digest.report),
    }


def _outcome(digest: Digest, format_: str, exit_status: int | None, stopped_by: str | None) -> str:
    if digest.phase in _OVER:
        return digest.phase.value
    if format_ != "text" or exit_status is None or exit_status < 0:
        return Phase.LOST.value
    if stopped_by:
        return Phase.INTERRUPTED.value
    return Phase.FAILED.value if exit_status else Phase.COMPLETED.value


def _report(report: Report | None) -> dict[str, str] | None:
    if report is None:
        return None
    told = {key: getattr(report, name) for key, name in _REPORT.items()}
    return {key: words for key, words in told.items() if words}
