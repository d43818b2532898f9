"""How an agent program is told of our MCP server: the entry of its settings, and the file for a run."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lmawep_tui
from lmawep_tui.agents.environment import run_marks
from lmawep_tui.agents.profile import Profile
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.run_file import MCP_JSON
from lmawep_tui.model.config import Config
from lmawep_tui.model.run import Run


def wanted(config: Config) -> bool:
    """Whether runs get our server: the config says so and the package it needs is installed. Imports nothing."""
    return config.mcp and find_spec("mcp") is not None


def path_for(config: Config, run_dir: Path) -> str:
    """The value of `{mcp_config}` for a run: where its file will be, empty when it gets none."""
    return str(run_dir / MCP_JSON) if wanted(config) else ""


def used_by(profile: Profile, config: Config) -> bool:
    """Whether a run of this profile needs the file."""
    if not wanted(config):
        return False
    if profile.protocol == "acp":  # our client hands it over when the session begins
        return True
    lines = (*profile.command, *profile.resume)
    return bool(profile.mcp_env) or any("{mcp_config}" in part or "{mcp_args}" in part for part in lines)


def entry(root: Path, marks: dict[str, str] | None = None, *, answer_s: float = 600.0) -> dict[str, Any]:
    """What stands under the server's name in a program's `mcpServers`; `marks` say for which run it works.

    Programs hand servers little of their environment, so what it needs stands here by name.
    """
    env = dict(marks or {})
    package = Path(lmawep_tui.__file__).parent.parent
    if package.name not in ("site-packages", "dist-packages"):  # run from a checkout: -P would not find it
        env["PYTHONPATH"] = str(package)
    where = [] if marks else ["-C", str(root)]
    return {
        "command": sys.executable,
        "args": ["-P", "-m", "lmawep_tui", *where, "mcp"],
        "env": env,
        # Milliseconds a call may take, for programs that read this: a question waits for a person.
        "timeout": int(answer_s + 60) * 1000,
    }


def give(run_dir: Path, run: Run, profile: Profile, root: Path, config: Config) -> Run:
    """Writes the run's `mcp.json`, which only its own agent is to read; returns the run with the profile's variables.

    A variable that the person has set is theirs: the program is then not told.
    """
    marks = {**run_marks(run, root), "PATH": os.environ.get("PATH", os.defpath)}
    ours = entry(root, marks, answer_s=config.limits.answer)
    write_text(run_dir / MCP_JSON, json.dumps({"mcpServers": {"lmawep": ours}}, indent=1) + "\n")
    values = {"{mcp_config}": str(run_dir / MCP_JSON), "{mcp_opencode}": json.dumps(_for_opencode(ours))}
    env = {name: _filled(text, values) for name, text in profile.mcp_env.items() if name not in os.environ}
    return replace(run, env={**env, **run.env})


def _filled(text: str, values: dict[str, str]) -> str:
    for token, value in values.items():
        text = text.replace(token, value)
    return text


def _for_opencode(ours: dict[str, Any]) -> dict[str, Any]:
    """The entry in the words of OpenCode's settings."""
    return {
        "mcp": {
            "lmawep": {
                "type": "local",
                "command": [ours["command"], *ours["args"]],
                "environment": ours["env"],
                "enabled": True,
                "timeout": ours["timeout"],
            }
        }
    }
