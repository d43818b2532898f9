"""A person's day, keys only: on a real project, which is a clone of this very repository, and in the demo.

The keys and what the screen then shows stand in `days/`. They are played in tmux where there is one, else on a pty.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.day import play
from tests.e2e.day_editor import MARKS
from tests.e2e.terminals import Pty, Tmux, and_then_its_end, tmux
from tests.repos import Project, git, quiet, repository

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
LMAWEP = [sys.executable, "-P", "-m", "lmawep_tui"]
NOTES = "# Changelog\n\nAll notable changes.\n\n## Unreleased\n\n### Added\n\n- Everything.\n"
SMALL = {"CHANGELOG.md": NOTES, "lmawep_tui/model/__init__.py": '"""A package."""\n'}
"""A project for where this one does not lie in a git checkout."""


@contextmanager
def terminal(argv: list[str], folder: Path, env: Mapping[str, str], columns: int, rows: int) -> Iterator[Tmux | Pty]:
    """The program in tmux where there is one, else on a pty; whatever happens, it is gone at the end."""
    if shutil.which("tmux"):
        with tmux(argv, folder, env, columns, rows) as person:
            yield person
    else:
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        with Pty(and_then_its_end(argv), folder, columns=columns, rows=rows, env={**usual, **env}) as person:
            assert isinstance(person, Pty)
            yield person


def play_day(name: str, argv: list[str], folder: Path, *, columns: int = 120, rows: int = 40, **env: str) -> None:
    """Plays a transcript to its end, where the program has ended."""
    with terminal(argv, folder, env, columns, rows) as person:
        play(HERE / "days" / f"{name}.keys", person)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Project]:
    """This repository, in lmawep's hands, with an agent that edits its changelog and tests that are its own."""
    made = Project(tmp_path / "project")
    cloned = ["git", "clone", "-q", "--local", "--no-tags", str(CHECKOUT), str(made.root)]
    if subprocess.run(cloned, capture_output=True, check=False).returncode == 0:
        git(made.root, "checkout", "-q", "-B", "main")
        git(made.root, "remote", "remove", "origin")
    else:
        repository(made.root, SMALL)
    made.adopt(
        agent="day",
        agents={"day": {"command": [sys.executable, str(HERE / "day_agent.py")]}},
        tests={"command": f"{sys.executable} -m compileall -q lmawep_tui/model"},
    )
    yield made
    made.close()


def editor() -> str:
    """The person's editor."""
    return f"{sys.executable} {HERE / 'day_editor.py'}"


def test_a_day_on_a_real_project(real: Project) -> None:
    start = real.main()
    play_day("real", LMAWEP, real.root, EDITOR=editor(), VISUAL=editor())
    quiet(real.root)
    assert git(real.root, "status", "--porcelain") == ""
    assert (real.root / "CHANGELOG.md").read_text().splitlines()[2] == "- Written with care"
    subjects = git(real.root, "log", "--first-parent", "--format=%s", f"{start}..main").splitlines()
    assert len(subjects) == 3, subjects  # two landings, one of them taken back
    tickets = real.ws.snapshot().tickets.values()
    assert [str(ticket.status) for ticket in tickets] == ["ready", "complete", "assigned"]
    both = git(real.root, "show", "main~1:CHANGELOG.md").splitlines()[2:4]
    assert both == ["- Thanked Ada", "- Written with care"], "both sides of the conflict landed"


def test_a_day_in_the_demo(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    play_day("demo", [*LMAWEP, "demo", str(shop)], tmp_path, LMAWEP_DEMO_PACE="0.1", EDITOR=editor(), VISUAL=editor())
    quiet(shop)
    assert git(shop, "status", "--porcelain") == ""
    files = git(shop, "ls-tree", "-r", "--name-only", "main")
    assert "teahouse/stamps.py" in files and "teahouse/poster.py" not in files, "answered; taken back"
    ideas = git(shop, "show", "main:IDEAS.md")
    assert all(line in ideas for line in ("Open on Sundays", "- Not in winter.", "Close on Mondays")), "both landed"
    assert not any(mark in ideas for mark in MARKS), "a person resolved it"
    assert len(list((shop / "lmawep-workspace/worktrees").glob("pod-*"))) == 1, "back from the vault"


def test_a_short_day_in_a_small_terminal(real: Project) -> None:
    play_day("small", LMAWEP, real.root, columns=80, rows=24)
    quiet(real.root)
    assert (real.root / "CHANGELOG.md").read_text().splitlines()[2] == "- Thanked Ada"
