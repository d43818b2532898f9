"""Runs of the small ACP agent under a supervisor."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmawep_tui.agents import control, questions
from lmawep_tui.agents.acp_order import client_argv
from lmawep_tui.agents.launch import launch
from lmawep_tui.files.run_file import OUTPUT, PROMPT, write_run
from lmawep_tui.model.permission import POLICIES, Permissions
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Run
from tests.agents.runs import Project, until

AGENT = str(Path(__file__).with_name("acp_agent.py"))


def start(
    project: Project,
    way: str,
    *,
    rules: Permissions = POLICIES["full"],
    prompt: str = "Do it.",
    session: str = "",
    wait_s: float = 30.0,
    **facts: Any,
) -> Path:
    """Starts the agent as the engine does; returns the run's folder."""
    run_dir, run = project.make(["true"], stdin=PROMPT, **facts)
    argv = client_argv([sys.executable, AGENT, way], run_dir, rules, session=session, wait_s=wait_s)
    run = replace(run, argv=argv)
    write_run(run_dir, run)
    (run_dir / PROMPT).write_bytes(prompt.encode("utf-8", "surrogateescape"))
    launch(run_dir, run, journal=project.journal)
    return run_dir


def finish(project: Project, way: str, **facts: Any) -> tuple[Path, Run]:
    """As start, and waits for the end."""
    run_dir = start(project, way, **facts)
    return run_dir, control.wait(run_dir, 30)


def asked(run_dir: Path) -> Question:
    """Waits for a question of the run."""
    found: list[Question] = until(lambda: questions.waiting(run_dir), "a question")
    return found[0]


def log(run_dir: Path) -> str:
    return (run_dir / OUTPUT).read_text("utf-8", "replace")


def messages(run_dir: Path) -> list[dict[str, Any]]:
    """The messages of the log, both ways."""
    return [json.loads(line) for line in log(run_dir).splitlines() if line.startswith('{"t"')]


def methods(run_dir: Path, direction: str) -> list[str]:
    return [m["msg"]["method"] for m in messages(run_dir) if m["dir"] == direction and "method" in m["msg"]]


def said(run_dir: Path) -> str:
    """The agent's words."""
    updates = (m["msg"]["params"]["update"] for m in messages(run_dir) if m["msg"].get("method") == "session/update")
    return "".join(u["content"]["text"] for u in updates if u["sessionUpdate"] == "agent_message_chunk")
