"""C7: nothing that lmawep did not make is deleted, overwritten or followed."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from lmawep_tui.model.lifecycle import Event
from tests.repos import Project, git, repository


def digest(folder: Path) -> dict[str, str]:
    """Every file and link below a folder with its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the person's that has nothing to do with lmawep."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("TODO.md", "precious.txt", "progress.md", "parsed.json", "changes.json", "run.json", "state.owner"):
        (folder / name).write_text(f"mine: {name}\n")
    return folder


def whole_life(project: Project) -> None:
    """Every verb once."""
    pod = project.reviewed({"src/a.txt": "changed\n"})
    for argv in (("status",), ("pods",), ("diff", pod.id), ("review", pod.id, "--approve"), ("test", pod.id),
                 ("merge", pod.id), ("doctor", "--fix"), ("why", str(pod.ticket)), ("train",)):  # fmt: skip
        project.lmawep(*argv)
    two = project.spawn()
    project.lmawep("run", two.id, "--", "sh", "-c", "echo x > x.txt; git add x.txt; git commit -qm x", ok=False)
    project.lmawep("remove", two.id, "--force")


def test_config_hooks_and_foreign_refs_stay_as_they_are(project: Project, tmp_path: Path) -> None:
    hooks = project.ws.layout.git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    fired = tmp_path / "fired"
    for name in ("post-checkout", "pre-commit", "post-merge", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\n[ -n \"$LMAWEP_GIT\" ] && touch '{fired}'\nexit 0\n")
        (hooks / name).chmod(0o755)
    project.git("branch", "pod-9-notes")
    project.git("tag", "v1")
    project.git("branch", "feature/x")
    refs = ("refs/heads/pod-9-notes", "refs/heads/feature/x", "refs/tags/v1")
    config = (project.ws.layout.git_dir / "config").read_bytes()
    before = digest(hooks), [project.git("rev-parse", ref) for ref in refs]
    whole_life(project)
    assert (project.ws.layout.git_dir / "config").read_bytes() == config
    assert (digest(hooks), [project.git("rev-parse", ref) for ref in refs]) == before
    assert not fired.exists(), "a hook ran in a git of lmawep's"
    assert project.git("branch", "--show-current") == "main"


def test_what_stands_where_a_pod_would_be_is_left_alone(project: Project) -> None:
    """A folder, a link and a branch of the person's in the way: the pod gets the next number."""
    place = project.ws.layout.worktrees
    (place / "pod-1").mkdir(parents=True)
    (place / "pod-1/mine.txt").write_text("mine\n")
    (place / "pod-2").symlink_to(project.root.parent)
    ticket = project.ticket()
    project.git("branch", f"pod-3-ticket-{ticket.id}")
    assert project.lmawep("spawn", str(ticket.id)).out.strip() == "pod-4"
    assert (place / "pod-1/mine.txt").read_text() == "mine\n"
    project.lmawep("remove", "pod-4")
    project.lmawep("doctor", "--fix", ok=False)
    assert (place / "pod-1/mine.txt").read_text() == "mine\n" and (place / "pod-2").is_symlink()
    assert project.git("rev-parse", f"pod-3-ticket-{ticket.id}") == project.main()


def test_a_worktree_of_the_persons_called_train_is_not_used(project: Project) -> None:
    place = project.ws.layout.worktrees / "train"
    place.parent.mkdir(parents=True, exist_ok=True)
    project.git("worktree", "add", "-q", "-b", "my-train", str(place))
    (place / "precious.txt").write_text("not committed\n")
    (place / "src/a.txt").write_text("edited\n")
    pod = project.queued()
    assert "train" in project.refuses("merge", pod.id)
    assert (place / "precious.txt").read_text() == "not committed\n"
    assert (place / "src/a.txt").read_text() == "edited\n"
    assert git(place, "branch", "--show-current") == "my-train"


@pytest.mark.parametrize("folder", [".lmawep", ".lmawep/tickets", "lmawep-workspace", "lmawep-workspace/locks",
                                    "lmawep-workspace/runs", "lmawep-workspace/worktrees", "lmawep-workspace/board",
                                    "lmawep-workspace/cache", "lmawep-workspace/signals"])  # fmt: skip
def test_a_link_in_place_of_our_folder_is_refused(project: Project, outside: Path, folder: str) -> None:
    project.ticket()
    place = project.root / folder
    if place.exists():
        shutil.copytree(place, outside / "copy")
        shutil.rmtree(place)
        shutil.copytree(outside / "copy", outside, dirs_exist_ok=True)
        shutil.rmtree(outside / "copy")
    place.symlink_to(outside)
    before = digest(outside)
    for argv in (("ticket", "create", "T"), ("spawn", "101"), ("status",), ("doctor", "--fix")):
        done = project.lmawep(*argv, ok=False)
        assert "Traceback" not in done.err
    assert "symbolic link" in project.refuses("ticket", "create", "T")
    assert digest(outside) == before


@pytest.mark.parametrize("name", ["lmawep-state.yaml", "journal.jsonl", "locks/state.lock", "locks/state.owner",
                                  "board/TODO.md", "redo.json"])  # fmt: skip
def test_a_link_in_place_of_our_file_is_never_written_through(project: Project, outside: Path, name: str) -> None:
    project.ticket()
    place = project.ws.layout.workspace / name
    place.unlink(missing_ok=True)
    place.symlink_to(outside / "precious.txt")
    for argv in (("ticket", "create", "T"), ("status",), ("doctor", "--fix"), ("ticket", "create", "U")):
        assert "Traceback" not in project.lmawep(*argv, ok=False).err
    assert (outside / "precious.txt").read_text() == "mine: precious.txt\n"


def test_a_link_in_place_of_a_pods_run_folder_is_refused(project: Project, outside: Path) -> None:
    pod = project.spawn()
    (project.ws.layout.runs / pod.id).symlink_to(outside)
    before = digest(outside)
    assert "symbolic link" in project.refuses("run", pod.id, "--", "true")
    assert digest(outside) == before and not any(path.is_dir() for path in outside.iterdir())


def test_a_memory_bank_that_points_outside_is_neither_read_nor_written(project: Project, outside: Path) -> None:
    project.agent(
        "linker", f"rm -rf memory-bank; ln -s '{outside}' memory-bank; echo x > x; git add x; git commit -qm x"
    )
    pod = project.spawn()
    before = digest(outside)
    project.lmawep("run", pod.id, ok=False)
    project.lmawep("remove", pod.id, "--force", ok=False)
    assert digest(outside) == before
    kept = git(project.root, "rev-list", "--objects", "--all")
    assert git(project.root, "hash-object", str(outside / "progress.md")) not in kept


@pytest.mark.parametrize("target", ["main", "outside", "a repository"])
def test_a_pod_replaced_by_a_link_touches_nothing_behind_it(project: Project, outside: Path, target: str) -> None:
    pod = project.reviewed()
    folder = Path(pod.path)
    aim = {"main": project.root, "outside": outside, "a repository": repository(outside / "repo")}[target]
    folder.rename(folder.with_name("aside"))
    folder.symlink_to(aim)
    before = digest(outside), project.main(), (project.root / "src/a.txt").read_text()
    for argv in (("run", pod.id, "--", "true"), ("review", pod.id, "--approve"), ("test", pod.id),
                 ("remove", pod.id), ("remove", pod.id, "--force")):  # fmt: skip
        project.refuses(*argv)
    project.lmawep("doctor", "--fix", ok=False)
    assert (digest(outside), project.main(), (project.root / "src/a.txt").read_text()) == before
    assert folder.is_symlink()


@pytest.mark.parametrize("lie", ["another repository", "main's own git folder", "gone"])
def test_a_pods_git_file_that_lies_is_refused(project: Project, outside: Path, lie: str) -> None:
    pod = project.reviewed()
    dot_git = Path(pod.path) / ".git"
    other = repository(outside / "repo")
    git(other, "branch", pod.branch)
    if lie == "gone":
        dot_git.unlink()
    else:
        dot_git.write_text(f"gitdir: {(other if lie == 'another repository' else project.root) / '.git'}\n")
    before = project.main(), git(other, "for-each-ref")
    for argv in (("run", pod.id, "--", "true"), ("review", pod.id, "--approve"), ("remove", pod.id)):
        project.refuses(*argv)
    assert (project.main(), git(other, "for-each-ref")) == before


def test_a_repository_that_tracks_a_memory_bank_is_refused(project: Project) -> None:
    (project.root / "memory-bank").mkdir()
    (project.root / "memory-bank/theirs.md").write_text("tracked\n")
    project.git("add", "-f", "memory-bank/theirs.md")
    project.git("commit", "-qm", "Theirs")
    assert "memory-bank" in project.refuses("spawn", str(project.ticket().id))
    assert project.ws.snapshot().state.pods == {}


def test_the_default_branch_and_its_checkout_are_never_removed(project: Project) -> None:
    """Even with a state that says the pod is main itself."""
    pod = project.spawn()
    from dataclasses import replace

    for forged in (replace(pod, path=str(project.root)), replace(pod, branch="main"),
                   replace(pod, path=str(project.root), branch="main")):  # fmt: skip
        with project.ws.change("test") as change:
            change.put_pod(forged)
            change.save()
        project.refuses("remove", pod.id, "--force")
        assert (project.root / "README.md").exists() and project.git("rev-parse", "main")


def test_init_twice_changes_nothing(project: Project) -> None:
    project.ticket()
    (project.ws.layout.exclude).open("a").write("/mine/\n")
    watched = (project.ws.layout.home, project.ws.layout.git_dir / "info")
    before = [digest(folder) for folder in watched], project.ws.layout.state.read_bytes()
    project.lmawep("init")
    assert ([digest(folder) for folder in watched], project.ws.layout.state.read_bytes()) == before


def test_a_linked_spawn_never_takes_over_commits_on_its_branch(project: Project) -> None:
    """A spawn cut off after somebody had already worked in the new pod: nothing of it goes."""
    pod = project.spawn()
    tip = project.commit(pod)
    from dataclasses import replace

    with project.ws.change("test") as change:
        change.drop_pod(pod.id)
        pending = {
            "op": "spawn",
            "pod": pod.id,
            "ticket": pod.ticket,
            "branch": pod.branch,
            "path": pod.path,
            "base": pod.base,
        }
        change.state = replace(change.state, pending=pending)
        change.move(pod.ticket, Event.REMOVED, assigned_to=None)
        change.save()
    project.lmawep("doctor", "--fix", ok=False)
    assert project.git("rev-parse", pod.branch) == tip and (Path(pod.path) / "src/new.txt").exists()
    assert list(project.ws.snapshot().state.pods) == [pod.id], "and doctor takes it in"


def test_a_spawn_cut_off_with_uncommitted_work_in_it_keeps_that(project: Project) -> None:
    pod = project.spawn()
    (Path(pod.path) / "loose.txt").write_text("somebody's\n")
    from dataclasses import replace

    with project.ws.change("test") as change:
        change.drop_pod(pod.id)
        pending = {
            "op": "spawn",
            "pod": pod.id,
            "ticket": pod.ticket,
            "branch": pod.branch,
            "path": pod.path,
            "base": pod.base,
        }
        change.state = replace(change.state, pending=pending)
        change.move(pod.ticket, Event.REMOVED, assigned_to=None)
        change.save()
    project.lmawep("doctor", "--fix", ok=False)
    loose = Path(pod.path) / "loose.txt"
    kept = git(project.root, "hash-object", "--stdin", stdin="somebody's\n") in git(
        project.root, "rev-list", "--objects", "--all"
    )
    assert kept or loose.exists()
