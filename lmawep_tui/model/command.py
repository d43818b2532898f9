"""Commands of the person's: words for a program, never text for a shell.

A string is split as a shell would split it. Where a shell would do more than that, the string is refused: run without
a shell it would silently be another command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

Command = str | tuple[str, ...]
"""As it stands in the config: one line, or the words themselves."""

_ASSIGNS = re.compile(r"\s*[A-Za-z_]\w*\+?=", re.ASCII)
_SIGNS = frozenset(";|&<>()$`\n\r")


def split_command(text: str) -> tuple[str, ...]:
    """The words of a command line; raises ValueError, in words, when only a shell could run it."""
    text = text.strip()
    if not text:
        raise ValueError("is empty")
    sign = shell_sign(text)
    if sign is not None:
        raise ValueError(f"holds shell syntax ({_name(sign)}), and commands run without a shell: {_how(text)}")
    try:
        return check_words(shlex.split(text))
    except ValueError as error:
        if "quotation" in str(error):
            raise ValueError(f"has a quote that is not closed: {text[:80]}") from None
        if "escaped" in str(error):
            raise ValueError(f"ends in a backslash: {text[-80:]}") from None
        raise


def check_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a command, as given; raises ValueError when no program can be started by them."""
    if not words or not words[0]:
        raise ValueError("is empty")
    if any("\0" in word for word in words):
        raise ValueError("holds a NUL character")
    return tuple(words)


def words_of(command: Command) -> tuple[str, ...]:
    """A command in either form as its words; raises ValueError as split_command."""
    return split_command(command) if isinstance(command, str) else check_words(command)


def check_command(text: str) -> str:
    """`text` as it is, when it is a command; raises ValueError as split_command."""
    split_command(text)
    return text


def shell_sign(text: str) -> str | None:
    """The first sign that a shell would act on and we would not, or None."""
    assigns = _ASSIGNS.match(text)
    if assigns:
        return assigns[0].strip()
    quote, escaped = "", False
    for char in text:
        if escaped:
            if char in "\n\r" or (quote and char in "$`"):
                return char
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif quote:
            if char == quote:
                quote = ""
            elif quote == '"' and char in "$`":
                return char
        elif char in "'\"":
            quote = char
        elif char in _SIGNS:
            return char
    return None


def _name(sign: str) -> str:
    return "several lines" if sign in "\n\r" else f"`{sign}`"


def _how(text: str) -> str:
    if len(text) > 160 or not text.isprintable():
        return "write `[sh, -c, '…']`"
    in_yaml = text.replace("'", "''")
    return f"write `[sh, -c, '{in_yaml}']`, or in one line `sh -c {shlex.quote(text)}`"
