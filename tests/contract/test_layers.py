"""The house: who may import what, which files have grown too large, and what may not be written anywhere."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "lmawep_tui"

ALLOWED = {
    "model": {"model"},
    "files": {"model", "files"},
    "vcs": {"model", "files", "vcs"},
    "store": {"model", "files", "store"},
    "agents": {"model", "files", "vcs", "agents"},
    "engine": {"model", "files", "vcs", "store", "agents", "engine"},
    "ui": {"model", "files", "store", "engine", "ui"},
    "demo": {"model", "files", "engine", "demo"},
    "mcp": {"model", "files", "store", "engine", "mcp"},
    "cli": {"model", "files", "store", "agents", "engine", "cli", "demo", "mcp", "ui"},
}
THIRD_PARTY = {
    "model": set(),
    "files": {"yaml", "ruamel", "filelock", "pydantic", "watchfiles"},
    "vcs": {"git"},
    "store": set(),
    "agents": {"msgspec", "yaml", "pydantic", "acp"},
    "engine": set(),
    "ui": {"textual", "rich", "watchfiles"},
    "demo": set(),
    "mcp": {"mcp", "anyio", "pydantic"},
    "cli": {"click"},
}
STDLIB_ONLY = {"model"}

FILE_SOFT, CLASS_METHODS, FUNCTION_LINES = 300, 20, 40


def sources() -> list[Path]:
    """All our modules; the demo's throw-away project and what its agents write there are data."""
    data = {"project", "work"}
    return sorted(p for p in ROOT.rglob("*.py") if not data & set(p.relative_to(ROOT).parts))


def floor(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imports(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the floor they come from"
            found.append(node.module or "")
    return found


def test_a_room_imports_only_from_floors_below() -> None:
    wrong = []
    for path in sources():
        name = floor(path)
        if name.endswith(".py"):
            continue
        for module in imports(ast.parse(path.read_text("utf-8"))):
            parts = module.split(".")
            if parts[0] == "lmawep_tui":
                if len(parts) > 1 and parts[1] not in ALLOWED[name]:
                    wrong.append(f"{path}: {name} may not import {module}")
            elif parts[0] not in sys.stdlib_module_names and parts[0] not in THIRD_PARTY[name]:
                wrong.append(f"{path}: {name} may not import {module}")
    assert not wrong, "\n".join(wrong)


def test_nothing_forbidden_is_written() -> None:
    wrong = [words for path in sources() for words in forbidden(path)]
    assert not wrong, "\n".join(wrong)


def forbidden(path: Path) -> Iterator[str]:
    """What must not be written anywhere, with its place and the reason."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{path}:{node.lineno}: bare except"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name == "print" and floor(path) != "demo":
                yield f"{path}:{node.lineno}: print; output goes through cli/output.py"
            if name.endswith("call_from_thread"):
                yield f"{path}:{node.lineno}: call_from_thread can deadlock on exit"
            if any(k.arg == "shell" and ast.unparse(k.value) == "True" for k in node.keywords):
                yield f"{path}:{node.lineno}: shell=True"


def test_only_vcs_runs_git() -> None:
    for path in sources():
        if floor(path) in ("vcs", "demo"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.List | ast.Tuple) and node.elts:
                first = node.elts[0]
                assert not (isinstance(first, ast.Constant) and first.value == "git"), f"{path}:{node.lineno} runs git"


def test_ceilings_are_reported() -> None:
    """Sizes are a warning in the report, not a failure: a ceiling is a question, not a verdict."""
    for path in sources():
        text = path.read_text("utf-8")
        where = path.relative_to(ROOT.parent)
        lines = text.count("\n")
        if lines > FILE_SOFT:
            warnings.warn(f"{where}: {lines} lines", stacklevel=1)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body)
                if methods > CLASS_METHODS:
                    warnings.warn(f"{where}: {node.name} has {methods} methods", stacklevel=1)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES:
                    warnings.warn(f"{where}: {node.name} has {size} lines", stacklevel=1)
