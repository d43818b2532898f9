"""A memory bank as lines: one document after the other, each under its name."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.styled import StyledLine

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
