"""How mission control shares its width between lists and detail, and the line between them that can be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

NARROW = 100
"""Columns below which lists and detail take turns."""
_WIDE = 160
"""Columns from which on both lists and the detail have room beside each other."""
NAMES = ("both", "wide lists", "wide detail", "three columns", "one at a time")
_SHARES = {"wide lists": 66, "wide detail": 26, "three columns": 58}
"""Percent of the width that the lists have."""
_LEAST, _MOST = 20, 80


class Layouts:
    """The layout of one mission control; the person's choice is remembered for the project."""

    def __init__(self, screen: MissionScreen) -> None:
        """Begin with what is remembered, once the screen knows how wide it is."""
        self._screen = screen
        self._dragged: int | None = None

    @property
    def name(self) -> str:
        """The layout that is wanted."""
        name = self._screen.lmawep.looks.get("layout", NAMES[0])
        return name if name in NAMES else NAMES[0]

    def _share(self) -> int | None:
        """Percent of the width for the lists; None leaves it to the style sheet."""
        dragged = self._dragged if self._dragged is not None else self._screen.lmawep.looks.get("share", 0)
        if self.name == "both" or self._dragged is not None:
            return dragged or None
        return _SHARES.get(self.name)

    def put_on(self, width: int) -> None:
        """Arrange lists and detail for this width."""
        screen = self._screen
        away = screen.folded and not screen.left.display  # the detail's turn, also while the terminal has no focus
        columns = self.name == "three columns" and width >= _WIDE
        screen.folded = width < NARROW or self.name == "one at a time"
        screen.set_class(screen.folded, "-narrow")
        screen.set_class(columns, "-columns")
        share = None if screen.folded else self._share()
        left = screen.left
        if share is None:
            left.styles.clear_rule("width")
            left.styles.clear_rule("max_width")
        else:
            left.styles.width = f"{share}%"
            left.styles.max_width = "100%"
        screen.fold(detail=screen.detail.view.has_focus or away)

    def next(self) -> None:
        """Take the next layout that this width has room for, and say which it is."""
        screen, width = self._screen, self._screen.size.width
        names = [name for name in NAMES if width >= _WIDE or name != "three columns"]
        here = names.index(self.name) if self.name in names else 0
        name = names[(here + 1) % len(names)]
        screen.lmawep.looks.keep(layout=name)
        self.put_on(width)
        if width < NARROW:
            screen.lmawep.say(f"Layout: {name}. Below {NARROW} columns lists and detail take turns.")
        else:
            screen.lmawep.say(f"Layout: {name}.")

    # -- the line between lists and detail ------------------------------------------------------------------------

    def grab(self, event: events.MouseDown) -> None:
        """Take hold of the line, if the mouse is on it."""
        screen = self._screen
        edge = screen.detail.region
        on_line = event.screen_x in (edge.x - 1, edge.x) and edge.y < event.screen_y < edge.bottom - 1
        if not screen.folded and event.button == 1 and on_line and screen.left.display:
            self._dragged = self._at(event.screen_x)
            screen.capture_mouse()
            event.stop()

    def drag(self, event: events.MouseMove) -> None:
        """Move the line along."""
        if self._dragged is not None:
            share = self._at(event.screen_x)
            if share != self._dragged:
                self._dragged = share
                self.put_on(self._screen.size.width)

    def drop(self) -> None:
        """Leave the line where it is, and remember that."""
        if self._dragged is not None:
            share, self._dragged = self._dragged, None
            self._screen.release_mouse()
            self._screen.lmawep.looks.keep(share=share, layout=NAMES[0])
            self.put_on(self._screen.size.width)

    def _at(self, x: int) -> int:
        return max(_LEAST, min(_MOST, round(100 * x / max(1, self._screen.size.width))))
