"""A peek at a pod: its last lines over the list that the cursor is not in, until the same key, Esc or the detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen


def toggle(screen: MissionScreen) -> None:
    """Begin to peek, or end it."""
    if screen.peek is not None:
        end(screen)
        return
    from lmawep_tui.ui.panes.peek import PeekPane

    screen.peek = PeekPane(screen.bridge.ws)
    screen.mount(screen.peek)
    follow(screen)


def end(screen: MissionScreen) -> None:
    """Take it away, if it is there."""
    if screen.peek is not None:
        screen.peek.remove()
        screen.peek = None


def follow(screen: MissionScreen) -> None:
    """Show what is selected now; it lies over the other list, so the rows around the cursor stay to be read."""
    if screen.peek is None:
        return
    other = screen.tickets if screen.list_pane is screen.pods else screen.pods
    screen.peek.lie_over(other.region)
    detail = screen.detail
    screen.peek.show(detail.pod, detail.pod_of_runs(), detail.ticket_title())
