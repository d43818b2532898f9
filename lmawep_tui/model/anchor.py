"""Where lines that somebody spoke of stand now, after the file around them has changed.

Two ways, the surer one first: git says which lines came through unchanged and where they went; where it cannot, the
lines are looked for by their text. What is found by neither is gone, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """One stretch that differs between two versions of a file, without context; line numbers begin at 1.

    Where a side has no lines, its number is that of the line before, as in git's `@@ -4,0 +5,2 @@`.
    """

    old: int
    old_count: int
    new: int
    new_count: int


def moved(line: int, count: int, hunks: Sequence[Hunk]) -> int | None:
    """The number that the first of `count` lines has in the new version; None when one of them is touched.

    `hunks` stand in the order of the file.
    """
    shift = 0
    last = line + count - 1
    for hunk in hunks:
        if not hunk.old_count:
            if hunk.old < line:
                shift += hunk.new_count
            elif hunk.old < last:
                return None  # something was put between them
        elif hunk.old + hunk.old_count <= line:
            shift += hunk.new_count - hunk.old_count
        elif hunk.old <= last:
            return None
    return line + shift


def find(wanted: Sequence[str], lines: Sequence[str], near: int, hunks: Sequence[Hunk] | None = None) -> int | None:
    """The number of the line at which `wanted` begins in `lines` now, after it was touched at its old place.

    With `hunks` only what is new counts: a line that was there before, and says the same, is another one. Of several
    places that is the one closest to `near`. Without them nothing is known of before, so there has to be just one
    place, or one at `near` itself. Lines without a letter or digit (`}`, blank ones) say too little to be found by.
    """
    size = len(wanted)
    if not any(char.isalnum() for text in wanted for char in text):
        return None
    block = list(wanted)
    places = [at + 1 for at in range(len(lines) - size + 1) if lines[at] == block[0] and lines[at : at + size] == block]
    if hunks is not None:
        places = [at for at in places if any(_overlap(at, size, hunk) for hunk in hunks)]
    elif near in places:
        return near
    elif len(places) > 1:
        return None
    return min(places, key=lambda at: (abs(at - near), at), default=None)


def _overlap(line: int, count: int, hunk: Hunk) -> bool:
    return line < hunk.new + hunk.new_count and hunk.new < line + count
