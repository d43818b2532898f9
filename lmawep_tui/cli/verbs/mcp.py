"""`mcp`: lmawep as a server of tools for agent programs."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import click

from lmawep_tui.cli.output import warn, write_json
from lmawep_tui.cli.place import here, workspace
from lmawep_tui.model.errors import LmawepError


@click.command("mcp")
@click.option("--config", "show", is_flag=True, help="Print what a program's MCP settings need, and do nothing else.")
def mcp_command(show: bool) -> None:
    """Serve lmawep's tools to an agent program: MCP over stdin and stdout. Needs lmawep[mcp].

    Inside a run (profiles that can are wired to it by themselves) the agent may report, ask you and wait, read and
    write its pod's memory bank, read tickets, send alerts, claim and release paths, and give signals; always for its
    own pod, and only as long as its run lives.

    Started by a program of your own it reads: the fleet, tickets, memory banks; and makes tickets. Nothing here
    approves, lands, removes or answers: that is yours alone.
    """
    from lmawep_tui.engine.mcp_config import entry

    ws = workspace()  # in a folder without a project it says so now, not at the first call
    if show:
        write_json({"mcpServers": {"lmawep": entry(ws.layout.root)}})
        return
    from lmawep_tui.mcp.caller import caller_of

    try:
        from lmawep_tui.mcp.server import serve
    except ImportError as error:
        what = "is not installed" if find_spec("mcp") is None else f"is of another version: {error}"
        raise LmawepError(
            f"lmawep mcp needs the Python package mcp, which {what}.", "Install it: pip install 'lmawep[mcp]'"
        ) from error
    caller = caller_of(os.environ, here())
    if sys.stdin.isatty():
        warn("This speaks MCP on stdin and stdout, for a program; `lmawep mcp --config` says how to tell it.")
    serve(caller)
