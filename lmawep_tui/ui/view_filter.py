"""The filter line of a view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.css.query import NoMatches

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.filter_line import FilterLine
    from lmawep_tui.ui.screens.view import ViewScreen


def filter_line(screen: ViewScreen) -> FilterLine | None:
    """Return the line that is open, if one is."""
    from lmawep_tui.ui.panes.filter_line import FilterLine

    try:
        return screen.query_one(FilterLine)
    except NoMatches:
        return None


def open_filter(screen: ViewScreen) -> None:
    """Ask what the rows should have in them."""
    from lmawep_tui.ui.panes.filter_line import FilterLine

    if filter_line(screen) is None:
        line = FilterLine("all notes" if screen.view.searches else screen.view_name, screen.needle)
        screen.mount(line, before="#view-footer")
        screen.lmawep.key_line.hold_until(lambda: line.takes_keys)


def filter_typed(screen: ViewScreen, text: str, *, done: bool) -> None:
    """Show what passes; Enter goes back to the list."""
    line = filter_line(screen)
    if line is None:
        return
    set_needle(screen, text.strip())
    if done:
        close_filter(screen, line)


def close_filter(screen: ViewScreen, line: FilterLine) -> None:
    """Close the line; what passes stays."""
    screen.table.focus()
    line.remove()


def set_needle(screen: ViewScreen, needle: str) -> None:
    """Filter by something else; a view that searches by itself reads anew."""
    if needle == screen.needle:
        return
    screen.needle = needle
    if screen.view.searches:
        screen.look_through(replace(screen.frame, needle=needle))
    else:
        screen.show_rows()
