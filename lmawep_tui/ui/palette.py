"""The palette: whatever can be done or gone to, by a few letters of its name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Input

from lmawep_tui.ui.finding import Hit, Offer, Search
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.pace import breathe
from lmawep_tui.ui.widgets.table import Column, Row, Table

_PIECE_S = 0.003
"""Looking that takes longer goes on piece by piece, with keys and pictures in between."""
_NOTE = 16
"""Cells that keys, or what else stands at the right of a row, take at most."""
_WIDE, _SHORT = 100, 9
"""Columns of the screen below which it is fewer."""
_HINT = "> do   # tickets   @ pods   / files   % themes   , settings"


class _Offers(Table):
    """One click takes a row: that is what one came for."""

    def on_click(self, event: Click) -> None:
        """Take the row that was clicked."""
        place = self.scroll_offset.y + event.y
        key = self.rows.key_at(place) if 0 <= place < len(self.rows) else None
        event.prevent_default()
        if key is not None:
            self.move_to(key)
            self.action_activate()


class Palette(Dialog[str]):
    """Type a few letters, take a row. The key of what was taken is the answer."""

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > Vertical { width: 104; height: 90%; max-height: 28; margin-top: 1; padding: 0 1; }
    Palette Table { height: 1fr; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back", show=False, priority=True),
        Binding("down,ctrl+n,tab", "step(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "step(-1)", "Previous", show=False, priority=True),
        Binding("pagedown", "leaf(1)", "Page down", show=False, priority=True),
        Binding("pageup", "leaf(-1)", "Page up", show=False, priority=True),
        Binding("enter", "take", "Take", show=False, priority=True),
    ]
    heading = "What, or where to?"
    keys = (("Enter", "take it", "take"), ("↑ ↓", "choose", "step(1)"), ("Esc", "back", "cancel"))

    def __init__(
        self, search: Search, *, typed: str = "", start: str = "",
        shows: Callable[[str], object] = lambda key: None,
    ) -> None:  # fmt: skip
        """Look among the things of `search`, beginning with what is `typed` and the cursor on `start`.

        `shows` is told the key of each row the cursor comes to, for things that can be shown before they are taken.
        """
        super().__init__()
        self._search = search
        self._start, self._typed_first, self._shows = start, typed, shows
        self._hint = _HINT
        self._shown: str | None = None
        self._wanted = typed

    def body(self) -> Iterable[Widget]:
        """Return the line to type in, and the list."""
        yield Input(self._typed_first, placeholder=self._hint, id="query", select_on_focus=False)
        yield _Offers(_columns(_NOTE), show_header=False, empty="Nothing has that in it.")

    def on_mount(self) -> None:
        """Begin with what is there before anything is typed."""
        super().on_mount()
        self._look(self._typed_first)
        self._search_done(self._typed_first)
        self.query_one(Table).move_to(self._start)

    def entry(self) -> Widget:
        """Return the line to type in."""
        return self.query_one(Input)

    # -- looking --------------------------------------------------------------------------------------------------

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self._wanted or self._shown is None:
            self._look(event.value)

    def add(self, offers: Iterable[Offer]) -> None:
        """Take in what was read meanwhile."""
        self._search.add(offers)
        if self._wanted:
            self._look(self._wanted)

    def _look(self, typed: str) -> None:
        """Look for what was typed: at once as far as nobody notices, then a little at a time."""
        self._wanted = typed
        steps = self._search.steps(typed)
        if self._look_on(steps):
            self._show(typed, self._search.hits)
        else:
            self.run_worker(self._look_further(typed, steps), group="look", exclusive=True)

    async def _look_further(self, typed: str, steps: Iterator[None]) -> None:
        await breathe()
        while self._wanted == typed and not self._look_on(steps):
            await breathe()
        if self._wanted == typed and self.is_attached:
            self._show(typed, self._search.hits)

    def _look_on(self, steps: Iterator[None]) -> bool:
        """Look for a moment; return whether that was all."""
        until = time.perf_counter() + _PIECE_S
        return not any(time.perf_counter() > until for _ in steps)

    def _search_done(self, typed: str) -> None:
        """Have the answer now, whatever it takes."""
        if self._shown != typed:
            self._wanted = typed
            for _ in self._search.steps(typed):
                pass
            self._show(typed, self._search.hits)

    def _show(self, typed: str, hits: list[Hit]) -> None:
        self._shown = typed
        rows = [_row(hit) for hit in hits]
        table = self.query_one(Table)
        most = _NOTE if self.size.width >= _WIDE else _SHORT
        columns = _columns(min(most, max((cell_len(hit.offer.note) for hit in hits), default=most)))
        if columns != table.columns:
            table.columns = columns
            table.fold()
        table.set_rows(rows)
        if rows:
            table.move_to(rows[0][0])
            table.scroll_to(y=0, animate=False, force=True)

    # -- choosing -------------------------------------------------------------------------------------------------

    @on(Table.Selected)
    def _came_to(self, event: Table.Selected) -> None:
        if event.key == event.table.cursor_key:  # the cursor may have gone on before this was looked at
            self._shows(event.key or "")

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        self.dismiss(event.key)

    def action_step(self, step: int) -> None:
        """Choose the next or previous row while typing goes on."""
        self.query_one(Table).action_move(step)

    def action_leaf(self, pages: int) -> None:
        """Go a screen up or down while typing goes on."""
        self.query_one(Table).action_page(pages)

    def action_take(self) -> None:
        """Take the row under the cursor, of what has been typed by now."""
        self._search_done(self.query_one(Input).value)
        self.query_one(Table).action_activate()


def _columns(note: int) -> tuple[Column, ...]:
    """A sign, the words, and at the right what is said of them in so many cells."""
    return (Column("glyph", width=1, priority=3), Column("words", flex=1, priority=2),
            Column("note", width=note, align="right", priority=1))  # fmt: skip


def _row(hit: Hit) -> Row:
    """A found thing as a row; what was typed stands out in it."""
    offer = hit.offer
    if offer.why_not:
        return offer.key, [(offer.glyph, "muted"), (f"{offer.words}  ✕ {offer.why_not}", "muted"),
                           (offer.note, "muted")]  # fmt: skip
    parts: list[tuple[str, str]] = []
    done = 0
    for start, stop in sorted(hit.spans):
        start = max(start, done)
        if start < stop:
            parts += [(offer.words[done:start], ""), (offer.words[start:stop], "subheading")]
            done = stop
    parts.append((offer.words[done:], ""))
    note = "key" if offer.kind == "do" else ""
    return offer.key, [(offer.glyph, offer.style), [part for part in parts if part[0]],
                       (offer.note, "subheading" if note else "muted")]  # fmt: skip
