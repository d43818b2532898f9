"""The README's table of keys, made from the actions so that it cannot be old."""

from __future__ import annotations

from lmawep_tui.ui.actions import ACTIONS, Scope
from lmawep_tui.ui.keymap import keys_of, shown

HEADINGS = {
    Scope.PODS: "Pods",
    Scope.TICKETS: "Tickets and lists",
    Scope.GLOBAL: "Everywhere",
    Scope.LOG: "Logs and documents",
    Scope.REVIEW: "Review",
    Scope.DIFF: "Diffs (in the review, and a pod's diff tab)",
    Scope.VIEWS: "Views",
    Scope.SETTINGS: "Settings",
    Scope.START: "First start, in a repository without `.lmawep/`",
    Scope.BOARD: "Board (and the verbs of pods and tickets)",
    Scope.WATCH: "Watching logs (and the verbs of pods and logs)",
}


def key_table() -> str:
    """Return the table of keys in Markdown."""
    lines = ["| key | does | id |", "|---|---|---|"]
    for scope, heading in HEADINGS.items():
        lines.append(f"| **{heading}** | | |")
        for action in ACTIONS.values():
            if action.scope is scope:
                keys = " ".join(_code(shown(key)) for key in keys_of(action, {}))
                lines.append(f"| {keys} | {action.help} | `{action.id}` |")
    return "\n".join(lines) + "\n"


def _code(key: str) -> str:
    """A key as code in a cell: a bar would end the cell, a backtick the code."""
    return "`` ` ``" if key == "`" else f"`{key}`".replace("|", "\\|")
