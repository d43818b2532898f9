"""A framed part of the screen with a title; the one the keys go to stands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from textual.containers import Vertical
from textual.content import Content, Span
from textual.geometry import Region
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
    _noted: tuple[str, Sequence[Span]] = ("", ())

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

    def mark(self, name: str, on: bool) -> None:
        """Give the frame a class such as `-active`, or take it away; what is inside it looks the same.

        Setting a class the usual way styles everything inside anew, bars included, and lays out the whole screen.
        """
        if self.has_class(name) is not on:
            self.set_class(on, name, update=False)
            if self.is_attached:
                self.app.stylesheet.apply(self)

    def _put_title(self, made: Content) -> None:
        # Content is equal to other content of the same text, whatever its styles.
        if (made.plain, made.spans) != self._named:
            self._named = (made.plain, made.spans)
            self._border_title = made
            self._paint_edge(0)

    def note_it(self, text: str) -> None:
        """Put a word or two into the frame's lower edge."""
        self._put_note(title(text))

    def _put_note(self, made: Content) -> None:
        if (made.plain, made.spans) != self._noted:
            self._noted = (made.plain, made.spans)
            self._border_subtitle = made
            self._paint_edge(self.outer_size.height - 1)

    def _paint_edge(self, line: int) -> None:
        """Paint one line of the frame; setting a title the usual way paints all that is inside it as well."""
        left, top = self.content_offset
        self.refresh(Region(-left, line - top, self.outer_size.width, 1))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint the frame and no more, unless told otherwise: all inside it is covered by what paints itself."""
        if repaint and not (regions or layout or recompose):
            regions = self._frame()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _frame(self) -> tuple[Region, ...]:
        """Return the four edges, or nothing where there is no frame to tell them by."""
        (left, top), (width, height) = self.content_offset, self.outer_size
        if not (left and top and width and height):
            return ()
        x, y = -left, -top
        return (
            Region(x, y, width, 1),
            Region(x, y + height - 1, width, 1),
            Region(x, y + 1, 1, height - 2),
            Region(x + width - 1, y + 1, 1, height - 2),
        )


def clickable(text: str, style: str, action: str) -> tuple[str, Style]:
    """Return a stretch of a title that does something when it is clicked; `action` is ours, never data."""
    return text, Style.parse(style) + Style.from_meta({"@click": action})
