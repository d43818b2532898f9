"""The terminal handed to a command of our own (in the end an editor, an agent's program) while the screen stands
aside.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen
    from lmawep_tui.ui.screens.review import ReviewScreen
    from lmawep_tui.ui.screens.view import ViewScreen


def on_terminal(screen: MissionScreen | ReviewScreen | ViewScreen, *args: str) -> bool:
    """Runs `lmawep ARGS` on the terminal and comes back; whether it worked. What it says is shown when it did not."""
    argv = [sys.executable, "-m", "lmawep_tui", "-C", str(screen.bridge.ws.layout.root), *args]
    try:
        with screen.app.suspend():
            done = subprocess.run(argv, stderr=subprocess.PIPE, check=False)
    except SuspendNotSupported:
        words = f"This terminal cannot be given to another program. `lmawep {' '.join(args)}` does it elsewhere."
        screen.lmawep.say(words, "warning")
        return False
    screen.app.refresh()
    if done.returncode:
        screen.lmawep.say(done.stderr.decode("utf-8", "replace").strip().removeprefix("lmawep: "), "warning")
    return done.returncode == 0
