"""The text of a diff: what is asked for is what comes, whatever somebody's config says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lmawep_tui.model.diff_options import AS_USUAL, WHOLE, DiffOptions
from lmawep_tui.ui.present.diff_lines import diff_lines
from lmawep_tui.vcs.diff import patch, uncommitted_patch
from lmawep_tui.vcs.run import Git


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository whose config would write diffs another way; a branch that changes two of forty lines."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "t")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "t@t")
    lines = [f"line {number}" for number in range(1, 41)]
    git = Git(tmp_path, tmp_path)
    for argv in (["init", "-q", "-b", "main"], ["config", "diff.noprefix", "true"], ["config", "diff.context", "9"],
                 ["config", "diff.mnemonicPrefix", "true"], ["config", "color.ui", "always"]):  # fmt: skip
        subprocess.run(["git", *argv], cwd=tmp_path, check=True)
    name = "a b/c\té.txt"
    (tmp_path / "a b").mkdir()
    for number, text in enumerate((lines, [*lines[:9], "line  10", *lines[10:29], "other", *lines[30:]])):
        (tmp_path / name).write_text("\n".join(text) + "\n")
        git("add", ".")
        git("commit", "-qm", str(number))
        if not number:
            git("checkout", "-qb", "work")
    return git


@pytest.mark.parametrize(
    ("options", "shown", "changed"),
    [
        (AS_USUAL, 2 * (3 + 2 + 3), 2),
        (DiffOptions(context=0), 4, 2),
        (AS_USUAL.with_context(1), 2 * (8 + 2 + 8), 2),
        (AS_USUAL.whole(), 42, 2),
        (DiffOptions(ignore_space=True), 8, 1),
    ],
)
def test_options_say_how_much_is_shown(git: Git, options: DiffOptions, shown: int, changed: int) -> None:
    diff = diff_lines(patch(git, "main", "work", options))
    assert [file.path for file in diff.files] == ["a b/c\té.txt"]
    assert (sum(kind in " +-" for kind in diff.kinds), diff.added) == (shown, changed)


def test_what_is_not_committed_is_read_the_same_way(git: Git, tmp_path: Path) -> None:
    (tmp_path / "a b/c\té.txt").write_text("all new\n")
    diff = diff_lines(uncommitted_patch(git, DiffOptions(context=0)))
    assert (diff.files[0].path, diff.added, diff.removed) == ("a b/c\té.txt", 1, 40)


def test_context_goes_up_and_down_and_is_said() -> None:
    options = AS_USUAL
    said = []
    while options.context != WHOLE:
        options = options.with_context(1)
        said.append(options.words())
    assert said[0] == "8 lines around" and said[-1] == "whole files"
    for _ in range(20):
        options = options.with_context(-1)
    assert options.context == 0 and options.with_context(1).words() == "1 line around"
    assert AS_USUAL.words() == "" and AS_USUAL.whole().whole() == AS_USUAL
