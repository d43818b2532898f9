"""Asks in one line for a place to go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain


class GoTo(Dialog[str]):
    """One line; it stays open until what stands in it can be gone to."""

    DEFAULT_CSS = "GoTo Input { margin-top: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Back", show=False)]
    keys = (("Enter", "go there", "take"), ("Esc", "back", "cancel"))

    def __init__(self, heading: str, examples: str, go: Callable[[str], str]) -> None:
        """Ask under `heading`; `go` goes there, or returns in words why not."""
        super().__init__()
        self.heading = heading
        self._examples, self._go = examples, go

    def body(self) -> Iterable[Widget]:
        """Return the line, and what can stand in it."""
        yield Plain([(self._examples, "$text-muted")])
        yield Input(id="place")
        yield Plain("", classes="trouble")

    def entry(self) -> Widget:
        """Return the line."""
        return self.query_one("#place")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there."""
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Go there, or say why not."""
        text = self.query_one(Input).value.strip()
        if not text:
            self.dismiss(None)
            return
        if why := self._go(text):
            trouble = self.query_one(".trouble", Plain)
            trouble.show(why)
            trouble.add_class("-shown")
            return
        self.dismiss(text)
