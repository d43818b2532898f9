"""`demo`: see it all work in a throw-away repository."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import click

from lmawep_tui.cli.output import write
from lmawep_tui.model.errors import LmawepError


@click.command("demo")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--headless", is_flag=True, help="Play it to the end without a terminal and print what landed.")
@click.option("--keep", is_flag=True, help="Keep the repository afterwards.")
def demo_command(folder: Path | None, headless: bool, keep: bool) -> int:
    keep = keep or folder is not None
    place = folder if folder is not None else Path(tempfile.mkdtemp(prefix="lmawep-demo-")) / "teahouse"
    if headless:
        from lmawep_tui.demo.play import play_headless

        status = play_headless(place, keep=keep, say=write)
        with contextlib.suppress(OSError):  # it stays when the repository does
            place.parent.rmdir()
        return status
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise LmawepError("The demo opens the screen, which needs a terminal.", "`lmawep demo --headless` needs none.")
    return _play_on_screen(place)


def _play_on_screen(place: Path) -> int:
    from lmawep_tui.demo.build import build
    from lmawep_tui.demo.play import HINTS
    from lmawep_tui.ui.app import run_app

    ws = build(place)
    run_app(ws, autopilot=True, hint=HINTS[0])
    write(f"The demo's repository stays in {place} for you to look around; remove it when you like.")
    return 0
