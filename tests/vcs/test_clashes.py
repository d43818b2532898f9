"""Kinds, sides and hunks of conflicts, against what git itself says of each shape there is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lmawep_tui.vcs.conflict import Clash, count_hunks, find_clashes, marker_lines, merges_clean, without_labels
from lmawep_tui.vcs.run import Git
from tests.repos import git, repository

LONG = "".join(f"line {n}\n" for n in range(20))
BASE = {"a.txt": LONG, "gone.txt": "gone\n", "ren.txt": LONG * 2, "dir/f.txt": LONG * 3, "sp ace\n€.txt": "x\n"}
Change = Callable[[Path], object]


def text(name: str, content: str) -> Change:
    def change(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)

    return change


def data(name: str, content: bytes) -> Change:
    return lambda root: (root / name).write_bytes(content)


def gone(name: str) -> Change:
    return lambda root: (root / name).unlink()


def moved(name: str, to: str) -> Change:
    def change(root: Path) -> None:
        (root / to).parent.mkdir(parents=True, exist_ok=True)
        (root / name).rename(root / to)

    return change


def link(name: str, to: str) -> Change:
    def change(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        os.symlink(to, root / name)

    return change


SHAPES: dict[str, tuple[Change, Change, dict[str, tuple[str, int, str]]]] = {
    "content": (text("a.txt", LONG.replace("line 1\n", "pod\n")), text("a.txt", LONG.replace("line 1\n", "main\n")),
                {"a.txt": ("content", 1, "123")}),
    "two hunks": (text("a.txt", LONG.replace("line 1\n", "p\n").replace("line 15", "p")),
                  text("a.txt", LONG.replace("line 1\n", "m\n").replace("line 15", "m")),
                  {"a.txt": ("content", 2, "123")}),
    "add/add": (text("new.txt", "pod\n"), text("new.txt", "main\n"), {"new.txt": ("add/add", 1, "23")}),
    "binary": (data("a.txt", b"\0pod"), data("a.txt", b"\0main"), {"a.txt": ("binary", 0, "123")}),
    "deleted by main": (text("gone.txt", "changed\n"), gone("gone.txt"), {"gone.txt": ("modify/delete", 0, "12")}),
    "deleted by the pod": (gone("gone.txt"), text("gone.txt", "changed\n"), {"gone.txt": ("modify/delete", 0, "13")}),
    "rename/rename": (moved("ren.txt", "p.txt"), moved("ren.txt", "m.txt"),
                      {"ren.txt": ("rename/rename", 0, "1"), "p.txt": ("rename/rename", 0, "2"),
                       "m.txt": ("rename/rename", 0, "3")}),
    "rename/delete": (moved("ren.txt", "p.txt"), gone("ren.txt"), {"p.txt": ("rename/delete", 0, "12")}),
    "hostile name": (text("sp ace\n€.txt", "pod\n"), text("sp ace\n€.txt", "main\n"),
                     {"sp ace\n€.txt": ("content", 1, "123")}),
    "links": (link("a.txt", "pod"), link("a.txt", "main"), {"a.txt": ("distinct modes", 0, "")}),
}  # fmt: skip


def branches(root: Path, ours: Change, theirs: Change) -> Git:
    repository(root, BASE)
    git(root, "checkout", "-q", "-b", "pod")
    for branch, change in (("pod", ours), ("main", theirs)):
        git(root, "checkout", "-q", branch)
        change(root)
        git(root, "add", "--all")
        git(root, "commit", "-qm", branch)
    return Git(root, root)


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "links"])
def test_each_shape(tmp_path: Path, shape: str) -> None:
    ours, theirs, expected = SHAPES[shape]
    found = find_clashes(branches(tmp_path, ours, theirs), "pod", "main")
    assert not found.clean

    def short(clash: Clash) -> tuple[str, int, str]:
        return clash.kind, clash.hunks, "".join(map(str, sorted(clash.stages)))

    assert {clash.path: short(clash) for clash in found.files} == expected
    assert all(clash.text for clash in found.files)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_files_as_a_real_merge(tmp_path: Path, shape: str) -> None:
    ours, theirs, _ = SHAPES[shape]
    repo = branches(tmp_path, ours, theirs)
    found = find_clashes(repo, "pod", "main", texts=False)
    git(tmp_path, "checkout", "-q", "pod")
    git(tmp_path, "merge", "-q", "--no-commit", "main", check=False)
    stages = {(*field.split("\t")[0].split(" ")[:3], field.split("\t", 1)[1])
              for field in git(tmp_path, "ls-files", "-u", "-z").split("\0") if field}  # fmt: skip
    predicted = {(s.mode, s.sha, str(n), clash.path) for clash in found.files for n, s in clash.stages.items()}
    assert predicted == stages and stages


def test_no_conflict(tmp_path: Path) -> None:
    repo = branches(tmp_path, text("p.txt", "p\n"), text("m.txt", "m\n"))
    assert find_clashes(repo, "pod", "main").files == ()
    assert merges_clean(repo, "pod", "main")


def test_the_hunks_say_whose_they_are(tmp_path: Path) -> None:
    ours, theirs, _ = SHAPES["content"]
    repo = branches(tmp_path, ours, theirs)
    tips = git(tmp_path, "rev-parse", "pod", "main").split()
    (clash,) = find_clashes(repo, *tips).files
    assert clash.text == "<<<<<<< this pod\npod\n=======\nmain\n>>>>>>> main"


def test_a_folder_in_the_way_of_a_file(tmp_path: Path) -> None:
    repo = branches(tmp_path, text("thing", "a file\n"), text("thing/inside.txt", "a folder\n"))
    found = {clash.path: clash.kind for clash in find_clashes(repo, "pod", "main").files}
    assert found == {"thing~pod": "file/directory"}


def test_markers() -> None:
    marked = b"a\n<<<<<<< HEAD\r\nx\n=======\ny\n>>>>>>> b\n<<<<<<<<< big\n"
    assert count_hunks(marked) == 2
    assert marker_lines(marked) == {b"<<<<<<< HEAD", b">>>>>>> b", b"<<<<<<<<< big"}
    assert marker_lines(b"=======\n <<<<<<< not at the start\n<<<<<<<no space\n") == set()
    assert without_labels(b"<<<<<<< one\nx\n>>>>>>> two\n") == b"<<<<<<<\nx\n>>>>>>>\n"
