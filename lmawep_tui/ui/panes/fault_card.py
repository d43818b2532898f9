"""What lies over a pane that failed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.widgets.plain import Plain


class FaultCard(Plain, can_focus=True):
    """Says what failed in a pane, and takes the pane up again at Enter or a click."""

    DEFAULT_CSS = """
    FaultCard {
        layer: card;
        width: 100%;
        height: 100%;
        padding: 1 2;
        background: $surface;
        color: $foreground;
        &:focus { background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "again", show=False)]

    def __init__(self, words: str, *, focus: bool) -> None:
        """Tell what failed; `focus` when the keys went to the pane."""
        super().__init__(
            [
                ("This pane failed\n", "bold $text-error"),
                (f"{words}\n\n", ""),
                ("The other panes and all agents go on. Nothing is lost.\n", ""),
                ("Enter", "bold $text-accent"),
                (" tries again · in full: lmawep-workspace/screen-faults.log", "$text-muted"),
            ]
        )
        self._wants_focus = focus

    def on_mount(self) -> None:
        """Take the keys of the pane below."""
        if self._wants_focus:
            self.focus()

    def on_click(self) -> None:
        """As Enter."""
        self.action_again()

    def action_again(self) -> None:
        """Take the card away."""
        pane = self.parent
        if isinstance(pane, Pane):
            below = next((widget for widget in pane.query("*") if widget.focusable and widget is not self), None)
            if self.has_focus and below is not None:
                below.focus()
            self.remove()
            pane.mend()
