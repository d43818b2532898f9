"""What the lines of a diff look like beside their signs: the colours of the code, and the words that changed.

Both are found out for lines that are looked at, within the time that a frame leaves; what is not ready is asked for
again.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.present.diff_blocks import Block, blocks, paired
from lmawep_tui.ui.present.diff_lines import DiffLines
from lmawep_tui.ui.present.diff_syntax import CHUNK, Coloured, Colours, known, lexer_for
from lmawep_tui.ui.present.diff_words import Span, changed_words

_MOST_HUNKS = 1_000  # of which the colours are kept
_MOST_WORDS = 20_000  # lines of which the changed words are kept


@dataclass(slots=True)
class _Side:
    """One side of a piece of a hunk."""

    lines: list[int]
    """Positions of its lines in the diff."""

    colours: Colours


class Decor:
    """Knows the colours and changed words of the lines of one diff."""

    def __init__(self, diff: DiffLines) -> None:
        """Know nothing yet."""
        self._diff = diff
        self._blocks: list[Block] | None = None
        self._sides: dict[tuple[int, str], _Side] = {}
        self._paired: set[int] = set()
        self._partners: dict[int, tuple[int, int]] = {}
        self._spans: dict[int, list[Span]] = {}

    def unknown_languages(self, lines: Iterable[int]) -> set[str]:
        """Return paths of files around these lines whose language nobody has looked up yet."""
        found = {file.path for line in lines if (file := self._diff.file_at(line)) is not None}
        return {path for path in found if path and not known(path)}

    def colours(self, line: int, deadline: float) -> Coloured | None:
        """Return the colours of a line; None when that takes longer."""
        if self._diff.kinds[line] not in " +-":
            return []
        file = self._diff.file_at(line)
        if file is None or not file.path:
            return []
        if not known(file.path):
            return None
        lexer = lexer_for(file.path)
        if lexer is None:
            return []
        side = self._side(line, lexer)
        at = bisect_left(side.lines, line)
        ready = side.colours.line(at)
        if ready is None and time.perf_counter() < deadline and side.colours.read_to(at, deadline):
            ready = side.colours.line(at)
        return ready

    def _side(self, line: int, lexer: object) -> _Side:
        """Return the side of the hunk, or of a piece of a huge one, that a line is read as part of."""
        kinds = self._diff.kinds
        begin, end = self._diff.hunk_at(line) or (line, line + 1)
        begin += (line - begin) // CHUNK * CHUNK
        signs = " -" if kinds[line] == "-" else " +"
        key = begin, signs
        side = self._sides.get(key)
        if side is None:
            if len(self._sides) >= _MOST_HUNKS:
                self._sides.clear()
            lines = [at for at in range(begin, min(end, begin + CHUNK)) if kinds[at] in signs]
            texts = [self._diff.texts[at] for at in lines]
            side = self._sides[key] = _Side(lines, Colours(lexer, texts))
        return side

    def words(self, line: int, deadline: float) -> list[Span] | None:
        """Return the stretches of a line that changed; None when that takes longer."""
        if self._diff.kinds[line] not in "+-":
            return []
        spans = self._spans.get(line)
        if spans is not None:
            return spans
        if time.perf_counter() >= deadline:
            return None
        if len(self._spans) >= _MOST_WORDS:
            self._spans.clear()
        partners = self._partners_around(line)
        if partners is None:
            self._spans[line] = []  # kept, too: what is known must be there at once, or it is asked for for ever
            return []
        old, new = partners
        self._spans[old], self._spans[new] = changed_words(self._diff.texts[old], self._diff.texts[new])
        return self._spans[line]

    def _partners_around(self, line: int) -> tuple[int, int] | None:
        """Return the removed and the added line that stand beside each other and of which `line` is one."""
        if self._blocks is None:
            self._blocks = blocks(self._diff)
        at = bisect_right(self._blocks, line, key=_begin) - 1
        if at < 0 or line >= self._blocks[at].end:
            return None
        if at not in self._paired:
            self._paired.add(at)
            for old, new in paired(self._diff, self._blocks[at]):
                if old is not None and new is not None:
                    self._partners[old] = self._partners[new] = old, new
        return self._partners.get(line)


def _begin(block: Block) -> int:
    return block.begin
