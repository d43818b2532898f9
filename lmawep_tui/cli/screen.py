"""Opening the screen."""

from __future__ import annotations

import sys
from pathlib import Path

from lmawep_tui.cli.place import current_folder
from lmawep_tui.model.errors import LmawepError


def open_screen(folder: Path | None, *, autopilot: bool = False) -> None:
    """Opens mission control for the project around `folder`; raises LmawepError without a terminal."""
    from lmawep_tui.engine.workspace import Workspace

    ws = Workspace.open(folder or current_folder())
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise LmawepError("The screen needs a terminal.", "`lmawep status` tells the same without one.")
    from lmawep_tui.ui.app import run_app

    if status := run_app(ws, autopilot=autopilot):
        raise SystemExit(status)
