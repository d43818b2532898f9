"""Items of a footer, from the table of actions: the key as the person has it, the word for what is selected, the id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lmawep_tui.ui.actions import ACTIONS, Action, Situation, title_for
from lmawep_tui.ui.keymap import keys_of, shown

Item = tuple[str, str, str]
"""Key, title, and id of the action."""


def item_of(action: Action | str, own: Mapping[str, str], situation: Situation | None = None) -> Item:
    """Return the item of an action, or of one by its id; `own` are the person's own keys."""
    if isinstance(action, str):
        action = ACTIONS[action]
    return shown(keys_of(action, own)[0]), title_for(action, situation) if situation else action.title, action.id


def items_of(actions: Iterable[Action | str], own: Mapping[str, str], situation: Situation | None = None) -> list[Item]:
    """Return the items of several."""
    return [item_of(action, own, situation) for action in actions]
