"""The painting half of the diff view: numbers, signs, code in its colours, words that changed, notes.

Only rows on the screen are painted. Colours that are not ready within a frame come a moment later.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip

from lmawep_tui.files.clean import TAB, clean_line
from lmawep_tui.ui.present.diff_decor import Decor
from lmawep_tui.ui.present.diff_lines import FILE, HUNK, NOTE, DiffLines, Place
from lmawep_tui.ui.present.styled import Segment, StyledLine
from lmawep_tui.ui.widgets.diff_layout import NOTHING, Layout, cuts
from lmawep_tui.ui.widgets.line_scroll import LineScroll, Mark
from lmawep_tui.ui.widgets.semantic import overlay, to_strip

MARK_SIGN, CURSOR_SIGN, BETWEEN = "●", "▌", "│"
_FRAME_S = 0.006
"""What a frame may spend on colours and words; the rest of it belongs to the program."""

_LINE_STYLES = {"+": "line-added", "-": "line-removed", FILE: "line-file"}
_SIGN_STYLES = {"+": "added", "-": "removed"}


class DiffPaint(LineScroll):
    """Paints the rows of a diff."""

    DEFAULT_CSS = "DiffPaint { scrollbar-gutter: stable; }"  # a bar that comes must not lay everything out anew

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Paint nothing yet."""
        super().__init__(name=name, id=id, classes=classes)
        self.diff = DiffLines()
        self.decor = Decor(self.diff)
        self.layout_of_rows = Layout(self.diff, columns=None, wrap_to=0, notes={})
        self._pictures: LRUCache[Hashable, Strip] = LRUCache(1024)
        self._styles_added: dict[tuple[str, ...], Style] = {}
        self._frame_selection: Selection | None = None
        self._frame_size = (0, 0, 0)
        """Width, and how far it is scrolled to the right and down; asked once for all rows of a frame."""
        self._margin: Mapping[Place, str] = {}
        self._digits = 3
        self._in_frame = False
        self._deadline = 0.0
        self._unready = False
        """Whether something on the screen waits for its colours."""

    # -- what the cursor and the search know ----------------------------------------------------------------------

    def state_of(self, entry: int) -> str:
        """Return the style name that lies over an entry: that of the cursor, of the selection, or none."""
        return ""

    def matches_in(self, line: int) -> Sequence[Mark]:
        """Return what is looked for in the text of a line."""
        return ()

    def want_decor(self) -> None:
        """Something on the screen is not in its colours yet."""

    # -- sizes ----------------------------------------------------------------------------------------------------

    def gutter_width(self, *, two: bool) -> int:
        """Return the cells before the text of a line: a mark, one number or both, and the sign."""
        return 3 + self._digits if two else 4 + 2 * self._digits

    def text_width(self, *, two: bool) -> int:
        """Return the cells for text in a row, or in half a row."""
        width = self.scrollable_content_region.width
        return max(1, ((width - 1) // 2 if two else width) - self.gutter_width(two=two))

    def row_count(self) -> int:
        """Return the number of rows."""
        return self.layout_of_rows.rows

    def row_line(self, row: int) -> StyledLine:
        """Return a row as it stands on the screen, for copying."""
        return [(self._picture(row).text.rstrip(), "")]

    # -- rows -----------------------------------------------------------------------------------------------------

    def forget_strips(self) -> None:
        """Paint every row anew."""
        self._pictures.clear()
        self._styles_added.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible rows, and ask for the colours that were not ready in time."""
        self._deadline, self._unready = time.perf_counter() + _FRAME_S, False
        self._frame_selection = self.text_selection  # looks for it up the DOM: once a frame, not once a row
        self._frame_size = self.size.width, self.scroll_offset.x, self.scroll_offset.y
        self._in_frame = True
        try:
            strips = super().render_lines(crop)
        finally:
            self._in_frame = False
        if self._unready:
            self.want_decor()
        return strips

    def render_line(self, y: int) -> Strip:
        """Paint one row of the screen."""
        if not self._in_frame:
            self._frame_size = self.size.width, self.scroll_offset.x, self.scroll_offset.y
        width, _, top = self._frame_size
        row = top + y
        if row >= self.row_count():
            return self._beyond(y, width)
        strip = self._picture(row)
        selection = self._frame_selection
        if selection is not None and (span := selection.get_span(row)) is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = to_strip(overlay(list(strip), *span, style))
        # Textual asks for a single row to learn which character the mouse is at; in a frame nobody reads that.
        return strip if self._in_frame else strip.apply_offsets(0, row)

    def _picture(self, row: int) -> Strip:
        """Return the picture of a row, as wide as the view."""
        entry, below = self.layout_of_rows.entry_at(row)
        state = self.state_of(entry)
        key = row, self._frame_size[:2], state
        strip = self._pictures.get(key)
        if strip is None:
            before, self._unready = self._unready, False
            strip = self._paint(entry, below, state)
            if not self._unready:
                self._pictures[key] = strip
            self._unready = self._unready or before
        return strip

    def _paint(self, entry: int, below: int, state: str) -> Strip:
        layout, width = self.layout_of_rows, self._frame_size[0]
        height = layout.text_height(entry)
        left, right = layout.lines(entry)
        if below >= height:
            return self._note(layout.notes_of(entry)[below - height], width)
        if not layout.two or (left == right and self.diff.kinds[left] in (FILE, HUNK, NOTE)):
            return self._cell(left, below, state, width, "")
        if left == right:
            kind = self.diff.kinds[left]
            left, right = (left if kind != "+" else NOTHING), (right if kind != "-" else NOTHING)
        half = (width - 1) // 2
        rest = width - 1 - half
        between = Strip([RichSegment(BETWEEN, self._base + self.semantic("muted"))], 1)
        return Strip.join([
            self._cell(left, below, state, half, "old"), between, self._cell(right, below, state, rest, "new")
        ])  # fmt: skip

    def _note(self, text: str, width: int) -> Strip:
        base = self._base + self.semantic("line-note")
        margin = " " * self.gutter_width(two=self.layout_of_rows.two)
        pieces = self.pieces([(f"{margin[:-2]}┃ ", "accent"), (text, "")], base)
        return to_strip(pieces).crop_extend(0, width, base)

    def _cell(self, line: int, below: int, state: str, width: int, side: str) -> Strip:
        """Paint one line, or one row of it, into so many cells; `side` is empty for the whole width."""
        if line == NOTHING:
            base = self._style(state)
            return Strip([RichSegment(" " * width, base)], width)
        kind = self.diff.kinds[line]
        line_style = _LINE_STYLES.get(kind, "")
        base = self._style(line_style, state)
        before = self.pieces(self._gutter(line, below, state, side), base)
        text = self._body(line, base, (line_style, state))
        code, wraps = kind in " +-", self.layout_of_rows.wraps
        taken = _cells(before) + _cells(text)
        if taken <= width and not below and not (code and self._frame_size[1]):  # nearly every line, in one piece
            return Strip([*before, *text, RichSegment(" " * (width - taken), base)], width)
        gutter, body = to_strip(before), to_strip(text)
        room = width - gutter.cell_length
        if code and wraps:
            ends = [0, *cuts(self.diff.texts[line], wraps)]
            start, end = (ends[below], ends[below + 1]) if below + 1 < len(ends) else (0, 0)
            return Strip.join([gutter, body.crop(start, end).crop_extend(0, room, base)])
        x = self._frame_size[1] if code else 0
        if code and body.cell_length - room + self._frame_size[0] > self.virtual_size.width:
            self.call_later(self._widen, body.cell_length - room + self._frame_size[0])
        return Strip.join([gutter, body.crop_extend(x, x + room, base)])

    def _gutter(self, line: int, below: int, state: str, side: str) -> list[Segment]:
        """Return what stands before the text: mark, numbers, sign; blank beside the later rows of a wrapped line."""
        diff, digits = self.diff, self._digits
        kind, old, new = diff.kinds[line], diff.old[line], diff.new[line]
        mark = self._mark(line, below, state, side)
        if kind in (FILE, HUNK, NOTE):
            return [mark]
        if below:
            numbers = " " * (digits if side else 2 * digits + 1)
        elif side:
            numbers = f"{(old if side == 'old' else new) or '':>{digits}}"
        else:
            numbers = f"{old or '':>{digits}} {new or '':>{digits}}"
        sign = (kind, _SIGN_STYLES.get(kind, "muted")) if not below else (" ", "")
        return [mark, (numbers, "muted"), (" ", ""), sign]

    def _mark(self, line: int, below: int, state: str, side: str) -> Segment:
        """Return what stands at the very left: the cursor, or a mark of the margin."""
        name = ""
        if self._margin and (place := self.diff.place(line)) is not None and (not side or place[1] == side):
            name = self._margin.get(place, "")
        if name and not below:
            return (MARK_SIGN, name)
        if state == "line-cursor" and (not side or self.has_cursor(line)):
            return (CURSOR_SIGN, "accent")
        return (" ", "")

    def has_cursor(self, line: int) -> bool:
        """Whether the cursor is on this very line, and not on the one beside it."""
        return False

    def _style(self, *names: str) -> Style:
        """Return the view's own style with others on top of it, kept because adding them takes time."""
        style = self._styles_added.get(names)
        if style is None:
            style = self._base
            for name in names:
                style = style + self.semantic(name) if name else style
            self._styles_added[names] = style
        return style

    def _body(self, line: int, base: Style, below: tuple[str, str]) -> list[RichSegment]:
        """Return the text of a line in its colours, as it stands on the screen."""
        diff = self.diff
        kind = diff.kinds[line]
        pieces: list[RichSegment]
        if kind in (FILE, HUNK, NOTE, "\\"):
            styled = diff.styled(line)
            pieces = self.pieces(styled if kind != "\\" else [(diff.texts[line], "muted")], base)
        else:
            pieces = self._code(line, base, below)
        for start, end, name in self.matches_in(line):
            pieces = overlay(pieces, start, end, self.semantic(name))
        return _safe(pieces)

    def _code(self, line: int, base: Style, below: tuple[str, str]) -> list[RichSegment]:
        """Return a line of a file, the words that changed standing out."""
        text, kind = self.diff.texts[line], self.diff.kinds[line]
        colours = self.decor.colours(line, self._deadline)
        words = self.decor.words(line, self._deadline)
        if colours is None or words is None:
            self._unready = True
        if kind != " " and self.app.native_ansi_color:
            colours = None  # sixteen colours have no shades: there the line itself is green or red
        pieces: list[RichSegment] = []
        at = 0
        for start, end, name in colours or ():
            if start > at:
                pieces.append(RichSegment(text[at:start], base))
            pieces.append(RichSegment(text[start:end], self._style(*below, name)))
            at = end
        if at < len(text):
            pieces.append(RichSegment(text[at:], base))
        style = self.semantic("word-added" if kind == "+" else "word-removed")
        for start, end in words or ():
            pieces = overlay(pieces, start, end, style)
        return pieces


def _cells(pieces: Sequence[RichSegment]) -> int:
    return sum([len(text) if text.isascii() else cell_len(text) for text, _, _ in pieces])


def _safe(pieces: Sequence[RichSegment]) -> list[RichSegment]:
    """Return pieces as they may be sent to a terminal."""
    found = []
    for text, style, _ in pieces:
        if not (text.isascii() and text.isprintable()):
            text = clean_line(text.replace("\t", TAB))
        if text:
            found.append(RichSegment(text, style))
    return found
