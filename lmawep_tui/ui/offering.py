"""What mission control's footer offers: what answers the selection goes first, and marks change what a key means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.ui.actions import Action, Situation, footer_actions
from lmawep_tui.ui.present.asking_lines import answering

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

_WITH_MARKS = ("marks.all", "why")


def offered(screen: MissionScreen, situation: Situation) -> list[Action]:
    """Return the actions that are possible now, in the order of the footer."""
    actions = footer_actions(situation)
    if situation.marked:
        from lmawep_tui.ui.bulk import offers

        back = [action for action in actions if action.id == "back"]
        return [*back, *offers(screen), *(action for action in actions if action.id in _WITH_MARKS)]
    if situation.place in ("tickets", "pods"):
        first = answering(situation.snapshot, situation.ticket or situation.invalid, situation.pod)
        actions.sort(key=lambda action: first.index(action.id) if action.id in first else len(first))
    return actions
