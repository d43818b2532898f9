"""Runs whose agent calls our tools, and clients that the test itself drives."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client

from lmawep_tui.agents.environment import run_marks
from lmawep_tui.engine import runs
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.run import Run
from tests.repos import PYTHON, Project

AGENT = Path(__file__).with_name("agent.py")
LMAWEP = [PYTHON, "-P", "-m", "lmawep_tui"]


class Calls:
    """A project whose default agent calls tools by a plan."""

    def __init__(self, project: Project, **settings: Any) -> None:
        self.project = project
        self.plan, self.results = project.root.parent / "plan.json", project.root.parent / "results"
        command = [PYTHON, "-P", str(AGENT), "{mcp_config}", str(self.plan), str(self.results)]
        project.config(agent="caller", agents={"caller": {"command": command}}, **settings)

    def start(self, pod: str, *steps: list[Any], **how: Any) -> Run:
        self.plan.write_text(json.dumps(steps))
        self.results.unlink(missing_ok=True)
        return runs.start(self.project.ws, PodId(pod), **how)

    def end(self, run: Run) -> Run:
        """The run as it ended, acted on."""
        ended = runs.wait(self.project.ws, run, 90)
        settle(self.project.ws, run.pod)
        return ended

    def run(self, pod: str, *steps: list[Any], **how: Any) -> Run:
        return self.end(self.start(pod, *steps, **how))

    def said(self) -> list[dict[str, Any]]:
        """The results so far, one a step."""
        return [json.loads(line) for line in self.results.read_text().splitlines()] if self.results.exists() else []


@contextlib.asynccontextmanager
async def client_of(root: Path, marks: dict[str, str] | None = None) -> AsyncIterator[ClientSession]:
    """A client of `lmawep mcp` in this folder; with the marks of a run it is that run's."""
    parameters = StdioServerParameters(command=PYTHON, args=[*LMAWEP[1:], "mcp"], cwd=str(root),
                                       env={**os.environ, **(marks or {})})  # fmt: skip
    async with stdio_client(parameters) as streams, ClientSession(*streams) as client:
        await client.initialize()
        yield client


def marks_of(project: Project, run: Run) -> dict[str, str]:
    """The marks of a run without the one by which its processes are ended: the test's client is no part of it."""
    marks = run_marks(run, project.root)
    return {name: value for name, value in marks.items() if value != run.mark}


async def call(client: ClientSession, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Whether it went well, and the words."""
    result = await client.call_tool(tool, arguments)
    return not result.is_error, "".join(getattr(part, "text", "") for part in result.content)
