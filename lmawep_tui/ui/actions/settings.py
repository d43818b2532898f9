"""What the settings screen can do."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _on_row(s: Situation) -> bool:
    return s.place == "settings" and bool(s.row)


START = (
    Action("start.accept", "enter", "set it up", "Write all this, and go on to mission control", Scope.START,
           verb="init", footer=True),
    Action("start.change", "e,space,right", "change", "Change the line under the cursor", Scope.START, verb="init",
           footer=True),
    Action("start.leave", "q,escape", "leave", "Leave; nothing has been written", Scope.START, footer=True),
)  # fmt: skip
"""What the first screen can do, in a repository that lmawep does not work in yet."""

SETTINGS = (
    Action("settings.edit", "enter", "change", "Change the setting; in a table, add a name to it", Scope.SETTINGS,
           _on_row, "config", "a setting", footer=True),
    Action("settings.default", "d", "default", "Set it back to its default", Scope.SETTINGS, _on_row, "config",
           "a setting", footer=True),
    Action("settings.filter", "slash", "filter", "Filter the settings", Scope.SETTINGS, footer=True),
    Action("settings.changed", "c", "only set", "Show only what is set, or all", Scope.SETTINGS, footer=True),
    Action("settings.file", "E", "$EDITOR", "Open the config in $EDITOR, at the setting", Scope.SETTINGS, footer=True),
    Action("settings.accept", "A", "accept", "Accept a tracked config's commands on this machine (asks first)",
           Scope.SETTINGS, verb="config"),
    Action("settings.back", "escape,q", "back", "Back to mission control", Scope.SETTINGS, footer=True),
)  # fmt: skip
