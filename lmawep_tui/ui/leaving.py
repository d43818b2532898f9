"""The end of the screen: what the person asked for last is finished first, if that takes no longer than a moment."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

FINISH_S = 3.0
"""How long leaving waits for verbs under way. They may be cut off at any point, but nobody means that by `y`, `q`."""
_LOOK_S = 0.02


def leave(app: LmawepApp) -> None:
    """End the screen; autopilot would end with it, so then it is asked first."""
    if not app.autopilot.wanted:
        _finish(app)
        return
    from lmawep_tui.ui.modals.confirm import Confirm

    says = ["Autopilot ends with the screen: nothing new is started, tested or landed.",
            "Runs under way go on. `lmawep up` drives without a screen."]  # fmt: skip
    app.ask(Confirm("Leave, and end autopilot?", says, yes="leave", no="stay"),
            lambda yes: _finish(app) if yes else None)  # fmt: skip


def _finish(app: LmawepApp) -> None:
    """Leave at once, or when what is under way has ended; a second time leaves at once, too."""
    if not app.bridge.busy or app.leaving:
        _end(app)
        return
    app.leaving = True
    app.say(f"{under_way(app.bridge.busy)} is finished first. q again leaves at once.")
    app.bridge.spawn_task(_end_when_done(app), "leave")


async def _end_when_done(app: LmawepApp) -> None:
    late = time.monotonic() + FINISH_S
    while app.bridge.busy and time.monotonic() < late:
        await asyncio.sleep(_LOOK_S)
    _end(app)


def _end(app: LmawepApp) -> None:
    live = app.bridge.snapshot.slots_used
    words = []
    if app.bridge.busy:
        words.append(f"{under_way(app.bridge.busy)} was not finished yet; `lmawep` shows what came of it.")
    if live:
        words.append(f"{live} run{'s go' if live != 1 else ' goes'} on without the screen; `lmawep` shows them again.")
    if app.autopilot.wanted:
        words.append("Autopilot has ended with the screen; `lmawep up` goes on without one.")
    app.exit(message="\n".join(words) or None)


def under_way(busy: dict[str, str]) -> str:
    """What verbs are at, as the beginning of a sentence: by row, `testing`, `removing`."""
    words = ", ".join(f"{word} {row.replace('ticket-', '#')}" for row, word in busy.items())
    return f"{words[:1].upper()}{words[1:]}"
