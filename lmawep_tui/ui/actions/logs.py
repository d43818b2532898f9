"""How one moves in logs and documents, and what a log can show."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _in_log(s: Situation) -> bool:
    return s.place == "log"


def _in_document(s: Situation) -> bool:
    return when.in_view(s) and not _in_log(s)


def _searched(s: Situation) -> bool:
    return s.place == "log" and s.searched


def _has_records(s: Situation) -> bool:
    return s.place == "log" and bool(s.records)


def _has_events(s: Situation) -> bool:
    return s.place == "log" and s.records == "events"


LOGS = (
    Action("log.follow", "f", "follow", "Follow the end of the log, or stay", Scope.LOG, _in_log, by_widget=True,
           footer=True),
    Action("log.raw", "v", "raw", "Show an agent's output as it is, or as events again", Scope.LOG, _has_records,
           "logs", "a log of an agent's records", by_widget=True, footer=True),
    Action("log.fold", "z", "fold", "Show long output among events whole, or cut short again", Scope.LOG, _has_events,
           "",
           "a log shown as events", by_widget=True, footer=True),
    Action("log.next", "n", "next match", "Next line that matches the search", Scope.LOG, _searched, by_widget=True,
           footer=True),
    Action("log.previous", "N", "previous match", "Previous line that matches the search", Scope.LOG, _searched,
           by_widget=True, footer=True),
    Action("run.previous", "left_square_bracket", "older run", "Show the output of the run before", Scope.LOG,
           when.anything,
           footer=_in_log),
    Action("run.next", "right_square_bracket", "newer run", "Show the output of the run after", Scope.LOG,
           when.anything,
           footer=_in_log),
    Action("view.down", "j,down", "down", "A line down", Scope.LOG, by_widget=True),
    Action("view.up", "k,up", "up", "A line up", Scope.LOG, by_widget=True),
    Action("view.left", "h,left", "left", "To the left", Scope.LOG, by_widget=True),
    Action("view.right", "l,right", "right", "To the right", Scope.LOG, by_widget=True),
    Action("view.top", "g,home", "top", "To the first line", Scope.LOG, by_widget=True),
    Action("view.end", "G,end", "end", "To the end, and follow", Scope.LOG, by_widget=True),
    Action("view.page-down", "space,pagedown", "page down", "A page down", Scope.LOG, by_widget=True),
    Action("view.page-up", "b,pageup", "page up", "A page up", Scope.LOG, by_widget=True),
    Action("view.half-down", "ctrl+d", "half page down", "Half a page down", Scope.LOG, by_widget=True),
    Action("view.half-up", "ctrl+u", "half page up", "Half a page up", Scope.LOG, by_widget=True),
    Action("view.wrap", "w", "wrap", "Wrap long lines (in documents and diffs)", Scope.LOG, _in_document,
           by_widget=True,
           footer=True),
)  # fmt: skip
