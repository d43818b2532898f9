"""Calls of pytest that we understand well enough to add options: its report, and running failures again.

An option added to a program that is not pytest would make a command fail that was right: when in doubt, it is no call
of pytest.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection
from pathlib import Path

from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import LmawepError

REPORT = "junit.xml"
_CACHE = "pytest-cache"
_LAST_FAILED = Path("v") / "cache" / "lastfailed"
_MAX_BYTES = 16 * 1024 * 1024

_PYTHON = re.compile(r"python(\d+(\.\d+)?)?")
_PYTHON_FLAGS = re.compile(r"-[BEIOPRSbdsuvqi]+")
_RUNNERS = ("uv", "poetry", "pdm", "pipenv", "hatch", "rye", "pixi")
_RUNNER_FLAGS = ("--frozen", "--locked", "--no-sync", "--isolated", "--active", "--offline", "--quiet", "-q", "-v",
                 "--all-extras", "--no-dev")  # fmt: skip
_ASSIGNS = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


def is_pytest(argv: tuple[str, ...]) -> bool:
    """Whether options added at the end of `argv` go to pytest: `pytest …`, `python -m pytest …`, `uv run pytest …`."""
    rest = list(argv)
    if rest and Path(rest[0]).name == "env":
        rest = rest[1:]
        while rest and _ASSIGNS.fullmatch(rest[0]):
            rest = rest[1:]
    if len(rest) > 1 and Path(rest[0]).name in _RUNNERS and rest[1] == "run":
        rest = rest[2:]
        while rest and (rest[0] in _RUNNER_FLAGS or re.fullmatch(r"--[a-z-]+=.*", rest[0])):
            rest = rest[1:]
    options = _pytest_options(rest)
    return options is not None and "--" not in options


def _pytest_options(words: list[str]) -> list[str] | None:
    """What follows the word pytest, or None when these words do not start pytest."""
    if not words:
        return None
    if Path(words[0]).name in ("pytest", "py.test"):
        return words[1:]
    if _PYTHON.fullmatch(Path(words[0]).name) is None:
        return None
    rest = words[1:]
    while rest and rest[0] != "-m":
        taken = 2 if rest[0] in ("-X", "-W") else 1 if _PYTHON_FLAGS.fullmatch(rest[0]) else 0
        if not taken:
            return None
        rest = rest[taken:]
    return rest[2:] if rest[1:2] == ["pytest"] else None


def report_options(run_dir: Path) -> tuple[str, ...]:
    """Options for a report with files in it, written into the run's folder, of every failure and not just the first.

    The cache, in which pytest notes what failed, lies there too: two worktrees never share one, and none is littered.
    """
    return (f"--junitxml={run_dir / REPORT}", "-o", "junit_family=xunit1", "-o", f"cache_dir={run_dir / _CACHE}",
            "--maxfail=0")  # fmt: skip


def again_options(run_dir: Path, failed_dir: Path, wanted: Collection[str]) -> tuple[str, ...]:
    """As report_options, for only the failures of an earlier run: of these `wanted` ones where they can be told apart.

    `--lfnf=none`: when pytest cannot tell what failed it runs nothing and says so, never something else.
    """
    with contextlib.suppress(OSError, ValueError, LmawepError):
        failed = json.loads(read_text(failed_dir / _CACHE / _LAST_FAILED, _MAX_BYTES))
        chosen = {node: True for node in failed if node in wanted}
        target = run_dir / _CACHE / _LAST_FAILED
        make_folder(target.parent)
        write_text(target, json.dumps(chosen if len(chosen) == len(wanted) else failed), durable=False)
    return (*report_options(run_dir), "--lf", "--lfnf=none")
