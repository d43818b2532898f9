"""Lines of one row: the header, the activity, the hint and the footer."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment as RichSegment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.footer import item_of
from lmawep_tui.ui.guard import GuardedWidget
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.widgets.semantic import SemanticView, to_strip


class Bar(GuardedWidget):
    """One row with something at its left and something at its right; what does not fit is cut from the left part.

    What a style name looks like it asks of a list: a bar that knew all the styles itself would make the start slower
    by a millisecond each.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Bar { height: 1; overflow: hidden; background: $background; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make an empty bar."""
        super().__init__(id=id, classes=classes)
        self.left: Sequence[Segment] = ()
        self.right: Sequence[Segment] = ()

    def show(self, left: Sequence[Segment], right: Sequence[Segment] = ()) -> None:
        """Show other parts."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in (*self.left, *self.right))

    def fit_items(self, width: int) -> None:
        """Make the parts fit; for bars that leave out whole items."""

    def render_line(self, y: int) -> Strip:
        """Paint the row."""
        width, base = self.size.width, self.rich_style
        if y:
            return Strip.blank(width, base)
        self.fit_items(width)
        right = self._strip(self.right, base)
        room = max(0, width - right.cell_length)
        left = self._strip(self.left, base)
        if left.cell_length > room:
            left = Strip([*left.crop(0, max(0, room - 2)), *self._strip([("… ", "muted")], base)])
        return Strip.join([left.crop_extend(0, room, base), right]).crop_extend(0, width, base)

    def _strip(self, line: Sequence[Segment], base: Style) -> Strip:
        styler = getattr(self.app, "styler", None)
        if isinstance(styler, SemanticView):
            return to_strip(styler.pieces(line, base))
        return to_strip([RichSegment(clean_line(text), base) for text, _ in line])

    class Clicked(Message):
        """A part was clicked."""

        def __init__(self, line: Sequence[Segment], place: int) -> None:
            """Say which part of which line."""
            super().__init__()
            self.line, self.place = line, place

    def on_click(self, event: events.Click) -> None:
        """Say which part was clicked."""
        if event.button != 1:
            return
        right = sum(cell_len(text) for text, _ in self.right)
        start = self.size.width - right
        line, at = (self.right, event.x - start) if event.x >= start else (self.left, event.x)
        for place, (text, _) in enumerate(line):
            at -= cell_len(text)
            if at < 0:
                self.post_message(self.Clicked(line, place))
                return


class EventBar(Bar):
    """A bar of things that happened, the newest first: what does not fit is left out whole, not cut."""

    whole: Sequence[Sequence[Segment]] = ()

    def tell(self, whole: Sequence[Sequence[Segment]]) -> None:
        """Show as many of these as there is room for."""
        if whole != self.whole:
            self.whole = whole
            self.refresh()

    @property
    def text(self) -> str:
        """What there is to be said, whether it fits or not."""
        return "".join(text for line in self.whole for text, _ in line)

    def fit_items(self, width: int) -> None:
        """Take in as many as fit, the first of them in any case."""
        line: list[Segment] = []
        used = 0
        for event in self.whole:
            used += sum(cell_len(text) for text, _ in event)
            if line and used > width:
                break
            line += event
        self.left = line


_ON_THEIR_OWN = ("dialog-keys", "first-footer")
"""Footers of screens from which nothing else can be reached."""


class FooterBar(Bar):
    """Keys and what they do, clickable; what does not fit is left out whole, from the right of the left part."""

    class Pressed(Message):
        """An item was clicked."""

        def __init__(self, action: str) -> None:
            """Say which action."""
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make an empty footer."""
        super().__init__(id=id, classes=classes)
        self._items: Sequence[tuple[str, str, str]] = ()
        self._always: Sequence[tuple[str, str, str]] = ()
        self._places: list[tuple[int, int, str]] = []
        self._arranged = 0

    def offer(self, items: Sequence[tuple[str, str, str]], always: Sequence[tuple[str, str, str]] = ()) -> None:
        """Offer items of (key, title, action id); those of `always` stand at the right and stay.

        Every screen's footer has the palette, by which whatever else there is can be reached.
        """
        if self.id not in _ON_THEIR_OWN and not any(item[2].endswith("palette") for item in (*items, *always)):
            always = [item_of("palette", getattr(self.app, "own_keys", {})), *always]
        if (items, always) != (self._items, self._always):
            self._items, self._always = items, always
            self._arranged = 0
            self.refresh()

    @property
    def text(self) -> str:
        """What it says."""
        self.fit_items(self.size.width)
        return super().text

    def fit_items(self, width: int) -> None:
        """Take in as many items as fit."""
        if self._arranged == width:
            return
        self._arranged = width
        self._places = []
        right: list[Segment] = []
        for item in self._always:
            right += _item(item)
        room = width - sum(cell_len(text) for text, _ in right)
        left: list[Segment] = []
        used = 0
        for item in self._that_fit(room):
            parts = _item(item)
            wide = sum(cell_len(text) for text, _ in parts)
            self._places.append((used, used + wide, item[2]))
            left += parts
            used += wide
        at = room
        for item in self._always:
            wide = sum(cell_len(text) for text, _ in _item(item))
            self._places.append((at, at + wide, item[2]))
            at += wide
        self.left, self.right = left, right

    def _that_fit(self, room: int) -> list[tuple[str, str, str]]:
        """The items there is room for; the last stays where nothing stands at the right: it is the way out."""
        items = list(self._items)
        wide = [sum(cell_len(text) for text, _ in _item(item)) for item in items]
        kept = 0 if self._always else 1
        while len(items) > kept and sum(wide) > room:
            at = len(items) - 1 - kept
            del items[at], wide[at]
        return items

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        event.prevent_default()
        for start, stop, action in self._places if event.button == 1 else ():
            if start <= event.x < stop:
                if action == "palette":
                    self.app.call_later(self.app.run_action, "app.anywhere('palette')")
                else:
                    self.post_message(self.Pressed(action))


def _item(item: tuple[str, str, str]) -> list[Segment]:
    key, title, _ = item
    return [(f" {key}", "subheading"), (f" {title} ", "muted")]
