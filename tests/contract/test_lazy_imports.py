"""What a fresh interpreter has imported after a command: start-up is a feature."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"textual", "rich", "git", "watchfiles", "asyncio", "ruamel.yaml", "hypothesis"}
_CODE = """
import json, sys
sys.argv = ["lmawep", *json.loads(sys.argv[1])]
try:
    from lmawep_tui.cli.main import main
    main()
except SystemExit:
    pass
sys.stderr.write("\\nMODULES " + json.dumps(sorted(sys.modules)))
"""


def modules_after(folder: Path, *argv: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, json.dumps(argv)], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.rpartition("MODULES ")[2]))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lazy") / "project"
    folder.mkdir()
    for argv in (["git", "init", "-q", "-b", "main"], ["git", "commit", "-q", "--allow-empty", "-m", "Start"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@t"]
        subprocess.run([argv[0], *identity, *argv[1:]], cwd=folder, check=True)
    for verb in (["init"], ["ticket", "create", "One"], ["status"]):
        subprocess.run([sys.executable, "-m", "lmawep_tui", *verb], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["status"], ["status", "--json"], ["ticket", "list"]])
def test_cheap_commands_import_nothing_heavy(project: Path, argv: list[str]) -> None:
    heavy = HEAVY & modules_after(project, *argv)
    assert not heavy, f"lmawep {' '.join(argv)} imported {heavy}"


def test_help_reads_no_yaml_and_validates_nothing(project: Path) -> None:
    assert not {"yaml", "pydantic", "filelock"} & modules_after(project, "--help")


def test_a_warm_status_parses_nothing(project: Path) -> None:
    assert "pydantic" not in modules_after(project, "status")


@pytest.mark.parametrize(
    "module", ["lmawep_tui.engine.conductor", "lmawep_tui.agents.supervise", "lmawep_tui.store.store"]
)
def test_the_core_does_not_know_the_screen(module: str) -> None:
    code = f"import {module}, sys; print([m for m in ('textual', 'rich', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_supervisor_reads_no_events_before_it_has_to() -> None:
    """There may be fifty of them: what parses is imported once a program that prints events has fallen silent."""
    code = (
        "import lmawep_tui.agents.supervise, sys; "
        "heavy = ('lmawep_tui.agents.streams', 'lmawep_tui.vcs');"
        "print([m for m in sys.modules if m == 'msgspec' or m.startswith(heavy)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
