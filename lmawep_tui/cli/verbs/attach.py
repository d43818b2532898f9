"""`attach`, `open`: a pod on the person's own terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write
from lmawep_tui.cli.place import refuse_agents, the_pod, workspace
from lmawep_tui.model.errors import UsageError

if TYPE_CHECKING:
    from lmawep_tui.engine.attach import Attached


@click.command("attach")
@click.argument("pod")
@click.option("--stop", is_flag=True, help="End a live run first, and take over.")
@click.option("--shell", is_flag=True, help="A shell instead of the agent's program.")
def attach_command(pod: str, stop: bool, shell: bool) -> int:
    from lmawep_tui.engine.attach import attach

    refuse_agents("take over a pod")
    ws = workspace()
    return _tell(attach(ws, the_pod(ws, pod), stop=stop, shell=shell))


@click.command("open")
@click.argument("pod")
@click.argument("name", required=False)
@click.option("--file", "where", metavar="PATH[:LINE]", help="Open one file in $VISUAL or $EDITOR, at a line.")
def open_command(pod: str, name: str | None, where: str | None) -> int:
    from lmawep_tui.engine.attach import edit_in, open_in

    refuse_agents("open programs for the person")
    if where and name:
        raise UsageError("Say either NAME or --file.")
    ws = workspace()
    if where:
        path, _, line = where.rpartition(":")
        at = (path, int(line)) if path and line.isascii() and line.isdigit() else (where, None)
        return _tell(edit_in(ws, the_pod(ws, pod), *at))
    return _tell(open_in(ws, the_pod(ws, pod), name))


def _tell(done: Attached) -> int:
    """Says what is left to do; the program's own exit status says nothing about us."""
    if done.ended:
        write(f"Ended with it: {', '.join(done.ended)}.")
    if done.paused:
        write(f"{done.pod} is paused: `lmawep resume {done.pod}` lets it go on, `lmawep submit {done.pod}` hands in.")
    return 0
