"""What agents say at the end: the report block, and breaking-change alerts.

Agents decorate: bold keys, headings, lists, fences, CRLF, other case, wrapped values, several blocks. The rules held
over all recorded agent CLIs: the last block that starts with a STATUS line and has one more key counts.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from lmawep_tui.model.dataclass import dataclass


class Claim(StrEnum):
    """What a STATUS line claims, from the many words agents use for it."""

    COMPLETE = "complete"
    NO_CHANGE = "no_change"
    NEEDS_REVIEW = "needs_review"
    BLOCKED = "blocked"
    QUESTION = "question"
    PARTIAL = "partial"
    FAILED = "failed"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """The block an agent ends with; values are the agent's own words, one line or several."""

    status: str
    progress: str = ""
    blockers: str = ""
    next: str = ""
    question: str = ""

    @property
    def claim(self) -> Claim:
        return classify(self.status)


@dataclass(frozen=True, slots=True)
class Alert:
    """A BREAKING CHANGE ALERT: what changed, whom it affects, how to follow."""

    pod: str = ""
    file: str = ""
    change: str = ""
    affects: str = ""
    migration: str = ""


_WORDS: tuple[tuple[Claim, tuple[str, ...]], ...] = (
    (Claim.CHANGES_REQUESTED, ("CHANGES", "REJECT", "REQUEST_CHANGES", "NOT_APPROVED")),
    (Claim.APPROVED, ("APPROVE", "LGTM")),
    (Claim.NO_CHANGE, ("NO_CHANGE", "UNCHANGED", "NOTHING_TO_DO")),
    (Claim.NEEDS_REVIEW, ("NEEDS_REVIEW", "READY_FOR_REVIEW")),
    (Claim.QUESTION, ("QUESTION", "NEEDS_INPUT", "NEEDS_ANSWER")),
    (Claim.PARTIAL, ("PARTIAL", "IN_PROGRESS", "INCOMPLETE", "NOT_DONE", "NOT_COMPLETE", "WORKING")),
    (Claim.FAILED, ("FAIL", "ERROR")),
    (Claim.BLOCKED, ("BLOCKED", "STUCK")),
    (Claim.COMPLETE, ("COMPLETE", "DONE", "SUCCESS", "FINISHED")),
)


def classify(status: str) -> Claim:
    """The claim in the first words of a STATUS value: `✅ Completed – all green` is COMPLETE."""
    word = re.sub(r"[^A-Z]+", "_", status.upper()).strip("_")
    for claim, starts in _WORDS:
        if word.startswith(starts):
            return claim
    return Claim.UNKNOWN


_KEYS = ("STATUS", "PROGRESS", "BLOCKERS", "BLOCKER", "NEXT", "NEXT STEPS", "QUESTION")
_ALERT_KEYS = ("POD", "FILE", "CHANGE", "AFFECTS", "MIGRATION")
# Decoration before and after a key: quote marks, list bullets, headings, bold, code ticks.
_KEY_LINE = r"^[\s>#*\-+•`_]*(?P<key>{keys})[*_`]*\s*[:=]\s*[*_`]*(?P<value>.*)$"
_ALERT_HEAD = r"^[\s>#*\-+•`_⚠️]*BREAKING CHANGE ALERT[\s:*_`]*$"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Compiled when an agent's text is read: most commands never do, and should not pay for it."""
    keys = "|".join(sorted(_KEYS, key=len, reverse=True)).replace(" ", "[ _]")
    return (
        re.compile(_KEY_LINE.format(keys=keys), re.IGNORECASE),
        re.compile(_KEY_LINE.format(keys="|".join(_ALERT_KEYS)), re.IGNORECASE),
        re.compile(_ALERT_HEAD, re.IGNORECASE),
    )


_FENCES = ("```", "~~~")
_MAX_VALUE = 4000


def _fence(line: str) -> bool:
    return line.lstrip().startswith(_FENCES)


