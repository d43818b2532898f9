"""A memory bank as lines: one document after the other, each under its name."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.styled import Segment, StyledLine

_MOST = 400_000
"""Characters of one document that are shown: a bank is notes, and whoever fills it with more is not read anyway."""


def memory_lines(texts: Mapping[str, str]) -> list[StyledLine]:
    """Return every document of a bank."""
    lines: list[StyledLine] = []
    for name, text in texts.items():
        if lines:
            lines.append([])
        lines += [[("▪ ", "accent"), (name, "file")], [], *markdown_lines(text[:_MOST])]
        if len(text) > _MOST:
            lines.append([(f"… and {len(text) - _MOST:,} characters more", "muted")])
    return lines


def newest_words(text: str) -> str:
    """Return the last line that says something: agents add at the end."""
    lines = (line.strip(" -*#>") for line in reversed(text.splitlines()))
    return next((line for line in lines if line), "")


def found_lines(text: str, needle: str) -> list[StyledLine]:
    """Return a note as it is written, its lines numbered, what was looked for marked."""
    fold = needle == needle.lower()
    lines: list[StyledLine] = []
    for number, line in enumerate(text[:_MOST].splitlines(), 1):
        parts: list[Segment] = [(f"{number:>4} ", "muted")]
        at = 0
        where = line.lower() if fold else line
        if len(where) != len(line):  # some letters grow when they are made small
            where = line
        while needle and (hit := where.find(needle, at)) >= 0:
            parts += [(line[at:hit], ""), (line[hit : hit + len(needle)], "match")]
            at = hit + len(needle)
        lines.append([part for part in (*parts, (line[at:], "")) if part[0]])
    return lines
