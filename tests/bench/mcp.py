"""How soon an agent's program can use our tools."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.commands import LMAWEP, project, run
from tests.bench.measure import Row, interleaved

_HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
}


def _initialise(folder: Path) -> None:
    """Starts the server and reads its first answer."""
    with subprocess.Popen([*LMAWEP, "mcp"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps(_HELLO).encode() + b"\n")
        server.stdin.flush()
        assert b"result" in server.stdout.readline()
        server.kill()


def mcp_() -> list[Row]:
    """`lmawep mcp` until it has answered `initialize`, against the import of the SDK's server alone."""
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", tickets=20)
        ours, bare = interleaved(
            lambda: _initialise(folder), lambda: run([sys.executable, "-c", "import mcp.server"]), rounds=9
        )
    return [Row("lmawep mcp, until it answers", ours, bare, "≤ 1.4× importing the SDK")]
