"""Asks for some lines of text: an answer, an instruction, what has to change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain


class _Lines(TextArea):
    """Text in which Enter sends; Ctrl+J begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.send", "Send", show=False, priority=True),
        Binding("ctrl+j,shift+enter,alt+enter", "line", "New line", show=False, priority=True),
    ]

    def action_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")


class Prompt(Dialog[str]):
    """Some lines of text; an empty text is not sent, unless it may be. What is refused stays, with the reason."""

    DEFAULT_CSS = """
    Prompt _Lines { height: 7; margin-top: 1; }
    Prompt _Lines.-line { height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Back", show=False)]

    def __init__(
        self,
        heading: str,
        says: Sequence[str],
        *,
        send: str,
        text: str = "",
        empty: bool = False,
        line: bool = False,
        deliver: Callable[[str], Awaitable[object]] | None = None,
    ) -> None:
        """Ask under `heading`; `says` is what the person should know, `send` what Enter does, `text` what stands there
        already; `empty` lets them send nothing; a `line` is all there is room for.

        `deliver` takes the text where it belongs before this closes; when it raises LmawepError, this stays.
        """
        super().__init__()
        self.heading = heading
        more = () if line else (("Ctrl+J", "new line", "line"),)
        self.keys = (("Enter", send, "send"), *more, ("Esc", "back", "cancel"))
        self._line = line
        self._says, self._text, self._empty, self._deliver = says, text, empty, deliver

    def body(self) -> Iterable[Widget]:
        """Return what is asked, and room for the answer."""
        yield Plain("\n".join(self._says))
        lines = _Lines(self._text, id="text", classes="-line" if self._line else None)
        lines.move_cursor(lines.document.end)
        yield lines
        yield Plain("", classes="trouble")

    def entry(self) -> Widget:
        """Return the text."""
        return self.query_one("#text")

    def action_line(self) -> None:
        """Begin a new line."""
        self.query_one("#text", _Lines).action_line()

    def action_send(self) -> None:
        """Send the text, if there is any."""
        text = self.query_one("#text", TextArea).text.strip()
        if self._line:
            text = " ".join(text.split())
        if not text and not self._empty:
            return
        if self._deliver is None:
            self.dismiss(text)
        else:
            self.send_off(partial(self._send, text, self._deliver))

    async def _send(self, text: str, deliver: Callable[[str], Awaitable[object]]) -> None:
        line = self.query_one(".trouble", Plain)
        try:
            await deliver(text)
        except LmawepError as error:
            line.show(f"⚑ {error}")
            line.add_class("-shown")
        else:
            self.dismiss(text)
