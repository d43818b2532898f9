"""Finding the project's test command."""

from __future__ import annotations

import json
import re
from pathlib import Path

_TEST_TARGET = re.compile(r"^test\s*:", re.MULTILINE)


def detect_tests(root: Path) -> str | None:
    """The usual test command of the project in `root`: pytest, npm, cargo, go or make; None when there is none."""
    return detected_tests(root)[0]


def detected_tests(root: Path) -> tuple[str | None, str]:
    """As detect_tests, and by what it was found, in words."""
    if (root / "Cargo.toml").is_file():
        return "cargo test --quiet", "there is a Cargo.toml"
    if (root / "go.mod").is_file():
        return "go test ./...", "there is a go.mod"
    if _has_npm_test(root / "package.json"):
        return "npm test --silent", "package.json has a test script"
    if _is_python(root):
        return "python -m pytest -q", "the project has tests for pytest"
    if _TEST_TARGET.search(_text(root / "Makefile")):
        return "make test", "the Makefile has a target test"
    return None, "nothing lands untested: name the command"


_SETUPS = (
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
    ("yarn.lock", "yarn install --frozen-lockfile"),
    ("bun.lock", "bun install --frozen-lockfile"),
    ("bun.lockb", "bun install --frozen-lockfile"),
    ("package-lock.json", "npm ci"),
    ("uv.lock", "uv sync"),
    ("poetry.lock", "poetry install"),
    ("Pipfile.lock", "pipenv sync --dev"),
    ("Gemfile.lock", "bundle install"),
    ("composer.lock", "composer install"),
    ("mix.lock", "mix deps.get"),
)
"""Lock files, and what makes a fresh checkout work by them."""


def detect_setup(root: Path) -> tuple[str, str]:
    """The command that a fresh worktree needs before anything runs in it, and why; empty when none is known."""
    for name, command in _SETUPS:
        if (root / name).is_file():
            return command, f"there is a {name}"
    return "", "a fresh worktree seems to need none"


def droppings(root: Path) -> tuple[str, ...]:
    """What building and testing such a project leaves behind everywhere, as ignore patterns."""
    found: list[str] = []
    if _is_python(root) or (root / "pyproject.toml").is_file() or (root / "setup.py").is_file():
        found += ["__pycache__/", ".pytest_cache/"]
    if (root / "package.json").is_file():
        found.append("node_modules/")
    if (root / "Cargo.toml").is_file():
        found.append("target/")
    return tuple(found)


def _is_python(root: Path) -> bool:
    if any((root / name).is_file() for name in ("pytest.ini", "conftest.py", "tox.ini")):
        return True
    if "pytest" in _text(root / "pyproject.toml") or "pytest" in _text(root / "setup.cfg"):
        return True
    return any(next((root / name).glob("**/test_*.py"), None) for name in ("tests", "test") if (root / name).is_dir())


def _has_npm_test(package: Path) -> bool:
    try:
        scripts = json.loads(_text(package) or "{}").get("scripts", {})
    except (ValueError, AttributeError):
        return False
    return "test" in scripts and "no test specified" not in str(scripts["test"])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace") if path.is_file() else ""
    except OSError:
        return ""
