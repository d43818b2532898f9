"""`tui`: the screen."""

from __future__ import annotations

import click

from lmawep_tui.cli.place import here
from lmawep_tui.cli.screen import open_screen


@click.command("tui")
@click.option("--autopilot", is_flag=True, help="Start with autopilot on.")
def tui_command(autopilot: bool = False) -> None:
    open_screen(here(), autopilot=autopilot)
