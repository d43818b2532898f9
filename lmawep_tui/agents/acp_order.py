"""What the client of an ACP agent is told, as its command line: written by the engine, read by the client."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import field
from importlib.util import find_spec
from pathlib import Path

from lmawep_tui.files.read import read_text
from lmawep_tui.files.run_file import MCP_JSON
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.permission import Permissions, parse_permissions

FAILED, UNUSABLE, REFUSED, CUT, UNANSWERED = 1, 2, 3, 4, 5
"""Exit statuses: the agent failed, wrong use, it refused, it ran into a limit of its own, nobody answered it."""
NOT_INSTALLED = "an ACP agent needs a package that is not installed: pip install 'lmawep[acp]'"
PERMISSION_WAIT_S = 600.0
"""How long a person may take to answer by default."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the client is to do."""

    argv: tuple[str, ...]
    run_dir: Path
    session: str
    """The session to go on with; empty for a new one."""
    permissions: Permissions
    wait_s: float
    """How long a person may take to answer."""


@dataclass(frozen=True, slots=True)
class McpServer:
    """A server that the agent is told of."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


def installed() -> bool:
    """Whether the protocol's package is there."""
    return find_spec("acp") is not None


def client_argv(
    agent: Sequence[str],
    run_dir: Path,
    permissions: Permissions,
    *,
    session: str = "",
    wait_s: float = PERMISSION_WAIT_S,
) -> tuple[str, ...]:
    """The command line that holds a conversation with `agent`; its prompt is its stdin."""
    # -P: what lies in the pod can never pass for our package
    client = (sys.executable, "-P", "-m", "lmawep_tui.agents.acp_client", "--run-dir", str(run_dir))
    going_on = (f"--session={session}",) if session else ()
    return (*client, f"--permit={permissions.words()}", f"--wait={wait_s:g}", *going_on, "--", *agent)


def parse_order(argv: Sequence[str]) -> Order:
    """The order of `client_argv`; raises UsageError."""
    parser = argparse.ArgumentParser(prog="acp_client")
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--session", default="")
    parser.add_argument("--permit", default="", metavar="KIND=VERDICT,…")
    parser.add_argument("--wait", type=float, default=PERMISSION_WAIT_S, metavar="SECONDS")
    parser.add_argument("agent", nargs="+")
    given = parser.parse_args(argv)
    return Order(tuple(given.agent), given.run_dir, given.session, parse_permissions(given.permit), given.wait)


def mcp_servers(run_dir: Path) -> dict[str, McpServer]:
    """The servers of the run's `mcp.json` by name; none when it has no such file, or none that can be read."""
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError, LmawepError):
        told = json.loads(read_text(run_dir / MCP_JSON))["mcpServers"]
        return {
            name: McpServer(server["command"], tuple(server.get("args", ())), dict(server.get("env", {})))
            for name, server in told.items()
        }
    return {}
