"""A few values in one row, of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.widgets.semantic import SemanticView, to_strip


class ChoiceLine(SemanticView, can_focus=True):
    """All values in one row; the arrow keys choose, and so does a click."""

    DEFAULT_CSS = """
    ChoiceLine { height: 1; background: $background; overflow: hidden; padding: 0 1; }
    ChoiceLine:focus { background-tint: $foreground 8%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False),
        Binding("right,l,space", "step(1)", show=False),
    ]

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, line: ChoiceLine, value: str) -> None:
            """Say which line and which value."""
            super().__init__()
            self.line, self.value = line, value

    def __init__(self, values: Sequence[tuple[str, str, str]], value: str, *, id: str | None = None) -> None:  # noqa: A002
        """Offer values of (value, word, style name); `value` is chosen first."""
        super().__init__(id=id)
        self.values = list(values)
        self._value = value

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.refresh()
            self.post_message(self.Changed(self, value))

    def action_step(self, step: int) -> None:
        """Choose the next or previous value."""
        names = [value for value, _, _ in self.values]
        if names:
            place = names.index(self.value) if self.value in names else 0
            self.value = names[(place + step) % len(names)]

    def on_click(self, event: events.Click) -> None:
        """Choose the value that was clicked."""
        x, start = event.x - self.styles.padding.left, 0
        for value, word, _ in self.values:
            wide = cell_len(word) + 2
            if start <= x < start + wide:
                self.value = value
            start += wide

    def render_line(self, y: int) -> Strip:
        """Paint the row; the choice is marked by shape as well as colour."""
        parts: list[Segment] = []
        for value, word, style in self.values:
            chosen = value == self.value
            parts.append((f"‹{word}›" if chosen else f" {word} ", (style or "strong") if chosen else "muted"))
        return to_strip(self.pieces(parts, self._base)).crop_extend(0, self.size.width, self._base)
