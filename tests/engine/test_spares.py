"""Spares: a pod is made by moving a worktree that waits; nothing odd is ever used, forced or removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lmawep_tui.engine import spares
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.pod import PodRecord
from tests.repos import Project, git, quiet


@pytest.fixture
def warm(project: Project) -> Project:
    """A project with one spare ready."""
    project.config(worktree={"spares": 1})
    assert spares.keep_spares(project.ws) == 1
    return project


def spare(project: Project, number: int = 1) -> Path:
    return project.ws.layout.worktrees / f"spare-{number}"


def move_main(project: Project) -> None:
    (project.root / "src/a.txt").write_text("newer\n")
    project.git("commit", "-qam", "Newer")


def came_from_spare(pod: PodRecord) -> bool:
    return "spare-1" in (Path(pod.path) / ".git").read_text()


def whole(project: Project, pod: PodRecord) -> None:
    """The pod is what a pod has to be, however it was made."""
    folder = Path(pod.path)
    assert git(folder, "symbolic-ref", "HEAD") == f"refs/heads/{pod.branch}"
    assert git(folder, "rev-parse", "HEAD") == pod.base == project.main()
    assert git(folder, "status", "--porcelain") == ""
    assert (folder / "memory-bank/progress.md").is_file()
    assert (folder / ".lmawep/tickets/ticket-101.yaml").is_file()
    assert git(folder, "config", "--get-regexp", r"^branch\.", check=False) == ""


def test_a_pod_is_made_of_a_spare(warm: Project) -> None:
    pod = warm.spawn()
    assert came_from_spare(pod)
    whole(warm, pod)


def test_a_spare_behind_main_is_brought_along(warm: Project) -> None:
    move_main(warm)
    pod = warm.spawn()
    assert came_from_spare(pod)
    whole(warm, pod)
    assert (Path(pod.path) / "src/a.txt").read_text() == "newer\n"


def test_spares_follow_main_in_the_background(warm: Project) -> None:
    move_main(warm)
    assert spares.keep_spares(warm.ws) == 1
    assert git(spare(warm), "rev-parse", "HEAD") == warm.main()
    assert (spare(warm) / "src/a.txt").read_text() == "newer\n"


def test_a_spawn_without_a_conductor_has_the_next_spare_made(warm: Project) -> None:
    warm.ticket()
    warm.lmawep("spawn", "101")
    quiet(warm.root)
    assert spares.keep_spares(warm.ws) == 1
    assert spare(warm).is_dir()


def test_without_the_setting_there_are_none(project: Project) -> None:
    assert spares.keep_spares(project.ws) == 0
    pod = project.spawn()
    assert not came_from_spare(pod)
    assert not (project.ws.layout.workspace / "spares.json").exists()


def changed(folder: Path) -> None:
    (folder / "src/a.txt").write_text("somebody's work\n")


def untracked(folder: Path) -> None:
    (folder / "notes.txt").write_text("somebody's work\n")


def ignored(folder: Path) -> None:
    exclude = Path(git(folder, "rev-parse", "--git-common-dir")) / "info/exclude"
    exclude.write_text(exclude.read_text() + "*.log\n")
    (folder / "x.log").write_text("somebody's work\n")


def committed(folder: Path) -> None:
    changed(folder)
    git(folder, "commit", "-qam", "On a detached HEAD")


def on_a_branch(folder: Path) -> None:
    git(folder, "switch", "-qc", "mine")


def hidden(folder: Path) -> None:
    git(folder, "update-index", "--skip-worktree", "src/a.txt")
    changed(folder)


def locked(folder: Path) -> None:
    git(folder, "worktree", "lock", str(folder))


def half_picked(folder: Path) -> None:
    admin = Path(git(folder, "rev-parse", "--absolute-git-dir"))
    (admin / "CHERRY_PICK_HEAD").write_text(git(folder, "rev-parse", "HEAD") + "\n")


ODD = [changed, untracked, ignored, committed, on_a_branch, hidden, locked, half_picked]


@pytest.mark.parametrize("touch", ODD, ids=lambda f: f.__name__)
def test_a_spare_that_somebody_touched_is_left_alone(warm: Project, touch: Callable[[Path], None]) -> None:
    """Not used, not renewed, not retired; doctor names it, and does not remove it either."""
    touch(spare(warm))
    before = {path: path.read_bytes() for path in spare(warm).rglob("*") if path.is_file()}
    head = git(spare(warm), "rev-parse", "HEAD")
    pod = warm.spawn()
    assert not came_from_spare(pod)
    whole(warm, pod)
    move_main(warm)
    quiet(warm.root)
    spares.keep_spares(warm.ws)
    warm.config(worktree={"spares": 0})
    spares.keep_spares(warm.ws)
    found = [finding for finding in doctor(warm.ws, fix=True) if "spare-1" in finding.what]
    assert [finding.fixed for finding in found] == [False]
    assert {path: path.read_bytes() for path in spare(warm).rglob("*") if path.is_file()} == before
    assert git(spare(warm), "rev-parse", "HEAD") == head


def test_a_spare_replaced_by_a_link_is_left_alone(warm: Project, tmp_path: Path) -> None:
    spare(warm).rename(tmp_path / "moved")
    spare(warm).symlink_to(tmp_path / "moved")
    assert not came_from_spare(warm.spawn())
    assert spare(warm).is_symlink()


def test_a_folder_of_somebody_else_is_no_spare(project: Project) -> None:
    spare(project).mkdir(parents=True)
    (spare(project) / "mine.txt").write_text("mine\n")
    project.git("worktree", "add", "-q", "--detach", str(spare(project, 2)))
    project.config(worktree={"spares": 1})
    assert spares.keep_spares(project.ws) == 1
    assert [s.name for s in spares.known(project.ws)] == ["spare-3"]
    project.config(worktree={"spares": 0})
    spares.keep_spares(project.ws)
    assert not spare(project, 3).exists()
    assert (spare(project) / "mine.txt").read_text() == "mine\n"
    assert spare(project, 2).is_dir()


def test_a_spare_deleted_by_hand_is_made_again(warm: Project) -> None:
    shutil.rmtree(spare(warm))
    assert not came_from_spare(warm.spawn())
    quiet(warm.root)
    assert spares.keep_spares(warm.ws) == 1
    whole(warm, warm.ws.snapshot().pods["pod-1"].record)  # type: ignore[index]


def test_one_that_git_never_finished_is_taken_away(warm: Project) -> None:
    """Its maker and git were both killed: git's own lock still says `initializing`."""
    kept = spares.known(warm.ws)[0]
    spares._write(warm.ws, (replace(kept, stage="making"),))
    admin = Path(git(spare(warm), "rev-parse", "--absolute-git-dir"))
    (admin / "locked").write_text("initializing\n")
    (spare(warm) / "src/a.txt").unlink()
    findings = doctor(warm.ws, fix=True)
    assert [finding.fixed for finding in findings] == [True]
    assert not spare(warm).exists()
    assert doctor(warm.ws) == []


