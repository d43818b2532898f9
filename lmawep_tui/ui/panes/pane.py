"""A framed part of the screen with a title; the one the keys go to stands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.containers import Vertical
from textual.content import Content, Span
from textual.message import Message
from textual.style import Style

from lmawep_tui.ui.guard import Guarded, take_fault
from lmawep_tui.ui.widgets.plain import content, title


class Pane(Guarded, Vertical):
    """A frame; `-active` while the focus is inside it."""

    DEFAULT_CSS = """
    Pane { layers: base card; }
    """

    _named: tuple[str, Sequence[Span]] = ("", ())

    class Mended(Message):
        """The person wants to see it again."""

    broken = False
    """Whether something in it failed; a card lies over it until the person tries again."""

    def guard(self, show: Callable[..., object], *args: object) -> None:
        """Show something in this pane; what goes wrong stays in it."""
        if self.broken:
            return
        try:
            show(*args)
        except Exception as fault:  # noqa: BLE001 - the other panes go on
            take_fault(self, fault)

    def break_down(self, words: str) -> None:
        """Lay a card over the pane that says what failed."""
        from lmawep_tui.ui.panes.fault_card import FaultCard

        if not self.broken and self.is_attached:
            self.broken = True
            self.mount(FaultCard(words, focus=self.has_focus_within))

    def mend(self) -> None:
        """Take the card away; the app shows everything anew."""
        self.broken = False
        self.post_message(self.Mended())

    def name_it(self, text: str | Sequence[tuple[str, str]]) -> None:
        """Put a title into the frame, made of plain text or of stretches of (text, Textual style)."""
        self._put_title(title(text) if isinstance(text, str) else content(text))

    def _put_title(self, made: Content) -> None:
        # Content is equal to other content of the same text, whatever its styles.
        if (made.plain, made.spans) != self._named:
            self._named = (made.plain, made.spans)
            self.border_title = made

    def note_it(self, text: str) -> None:
        """Put a word or two into the frame's lower edge."""
        made = title(text)
        if self._border_subtitle is None or made != self._border_subtitle:
            self.border_subtitle = made


def clickable(text: str, style: str, action: str) -> tuple[str, Style]:
    """Return a stretch of a title that does something when it is clicked; `action` is ours, never data."""
    return text, Style.parse(style) + Style.from_meta({"@click": action})
