"""What is looked for in a log: a text or a regular expression, found in raw bytes as fast as the machine allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lmawep_tui.model.dataclass import dataclass

_REGEX_OVERLAP = 4 * 1024  # of a line too long for one chunk, so a match across the seam is still found
_LEAST_LITERAL = 3
_QUANTIFIERS = "?*{"
_SPECIAL = frozenset(".^$+()[]|\\" + _QUANTIFIERS)


class BadPattern(ValueError):
    """The regular expression cannot be compiled; the text says why."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for: a text, or a regular expression over single lines.

    Small letters match capitals too and a capital matches only itself, as in vim, less and lnav.
    """

    text: str
    """As the person wrote it, a regular expression without its slashes."""

    pattern: re.Pattern[str]
    """For marking matches in a line on the screen."""

    _literal: bytes
    """What every match holds: the text itself, or a part that a regular expression cannot do without; may be empty."""
    _compiled: re.Pattern[bytes] | None
    _fold: bool

    @classmethod
    def make(cls, text: str, *, regex: bool = False) -> Needle:
        """Return the needle for `text`; raise `BadPattern` if it is no regular expression."""
        folds = text == text.lower()
        flags = re.IGNORECASE if folds else re.RegexFlag(0)
        literal = _encoded(_needed(text) if regex else text)
        fold = folds and literal.lower() != literal.upper()  # digits need no folding
        if not regex:
            return cls(text, re.compile(re.escape(text), flags), literal.lower() if fold else literal, None, fold)
        try:
            compiled = re.compile(_encoded(text), flags | re.MULTILINE)
            return cls(text, re.compile(text, flags), literal.lower() if fold else literal, compiled, fold)
        except (re.error, OverflowError, RecursionError) as error:
            raise BadPattern(str(error)) from error

    @classmethod
    def typed(cls, text: str) -> Needle:
        """Return the needle for what a person typed: `/…/` is a regular expression, all else a text.

        Raises `BadPattern` if it is no regular expression.
        """
        return cls.make(text[1:-1], regex=True) if is_regex(text) else cls.make(text)

    @property
    def regex(self) -> bool:
        """Whether it is a regular expression."""
        return self._compiled is not None

    @property
    def as_typed(self) -> str:
        """What a person types to look for it again."""
        return f"/{self.text}/" if self.regex else self.text

    @property
    def overlap(self) -> int:
        """How many bytes two chunks must share so that no match is lost between them."""
        return _REGEX_OVERLAP if self._compiled else max(0, len(self._literal) - 1)

    def first(self, data: bytes) -> int:
        """Return where the first match starts, or -1."""
        if self._compiled is None:
            # Folding a copy and finding in it is five times faster than a case-blind regular expression.
            return (data.lower() if self._fold else data).find(self._literal)
        return next(self._matches(data), -1)

    def last(self, data: bytes) -> int:
        """Return where the last match starts, or -1."""
        if self._compiled is None:
            data = data.lower() if self._fold else data
            # `rfind` is ten times slower than `find`, and most of a file does not hold the text.
            return data.rfind(self._literal) if self._literal in data else -1
        position = -1
        for position in self._matches(data):  # noqa: B007 - the last one counts
            pass
        return position

    def lines(self, data: bytes) -> Iterator[int]:
        """Yield where each line with a match starts."""
        if self._compiled is not None:
            before = -1
            for hit in self._matches(data):
                if (start := data.rfind(b"\n", 0, hit) + 1) != before:
                    before = start
                    yield start
            return
        folded = data.lower() if self._fold else data
        at = 0
        while (hit := folded.find(self._literal, at)) >= 0:
            yield folded.rfind(b"\n", 0, hit) + 1
            end = folded.find(b"\n", hit)
            if end < 0:
                return
            at = end + 1

    def _matches(self, data: bytes) -> Iterator[int]:
        """Yield where the regular expression matches; a line that lacks the needed literal is not even tried."""
        assert self._compiled is not None
        folded = data.lower() if self._fold and self._literal else data
        at = 0
        while (hit := self._candidate(data, folded, at)) >= 0:
            start, end = data.rfind(b"\n", at, hit) + 1 or at, data.find(b"\n", hit)
            end = end if end >= 0 else len(data)
            # Line by line: `\s` and `[^x]` would match a line end.
            for match in self._compiled.finditer(data[start:end]):
                yield start + match.start()
            at = end + 1

    def _candidate(self, data: bytes, folded: bytes, at: int) -> int:
        """Return where in the next line that may match something was found, or -1."""
        if self._literal:
            return folded.find(self._literal, at)
        assert self._compiled is not None
        match = self._compiled.search(data, at) if at <= len(data) else None
        return match.start() if match else -1


def is_regex(typed: str) -> bool:
    """Return whether what a person typed is meant as a regular expression: `/…/`."""
    return len(typed) > 2 and typed.startswith("/") and typed.endswith("/")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _needed(pattern: str) -> str:
    """Return the longest text that every match of a regular expression holds, or nothing when that is hard to say.

    Only what stands outside groups and sets counts; an alternative or an inline flag anywhere gives up.
    """
    if "|" in pattern or "(?" in pattern:
        return ""
    best = run = ""
    depth = at = 0
    while at < len(pattern):
        char = pattern[at]
        escaped = char == "\\" and pattern[at + 1 : at + 2] != "" and not pattern[at + 1].isalnum()
        if (escaped or char not in _SPECIAL) and not depth:
            run += pattern[at + escaped]
            at += 1 + escaped
            continue
        if char in _QUANTIFIERS:
            run = run[:-1]  # that letter may be missing
        best, run = max(best, run, key=len), ""
        depth += (char == "(") - (char == ")")
        at = _after(pattern, at)
    best = max(best, run, key=len)
    return best if len(best) >= _LEAST_LITERAL and best.isascii() else ""


def _after(pattern: str, at: int) -> int:
    """Return where what begins at `at` ends: an escape, a set, a count, or one character."""
    char = pattern[at]
    if char == "\\":
        end = at + 2
        if pattern[at + 1 : end] in "xuU0123456789":
            while end < len(pattern) and pattern[end].isalnum():  # `\x41`, `\12`: too many skipped do no harm
                end += 1
        return end
    if char == "[":
        end = pattern.find("]", at + 2)
        while end > 0 and pattern[end - 1] == "\\":
            end = pattern.find("]", end + 1)
        return end + 1 if end > 0 else len(pattern)
    if char == "{":
        end = pattern.find("}", at)
        return end + 1 if end > 0 else len(pattern)
    return at + 1
