"""One line of agent output → styled segments.

Only a hint for the eye: when something happened, which command ran, what went wrong. It runs for the lines on the
screen and for no others, so it may look at each of them with some care.
"""

from __future__ import annotations

import re

from lmawep_tui.ui.present.styled import Segment

_TIME = re.compile(r"\s*\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?\]?(?=\s|$)")
_COMMAND = re.compile(r"\s*[$❯] ")
_REPORT = re.compile(r"\s*\**(?:STATUS|PROGRESS|BLOCKERS?|SUMMARY|QUESTIONS?|FILES|TESTS|NEXT|NOTES?|RESULT)\**\s?:\**")
# "0 failed" and "no errors" are good news; a `-` before or a `.py` after makes it part of a name.
_WORDS = re.compile(
    r"(?<![\w-])(?<!\b0 )(?<!\b[Nn]o )"
    r"(?:(?P<bad>errors?|fail(?:s|ed|ures?|ing)?|fatal|panic|exception|traceback|[A-Z]\w{0,40}(?:Error|Exception))"
    r"|(?P<hint>warn(?:ing)?s?))(?![\w-]|\.\w)"
    r"|\b(?P<good>\d{1,9} passed)\b",
    re.IGNORECASE,
)
_STYLES = {"bad": "error", "hint": "warn", "good": "ok"}


def log_line(text: str) -> list[Segment]:
    """Return a cleaned line with its time stamp dim, commands accented, report keys bold and trouble marked."""
    segments: list[Segment] = []
    rest = text
    if stamp := _TIME.match(rest):
        segments.append((stamp[0], "muted"))
        rest = rest[stamp.end() :]
    if _COMMAND.match(rest):
        segments.append((rest, "accent"))
    elif report := _REPORT.match(rest):
        segments.append((report[0], "strong"))
        segments += _words(rest[report.end() :])
    elif rest.lstrip().startswith("▸"):
        head, glyph, tail = rest.partition("▸")
        segments.append((head + glyph, "busy"))
        segments += _words(tail)
    else:
        segments += _words(rest)
    return segments


def _words(text: str) -> list[Segment]:
    """Mark the words that tell of trouble or success."""
    segments: list[Segment] = []
    position = 0
    for match in _WORDS.finditer(text):
        if match.start() > position:
            segments.append((text[position : match.start()], ""))
        segments.append((match[0], _STYLES[match.lastgroup or "bad"]))
        position = match.end()
    if position < len(text):
        segments.append((text[position:], ""))
    return segments
