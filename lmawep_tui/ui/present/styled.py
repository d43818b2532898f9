"""The coin between presenters and views: text with the name of a meaning.

A presenter says *what* a stretch of text is ("added", "muted"); which colour that has is the theme's business, so
nothing here or in a presenter knows of rich, textual or colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Segment: TypeAlias = tuple[str, str]
"""Text and the name of its style; the empty name is ordinary text."""

StyledLine: TypeAlias = Sequence[Segment]
"""One line, from left to right."""


def plain_text(line: StyledLine) -> str:
    """Return the text of a line without its styles."""
    return "".join([text for text, _ in line])
