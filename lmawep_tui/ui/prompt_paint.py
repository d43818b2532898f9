"""The picture of a key at once, not with the next tick of the screen's clock.

Textual paints at most sixty times a second: what changes just after a picture waits for 17 ms. For a log that grows
that is as it should be; a key would wait for it nearly always while something grows. So the picture of a key is made
as soon as the key has been everywhere, and without the logs that have grown meanwhile: they come with the next tick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen, ScreenResultType
from textual.scrollbar import ScrollBar

from lmawep_tui.ui.in_app import InApp

if TYPE_CHECKING:
    from textual.widget import Widget


class PromptScreen(InApp, Screen[ScreenResultType]):
    """A screen whose logs, when they have grown, are painted after whatever else has changed."""

    _held_back = False

    def _on_timer_update(self) -> None:
        """Paint; the logs one tick later when there is something else, but never twice in a row."""
        grown = set() if self._held_back or self._layout_required or self._scroll_required else _grown(self)
        self._held_back = bool(grown) and grown != self._dirty_widgets
        if not self._held_back:
            super()._on_timer_update()
            return
        self._dirty_widgets -= grown
        super()._on_timer_update()
        self._dirty_widgets |= grown
        self._update_timer.resume()


def paint_now(screen: Screen[Any], *, again: bool = True) -> None:
    """Paint what has changed on the screen, if nothing has to be laid out for it.

    What the key has changed may just be on its way to the screen; so where nothing is found it is looked for once more.
    """
    if not screen.is_current or screen._layout_required:
        return
    focused = screen.focused
    if focused is not None and focused._repaint_required and focused.display:
        focused._repaint_required = False  # what its next idle moment would do
        screen._dirty_widgets.add(focused)
    if screen._scroll_required or screen._dirty_widgets - _grown(screen):
        screen._on_timer_update()
    elif again:
        screen.call_later(paint_now, screen, again=False)


def _grown(screen: Screen[Any]) -> set[Widget]:
    focused = screen.focused
    return {widget for widget in screen._dirty_widgets if widget is not focused and _grows(widget)}


def _grows(widget: Widget) -> bool:
    """Whether a view, or the bar of one, changes by itself all the time."""
    of = widget.parent if isinstance(widget, ScrollBar) else widget
    return bool(getattr(of, "grows", False))
