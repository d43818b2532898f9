"""What each action does."""
from __future__ import annotations
from collections.abc import Callable
from typing import TYPE_CHECKING
from lmawep_tui.ui.actions import Situation
if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen
DEEDS: dict[str, Callable[[MissionScreen, Situation], None]] = {"quit": lambda m, s: m.lmawep.leave()}
