"""The first screen: what was found, each line to be changed, one key that takes it, and nothing before that."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.engine.first_look import first_look
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.ui.first_run import FirstRunApp
from tests.repos import git, repository
from tests.ui.conftest import Ui


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository without lmawep, and one agent that is installed."""
    for name in [n for n in os.environ if n.startswith(("LMAWEP_", "GIT_CONFIG", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("codex", "gemini"):
        (programs / name).write_text("#!/bin/sh\necho $0 1.2.3\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.com")
    made = repository(tmp_path / "teahouse", {"Makefile": "test:\n\ttrue\n"})
    git(made, "branch", "dev")
    return made


@contextlib.asynccontextmanager
async def first(root: Path) -> AsyncIterator[tuple[Ui, FirstRunApp]]:
    app = FirstRunApp(first_look(root))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        ui: Any = Ui(app, pilot)  # type: ignore[arg-type]
        await ui.sees("lmawep is new here")
        yield ui, app


async def test_it_shows_what_was_found_and_leaves_nothing_behind(root: Path) -> None:
    exclude = (root / ".git/info/exclude").read_text()
    async with first(root) as (ui, app):
        await ui.sees("make test", "the Makefile has a target test", "codex 1.2.3", "also installed: gemini")
        await ui.sees("lmawep-workspace/", ".git/info/exclude", "not installed: ")
        await ui.press("q")
        await ui.until(lambda: app._exit, "the end")
    assert app.return_value is None
    assert sorted(path.name for path in root.iterdir()) == [".git", "Makefile"]
    assert (root / ".git/info/exclude").read_text() == exclude


async def test_each_line_can_be_changed_and_enter_takes_it(root: Path) -> None:
    async with first(root) as (ui, app):
        await ui.press("e")
        await ui.sees("Which branch does work land on?")
        await ui.type("dev")
        await ui.press("enter")
        await ui.sees("as you said")
        await ui.press("j", "e")
        await ui.sees("tests.command")
        await ui.type("a | b")
        await ui.sees("shell syntax")
        await ui.press("ctrl+u")
        await ui.type("make check")
        await ui.press("enter")
        await ui.sees("make check")
        await ui.press("j", "e")
        await ui.sees("Which agent does the work?")
        await ui.type("gem")
        await ui.press("enter")
        await ui.sees("gemini 1.2.3")
        await ui.press("enter")
        await ui.until(lambda: app._exit, "the end")
    assert app.return_value == root
    config = Workspace.open(root).config
    assert (config.main, config.agent, config.tests.command) == ("dev", "gemini", "make check")


def test_without_a_terminal_it_stays_a_sentence(root: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "lmawep_tui"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "has no .lmawep folder yet. Run `lmawep init` there first." in done.stderr
    assert not (root / ".lmawep").exists()
