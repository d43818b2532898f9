"""Markdown → styled lines, enough of it for a memory bank.

Textual's Markdown widget makes a widget of each paragraph and takes seconds for what is one screen of notes. This
reads a document once, line by line, and leaves wrapping to the view, which knows the width. Every expression below
stops at a character it cannot contain or at a fixed length, so no document can make it slow.
"""

from __future__ import annotations

import re

from lmawep_tui.ui.present.styled import Segment, StyledLine

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*(.*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+|$)(.*?)(?:\s+#{1,6}\s*)?$")
_RULE = re.compile(r" {0,3}(?:(?:\*\s{0,2}){3,40}|(?:-\s{0,2}){3,200}|(?:_\s{0,2}){3,40})$")
_SETEXT = re.compile(r" {0,3}(=+|-+)\s*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])(?:\s+|$)(?:\[([ xX])\](?:\s+|$))?")
_QUOTE = re.compile(r" {0,3}> ?")
_TABLE_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*$")
_BULLETS = "•◦▪"

_INLINE = re.compile(
    r"``(?P<code2>.{1,300}?)``|`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>[^*]{1,2000})\*\*|(?<!\w)__(?P<bold2>[^_]{1,2000})__(?!\w)"
    r"|\*(?=\S)(?P<italic>[^*]{1,2000})\*|(?<!\w)_(?=\S)(?P<italic2>[^_]{1,2000})_(?!\w)"
    r"|~~(?P<struck>[^~]{1,2000})~~"
    r"|!?\[(?P<text>[^\]\[]{1,500})\]\((?P<url>[^()\s]{1,1000})(?:\s+\"[^\"]{0,200}\")?\)"
    r"|(?P<bare>https?://[^\s<>()]{1,500})"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
)
_INLINE_STYLES = {
    "code": "code",
    "code2": "code",
    "bold": "strong",
    "bold2": "strong",
    "italic": "emphasis",
    "italic2": "emphasis",
    "struck": "muted",
    "bare": "link",
}


def markdown_lines(text: str, width: int = 0) -> list[StyledLine]:
    """Return a document as styled lines, one for each paragraph, item or line of code; `width` is that of rules."""
    return _Reader(width or 40).read(text.replace("\r\n", "\n").expandtabs(4).split("\n"))


class _Reader:
    """Goes through the lines of one document once."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._out: list[StyledLine] = []
        self._open: list[Segment] = []  # what the paragraph or item that may go on starts with
        self._words: list[str] = []
        self._style = ""
        self._fence = ""

    def read(self, lines: list[str]) -> list[StyledLine]:
        """Return the styled lines."""
        for line in lines:
            if self._fence:
                self._in_code(line)
            elif not line.strip():
                self._blank()
            elif not self._block(line):
                self._text(line)
        self._close()
        while self._out and not self._out[-1]:
            self._out.pop()
        return self._out

    def _block(self, line: str) -> bool:
        """Take a line that is something else than the words of a paragraph."""
        if fence := _FENCE.match(line):
            self._close()
            self._fence = fence[1]
            if fence[2]:  # the language, or whatever else stands there: nothing is hidden
                self._out.append([("  " + fence[2], "muted")])
        elif heading := _HEADING.match(line):
            self._heading(heading[2], len(heading[1]))
        elif self._words and not self._open and (under := _SETEXT.match(line)):
            words, self._words = " ".join(self._words), []
            self._heading(words, 1 if under[1][0] == "=" else 2)
        elif _RULE.match(line):
            self._close()
            self._out.append([("─" * self._width, "muted")])
        elif item := _ITEM.match(line):
            self._item(item, line)
        elif quote := _QUOTE.match(line):
            self._quote(line[quote.end() :])
        elif line.lstrip().startswith("|"):
            self._close()
            self._out.append([(line, "muted")] if _TABLE_RULE.match(line) else _inline(line, ""))
        elif line.startswith("    ") and not self._words:
            self._out.append([("  " + line[4:], "code")])
        else:
            return False
        return True

    def _in_code(self, line: str) -> None:
        """Take a line inside a fence as it is."""
        stripped = line.strip()
        if len(stripped) >= len(self._fence) and not stripped.strip(self._fence[0]):
            self._fence = ""
        else:
            self._out.append([("  " + line, "code")])

    def _heading(self, words: str, level: int) -> None:
        self._blank()
        style = "heading" if level < 3 else "subheading"
        self._out.append(_inline(words, style))
        if level == 1:
            self._out.append([("━" * min(self._width, max(4, len(words))), "muted")])

    def _item(self, item: re.Match[str], line: str) -> None:
        """Begin a list item; its text may go on in the next lines."""
        self._close()
        indent, marker, box = item.groups()
        if box is not None:
            marker = "☐" if box == " " else "☑"
        elif not marker[0].isdigit():
            marker = _BULLETS[min(len(indent) // 2, len(_BULLETS) - 1)]
        done = box is not None and box != " "
        self._open = [(indent, ""), (marker + " ", "ok" if done else "accent")]
        self._style = "muted" if done else ""
        self._words = [line[item.end() :].strip()]

    def _quote(self, words: str) -> None:
        if self._style != "quote" or not words.strip():
            self._close()
            self._open, self._style = [("│ ", "muted")], "quote"
        self._words.append(words.strip())

    def _text(self, line: str) -> None:
        """Take the words of a paragraph, or more of an item's."""
        self._words.append(line.strip())
        slashes = len(line) - len(line.rstrip("\\"))
        if slashes % 2:  # a hard break; two of them are one backslash
            self._words[-1] = self._words[-1][:-1]
        if slashes % 2 or line.endswith("  "):
            self._close()

    def _blank(self) -> None:
        """End a paragraph; several blank lines are one."""
        self._close()
        if self._out and self._out[-1]:
            self._out.append([])

    def _close(self) -> None:
        """Write down the paragraph or item that was open."""
        if self._words:
            self._out.append([*self._open, *_inline(" ".join(self._words), self._style)])
        self._open, self._words, self._style = [], [], ""


def _inline(text: str, style: str) -> list[Segment]:
    """Split the words of a line by their styles; ordinary ones get `style`."""
    segments: list[Segment] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            segments.append((text[position : match.start()], style))
        segments += _stretch(match, style)
        position = match.end()
    if position < len(text):
        segments.append((text[position:], style))
    return segments


def _stretch(match: re.Match[str], style: str) -> list[Segment]:
    """Return what one marked stretch says, without its marks."""
    if match["text"] is not None:
        words, url = match["text"], match["url"]
        # The address is always seen: a link's words can say anything.
        return [(words, "link")] if words == url else [(words, "link"), (f" ({url})", "muted")]
    if match["escaped"] is not None:
        return [(match["escaped"], style)]
    kind = match.lastgroup or ""
    own = style if style in ("heading", "subheading") else _INLINE_STYLES.get(kind, style)
    inner = match[kind]
    # One level of nesting: code or a link within bold words.
    return _inline(inner, own) if kind in ("bold", "bold2") else [(inner, own)]
