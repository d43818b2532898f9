"""Predicted merges: what is left out never conflicts, and batches say the same as single merges."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.radar import may_clash
from lmawep_tui.vcs.radar import Predicted, Scanner
from lmawep_tui.vcs.run import Git
from tests.repos import git, repository

Tree = dict[str, str]
_FOLDERS = ("", "a/", "a/b/", "c/", "c/d/")
_TEXT = "".join(f"line {n}\n" for n in range(12))


def _start(dice: random.Random) -> Tree:
    return {f"{folder}f{n}": f"{folder}{n}\n{_TEXT}" for folder in _FOLDERS for n in range(dice.randint(1, 3))}


def _changed(dice: random.Random, start: Tree) -> Tree:
    """What an agent might do: edits, new files, deletions, renames of files and folders, a file become a folder."""
    tree = dict(start)
    for _ in range(dice.choice((1, 1, 2, 3))):
        path = dice.choice(sorted(tree))
        match dice.randint(-5, 6):
            case 0 | -1 | -2 | -3 | -4 | -5:
                tree[path] = tree[path].replace(f"line {dice.randint(0, 3)}", f"edit {dice.randint(0, 9)}")
            case 1:
                tree[f"{dice.choice(_FOLDERS)}new{dice.randint(0, 3)}"] = f"new {dice.randint(0, 9)}\n"
            case 2:
                del tree[path]
            case 3:
                tree[f"{dice.choice(_FOLDERS)}moved{dice.randint(0, 3)}"] = tree.pop(path)
            case 4:
                old, new = dice.choice(_FOLDERS[1:]), dice.choice(("e/", "a/x/", "sub/"))
                tree = {new + p.removeprefix(old) if p.startswith(old) else p: t for p, t in tree.items()}
            case 5:
                tree = {f"sub/{p}": t for p, t in tree.items()}
            case _:
                text = tree.pop(path)
                tree[f"{path}/inner"] = text
        tree = {p: t for p, t in tree.items() if not any(o.startswith(f"{p}/") for o in tree)} or dict(start)
    return tree


def _commits(folder: Path, trees: list[tuple[Tree, int | None]]) -> list[Sha]:
    """Commits of whole trees, all made by one git; the number is the place of the parent."""
    lines: list[bytes] = []
    for number, (tree, parent) in enumerate(trees, 1):
        lines.append(f"commit refs/heads/x{number}\nmark :{number}\ncommitter A <a@b> 1 +0000\ndata 1\nx\n".encode())
        lines.append(f"from :{parent + 1}\ndeleteall\n".encode() if parent is not None else b"")
        for path, text in tree.items():
            data = text.encode()
            lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    git(folder, "fast-import", "--quiet", stdin=b"".join(lines).decode())
    return [Sha(git(folder, "rev-parse", f"refs/heads/x{n}")) for n in range(1, len(trees) + 1)]


def _scanner(folder: Path, tmp_path: Path) -> Scanner:
    return Scanner(Git(folder, folder), folder / ".git", tmp_path / "cache")


@pytest.mark.parametrize("seed", range(4))
def test_a_pair_that_is_left_out_never_conflicts(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    folder = repository(tmp_path / "repo")
    trees: list[tuple[Tree, int | None]] = []
    for _ in range(40):
        start = _start(dice)
        trees += [(start, None), (_changed(dice, start), len(trees)), (_changed(dice, start), len(trees))]
    commits = _commits(folder, trees)
    scanner = _scanner(folder, tmp_path)
    bases, sides = commits[::3], list(zip(commits[1::3], commits[2::3], strict=True))
    results = scanner.merge(sides)
    kinds: set[str] = set()
    left_out = 0
    for base, (a, b), result in zip(bases, sides, results, strict=True):
        assert isinstance(result, Predicted)
        tried = may_clash(scanner.changed(base, a), scanner.changed(base, b))
        assert tried or not result.kind, (result, git(folder, "diff", "--stat", a, b))
        kinds |= set(filter(None, result.kind.split(", ")))
        left_out += not tried
    assert left_out and len(kinds) > 2, "the dice must reach both answers"


def test_a_batch_says_what_single_merges_say(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repo")
    start = {"a": _TEXT, "d/f": "f\n", "d/g": f"g\n{_TEXT}", "z": "z\n"}
    one = {"a": _TEXT.replace("line 5", "one"), "e/f": "f\n", "e/g": f"g\n{_TEXT}", "z": "z\n"}
    two = {"a": _TEXT.replace("line 5", "two"), "d/g": f"g\n{_TEXT}", "d/new": "n\n", "z": "z\n"}
    three = {**start, "other": "o\n"}
    _, a, b, c, alone = _commits(folder, [(start, None), (one, 0), (two, 0), (three, 0), ({"a": "x\n"}, None)])
    scanner = _scanner(folder, tmp_path)
    clash = Predicted(("a", "e/f", "e/new"), "contents, rename/delete, directory rename suggested")
    assert scanner.merge([(a, b), (a, c)]) == [clash, Predicted()]
    assert [scanner._single(a, b), scanner._single(a, c)] == [clash, Predicted()]
    first, second, third = scanner.merge([(a, b), (a, alone), (b, c)])  # one without a common past spoils no batch
    assert (first, third) == (clash, Predicted()) and isinstance(second, GitFailed)
    assert scanner.merge([]) == []
    assert not list((folder / ".git/objects/pack").glob("tmp*"))
