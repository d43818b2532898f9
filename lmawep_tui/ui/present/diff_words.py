"""Which removed line became which added one, and which words of it changed.

Both are asked of lines on the screen only, and both have limits: a line of a minified file, or a block of a thousand
lines replaced by others, must not hold up a frame.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end of a stretch of a line, in characters."""

Pair: TypeAlias = tuple[int | None, int | None]
"""A removed line and the added one that stands beside it; None where there is none."""

_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
_WORD = re.compile(r"\w+|[^\w\s]")
_MOST_TOKENS = 120  # of what differs in a line
_MOST_PAIRS = 400  # lines compared with lines to align one block
_ALIKE = 0.35  # of the words, below which two lines have nothing to do with each other


def pairs(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return which removed line stands beside which added one, every line once and in order.

    As many of one as of the other are taken line by line; else those stand together that are alike.
    """
    if len(old) == len(new) or not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return _beside([(at, at) for at in range(min(len(old), len(new)))], len(old), len(new))
    return _beside(_aligned(old, new), len(old), len(new))


def _beside(matched: Sequence[tuple[int, int]], olds: int, news: int) -> list[Pair]:
    """Put the lines between matched ones beside each other as far as they go, then alone."""
    found: list[Pair] = []
    old = new = 0
    for a, b in (*matched, (olds, news)):
        found += [(at, None) for at in range(old, a)]
        found += [(None, at) for at in range(new, b)]
        if a < olds and b < news:
            found.append((a, b))
        old, new = a + 1, b + 1
    return found


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs, in order, whose likeness in sum is the greatest."""
    olds, news = [_bag(line) for line in old], [_bag(line) for line in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike: dict[tuple[int, int], float] = {}
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            score = alike[a, b] = _likeness(olds[a], news[b])
            together = best[a + 1][b + 1] + score if score >= _ALIKE else 0.0
            best[a][b] = max(together, best[a + 1][b], best[a][b + 1])
    found = []
    a = b = 0
    while a < len(old) and b < len(new):
        if alike[a, b] >= _ALIKE and best[a][b] == best[a + 1][b + 1] + alike[a, b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return found


def _bag(line: str) -> Counter[str]:
    return Counter(_WORD.findall(line[:500]))


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """Return the share of words that two lines have in common, from 0 to 1."""
    both = old.total() + new.total()
    return 2 * (old & new).total() / both if both else 1.0


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Return the stretches of both lines that differ; none when the lines have too little in common to say."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _same(before, after)
    tail = _same(before[head:][::-1], after[head:][::-1])
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    if not a and not b:
        return [], []
    start = sum(map(len, before[:head]))
    if len(a) > _MOST_TOKENS or len(b) > _MOST_TOKENS:
        kept = start + sum(map(len, before[len(before) - tail :] if tail else ()))
        return ([(start, start + len("".join(a)))], [(start, start + len("".join(b)))]) if kept else ([], [])
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    same = sum(len(token) for token in before[:head] + (before[-tail:] if tail else []) if not token.isspace())
    same += sum(len(token) for block in blocks for token in a[block.a : block.a + block.size] if not token.isspace())
    if 2 * same < _ALIKE * (_inked(old) + _inked(new)):
        return [], []
    return (
        _joined(_gaps(a, [(block.a, block.size) for block in blocks], start), old),
        _joined(_gaps(b, [(block.b, block.size) for block in blocks], start), new),
    )


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many tokens both begin with."""
    for at, (a, b) in enumerate(zip(old, new, strict=False)):
        if a != b:
            return at
    return min(len(old), len(new))


def _inked(line: str) -> int:
    return sum(map(len, line.split()))


def _gaps(tokens: Sequence[str], matched: Sequence[tuple[int, int]], start: int) -> list[Span]:
    """Return the stretches between the matched tokens."""
    ends = [start]
    for token in tokens:
        ends.append(ends[-1] + len(token))
    found, at = [], 0
    for place, size in matched:
        if place > at:
            found.append((ends[at], ends[place]))
        at = place + size
    return found


def _joined(spans: Sequence[Span], line: str) -> list[Span]:
    """Join stretches with nothing but blanks in between: one change is easier to see than confetti."""
    found: list[Span] = []
    for start, end in spans:
        if found and not line[found[-1][1] : start].strip():
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found