def _tidy(value: str) -> str:
    text = value.strip()
    for mark in ("**", "__", "`"):
        if text.endswith(mark) and text.count(mark) % 2:
            text = text[: -len(mark)].rstrip()
    return text.strip("*_` ") if set(text) <= set("*_` ") else text


class _Block:
    """Collects `KEY: value` lines, with wrapped lines joined to the key above."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.current: str | None = None

    def set(self, key: str, value: str) -> None:
        self.values[key] = [_tidy(value)]
        self.current = key

    def wrap(self, line: str) -> None:
        if self.current is not None and line.strip():
            self.values[self.current].append(_tidy(line))

    def text(self, key: str) -> str:
        return "\n".join(part for part in self.values.get(key, ()) if part)[:_MAX_VALUE]


def parse_report(text: str) -> Report | None:
    """The last report block in an agent's own text, or None when there is none."""
    report_line = _patterns()[0]
    best: Report | None = None
    block: _Block | None = None
    blanks = 0
    for line in text.splitlines():
        match = report_line.match(line)
        if match is not None:
            key = _canonical(match["key"])
            if key == "STATUS":
                best = _finish(block) or best
                block = _Block()
            if block is not None:
                block.set(key, match["value"])
                blanks = 0
        elif block is not None:
            if _fence(line) or not line.strip():
                blanks += 1
                block.current = block.current if blanks < 2 and not _fence(line) else None
            elif blanks == 0 or line.lstrip().startswith(("-", "*", "•")):
                block.wrap(line)
            else:
                block.current = None
    return _finish(block) or best


_AFTER_REPORT = 3
"""Lines that may follow a report: a closing fence, a token count, a good-bye."""


def ends_with_report(text: str) -> bool:
    """Whether a whole report (up to NEXT) is the last thing said."""
    lines = [line for line in text.splitlines() if line.strip()]
    last = next((i for i in range(len(lines) - 1, -1, -1) if _is_next(lines[i])), None)
    return last is not None and len(lines) - 1 - last <= _AFTER_REPORT and parse_report("\n".join(lines)) is not None


def _is_next(line: str) -> bool:
    match = _patterns()[0].match(line)
    return match is not None and _canonical(match["key"]) in ("NEXT", "QUESTION")


def _canonical(key: str) -> str:
    name = key.upper().replace("_", " ")
    return {"BLOCKER": "BLOCKERS", "NEXT STEPS": "NEXT"}.get(name, name)


def _finish(block: _Block | None) -> Report | None:
    if block is None or len(block.values) < 2 or not block.text("STATUS"):
        return None
    return Report(
        status=block.text("STATUS").splitlines()[0],
        progress=block.text("PROGRESS"),
        blockers=block.text("BLOCKERS"),
        next=block.text("NEXT"),
        question=block.text("QUESTION"),
    )


def parse_alerts(text: str) -> tuple[Alert, ...]:
    """Every BREAKING CHANGE ALERT in the text, in order; missing fields are empty."""
    report_line, alert_line, alert_head = _patterns()
    alerts: list[Alert] = []
    block: _Block | None = None
    for line in text.splitlines():
        if alert_head.match(line):
            alerts.extend(_alert(block))
            block = _Block()
            continue
        if block is None:
            continue
        match = alert_line.match(line)
        if match is not None:
            block.set(match["key"].upper(), match["value"])
        elif not line.strip() or _fence(line) or report_line.match(line):
            if block.values:
                alerts.extend(_alert(block))
                block = None
        else:
            block.wrap(line)
    alerts.extend(_alert(block))
    return tuple(alerts)


def _alert(block: _Block | None) -> tuple[Alert, ...]:
    if block is None or not block.values:
        return ()
    return (Alert(*(block.text(key) for key in _ALERT_KEYS)),)


def nothing(value: str) -> bool:
    """Whether a value such as BLOCKERS says there are none: empty, `none`, `n/a`, `-`."""
    return re.sub(r"[^a-z]", "", value.lower()) in ("", "none", "na", "no", "nothing", "nil", "null")
