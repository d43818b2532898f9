"""How one moves in a diff and what it can show: in the review, and in a pod's diff tab."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _in_diff(s: Situation) -> bool:
    return s.place in ("diff", "review")


def _searched(s: Situation) -> bool:
    return _in_diff(s) and s.searched


DIFFS = (
    Action("diff.next-hunk", "right_square_bracket", "next hunk", "Next hunk", Scope.DIFF, _in_diff, by_widget=True,
           footer=True),
    Action("diff.previous-hunk", "left_square_bracket", "previous hunk", "Previous hunk", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.next-file", "right_curly_bracket", "next file", "Next file", Scope.DIFF, _in_diff, by_widget=True,
           footer=True),
    Action("diff.previous-file", "left_curly_bracket", "previous file", "Previous file", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.next-match", "full_stop", "next match", "Next line that matches the search (n in the diff tab)",
           Scope.DIFF, _searched, by_widget=True, footer=True),
    Action("diff.previous-match", "comma", "previous match", "Previous line that matches (N in the diff tab)",
           Scope.DIFF, _searched, by_widget=True, footer=True),
    Action("diff.search", "slash", "search", "Search the diff", Scope.DIFF, _in_diff, by_widget=True, footer=True),
    Action("diff.sides", "vertical_line,s", "side by side", "Old and new side by side, or one below the other",
           Scope.DIFF, _in_diff, by_widget=True, footer=True),
    Action("diff.space", "W", "white space", "Leave changes of white space out, or show them", Scope.DIFF, _in_diff,
           by_widget=True, footer=True),
    Action("diff.more", "plus,equals_sign", "more context", "More unchanged lines around changes", Scope.DIFF,
           _in_diff, by_widget=True, footer=True),
    Action("diff.less", "minus", "less context", "Fewer unchanged lines around changes", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.whole", "E", "whole files", "Files whole, or only the lines around changes", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.select", "v", "select", "Begin to select lines, or stop", Scope.DIFF, _in_diff, by_widget=True),
    Action("diff.select-down", "shift+down", "select down", "Select a line more downwards", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.select-up", "shift+up", "select up", "Select a line more upwards", Scope.DIFF, _in_diff,
           by_widget=True),
    Action("diff.other-side", "less_than_sign,greater_than_sign", "other side",
           "Side by side: to the line beside this one", Scope.DIFF, _in_diff, by_widget=True),
)  # fmt: skip
