"""`run.json`: the order and the outcome of one run."""

from __future__ import annotations

import json
from pathlib import Path

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.run import Run

RUN_JSON = "run.json"
OUTPUT = "output.log"
PROMPT = "prompt.md"
LOCK = "lock"
MCP_JSON = "mcp.json"
"""The MCP servers that the run's agent is told of, as programs read them."""
_MAX_BYTES = 4 * 1024 * 1024


def read_run(run_dir: Path) -> Run:
    """The run of a run folder; raises FileNotFoundError or BadFile."""
    path = run_dir / RUN_JSON
    text = read_text(path, _MAX_BYTES)
    try:
        return from_plain(Run, json.loads(text))
    except ValueError as error:
        raise BadFile(path, f"is not a run: {error}") from error


def write_run(run_dir: Path, run: Run) -> None:
    """Writes the run atomically and durably."""
    write_text(run_dir / RUN_JSON, json.dumps(to_plain(run), indent=1) + "\n")
