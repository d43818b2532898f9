"""C6: removing a pod refuses, or leaves every byte of it reachable from a ref; ignored files are named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lmawep_tui.model.pod import PodRecord
from tests.repos import Project, git, quiet, repository, until

Situation = Callable[[Project, PodRecord, Path], list[str]]
"""Puts work into a pod; returns the contents that must not be lost."""


def committed(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    project.commit(pod, {"src/new.txt": "committed work\n"})
    return ["committed work\n"]


def staged(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "staged.txt").write_text("only staged\n")
    git(folder, "add", "staged.txt")
    (folder / "staged.txt").write_text("and changed since\n")
    return ["only staged\n", "and changed since\n"]


def staged_then_deleted(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "staged.txt").write_text("in the index alone\n")
    git(folder, "add", "staged.txt")
    (folder / "staged.txt").unlink()
    return ["in the index alone\n"]


def staged_though_ignored(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / ".gitignore").write_text("*.secret\n")
    git(folder, "add", ".gitignore")
    git(folder, "commit", "-qm", "ignore")
    (folder / "x.secret").write_text("forced in\n")
    git(folder, "add", "-f", "x.secret")
    (folder / "x.secret").write_text("forced in, then changed\n")
    return ["forced in\n", "forced in, then changed\n"]


def unstaged(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "src/a.txt").write_text("unstaged edit\n")
    return ["unstaged edit\n"]


def untracked(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "loose.txt").write_text("untracked\n")
    return ["untracked\n"]


def nested_untracked(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "deep/er/still").mkdir(parents=True)
    (folder / "deep/er/still/file").write_text("far down\n")
    (folder / "deep/er/.hidden").write_text("hidden\n")
    return ["far down\n", "hidden\n"]


def executable(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "src/a.txt").chmod(0o755)
    (folder / "tool.sh").write_text("#!/bin/sh\n")
    (folder / "tool.sh").chmod(0o755)
    return ["#!/bin/sh\n"]


def symlink(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    outside = project.root.parent / "outside.txt"
    outside.write_text("not ours\n")
    (folder / "link").symlink_to(outside)
    return [str(outside)]


def assume_unchanged(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    git(folder, "update-index", "--assume-unchanged", "src/a.txt")
    (folder / "src/a.txt").write_text("hidden by assume-unchanged\n")
    return ["hidden by assume-unchanged\n"]


def skip_worktree(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    git(folder, "update-index", "--skip-worktree", "src/a.txt")
    (folder / "src/a.txt").write_text("hidden by skip-worktree\n")
    return ["hidden by skip-worktree\n"]


def amended_away(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    project.commit(pod, {"src/new.txt": "before the amend\n"})
    (folder / "src/new.txt").write_text("after the amend\n")
    git(folder, "commit", "-qa", "--amend", "-m", "Amended")
    return ["before the amend\n", "after the amend\n"]


def reset_away(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    project.commit(pod, {"src/new.txt": "reset away\n"})
    git(folder, "reset", "-q", "--hard", pod.base)
    return ["reset away\n"]


def branch_moved_from_elsewhere(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    project.commit(pod, {"src/new.txt": "only the branch's reflog knows\n"})
    git(folder, "checkout", "-q", "--detach", pod.base)
    git(project.root, "branch", "-qf", pod.branch, pod.base)
    git(folder, "checkout", "-q", pod.branch)
    (project.ws.layout.git_dir / "worktrees" / pod.id / "logs" / "HEAD").unlink()
    return ["only the branch's reflog knows\n"]


def detached(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    git(folder, "checkout", "-q", "--detach")
    project.commit(pod, {"src/new.txt": "on a detached HEAD\n"})
    return ["on a detached HEAD\n"]


def detached_below_its_branch(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    project.commit(pod, {"src/new.txt": "on the branch, HEAD elsewhere\n"})
    git(folder, "checkout", "-q", "--detach", pod.base)
    return ["on the branch, HEAD elsewhere\n"]


def half_merged(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    """A conflict with commits that no branch has any more, resolved in part."""
    project.commit(pod, {"src/a.txt": "ours\n", "src/b.txt": "ours b\n"})
    git(folder, "checkout", "-q", "-b", "theirs", pod.base)
    (folder / "src/a.txt").write_text("theirs\n")
    (folder / "theirs.txt").write_text("their new file\n")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "theirs")
    theirs = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", pod.branch)
    git(folder, "branch", "-qD", "theirs")
    git(folder, "merge", theirs, check=False)
    assert git(folder, "ls-files", "-u")
    log = Path(git(folder, "rev-parse", "--absolute-git-dir")) / "logs" / "HEAD"
    log.write_text("".join(line + "\n" for line in log.read_text().splitlines() if theirs not in line))
    (folder / "src/a.txt").write_text("half resolved\n")
    return ["ours\n", "theirs\n", "their new file\n", "half resolved\n"]


def unmerged_stages(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    """Sides of a conflict that stand in the index alone, as after applying a stash that was dropped."""
    (folder / "src/a.txt").write_text("stashed side\n")
    git(folder, "stash", "-q")
    project.commit(pod, {"src/a.txt": "committed side\n"})
    git(folder, "stash", "apply", check=False)
    git(folder, "stash", "drop", "-q")
    assert git(folder, "ls-files", "-u")
    (folder / "src/a.txt").write_text("neither\n")
    return ["committed side\n", "stashed side\n", "neither\n"]


def stashed(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    (folder / "src/a.txt").write_text("in the stash\n")
    git(folder, "stash", "-q")
    return ["in the stash\n"]


def renamed(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    git(folder, "mv", "src/a.txt", "src/moved.txt")
    (folder / "src/moved.txt").write_text("1\n2\n3\nmoved and changed\n")
    return ["1\n2\n3\nmoved and changed\n"]


def odd_names(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    names = [b"new\nline", "ünïcode ✓".encode(), b"not-utf8-\xff\xfe", b"-rf", b"--force", b" space ", b"tab\t", b'"q"',
             b"*", b"[a]", b":(top)x"]  # fmt: skip
    for number, name in enumerate(names):
        with open(os.fsencode(folder) + b"/" + name, "w") as file:
            file.write(f"odd {number}\n")
    return [f"odd {number}\n" for number in range(len(names))]


def deleted_folder(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    """The agent ran `rm -rf .` in the end; commits, index and reflog are all there is."""
    import shutil

    project.commit(pod, {"src/new.txt": "amended away, folder gone\n"})
    (folder / "src/new.txt").write_text("committed, folder gone\n")
    git(folder, "commit", "-qa", "--amend", "-m", "Again")
    (folder / "staged.txt").write_text("staged, folder gone\n")
    git(folder, "add", "staged.txt")
    shutil.rmtree(folder)
    return ["committed, folder gone\n", "amended away, folder gone\n", "staged, folder gone\n"]


def deleted_folder_detached(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    import shutil

    git(folder, "checkout", "-q", "--detach")
    project.commit(pod, {"src/new.txt": "detached, folder gone\n"})
    shutil.rmtree(folder)
    return ["detached, folder gone\n"]


def sparse(project: Project, pod: PodRecord, folder: Path) -> list[str]:
    git(folder, "sparse-checkout", "set", "--no-cone", "/README.md")
    project.lmawep("config", "--accept")
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src/outside.txt").write_text("outside the sparse cone\n")
    return ["outside the sparse cone\n"]


SITUATIONS = [committed, staged, staged_then_deleted, staged_though_ignored, unstaged, untracked, nested_untracked,
              executable, symlink, assume_unchanged, skip_worktree, amended_away, reset_away,
              branch_moved_from_elsewhere, detached, detached_below_its_branch, half_merged, unmerged_stages, stashed,
              renamed, odd_names, deleted_folder, deleted_folder_detached, sparse]  # fmt: skip


def reachable(project: Project) -> set[str]:
    """Every object that some ref holds."""
    return {line[:40] for line in project.git("rev-list", "--objects", "--all").splitlines()}


def blob(project: Project, text: str) -> str:
    return git(project.root, "hash-object", "--stdin", stdin=text)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.__name__)
def test_no_byte_of_a_pod_is_lost(project: Project, situation: Situation) -> None:
    pod = project.spawn()
    folder = Path(pod.path)
    wanted = situation(project, pod, folder)
    first = project.lmawep("remove", pod.id, ok=False)
    if first.code:
        assert first.err.startswith("lmawep: ") and first.err.count("\n") == 1
        if situation is not deleted_folder and situation is not deleted_folder_detached:
            assert folder.is_dir(), "a refused removal leaves the pod alone"
        project.lmawep("remove", pod.id, "--force")
    assert not folder.exists() and pod.id not in project.ws.snapshot().state.pods
    held = reachable(project)
    assert [text for text in wanted if blob(project, text) not in held] == []
    assert project.git("fsck", "--no-dangling") == ""


@pytest.mark.parametrize("situation", [staged, unstaged, untracked, assume_unchanged, skip_worktree, half_merged,
                                       detached, committed], ids=lambda s: s.__name__)  # fmt: skip
def test_open_work_is_refused_without_force(project: Project, situation: Situation) -> None:
    pod = project.spawn()
    situation(project, pod, Path(pod.path))
    before = sorted(path.relative_to(pod.path) for path in Path(pod.path).rglob("*"))
    sentence = project.refuses("remove", pod.id)
    assert "not on main" in sentence and "--force" in sentence
    assert sorted(path.relative_to(pod.path) for path in Path(pod.path).rglob("*")) == before


def test_the_executable_bit_and_links_come_back_from_the_vault(project: Project) -> None:
    pod = project.spawn()
    executable(project, pod, Path(pod.path))
    symlink(project, pod, Path(pod.path))
    kept = project.lmawep("remove", pod.id, "--force", "--json").json["vault"]
    modes = {line.split("\t")[1]: line.split()[0] for line in project.git("ls-tree", "-r", kept).splitlines()}
    assert (modes["src/a.txt"], modes["tool.sh"], modes["link"]) == ("100755", "100755", "120000")


@pytest.mark.parametrize("how", ["untracked", "gitlink staged", "gitlink committed"])
def test_a_repository_inside_the_pod_is_never_removed(project: Project, how: str) -> None:
    pod = project.spawn()
    inner = repository(Path(pod.path) / "inner", {"work.txt": "a repository of its own\n"})
    if how != "untracked":
        git(Path(pod.path), "-c", "advice.addEmbeddedRepo=false", "add", "inner")
    if how == "gitlink committed":
        git(Path(pod.path), "commit", "-qm", "a link to it")
    sentence = project.refuses("remove", pod.id, "--force")
    assert "inner" in sentence
    assert git(inner, "log", "--format=%s") == "Start"


def test_ignored_files_are_named(project: Project) -> None:
    (project.root / ".gitignore").write_text("*.log\nbuild/\n")
    project.git("add", ".gitignore")
    project.git("commit", "-qm", "ignore")
    pod = project.spawn()
    folder = Path(pod.path)
    (folder / "debug.log").write_text("x")
    (folder / "build").mkdir()
    (folder / "build/out.bin").write_text("x")
    (folder / ".lmawep/scratch.md").write_text("an agent's own notes")
    (folder / "memory-bank/more").mkdir()
    (folder / "memory-bank/more/notes.md").write_text("deeper than the bank goes")
    named = project.lmawep("remove", pod.id, "--json").json["ignored"]
    assert set(named) == {"debug.log", "build/", ".lmawep/scratch.md", "memory-bank/more/"}


def test_the_memory_bank_outlives_the_pod(project: Project) -> None:
    pod = project.spawn()
    (Path(pod.path) / "memory-bank/progress.md").write_text("what the agent learned\n")
    project.lmawep("remove", pod.id)
    assert blob(project, "what the agent learned\n") in reachable(project)
    again = project.lmawep("spawn", str(pod.ticket)).out.strip()
    path = project.ws.layout.worktree(again)  # type: ignore[arg-type]
    assert (path / "memory-bank/progress.md").read_text() == "what the agent learned\n"


def test_work_begun_after_a_killed_removal_is_kept_too(project: Project) -> None:
    """The removal was killed before it took the folder away; then somebody went on working there."""
    pod = project.spawn()
    project.commit(pod)
    from dataclasses import replace

    with project.ws.change("test") as change:
        pending = {"op": "remove", "pod": pod.id, "ticket": pod.ticket, "path": pod.path, "branch": pod.branch,
                   "tip": project.git("rev-parse", pod.branch), "vault": None}  # fmt: skip
        change.state = replace(change.state, pending=pending)
        change.save()
    (Path(pod.path) / "later.txt").write_text("after the kill\n")
    project.lmawep("ticket", "create", "Another")
    assert blob(project, "after the kill\n") in reachable(project) or (Path(pod.path) / "later.txt").exists()


def test_a_removal_cut_off_inside_git_does_not_block_anything(project: Project) -> None:
    """git deletes the `.git` file of a worktree early, and then refuses to know that worktree."""
    pod = project.spawn()
    from dataclasses import replace

    with project.ws.change("test") as change:
        pending = {"op": "remove", "pod": pod.id, "ticket": pod.ticket, "path": pod.path, "branch": pod.branch,
                   "tip": pod.base, "vault": None}  # fmt: skip
        change.state = replace(change.state, pending=pending)
        change.save()
    (Path(pod.path) / ".git").unlink()
    project.lmawep("ticket", "create", "Another")
    assert not Path(pod.path).exists()
    assert project.ws.snapshot().state.pods == {}


def test_a_pod_whose_ticket_is_gone_can_be_removed(project: Project) -> None:
    pod = project.spawn()
    project.ws.layout.ticket(pod.ticket).unlink()
    project.lmawep("remove", pod.id)
    project.lmawep("ticket", "create", "Another")
    assert not Path(pod.path).exists()


def test_a_pod_whose_ticket_is_invalid_can_be_removed(project: Project) -> None:
    pod = project.spawn()
    project.ws.layout.ticket(pod.ticket).write_text("id: [\n")
    project.lmawep("remove", pod.id)
    project.lmawep("ticket", "create", "Another")
    assert not Path(pod.path).exists()
    assert project.ws.layout.ticket(pod.ticket).read_text() == "id: [\n"


def trash_of(project: Project) -> Path:
    return project.ws.layout.workspace / "trash"


def test_what_was_removed_is_deleted_soon(project: Project) -> None:
    pod = project.spawn()
    project.lmawep("remove", pod.id)
    quiet(project.root)
    assert list(trash_of(project).iterdir()) == []


def test_the_trash_never_follows_a_link_nor_deletes_what_it_did_not_name(project: Project, tmp_path: Path) -> None:
    """A pod full of traps goes into the trash; beside it lie things of somebody else."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("not ours\n")
    pod = project.spawn()
    folder = Path(pod.path)
    (folder / "link").symlink_to(outside)
    (folder / "src/link").symlink_to(outside / "precious.txt")
    os.link(outside / "precious.txt", folder / "hard.txt")
    (folder / "locked").mkdir()
    (folder / "locked/file").write_text("x")
    (folder / "locked").chmod(0o500)
    trash = trash_of(project)
    trash.mkdir()
    (trash / "somebody's notes").write_text("not ours\n")
    (trash / "pod-1.0123456789abcdef").symlink_to(outside)
    project.lmawep("remove", pod.id, "--force")
    until(lambda: [path.name for path in trash.iterdir()] == ["somebody's notes"], "only what is not ours stays")
    quiet(project.root)
    assert (outside / "precious.txt").read_text() == "not ours\n"
    assert [path.name for path in trash.iterdir()] == ["somebody's notes"]


