"""What is found in a repository that lmawep does not work in yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine.detect import detect_setup, detected_tests
from lmawep_tui.engine.first_look import first_look, settings_of
from lmawep_tui.engine.init import init
from lmawep_tui.model.errors import BadFile, LmawepError
from tests.repos import git, repository


@pytest.mark.parametrize(
    ("files", "tests", "setup"),
    [
        ({"Cargo.toml": ""}, ("cargo test --quiet", "there is a Cargo.toml"), ""),
        ({"package.json": '{"scripts": {"test": "x"}}', "package-lock.json": ""},
         ("npm test --silent", "package.json has a test script"), "npm ci"),
        ({"package.json": "{}", "pnpm-lock.yaml": "", "package-lock.json": ""},
         (None, "nothing lands untested: name the command"), "pnpm install --frozen-lockfile"),
        ({"pytest.ini": "", "uv.lock": ""}, ("python -m pytest -q", "the project has tests for pytest"), "uv sync"),
        ({"Makefile": "test:\n\ttrue\n"}, ("make test", "the Makefile has a target test"), ""),
        ({"a.txt": ""}, (None, "nothing lands untested: name the command"), ""),
    ],
)  # fmt: skip
def test_what_is_detected_and_why(
    tmp_path: Path, files: dict[str, str], tests: tuple[str | None, str], setup: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert detected_tests(tmp_path) == tests
    assert detect_setup(tmp_path)[0] == setup


def test_looking_writes_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"a.txt": "1", ".gitignore": ".env\n"})
    (root / ".env").write_text("A=1\n")
    git(root, "branch", "dev")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    look = first_look(root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert (look.main, look.why_main, look.branches) == ("main", "it is checked out", ("dev", "main"))
    assert look.copy == (".env*",)
    assert [path for path, _ in look.writes][:1] == [".lmawep/config.yaml"]


def test_what_was_chosen_is_what_is_set(tmp_path: Path) -> None:
    root = repository(tmp_path / "p")
    git(root, "branch", "dev")
    chosen = settings_of(main="dev", agent="codex", tests="make check", setup="npm ci", copy=(".env*",))
    config = init(root, chosen=chosen).config
    assert (config.main, config.agent, config.tests.command) == ("dev", "codex", "make check")
    assert (config.worktree.setup, config.worktree.copy) == ("npm ci", (".env*",))
    init(root)
    assert init(root).config == config


def test_what_cannot_be_set_leaves_nothing_behind(tmp_path: Path) -> None:
    root = repository(tmp_path / "p")
    with pytest.raises(BadFile):
        init(root, chosen=settings_of(main="main", agent="", tests="a | b", setup="", copy=()))
    assert not (root / ".lmawep").exists() and not (root / "lmawep-workspace").exists()


def test_places_where_no_project_can_be(tmp_path: Path) -> None:
    with pytest.raises(LmawepError, match=r"not inside a git repository. Run `git init` first"):
        first_look(tmp_path)
    git(tmp_path, "init", "-q", "--bare", "bare")
    with pytest.raises(LmawepError, match="bare repository"):
        first_look(tmp_path / "bare")
    git(tmp_path, "init", "-q", "empty")
    with pytest.raises(LmawepError, match="no commit yet"):
        first_look(tmp_path / "empty")
