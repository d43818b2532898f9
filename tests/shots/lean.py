"""Pictures without what says nothing: half as big, and the same to look at."""

from __future__ import annotations

import re

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_NAMES = re.compile(r"terminal-(?:\d+-)?")
_CLIP_OF_A_LINE = re.compile(r'<clipPath id="t-line-\d+">.*?</clipPath>\s*', re.DOTALL)
_CLIPPED = re.compile(r' clip-path="url\(#t-line-\d+\)"')
_LINE_END = re.compile(r'<text class="[^"]*" x="[\d.]+" y="[\d.]+" textLength="[\d.]+">\n</text>')
_BOX = re.compile(r'<rect fill="([^"]*)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="24.65" '
                  r'shape-rendering="crispEdges"/>')  # fmt: skip
_BOXES = re.compile(f"(?:{_BOX.pattern})+")


def lean(svg: str) -> str:
    """Return a picture that Rich has drawn, with backgrounds joined, and without fonts, random names and clips.

    Rich clips every piece of text to its row, which nothing of a terminal ever leaves.
    """
    svg = _NAMES.sub("t-", _FONT_FACE.sub("", svg))
    svg = _LINE_END.sub("", _CLIPPED.sub("", _CLIP_OF_A_LINE.sub("", svg)))
    svg = svg.replace("&#160;", "\N{NO-BREAK SPACE}")
    return _BOXES.sub(lambda found: _joined(found[0]), svg)


def _joined(boxes: str) -> str:
    """Backgrounds side by side and of one colour as one."""
    rows: list[tuple[str, str, float, float]] = []
    for fill, x, y, width in _BOX.findall(boxes):
        left, right = float(x), float(x) + float(width)
        if rows and rows[-1][:2] == (fill, y) and abs(rows[-1][3] - left) < 0.05:
            rows[-1] = (fill, y, rows[-1][2], right)
        else:
            rows.append((fill, y, left, right))
    drawn = (
        f'<rect fill="{fill}" x="{round(left, 1):g}" y="{y}" width="{round(right - left, 1):g}" height="24.65"/>'
        for fill, y, left, right in rows
    )
    return f'<g shape-rendering="crispEdges">{"".join(drawn)}</g>'
