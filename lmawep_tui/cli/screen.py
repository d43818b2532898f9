"""Opening the screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lmawep_tui.cli.place import current_folder
from lmawep_tui.model.errors import LmawepError, NotInitialised


def open_screen(folder: Path | None, *, autopilot: bool = False) -> None:
    """Opens mission control for the project around `folder`; a new project is set up first, if the person wants it.

    Raises LmawepError without a terminal, and where no project can be.
    """
    from lmawep_tui.engine.workspace import Workspace

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal and os.environ.get("TERM") == "dumb":
        raise LmawepError(
            "This terminal cannot show the screen (TERM is dumb).", "`lmawep status --watch` tells it in sentences."
        )
    start, hint = folder or current_folder(), ""
    try:
        ws = Workspace.open(start)
    except NotInitialised:
        if not at_terminal:
            raise
        from lmawep_tui.ui.first_run import HINT, ask_first

        made = ask_first(start)
        if made is None:
            return
        ws, hint = made, HINT
    if not at_terminal:
        raise LmawepError("The screen needs a terminal.", "`lmawep status --watch` tells the same without one.")
    from lmawep_tui.ui.app import run_app

    if status := run_app(ws, autopilot=autopilot, hint=hint):
        raise SystemExit(status)
