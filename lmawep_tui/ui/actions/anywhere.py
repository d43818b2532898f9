"""What works everywhere on the main screen: tabs, panes, views, palette, help."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope

ANYWHERE = (
    Action("filter", "slash", "filter", "Filter the list, or search the log", Scope.GLOBAL, footer=True),
    Action("autopilot", "P", "autopilot", "Switch autopilot on or off", Scope.GLOBAL, verb="up", footer=True),
    Action("tab.log", "1", "log", "Show the newest run's output", Scope.GLOBAL, when.selected,
           needs="a ticket or pod"),
    Action("tab.diff", "2", "diff", "Show what the pod brings to main, or brought", Scope.GLOBAL, when.selected,
           "diff", "a pod"),
    Action("tab.memory", "3", "memory", "Show the memory bank", Scope.GLOBAL, when.selected,
           needs="a ticket or pod"),
    Action("tab.ticket", "4", "ticket", "Show the ticket", Scope.GLOBAL, when.anything, needs="a ticket or pod"),
    Action("tab.evidence", "5", "evidence", "Show the evidence: done contract, review, tests", Scope.GLOBAL,
           when.has_pod, "",
           "a pod"),
    Action("tab.runs", "6", "runs", "Show every run and how it ended; Enter opens its log",
           Scope.GLOBAL, when.selected, "attempts", "a pod"),
    Action("views", "V", "views", "Views: board, graph, train, timeline, memory, vault, doctor …", Scope.GLOBAL),
    Action("watch", "W", "watch", "Watch the logs of several pods at once, tiled", Scope.GLOBAL),
    Action("settings", "comma", "settings", "Settings: every key of the config, explained", Scope.GLOBAL,
           verb="config"),
    Action("pane.next", "tab", "next pane", "Go to the next pane", Scope.GLOBAL),
    Action("pane.previous", "shift+tab", "previous pane", "Go to the previous pane", Scope.GLOBAL),
    Action("back", "escape", "back", "Go back to the list; leave marks, a peek, a filter or search", Scope.GLOBAL,
           footer=lambda s: s.marked > 0),
    Action("palette", "colon,ctrl+p", "palette", "Find an action, ticket, pod, file or theme by name", Scope.GLOBAL,
           footer=True),
    Action("theme", "ctrl+t", "theme", "Choose the colours; each is worn while the cursor is on it", Scope.GLOBAL),
    Action("layout", "backslash", "layout", "Change the layout: both, wide lists, wide detail, detail alone",
           Scope.GLOBAL),
    Action("suspend", "ctrl+z", "suspend", "Put lmawep aside; fg brings it back, agents go on meanwhile",
           Scope.GLOBAL),
    Action("help", "question_mark", "help", "Show this help", Scope.GLOBAL, footer=True),
    Action("quit", "q", "quit", "Leave the screen; agents go on", Scope.GLOBAL, footer=True),
)  # fmt: skip
