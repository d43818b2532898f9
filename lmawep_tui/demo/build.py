"""Makes the demo's repository: a small real project with a history, a config, seven tickets."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import lmawep_tui
from lmawep_tui.demo.desk import PACE
from lmawep_tui.demo.steps import MAIN, PROJECT
from lmawep_tui.demo.tickets import TICKETS
from lmawep_tui.engine import tickets
from lmawep_tui.engine.init import init
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId

SLOTS = 4
"""As many as there are tickets that have to start from the same commit, so that they meet when they land."""
_DATE = "2026-01-15T09:{minute:02d}:00+00:00"
_HISTORY = (
    ("Open the shop: money and the menu", ("README.md", ".gitignore", "teahouse/__init__.py", "teahouse/money.py",
     "teahouse/menu.py", "tests/__init__.py", "tests/test_money.py", "tests/test_menu.py")),
    ("Baskets, and what they cost", ("teahouse/basket.py", "teahouse/pricing.py", "tests/test_basket.py",
     "tests/test_pricing.py")),
    ("A shelf, orders and receipts", (".",)),
)  # fmt: skip


def build(folder: Path) -> Workspace:
    """Makes the repository in `folder`, which is made too; raises LmawepError when something is in there."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (links stay as they were given)
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise LmawepError(f"{folder} is not empty.", "Give the demo a folder of its own; it makes one.")
    make_folder(folder, 0o755)
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    _make_history(folder)
    make_folder(folder / ".lmawep", 0o755)
    write_text(folder / ".lmawep" / "config.yaml", config_text(), mode=0o644)
    ws = init(folder)
    for planned in TICKETS:
        tickets.create(
            ws,
            planned.title,
            priority=planned.priority,
            estimate=planned.estimate,
            depends_on=tuple(TicketId(number) for number in planned.depends_on),
            description=planned.description,
            labels=planned.labels,
        )
    return ws


def _make_history(folder: Path) -> None:
    # The person's templates and hooks are not for a throw-away repository, and their signing key may ask for a word.
    _git(folder, "init", "--quiet", "--initial-branch", MAIN, "--object-format=sha1", "--template=")
    for setting in ("commit.gpgSign=false", "core.hooksPath=/dev/null", "core.autocrlf=false"):
        _git(folder, "config", *setting.split("="))
    for minute, (subject, paths) in enumerate(_HISTORY):
        _git(folder, "add", "--", *paths)
        _git(folder, "commit", "--quiet", "-m", subject, when=_DATE.format(minute=minute))


def _git(folder: Path, *args: str, when: str = "") -> None:
    """Git as a person with no settings of their own would have it, so that the commits are the same everywhere."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {"NAME": "Teahouse", "EMAIL": "till@teahouse.example", "DATE": when}
    if when:
        env |= {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    try:
        subprocess.run(
            ["git", *args], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        raise LmawepError("git was not found.", "Install git 2.38 or newer.") from None
    except subprocess.CalledProcessError as error:
        raise LmawepError(f"`git {args[0]}` failed in {folder}: {error.stderr.strip()}") from error


def config_text() -> str:
    """The config: this very Python plays the agents and runs the tests, so that nothing else has to be there."""
    agent = json.dumps([sys.executable, "-P", "-m", "lmawep_tui.demo.agent"], ensure_ascii=False)
    path = import_path()
    env = f"    env: {{PYTHONPATH: {json.dumps(path, ensure_ascii=False)}}}\n" if path else ""
    tests = json.dumps(f"{shlex.quote(sys.executable)} -m unittest discover -q", ensure_ascii=False)
    return f"""\
# The demo: a repository like any other. Its agents are scripts, but they edit, test and commit for real.
main: {MAIN}
slots: {SLOTS}
agent: demo
agents:
  demo:
    command: {agent}
    prompt: stdin
    env_pass: [{PACE}]  # what their pauses are multiplied by
{env}roles:
  task: {{timeout: 2m}}
  review: {{by: agent, timeout: 1m}}
  resolve: {{timeout: 2m}}
tests:
  command: {tests}
  timeout: 1m
limits: {{retries: 1, kill_grace: 2s, silence: 1m, free_disk: 50MB}}
"""


def import_path() -> str | None:
    """Where Python has to look for this package when it is not installed but run from a checkout."""
    parent = Path(lmawep_tui.__file__).resolve().parent.parent
    return None if parent.name in ("site-packages", "dist-packages") else str(parent)