def test_very_deep_folders_are_deleted_too(project: Project) -> None:
    place = trash_of(project) / "pod-9.0123456789abcdef"
    place.mkdir(parents=True)
    fd = os.open(place, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("d", dir_fd=fd)
        inner = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(fd)
    project.lmawep("doctor", "--fix", ok=False)
    assert not place.exists()


def test_a_trash_that_is_a_link_is_not_used(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "pod-1.0123456789abcdef").mkdir(parents=True)
    trash_of(project).symlink_to(outside)
    pod = project.spawn()
    project.lmawep("remove", pod.id)
    project.lmawep("doctor", "--fix", ok=False)
    quiet(project.root)
    assert not Path(pod.path).exists()
    assert [path.name for path in outside.iterdir()] == ["pod-1.0123456789abcdef"]


def test_pods_elsewhere_have_their_trash_beside_them(project: Project, tmp_path: Path) -> None:
    project.config(worktree={"dir": str(tmp_path / "elsewhere" / "pods")})
    pod = project.spawn()
    assert tmp_path in Path(pod.path).parents
    project.lmawep("remove", pod.id)
    quiet(project.root)
    assert not Path(pod.path).exists()
    assert list(trash_of(project).iterdir()) == []


def test_a_removal_killed_between_the_rename_and_git_is_carried_through(project: Project) -> None:
    pod = project.spawn()
    from dataclasses import replace

    with project.ws.change("test") as change:
        pending = {"op": "remove", "pod": pod.id, "ticket": pod.ticket, "path": pod.path, "branch": pod.branch,
                   "tip": pod.base, "vault": None}  # fmt: skip
        change.state = replace(change.state, pending=pending)
        change.save()
    trash_of(project).mkdir()
    Path(pod.path).rename(trash_of(project) / f"{pod.id}.0123456789abcdef")
    project.lmawep("ticket", "create", "Another")
    assert project.ws.snapshot().state.pods == {}
    assert project.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert project.git("branch", "--list", pod.branch) == ""


def test_a_locked_worktree_is_not_removed(project: Project) -> None:
    pod = project.spawn()
    project.git("worktree", "lock", pod.path)
    assert "lock" in project.refuses("remove", pod.id, "--force")
    assert Path(pod.path).is_dir()


def test_a_full_disk_makes_room_by_emptying_the_trash(project: Project) -> None:
    place = trash_of(project) / "pod-9.0123456789abcdef"
    place.mkdir(parents=True)
    project.config(limits={"free_disk": "9000TB"})
    project.ticket()
    assert "are free" in project.refuses("spawn", "101")
    assert not place.exists()
