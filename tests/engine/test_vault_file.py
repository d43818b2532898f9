"""One file out of the vault: it comes back into a pod, and what stood there is not lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.engine import vault
from lmawep_tui.engine.vault_file import restore_file
from lmawep_tui.files.inside import parts_of, read_inside, write_inside
from lmawep_tui.model.errors import BadFile, LmawepError, NotFound, Refused
from lmawep_tui.vcs.vault import snapshot
from lmawep_tui.vcs.vault_list import Kept
from tests.repos import Project, git


def kept_of(project: Project) -> Kept:
    """A snapshot of pod-1 with a committed, an untracked and an executable file, and a link."""
    pod = project.spawn()
    folder = Path(pod.path)
    project.commit(pod, {"src/new/deep.txt": "committed\n"})
    (folder / "loose [1].txt").write_text("untracked\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("run.sh")
    return vault.find(project.ws, snapshot(project.ws.pod_git(pod.path), pod.id, "test", pod.branch))


def test_a_file_comes_back_and_what_stood_there_is_kept(project: Project) -> None:
    kept = kept_of(project)
    other = project.spawn()
    folder = Path(other.path)
    for path, text in (
        ("src/new/deep.txt", "committed\n"),
        ("loose [1].txt", "untracked\n"),
        ("run.sh", "#!/bin/sh\n"),
    ):
        done = restore_file(project.ws, kept, path, other.id)
        assert ((folder / path).read_text(), done.kept) == (text, None)
    assert os.access(folder / "run.sh", os.X_OK)
    (folder / "run.sh").write_text("mine\n")
    said = project.lmawep("vault", "restore", kept.short, "--file", "run.sh", "--to", other.id).out
    assert (folder / "run.sh").read_text() == "#!/bin/sh\n"
    before = vault.find(project.ws, other.id)
    assert before.ref in said and vault.file_of(project.ws, before, "run.sh") == b"mine\n"
    assert git(folder, "log", "-1", "--format=%s") == "Start"  # it is there, and nobody has committed it
    assert restore_file(project.ws, kept, "run.sh", other.id).kept is None  # the same already


def test_what_is_no_file_or_not_safe_is_refused(project: Project, tmp_path: Path) -> None:
    kept = kept_of(project)
    other = project.spawn()
    with pytest.raises(NotFound):
        restore_file(project.ws, kept, "nothing.txt", other.id)
    with pytest.raises(Refused, match="link"):
        restore_file(project.ws, kept, "link", other.id)
    (tmp_path / "outside").mkdir()
    (Path(other.path) / "src/new").symlink_to(tmp_path / "outside")
    with pytest.raises(LmawepError):
        restore_file(project.ws, kept, "src/new/deep.txt", other.id)
    assert list((tmp_path / "outside").iterdir()) == []
    assert "go together" in project.refuses("vault", "restore", kept.short, "--file", "run.sh", status=2)


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../x", "a//b", ".git/config", "a/.GIT/hooks/x", "./x", "a\0b"]
)
def test_no_way_out_of_the_worktree(tmp_path: Path, path: str) -> None:
    with pytest.raises(Refused):
        write_inside(tmp_path, path, b"x")


def test_a_folder_or_link_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadFile):
        read_inside(tmp_path, "folder")
    with pytest.raises(LmawepError):
        write_inside(tmp_path, "folder", b"x")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(BadFile):
        read_inside(tmp_path, "link")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link"]


@given(st.text(alphabet="ab./~-", max_size=12))
def test_every_accepted_path_stays_inside(path: str) -> None:
    try:
        parts = parts_of(path)
    except Refused:
        return
    assert "/".join(parts) == path and ".." not in parts and not path.startswith("/")
