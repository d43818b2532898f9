"""The picture of a key at once, not with the next tick of the screen's clock.

Textual paints at most sixty times a second: what changes just after a picture waits for 17 ms. For a log that grows
that is as it should be; a key would wait for it nearly always while something grows. So the picture of a key is made
as soon as the key has been everywhere, and without the logs that have grown meanwhile: they come with the next ticks,
one with each, so that a key never waits for six of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual._queue import Queue
from textual.geometry import Region
from textual.message import Message
from textual.messages import Layout
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from lmawep_tui.ui.in_app import InApp

_LOOKS = 4
"""How often it is looked again for what a key has changed: a change passes through so many queues at most."""
_WASTE = 100
"""Cells that may be drawn in vain: as much as a picture of its own costs."""


class PromptScreen(InApp, Screen[ScreenResultType]):
    """A screen whose logs, when they have grown, are painted one by one, after whatever else has changed."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual paints the whole screen when the focus moves; what gains or loses it paints itself, and that is all."""

    _held_back = False
    _painted_last = (-1, -1)

    def _on_timer_update(self) -> None:
        """Paint, but of the logs that have grown only the next; none if there is something else, but never twice."""
        grown = set() if self._layout_required or self._scroll_required else _grown(self)
        if grown and (self._held_back or grown == self._dirty_widgets):
            grown -= self._next_of(grown)
            self._held_back = False
        else:
            self._held_back = bool(grown)
        self._dirty_widgets -= grown
        super()._on_timer_update()
        if grown:
            self._dirty_widgets |= grown
            self._update_timer.resume()

    def _next_of(self, grown: set[Widget]) -> set[Widget]:
        """Return the log whose turn it is, in the order of the screen, with the bar that belongs to it."""
        logs = {_place(log): log for log in map(_log_of, grown)}
        later = [place for place in logs if place > self._painted_last]
        self._painted_last = min(later or logs)
        turn = logs[self._painted_last]
        return {widget for widget in grown if _log_of(widget) is turn}

    def _compositor_refresh(self) -> None:
        """Paint what lies apart by itself: Textual draws all that lies between two changes as well."""
        compositor = self._compositor
        for regions in apart(compositor._dirty_regions):
            compositor._dirty_regions = regions
            super()._compositor_refresh()


def apart(regions: Iterable[Region]) -> list[set[Region]]:
    """Return the regions in groups, of which each is drawn in one piece; one empty group where there is none."""
    groups: list[tuple[Region, int, set[Region]]] = []
    for region in sorted(regions):
        whole, cells, group = region, region.area, {region}
        for other in groups[:]:
            both = whole.union(other[0])
            if both.area <= cells + other[1] + _WASTE:
                whole, cells, group = both, cells + other[1], group | other[2]
                groups.remove(other)
        groups.append((whole, cells, group))
    return [group for _, _, group in groups] or [set()]


def paint_now(screen: Screen[Any], *, looks: int = _LOOKS) -> None:
    """Paint what has changed on the screen, laid out anew if need be.

    What the key has changed may just be on its way to the screen; so it is looked for again, so often.
    """
    if not screen.is_current:
        return
    focused = screen.focused
    if focused is not None and focused._repaint_required and focused.display:
        focused._repaint_required = False  # what its next idle moment would do
        screen._dirty_widgets.add(focused)
    changed = screen._layout_required or screen._scroll_required or screen._dirty_widgets - _grown(screen)
    if changed and not _layout_comes(screen):
        screen._on_timer_update()
    if looks:
        screen.call_later(paint_now, screen, looks=looks - 1)


def _layout_comes(screen: Screen[Any]) -> bool:
    """Whether a widget wants to be laid out anew, and the screen does not know it yet.

    To scroll now would put what is to be shown in its place without telling it: it would not learn how large it is.
    """
    if any(widget._layout_required for widget in screen.walk_children(Widget)):
        return True
    queue: Queue[Message | None] = screen._message_queue
    return any(isinstance(message, Layout) for message in queue.values)


def _grown(screen: Screen[Any]) -> set[Widget]:
    focused = screen.focused
    return {widget for widget in screen._dirty_widgets if widget is not focused and _grows(widget)}


def _grows(widget: Widget) -> bool:
    """Whether a view, or the bar of one, changes by itself all the time."""
    return bool(getattr(_log_of(widget), "grows", False))


def _log_of(widget: Widget) -> Widget:
    """Return the view itself for a view and for its bar."""
    return widget.parent if isinstance(widget, ScrollBar) else widget  # type: ignore[return-value]


def _place(widget: Widget) -> tuple[int, int]:
    return widget.region.y, widget.region.x
