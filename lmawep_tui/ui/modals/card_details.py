"""A card of the board, whole: its ticket, and its pod."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_view import LineView


class CardDetails(Dialog[bool]):
    """Reads; Enter goes to the pod or ticket on mission control, Esc back to the board."""

    DEFAULT_CSS = """
    CardDetails > Vertical { width: 90; height: auto; max-height: 85%; padding: 0 1; }
    CardDetails LineView { height: auto; max-height: 30; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", show=False),
        Binding("escape,q", "cancel", show=False),
    ]
    keys = (("Enter", "go there", "take"), ("j k", "scroll", "none"), ("Esc", "back", "cancel"))

    def __init__(self, heading: str, lines: Sequence[StyledLine]) -> None:
        """Show these lines under the card's name."""
        super().__init__()
        self.heading = heading
        self.lines = lines

    def body(self) -> Iterable[Widget]:
        """Return the lines."""
        view = LineView(self.lines, wrap=True, id="card")
        view.styles.height = min(30, max(6, len(self.lines) + sum(_long(line) for line in self.lines)))
        yield view

    def entry(self) -> Widget:
        """Return the lines, so that keys scroll."""
        return self.query_one(LineView)

    def action_take(self) -> None:
        """Go there."""
        self.dismiss(True)


def _long(line: StyledLine) -> int:
    """How many rows more than one a line takes, about."""
    return sum(len(text) for text, _ in line) // 84
