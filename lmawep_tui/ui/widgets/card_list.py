"""A column of cards, each of some lines; the cursor is on a key, and a card can be dragged."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment as RichSegment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from lmawep_tui.ui.present.styled import Segment, StyledLine
from lmawep_tui.ui.widgets.line_scroll import LineScroll
from lmawep_tui.ui.widgets.wrap import wrap_line

CardEntry = tuple[str, Sequence[StyledLine]]
"""The key of a card and its lines."""

_CURSOR = "card--cursor"
_TITLE_ROWS, _WORD_ROWS = 2, 4
"""Rows that the first and the other lines of a card may take."""
_LEFT = 2
_HANG = "  "


class CardList(LineScroll):
    """Draws the cards that are on the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    ALLOW_SELECT = False  # dragging moves a card
    DEFAULT_CSS = """
    CardList {
        scrollbar-gutter: auto;
        & > .card--cursor { background: $foreground 16%; text-style: bold; }
        &:ansi > .card--cursor { background: ansi_default; text-style: bold reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False, id="table.down"),
        Binding("k,up", "move(-1)", show=False, id="table.up"),
        Binding("g,home", "edge(False)", show=False, id="table.top"),
        Binding("G,end", "edge(True)", show=False, id="table.end"),
        Binding("pagedown", "move(5)", show=False, id="table.page-down"),
        Binding("pageup", "move(-5)", show=False, id="table.page-up"),
        Binding("enter", "activate", show=False, id="table.open"),
        # What scrolls other views sideways goes from column to column here.
        Binding("h,left", "screen.step(-1)", show=False, id="board.left"),
        Binding("l,right", "screen.step(1)", show=False, id="board.right"),
    ]

    class Selected(Message):
        """The cursor is on another card."""

    class Activated(Message):
        """A card was opened with Enter or a double click."""

        def __init__(self, key: str) -> None:
            """Say which card."""
            super().__init__()
            self.key = key

    class Dragged(Message):
        """A card is held over a place of the screen; `done` when it was let go there."""

        def __init__(self, cards: CardList, key: str, at: Offset, *, done: bool) -> None:
            """Say which card, and where."""
            super().__init__()
            self.cards, self.key, self.at, self.done = cards, key, at, done

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:  # noqa: A002 - Textual's name for it
        """Make a column without cards."""
        super().__init__(id=id)
        self.cards: Sequence[CardEntry] = ()
        self.cursor_key: str | None = None
        self.set_reactive(CardList.empty, empty)
        self._rows: list[tuple[int, StyledLine]] = []
        """The card's place and the line of each row; -1 between cards."""
        self._first: list[int] = []
        self._wide = 0
        self._held: tuple[str, Offset] | None = None
        self._drags = False

    @property
    def keys(self) -> list[str]:
        """The keys of all cards from top to bottom."""
        return [key for key, _ in self.cards]

    # -- cards ----------------------------------------------------------------------------------------------------

    def set_cards(self, cards: Sequence[CardEntry]) -> None:
        """Show these cards; the cursor stays on its card, or goes to the one that took its place."""
        if cards == self.cards:
            return
        old = self._place()
        self.cards = cards
        keys = self.keys
        if self.cursor_key not in keys:
            self.cursor_key = keys[min(max(old, 0), len(keys) - 1)] if keys else None
        self._arrange()
        if (place := self._place()) >= 0 and place != old and self.is_mounted:
            self._keep_visible(place)

    def _place(self) -> int:
        keys = self.keys
        return keys.index(self.cursor_key) if self.cursor_key in keys else -1

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew when the width has changed."""
        if self._wide != self._width():
            self._arrange()
            if (place := self._place()) >= 0:
                self._keep_visible(place)

    def _width(self) -> int:
        return max(8, self.scrollable_content_region.width - _LEFT - 1)

    def _arrange(self) -> None:
        self.forget_strips()
        self._rows, self._first, self._wide = [], [], self._width()
        for place, (_, lines) in enumerate(self.cards):
            self._first.append(len(self._rows))
            for number, line in enumerate(lines):
                rows = wrap_line(line, self._wide)
                if len(rows) > 1:  # what goes on stands under the text, not under the sign
                    rows = [
                        rows[0],
                        *([(_HANG, ""), *row] for row in wrap_line(_rest(line, rows[0]), self._wide - len(_HANG))),
                    ]
                    rows = [*map(_closed, rows[:-1]), rows[-1]]
                most = _WORD_ROWS if number else _TITLE_ROWS
                self._rows += [(place, row) for row in rows[:most]]
                if len(rows) > most:
                    self._rows[-1] = (place, _cut(rows[most - 1], self._wide))
            self._rows.append((-1, []))
        self.set_extent(self._wide, len(self._rows))
        self.refresh()

    # -- painting -------------------------------------------------------------------------------------------------

    def row_count(self) -> int:
        """Return the number of rows of all cards."""
        return len(self._rows)

    def row_line(self, row: int) -> StyledLine:
        """Return one row of a card."""
        return self._rows[row][1]

    def row_key(self, row: int) -> Hashable:
        """Tell rows under the cursor from others, and a list with the focus from one without."""
        place = self._rows[row][0]
        return row, place >= 0 and self.cards[place][0] == self.cursor_key, self.has_focus, self.size.width

    def _row_pieces(self, row: int) -> list[RichSegment]:
        place = self._rows[row][0]
        cursor = self.has_focus and place >= 0 and self.cards[place][0] == self.cursor_key
        base = self._base + (self.component_style(_CURSOR) if cursor else Style.null())
        bar = "▌ " if cursor else "  "
        pieces = [RichSegment(bar, base + self.semantic("accent")), *self.pieces(self.row_line(row), base)]
        used = sum(cell_len(piece.text) for piece in pieces)
        return [*pieces, RichSegment(" " * max(0, self.size.width - used), base)]

    # -- the cursor -----------------------------------------------------------------------------------------------

    def move_to(self, key: str | None) -> None:
        """Put the cursor on a card."""
        if key is None or key == self.cursor_key or key not in self.keys:
            return
        self.cursor_key = key
        self._keep_visible(self._place())
        self.refresh()
        self.post_message(self.Selected())

    def _keep_visible(self, place: int) -> None:
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        first = self._first[place]
        end = self._first[place + 1] if place + 1 < len(self._first) else len(self._rows)
        if first < top:
            self.jump(first)
        elif end - 1 > top + height:
            self.jump(max(0, min(first, end - 1 - height)))

    def action_move(self, by: int) -> None:
        """Move the cursor some cards down or up."""
        keys = self.keys
        if keys:
            self.move_to(keys[min(max(self._place() + by, 0), len(keys) - 1)])

    def action_edge(self, last: bool) -> None:
        """Move the cursor to the first or the last card."""
        self.move_to(self.keys[-1 if last else 0] if self.cards else None)

    def action_activate(self) -> None:
        """Open the card."""
        if self.cursor_key is not None:
            self.post_message(self.Activated(self.cursor_key))

    # -- the mouse ------------------------------------------------------------------------------------------------

    def _key_at(self, y: int) -> str | None:
        row = self.scroll_offset.y + y
        place = self._rows[row][0] if 0 <= row < len(self._rows) else -1
        return self.cards[place][0] if place >= 0 else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a card."""
        key = self._key_at(event.y)
        if key is not None:
            self.focus()
            self.move_to(key)
            self._held, self._drags = (key, event.screen_offset), False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Carry it."""
        if self._held is not None and (self._drags or event.screen_offset != self._held[1]):
            self._drags = True
            self.post_message(self.Dragged(self, self._held[0], event.screen_offset, done=False))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let it go."""
        if self._held is not None:
            key, held, self._held = self._held[0], self._drags, None
            self.release_mouse()
            if held:
                self.post_message(self.Dragged(self, key, event.screen_offset, done=True))

    def on_click(self, event: events.Click) -> None:
        """Open the card at the second click."""
        if event.chain == 2 and self._key_at(event.y) is not None:
            self.action_activate()


def _rest(line: StyledLine, row: StyledLine) -> StyledLine:
    """What is left of a line after its first row."""
    used = sum(len(text) for text, _ in row)
    found: list[Segment] = []
    for text, style in line:
        if used < len(text):
            found.append((text[used:], style))
        used = max(0, used - len(text))
    return [(found[0][0].lstrip(), found[0][1]), *found[1:]] if found else []


def _closed(row: StyledLine) -> StyledLine:
    """A row without the dot at its end, which only parts what stands in the same row."""
    last = next((at for at in range(len(row) - 1, -1, -1) if row[at][0].strip()), -1)
    return row[:last] if last > 0 and row[last][0].strip() == "·" else row


def _cut(line: StyledLine, width: int) -> StyledLine:
    """The line with `…` at its end, which says that there was more."""
    used = sum(cell_len(text) for text, _ in line)
    if used < width or not line:
        return [*line, ("…", "muted")]
    text, style = line[-1]
    return [*line[:-1], (text[:-1], style), ("…", "muted")]
