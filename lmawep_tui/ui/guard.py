"""A fault of our own in one part of the screen leaves the other parts alone.

Textual ends the whole app at the first exception that a widget lets through. Here it is caught where it happens, and
the app decides what is shown instead (`lmawep_tui.ui.faults`).
"""

from __future__ import annotations

from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.widget import Widget


def take_fault(where: MessagePump, fault: Exception) -> None:
    """Hand a fault to the app; where nobody takes faults (another app, a test that wants to see them) it is raised."""
    faults = getattr(where.app, "faults", None)
    if faults is None:
        raise fault
    faults.take(where, fault)


class Guarded(MessagePump):
    """Goes on with the next message when one could not be dealt with."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the screen goes on without it
            take_fault(self, fault)


class GuardedWidget(Guarded, Widget):
    """Draws nothing where drawing fails."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines, or blank ones."""
        try:
            return self.paint_lines(crop)
        except Exception as fault:  # noqa: BLE001 - as above
            take_fault(self, fault)
            return [Strip.blank(crop.width, self.rich_style)] * crop.height

    def paint_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines, by Textual's own way unless a subclass has a better one."""
        return super().render_lines(crop)
