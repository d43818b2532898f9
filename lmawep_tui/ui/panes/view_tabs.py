"""The head of a view: the views by number, that which is seen standing out; a click goes to another."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from lmawep_tui.ui.panes.bar import Bar
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.views import VIEWS


class ViewTabs(Bar):
    """Names and numbers of all views where there is room, else of the one that is seen."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            """Say which view."""
            super().__init__()
            self.name = name

    _places: Sequence[tuple[int, int, str]] = ()
    _here = ""
    _title = ""
    _more: Sequence[Segment] = ()

    def tell(self, name: str, title: str, right: Sequence[Segment]) -> None:
        """Say which view is seen, and at the right what waits for the person."""
        self._here, self._title, self._more = name, title, right
        self.show(*self._parts(self.size.width))

    def on_resize(self, event: events.Resize) -> None:
        """Make use of the width."""
        self.show(*self._parts(event.size.width))

    def _parts(self, width: int) -> tuple[list[Segment], Sequence[Segment]]:
        left: list[Segment] = [(" lmawep ", "accent")]
        used, places = 8, []
        for number, name in enumerate(VIEWS, 1):
            word = f" {number} {name} "
            places.append((used, used + cell_len(word), name))
            used += cell_len(word)
            here = name == self._here
            left.append((f"[{word[1:-1]}]" if here else word, "strong" if here else "muted"))
        if used + sum(cell_len(text) for text, _ in self._more) <= width:
            self._places = places
            return left, self._more
        self._places = ()
        number = list(VIEWS).index(self._here) + 1 if self._here in VIEWS else 0
        short: list[Segment] = [(" lmawep ", "accent"), (f" {number}/{len(VIEWS)} ", "muted"), (self._title, "strong")]
        about: Segment = (f"  {VIEWS.get(self._here, '')} ", "muted")
        if sum(cell_len(text) for text, _ in (*short, about, *self._more)) <= width:
            short.append(about)
        return short, self._more

    def on_click(self, event: events.Click) -> None:
        """Go to the view that was clicked."""
        event.prevent_default()  # the bar below would take it for a part of mission control's header
        for start, stop, name in self._places:
            if start <= event.x < stop:
                self.post_message(self.Chosen(name))
