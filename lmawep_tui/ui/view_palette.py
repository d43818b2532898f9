"""What the palette offers inside a view: its own verbs first, then where one can go."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.palette import Found, offers

_HIDDEN = ("views.palette", "views.number")


def _keys(action: Action, own: Mapping[str, str]) -> str:
    return " ".join(map(shown, keys_of(action, own)))


def view_offers(situation: Situation, own: Mapping[str, str]) -> list[Found]:
    """Return every verb of the view that is possible now, then views, pods and tickets."""
    found = [
        Found(
            f"do:{action.id}",
            f"{action.title}: {action.help}",
            " ".join(map(shown, keys_of(action, own))),
            "›",
            "accent",
        )
        for action in ACTIONS.values()
        if action.scope is Scope.VIEWS and action.id not in _HIDDEN and action.when(situation)
    ]
    return [*found, *(item for item in offers(situation, own) if not item.key.startswith("do:"))]
