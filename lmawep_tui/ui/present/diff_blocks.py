"""Where a diff removes lines and puts others in their place."""

from __future__ import annotations

import re
from typing import NamedTuple

from lmawep_tui.ui.present.diff_lines import DiffLines
from lmawep_tui.ui.present.diff_words import Pair, pairs

_BLOCK = re.compile(r"(-+)(\\?)(\++)(\\?)")


class Block(NamedTuple):
    """Removed lines and the added ones that follow them, by their positions in the diff; each end is exclusive."""

    begin: int
    old_end: int
    new: int
    new_end: int
    end: int
    """Behind the words "no newline", which may stand below either half."""


_CHANGE = re.compile(r"[-+\\]+")


def changes(diff: DiffLines) -> list[int]:
    """Return the first lines of all stretches that are removed or added."""
    return [match.start() for match in _CHANGE.finditer("".join(diff.kinds))]


def blocks(diff: DiffLines) -> list[Block]:
    """Return all blocks from top to bottom."""
    signs = "".join(diff.kinds)  # every kind is one character
    return [Block(m.start(), m.end(1), m.start(3), m.end(3), m.end()) for m in _BLOCK.finditer(signs)]


def paired(diff: DiffLines, block: Block) -> list[Pair]:
    """Return which lines of a block stand beside each other, by their positions in the diff."""
    begin, old_end, new, new_end, end = block
    found: list[Pair] = [
        (None if a is None else begin + a, None if b is None else new + b)
        for a, b in pairs(diff.texts[begin:old_end], diff.texts[new:new_end])
    ]
    below = old_end if new > old_end else None, new_end if end > new_end else None
    return [*found, below] if below != (None, None) else found
