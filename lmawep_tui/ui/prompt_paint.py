"""The picture of a key at once, not with the next tick of the screen's clock.

Textual paints at most sixty times a second: what changes just after a picture waits for 17 ms. For a log that grows
that is as it should be; a key would wait for it nearly always while something grows. So the picture of a key is made
as soon as the key has been everywhere, and without the logs that have grown meanwhile: they come with the next tick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.scrollbar import ScrollBar

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget


def paint_now(screen: Screen[Any]) -> None:
    """Paint what has changed on the screen, if nothing has to be laid out for it."""
    if not screen.is_current or screen._layout_required or screen._scroll_required:
        return
    focused = screen.focused
    if focused is not None and focused._repaint_required and focused.display:
        focused._repaint_required = False  # what its next idle moment would do
        screen._dirty_widgets.add(focused)
    grown = {widget for widget in screen._dirty_widgets if widget is not focused and _grows(widget)}
    screen._dirty_widgets -= grown
    if screen._dirty_widgets:
        screen._on_timer_update()
    if grown:
        screen._dirty_widgets |= grown
        screen._update_timer.resume()


def _grows(widget: Widget) -> bool:
    """Whether a view, or the bar of one, changes by itself all the time."""
    of = widget.parent if isinstance(widget, ScrollBar) else widget
    return bool(getattr(of, "grows", False))
