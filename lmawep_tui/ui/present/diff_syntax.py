"""Colours of the code in a diff: stretches of a line by the name of what they are.

Pygments reads a hunk from its first line on, so that a string of several lines is one; it is asked for one line after
the other and only as far as somebody looks. It is imported when the first line is coloured.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

Coloured: TypeAlias = list[tuple[int, int, str]]
"""Stretches of a line: start, end, style name; what is ordinary text is left out."""

CHUNK = 2_000
"""Lines after which the reading begins afresh, so that the end of a huge new file need not wait for all of it."""

_LONGEST = 500  # characters of a line beyond which it is no code that a person wrote
_NAMES = (
    ("Token.Keyword.Constant", "constant"),
    ("Token.Keyword.Type", "type"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Literal.String.Doc", "comment"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Literal.Date", "number"),
    ("Token.Comment.Preproc", "keyword"),
    ("Token.Comment", "comment"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Builtin", "type"),
    ("Token.Name.Exception", "type"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Attribute", "function"),
    ("Token.Name.Constant", "constant"),
    ("Token.Generic.Heading", "keyword"),
    ("Token.Generic.Subheading", "keyword"),
    ("Token.Generic.Strong", "strong"),
    ("Token.Generic.Emph", "emphasis"),
)
"""The beginning of a token's name → a style name; the first that fits counts."""

_PLAIN = frozenset(("TextLexer", "DiffLexer"))
_BETTER = {"sql": "SqlLexer", "pl": "PerlLexer", "tcss": "CssLexer", "v": "VerilogLexer"}
_names: dict[Any, str] = {}
_lexers: dict[str, Any] = {}


def lexer_for(path: str) -> Any | None:
    """Return what reads the language of a file, by its name; None when it is not known. May import for 50 ms."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    key = suffix.lower() if dot and stem else name
    if key not in _lexers:
        _lexers[key] = _find(name, suffix.lower() if dot else "")
    return _lexers[key]


def known(path: str) -> bool:
    """Whether the language of a file has been looked up, so that `lexer_for` is quick."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return (suffix.lower() if dot and stem else name) in _lexers


def _find(name: str, suffix: str) -> Any | None:
    from importlib import import_module  # no types are published for pygments

    lexers = import_module("pygments.lexers")
    options: dict[str, Any] = {"handlecodeblocks": False}  # a fence in Markdown would import another language
    try:
        if suffix in _BETTER:
            return getattr(lexers, _BETTER[suffix])(**options)
        found = lexers.find_lexer_class_for_filename(name)
    except (ValueError, AttributeError, ImportError):
        return None
    return found(**options) if found is not None and found.__name__ not in _PLAIN else None


def style_name(token: Any) -> str:
    """Return the style name of a kind of token; empty for ordinary text."""
    name = _names.get(token)
    if name is None:
        full = str(token)
        name = _names[token] = next((to for start, to in _NAMES if full.startswith(start)), "")
    return name


class Colours:
    """The colours of consecutive lines, found out as far as they are asked for."""

    def __init__(self, lexer: Any, lines: Sequence[str]) -> None:
        """Prepare to read `lines`, one side of a hunk."""
        self._lines = [line if len(line) <= _LONGEST else "" for line in lines]
        self._lexer = lexer
        self._done: list[Coloured] = []
        self._steps = self._read()

    def __len__(self) -> int:
        """Return how many lines are known."""
        return len(self._done)

    def line(self, at: int) -> Coloured | None:
        """Return the colours of a line; None when it has not been read yet."""
        return self._done[at] if at < len(self._done) else None

    def read_to(self, at: int, deadline: float) -> bool:
        """Read on until the line at `at` is known or the time (of `time.perf_counter`) is over; return whether it is.

        A lexer that fails leaves the rest plain: what is read is anything, and this is only about its colours.
        """
        try:
            while len(self._done) <= at:
                if next(self._steps, None) is None:
                    break
                if time.perf_counter() > deadline:
                    return len(self._done) > at
        except Exception:  # noqa: BLE001 - any of five hundred lexers, on any text
            self._steps = iter(())
        while len(self._done) <= at:
            self._done.append([])
        return True

    def _read(self) -> Iterator[bool]:
        """Take token after token; lines are complete once a token lies beyond them."""
        text = "\n".join(self._lines) + "\n"
        lead = opening(self._lines, self._lexer.name)
        starts, row, line = 0, 0, Coloured()
        for place, token, value in self._lexer.get_tokens_unprocessed(lead + text):
            name = style_name(token)
            begin, end = place - len(lead), place - len(lead) + len(value)
            while row < len(self._lines) and end > (stop := starts + len(self._lines[row])):
                if name and begin < stop and stop > starts:
                    line.append((max(begin, starts) - starts, stop - starts, name))
                self._done.append(line)
                starts, row, line = stop + 1, row + 1, Coloured()
            if name and row < len(self._lines) and end > max(begin, starts):
                line.append((max(begin, starts) - starts, end - starts, name))
            yield True
        if row < len(self._lines):
            self._done.append(line)


def opening(lines: Sequence[str], language: str) -> str:
    """Return what has to be thought before the first line: the begin of a comment or string it lies in.

    A hunk may begin inside one; the first sign of that which says how it is delimited is its end.
    """
    if language.startswith("Python"):
        return _docstring(lines)
    for line in lines:
        begin, end = line.find("/*"), line.find("*/")
        if begin >= 0 and (end < 0 or begin < end):
            return ""
        if end >= 0:
            return "/*" if language in _WITH_BLOCK_COMMENTS else ""
    return ""


_WITH_BLOCK_COMMENTS = frozenset(
    ("C", "C++", "C#", "CSS", "Dart", "Go", "Groovy", "Java", "JavaScript", "Kotlin", "Objective-C", "PHP", "Rust",
     "SCSS", "Scala", "Swift", "TSX", "JSX", "TypeScript", "SQL", "LessCss", "Solidity")
)  # fmt: skip


def _docstring(lines: Sequence[str]) -> str:
    """Tell whether Python lines begin inside a docstring: its closing quotes end a line that code does not begin."""
    for at, line in enumerate(lines):
        quotes = min((place for mark in ('"""', "'''") if (place := line.find(mark)) >= 0), default=-1)
        if quotes < 0:
            continue
        mark, before, after = line[quotes : quotes + 3], line[:quotes].strip(), line[quotes + 3 :].strip()
        if after:
            return ""
        if before:
            code = before.rstrip("rRbBfFuU").rstrip()
            return "" if not code or code.endswith(_BEFORE_STRINGS) else mark
        above = next((one.strip() for one in reversed(lines[:at]) if one.strip()), "")
        return "" if not above or above.endswith(_BEFORE_STRINGS) else mark
    return ""


_BEFORE_STRINGS = ("=", "(", "[", "{", ",", ":", "+", "return")
