"""`tui`: the screen."""

from __future__ import annotations

import sys

import click

from lmawep_tui.cli.main import workspace
from lmawep_tui.model.errors import LmawepError


@click.command("tui")
@click.option("--autopilot", is_flag=True, help="Start with autopilot on.")
def tui_command(autopilot: bool = False) -> None:
    ws = workspace()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise LmawepError("The screen needs a terminal.", "`lmawep status` tells the same without one.")
    from lmawep_tui.ui.app import run_app

    run_app(ws, autopilot=autopilot)
