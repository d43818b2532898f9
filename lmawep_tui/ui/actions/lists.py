"""How one moves in a list."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope

LISTS = (
    Action("table.down", "j,down", "down", "Next row", Scope.TICKETS, by_widget=True),
    Action("table.up", "k,up", "up", "Previous row", Scope.TICKETS, by_widget=True),
    Action("table.top", "g,home", "top", "First row", Scope.TICKETS, by_widget=True),
    Action("table.end", "G,end", "end", "Last row", Scope.TICKETS, by_widget=True),
    Action("table.page-down", "pagedown", "page down", "A screen down", Scope.TICKETS, by_widget=True),
    Action("table.page-up", "pageup", "page up", "A screen up", Scope.TICKETS, by_widget=True),
    Action("table.open", "enter", "open", "Open the ticket or pod", Scope.TICKETS, by_widget=True),
)  # fmt: skip
