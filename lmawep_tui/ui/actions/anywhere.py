"""What works everywhere on the main screen: tabs, panes, views, palette, help."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope

ANYWHERE = (
    Action("filter", "slash", "filter", "Filter the list, or search the log", Scope.GLOBAL, footer=True),
    Action("autopilot", "P", "autopilot", "Switch autopilot on or off", Scope.GLOBAL, verb="up", footer=True),
    Action("tab.log", "1", "log", "Show the newest run's output", Scope.GLOBAL, when.selected),
    Action("tab.diff", "2", "diff", "Show what the pod brings to main, or brought", Scope.GLOBAL, when.selected,
           "diff", "a pod"),
    Action("tab.memory", "3", "memory", "Show the memory bank", Scope.GLOBAL, when.selected),
    Action("tab.ticket", "4", "ticket", "Show the ticket", Scope.GLOBAL, when.anything),
    Action("tab.evidence", "5", "evidence", "Show the evidence: done contract, review, tests", Scope.GLOBAL,
           when.has_pod, "",
           "a pod"),
    Action("views", "V", "views", "Views: board, graph, train, timeline, memory, vault, doctor …", Scope.GLOBAL),
    Action("settings", "comma", "settings", "Settings: every key of the config, explained", Scope.GLOBAL,
           verb="config"),
    Action("pane.next", "tab", "next pane", "Go to the next pane", Scope.GLOBAL),
    Action("pane.previous", "shift+tab", "previous pane", "Go to the previous pane", Scope.GLOBAL),
    Action("back", "escape", "back", "Go back to the list; leave a filter or search", Scope.GLOBAL),
    Action("palette", "colon,ctrl+p", "palette", "Find an action, ticket or pod by name", Scope.GLOBAL, footer=True),
    Action("help", "question_mark", "help", "Show this help", Scope.GLOBAL, footer=True),
    Action("quit", "q", "quit", "Leave the screen; agents go on", Scope.GLOBAL, footer=True),
)  # fmt: skip
