"""A recording read by its parser, told in the words of `_expected.json`."""

from __future__ import annotations

from typing import Any

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.model.event import Event
from lmawep_tui.model.report import Report

FORMATS = {
    "claude": "claude-stream",
    "qwen": "claude-stream",
    "codex": "codex-exec",
    "gemini": "gemini-stream",
    "aider": "text",
    "mini": "text",
}
KEYS = (
    "outcome",
    "session",
    "turns_ended",
    "tokens_in",
    "tokens_cached",
    "tokens_out",
    "cost",
    "tool_calls",
    "tool_errors",
    "retries",
    "permissions_denied",
    "broken_lines",
    "error",
    "report",
)


def events(format_: str, data: bytes, step: int = 1 << 16) -> list[Event]:
    """Its events, fed in pieces of `step` bytes."""
    reader = Reader(parser_for(format_))
    found: list[Event] = []
    for start in range(0, len(data), step):
        found += reader.feed(data[start : start + step])
    return found + reader.close()


def told(digest: Digest) -> dict[str, Any]:
    """What a digest amounts to."""
    usage = digest.last_usage
    return {
        "outcome": "waiting" if digest.phase is Phase.WAITING else str(digest.phase),
        "session": digest.session or None,
        "turns_ended": digest.turns_ended,
        "tokens_in": usage.input,
        "tokens_cached": usage.cached,
        "tokens_out": usage.output,
        "cost": usage.cost,
        "tool_calls": digest.tool_calls,
        "tool_errors": digest.tool_errors,
        "retries": digest.retries,
        "permissions_denied": len(digest.denied),
        "broken_lines": digest.broken_lines,
        "error": digest.error or None,
        "report": _lines(digest.report),
    }


def _lines(report: Report | None) -> dict[str, str] | None:
    if report is None:
        return None
    keys = {"STATUS": "status", "PROGRESS": "progress", "BLOCKERS": "blockers", "NEXT": "next"}
    return {key: value for key, name in keys.items() if (value := getattr(report, name))}