def test_spares_are_no_pods(warm: Project) -> None:
    """Not for the list, not for doctor, not for a state that has to be made again."""
    assert doctor(warm.ws) == []
    assert warm.lmawep("pods", "--json").json == {"pods": []}
    warm.ws.layout.state.unlink()
    doctor(warm.ws, fix=True)
    assert warm.ws.snapshot().pods == {}
    assert spare(warm).is_dir()


def test_fewer_spares_are_wanted(warm: Project) -> None:
    warm.config(worktree={"spares": 3})
    assert spares.keep_spares(warm.ws) == 3
    warm.config(worktree={"spares": 1})
    assert spares.keep_spares(warm.ws) == 1
    assert warm.git("worktree", "list", "--porcelain").count("worktree ") == 2
    quiet(warm.root)


def test_no_spare_is_made_on_a_full_disk(project: Project) -> None:
    project.config(worktree={"spares": 1}, limits={"free_disk": "9000TB"})
    with pytest.raises(Refused, match="are free"):
        spares.keep_spares(project.ws)
    assert not spare(project).exists()


def test_a_repository_with_submodules_has_no_spares(project: Project) -> None:
    (project.root / ".gitmodules").write_text("")
    project.git("add", ".gitmodules")
    project.git("commit", "-qm", "Submodules")
    project.config(worktree={"spares": 1})
    assert spares.keep_spares(project.ws) == 0


@pytest.mark.parametrize("moved", [False, True], ids=["before git noted it", "before the branch"])
def test_a_spawn_cut_off_inside_git_leaves_no_half_pod(warm: Project, moved: bool) -> None:
    ticket = warm.ticket()
    path = warm.ws.layout.worktrees / "pod-1"
    with warm.ws.change("test") as change:
        pending = {"op": "spawn", "pod": "pod-1", "ticket": ticket.id, "branch": "pod-1-ticket-101", "path": str(path),
                   "base": warm.main(), "spare": str(spare(warm))}  # fmt: skip
        change.state = replace(change.state, pending=pending, next_pod=2)
        change.save()
    if moved:
        warm.git("worktree", "move", str(spare(warm)), str(path))
    else:
        spare(warm).rename(path)
    warm.lmawep("ticket", "create", "Another")
    assert not path.exists()
    quiet(warm.root)
    assert warm.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert warm.lmawep("spawn", "101").out.strip() == "pod-2"


def test_the_pod_of_a_spare_is_removed_like_any_other(warm: Project) -> None:
    pod = warm.spawn()
    warm.commit(pod)
    kept = warm.lmawep("remove", pod.id, "--force", "--json").json["vault"]
    assert "new" in warm.git("show", f"{kept}:src/new.txt")
    quiet(warm.root)
    assert pod.id not in warm.git("worktree", "list")
