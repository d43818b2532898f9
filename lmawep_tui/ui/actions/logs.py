"""How one moves in logs and documents, and what a log can show."""

from __future__ import annotations

from lmawep_tui.ui.actions import when
from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _in_log(s: Situation) -> bool:
    return s.place == "log"


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
    Action("log.fold", "z", "fold", "Show all long output whole, or cut short again", Scope.LOG, _has_events, "",
           "a log shown as events", by_widget=True, footer=True),
    Action("log.kinds", "F", "filter", "Show only events of some kinds, or go to the next of a kind", Scope.LOG,
           _has_events, "", "a log shown as events", by_widget=True, footer=True),
    Action("log.next", "n", "next match", "Next line that matches the search", Scope.LOG, _searched, by_widget=True,
           footer=True),
    Action("log.previous", "N", "previous match", "Previous line that matches the search", Scope.LOG, _searched,
           by_widget=True, footer=True),
    Action("log.next-error", "right_parenthesis", "next error", "Next thing that went wrong", Scope.LOG, _in_log,
           by_widget=True, footer=True),
    Action("log.previous-error", "left_parenthesis", "previous error", "Thing that went wrong before", Scope.LOG,
           _in_log, by_widget=True),
    Action("log.next-event", "right_curly_bracket", "next event", "Next event that is shown", Scope.LOG, _has_events,
           "", "a log shown as events", by_widget=True),
    Action("log.previous-event", "left_curly_bracket", "previous event", "Event before", Scope.LOG, _has_events,
           "", "a log shown as events", by_widget=True),
    Action("log.go-to", "at", "go to", "Go to a time (14:02, -5m), a line or a share of the log", Scope.LOG, _in_log,
           by_widget=True, footer=True),
    Action("log.times", "T", "times", "Times of lines: by the clock, since the start, off", Scope.LOG, _in_log,
           by_widget=True, footer=True),
    Action("log.point", "enter", "cursor", "A cursor in the log; on it, fold or unfold one output", Scope.LOG, _in_log,
           by_widget=True, footer=True),
    Action("log.extend-down", "J,shift+down", "mark down", "Mark lines downwards", Scope.LOG, _in_log, by_widget=True),
    Action("log.extend-up", "K,shift+up", "mark up", "Mark lines upwards", Scope.LOG, _in_log, by_widget=True),
    Action("log.copy", "y", "copy", "Copy what is selected or marked, else the lines on the screen", Scope.LOG,
           _in_log, by_widget=True, footer=True),
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
    Action("view.wrap", "w", "wrap", "Wrap long lines, or cut them", Scope.LOG, when.in_view,
           by_widget=True, footer=True),
)  # fmt: skip
