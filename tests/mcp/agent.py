"""An agent that does nothing but call our tools: `agent.py MCP_JSON PLAN RESULTS`.

A step of the plan is [tool, arguments], or ["$", argv] for a command in the pod, or ["~", seconds, tool, arguments]
for a call that its client gives up after so long. Every result is added to RESULTS as a line of JSON at
once.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client


async def _call(client: ClientSession, tool: str, arguments: dict[str, Any], wait_s: float | None) -> dict[str, Any]:
    try:
        result = await client.call_tool(tool, arguments, read_timeout_seconds=wait_s)
    except Exception as error:  # noqa: BLE001 (whatever it is, the test wants to see it)
        return {"error": True, "text": f"{type(error).__name__}: {error}"}
    return {"error": bool(result.is_error), "text": "".join(getattr(part, "text", "") for part in result.content)}


def _command(argv: list[str]) -> dict[str, Any]:
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    return {"error": done.returncode != 0, "text": done.stdout + done.stderr}


async def main(config: Path, plan: Path, results: Path) -> None:
    (server,) = json.loads(config.read_text())["mcpServers"].values()
    # Its environment is the bare minimum and what the file says, as with most programs.
    parameters = StdioServerParameters(command=server["command"], args=server["args"], env=server["env"])
    async with stdio_client(parameters) as streams, ClientSession(*streams) as client:
        await client.initialize()
        for step in json.loads(plan.read_text()):
            if step[0] == "$":
                result = _command(step[1])
            elif step[0] == "~":
                result = await _call(client, step[2], step[3], step[1])
            else:
                result = await _call(client, step[0], step[1], None)
            with results.open("a") as file:
                file.write(json.dumps(result) + "\n")


asyncio.run(main(*(Path(arg) for arg in sys.argv[1:4])))
