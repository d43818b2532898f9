"""The line in which a person types what a list is filtered by, or a log searched for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from lmawep_tui.ui.widgets.plain import Plain


class _Needle(Input):
    """Its arrow keys and Enter go back to what is filtered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "submit", show=False),
        Binding("ctrl+r", "regex", "Regular expression", show=False),
    ]

    def action_regex(self) -> None:
        """Put the text between slashes, which makes a regular expression of it in a log, or take them away."""
        if isinstance(self.parent, FilterLine) and self.parent.about == "log":
            text = self.value
            whole = len(text) > 1 and text.startswith("/") and text.endswith("/")
            self.value = text[1:-1] if whole else f"/{text}/"
            self.cursor_position = len(self.value) - (not whole)

    async def action_submit(self) -> None:
        """Take what stands here; the next key is for what is filtered."""
        from lmawep_tui.ui.app import LmawepApp

        if isinstance(self.app, LmawepApp):
            self.app.key_line.hold_until(lambda: not self.has_focus)
        await super().action_submit()


class FilterLine(Horizontal):
    """One line: `/` and what is typed."""

    DEFAULT_CSS = """
    FilterLine { height: 1; background: $panel; }
    FilterLine Plain { width: auto; color: $text-accent; text-style: bold; background: $panel; }
    FilterLine Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
    FilterLine Input:focus { border: none; background-tint: transparent; }
    """

    class Typed(Message):
        """The text changed, or (`done`) Enter was pressed."""

        def __init__(self, text: str, *, done: bool) -> None:
            """Say what stands there."""
            super().__init__()
            self.text, self.done = text, done

    def __init__(self, about: str, text: str = "") -> None:
        """Ask for what `about` (tickets, pods, log) is filtered by."""
        super().__init__(id="filter-line")
        self.about = about
        self._text = text

    @property
    def takes_keys(self) -> bool:
        """Whether a key that comes now is typed here."""
        return any(child.has_focus for child in self.children) or not self.is_attached

    def compose(self) -> ComposeResult:
        """Put the sign and the input side by side."""
        yield Plain(f" {'search' if self.about in ('log', 'diff') else 'filter'} {self.about} / ")
        yield _Needle(self._text, select_on_focus=False)
        if self.about == "log":
            yield Plain([(" Ctrl+R regular expression ", "$text-muted not bold")])

    def on_mount(self) -> None:
        """Let keys go to the input."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what stands there now."""
        event.stop()
        self.post_message(self.Typed(event.value, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on that it is complete."""
        event.stop()
        self.post_message(self.Typed(event.value, done=True))
