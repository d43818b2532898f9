"""The vault: what is kept comes back as it was, overwrites nothing, and goes only when it is elsewhere too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lmawep_tui.engine import vault
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.errors import NotFound, Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs.vault import keep_run, snapshot
from lmawep_tui.vcs.vault_list import Kept, all_kept
from tests.repos import Project, git

AGENT = (
    "cat >/dev/null; echo x > work.txt; git add -A; git commit -qm Work; echo more > loose.txt; echo STATUS: COMPLETE"
)


def keep(project: Project, pod: PodRecord, why: str = "test") -> str:
    return snapshot(project.ws.pod_git(pod.path), pod.id, why, pod.branch)


def busy_pod(project: Project) -> PodRecord:
    """A pod with a commit, something staged, something changed, something deleted and something untracked."""
    pod = project.spawn()
    folder = Path(pod.path)
    project.commit(pod, {"src/new.txt": "committed\n"})
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    (folder / "src/a.txt").write_text("changed\n")
    (folder / "src/b.txt").unlink()
    (folder / "loose.txt").write_text("untracked\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("loose.txt")
    return pod


def files_in(folder: Path) -> dict[str, str]:
    """Every file and link that is git's business, with its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file() and not name.startswith((".git", ".lmawep", "memory-bank")):
            found[name] = f"{path.stat().st_mode & 0o111} {path.read_text()}"
    return found


def picture(folder: Path) -> dict[str, str]:
    """All of a checkout: status, HEAD, contents."""
    status, head = git(folder, "status", "--porcelain"), git(folder, "rev-parse", "HEAD")
    return {"status": status, "head": head, **files_in(folder)}


def test_a_removed_pod_comes_back_as_it_was(project: Project) -> None:
    pod = busy_pod(project)
    (Path(pod.path) / "memory-bank/progress.md").write_text("what was learned\n")
    before = picture(Path(pod.path))
    remove(project.ws, pod.id, force=True)
    back = vault.restore_removed(project.ws, pod.id)
    assert (back.id, back.ticket, back.branch) == ("pod-2", pod.ticket, "pod-2-ticket-101")
    assert picture(Path(back.path)) == before
    assert git(Path(back.path), "symbolic-ref", "HEAD") == f"refs/heads/{back.branch}"
    assert back.base == project.main()
    assert (Path(back.path) / "memory-bank/progress.md").read_text() == "what was learned\n"
    assert project.ws.snapshot().tickets[pod.ticket].assigned_to == "pod-2"
    assert project.status_of(pod.ticket) == "assigned"
    assert doctor(project.ws) == []


def test_a_pod_that_held_nothing_of_its_own_comes_back_too(project: Project) -> None:
    pod = project.spawn()
    assert remove(project.ws, pod.id).vault is None
    back = vault.restore_removed(project.ws, pod.id)
    assert (back.id, back.ticket) == ("pod-2", pod.ticket)
    assert git(Path(back.path), "status", "--porcelain") == ""


def test_a_pod_whose_folder_was_gone_comes_back_from_its_branch(project: Project) -> None:
    pod = project.spawn()
    project.commit(pod, {"src/new.txt": "committed\n"})
    project.git("worktree", "remove", "--force", pod.path)
    remove(project.ws, pod.id, force=True)
    back = vault.restore_removed(project.ws, pod.id)
    assert (Path(back.path) / "src/new.txt").read_text() == "committed\n"


def test_an_abandoned_ticket_is_taken_up_again(project: Project) -> None:
    pod = busy_pod(project)
    remove(project.ws, pod.id, force=True)
    project.step(pod.ticket, Event.ABANDONED)
    assert vault.restore_removed(project.ws, pod.id).ticket == pod.ticket
    assert project.status_of(pod.ticket) == "assigned"


def test_what_cannot_be_restored_is_refused(project: Project) -> None:
    pod = busy_pod(project)
    kept = keep(project, pod)
    with pytest.raises(Refused, match="already has pod-1"):
        vault.restore_pod(project.ws, vault.find(project.ws, kept))
    with pytest.raises(NotFound):
        vault.restore_removed(project.ws, PodId("pod-1"))
    remove(project.ws, pod.id, force=True)
    project.lmawep("ticket", "update", "101", "--status", "complete", "--force")
    assert "complete" in project.refuses("vault", "restore", "pod-1")
    assert len(project.ws.snapshot().pods) == 0


def test_a_conflict_half_resolved_comes_back_as_files(project: Project) -> None:
    """The sides of a conflict cannot stand in an index again; the files and the commits can."""
    pod = project.spawn()
    folder = Path(pod.path)
    project.commit(pod, {"src/a.txt": "ours\n"})
    git(folder, "checkout", "-q", "--detach", pod.base)
    (folder / "src/a.txt").write_text("theirs\n")
    git(folder, "commit", "-qam", "theirs")
    theirs = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", pod.branch)
    git(folder, "merge", theirs, check=False)
    (folder / "src/a.txt").write_text("half resolved\n")
    remove(project.ws, pod.id, force=True)
    back = Path(vault.restore_removed(project.ws, pod.id).path)
    assert (back / "src/a.txt").read_text() == "half resolved\n"
    assert not [path for path in back.rglob("*") if path.name.startswith("unmerged~")]


def test_into_an_empty_folder(project: Project, tmp_path: Path) -> None:
    pod = busy_pod(project)
    wanted = files_in(Path(pod.path))
    keep(project, pod)
    target = tmp_path / "there"
    project.lmawep("vault", "restore", "pod-1@1", "--into", str(target))
    assert files_in(target) == wanted
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "there"]


@pytest.mark.parametrize("what", ["full", "file", "link", "no parent"])
def test_nothing_is_ever_overwritten(project: Project, tmp_path: Path, what: str) -> None:
    pod = busy_pod(project)
    keep(project, pod)
    target, outside = tmp_path / "there", tmp_path / "outside"
    outside.mkdir()
    if what == "full":
        target.mkdir()
        (target / "loose.txt").write_text("mine\n")
    elif what == "file":
        target.write_text("mine\n")
    elif what == "link":
        target.symlink_to(outside)
    else:
        target = tmp_path / "no" / "such"
    project.refuses("vault", "restore", "pod-1", "--into", str(target))
    assert list(outside.iterdir()) == []
    assert what != "full" or (target / "loose.txt").read_text() == "mine\n"
    assert what != "file" or target.read_text() == "mine\n"


def test_every_run_is_kept_once(project: Project) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}})
    pod = project.spawn()
    project.lmawep("run", pod.id)
    kept = all_kept(project.ws.git, pod.id)
    assert [(k.why, k.ticket, k.short) for k in kept] == [("after 0001-task", 101, "pod-1@1")]
    assert project.git("show", f"{kept[0].ref}:loose.txt") == "more"
    assert keep_run(project.ws.pod_git(pod.path), pod.id, "again", pod.branch, pod.base) is None


def test_a_clean_pod_is_kept_by_its_commit(project: Project) -> None:
    pod = project.spawn()
    pod_git = project.ws.pod_git(pod.path)
    assert keep_run(pod_git, pod.id, "nothing yet", pod.branch, pod.base) is None
    tip = project.commit(pod)
    assert keep_run(pod_git, pod.id, "after 0001-task", pod.branch, pod.base)
    assert keep_run(pod_git, pod.id, "after 0002-task", pod.branch, pod.base) is None
    assert [(k.head, k.index, k.why) for k in all_kept(project.ws.git)] == [(tip, None, "after 0001-task")]
    (Path(pod.path) / "loose.txt").write_text("x")
    assert keep_run(pod_git, pod.id, "after 0003-task", pod.branch, pod.base)
    assert keep_run(pod_git, pod.id, "after 0004-task", pod.branch, pod.base) is None


def test_list_and_show(project: Project) -> None:
    pod = busy_pod(project)
    keep(project, pod, "first")
    (Path(pod.path) / "loose.txt").write_text("later\n")
    newest = keep(project, pod, "second")
    listed = project.lmawep("vault", "list", "--json").json["snapshots"]
    assert [(k["short"], k["why"], k["ticket"]) for k in listed] == [
        ("pod-1@1", "second", 101),
        ("pod-1@2", "first", 101),
    ]
    assert "pod-1@2" in project.lmawep("vault", "list", "pod-1").out
    for name in ("pod-1", "1", "pod-1@1", newest, newest.removeprefix("refs/lmawep/vault/")):
        shown = project.lmawep("vault", "show", name, "--json").json
        assert shown["kept"]["ref"] == newest
    assert shown["commits"] == ["Work"]
    assert {"loose.txt", "src/a.txt", "src/b.txt", "staged.txt"} <= set(shown["uncommitted"])
    assert {"path": "src/new.txt", "insertions": 1, "deletions": 0} in shown["files"]
    assert "not committed" in project.lmawep("vault", "show", "pod-1").out
    assert "+committed" in project.lmawep("vault", "show", "pod-1", "--patch").out
    assert project.lmawep("vault", "show", "pod-1@2", "loose.txt").out == "untracked\n"
    assert project.lmawep("vault", "list", "pod-9").out == "The vault holds nothing of pod-9.\n"


@pytest.mark.parametrize("name, status", [("pod-1@2", 1), ("pod-9", 1), ("-x", 2), ("pod-1@0", 2), ("../x", 2),
                                          ("refs/heads/main", 2), ("pod-1/../../heads/main", 1)])  # fmt: skip
def test_names_that_are_none(project: Project, name: str, status: int) -> None:
    keep(project, busy_pod(project))
    done = project.lmawep("vault", "show", name, ok=False)
    assert done.code == status and "Traceback" not in done.err
    assert "no file" in project.refuses("vault", "show", "pod-1", "no such file")


def test_a_forged_snapshot_is_not_believed(project: Project) -> None:
    """An agent can write refs: what it writes there is shown, and brings back nothing but itself."""
    pod = project.spawn()
    main = project.main()
    tree = project.git("rev-parse", "HEAD^{tree}")
    message = f"nice\n\nLmawep-Head: {'a' * 40}\nLmawep-Index: {main}0\nLmawep-Branch: pod-7-ticket-101\n"
    forged = project.git("-c", "user.email=lmawep@localhost", "commit-tree", tree, "-p", main, "-m", message)
    project.git("update-ref", "refs/lmawep/vault/pod-1/1700000000000000000", forged)
    project.git("update-ref", "refs/lmawep/vault/pod-1/not-a-time", forged)
    project.git("update-ref", "refs/lmawep/vault/else/1700000000000000000", forged)
    (found,) = all_kept(project.ws.git)
    assert (found.head, found.index, found.ticket, found.pod) == (main, None, None, pod.id)


# What goes and what stays


def old(project: Project, kept: str, days: int = 40) -> str:
    """The same snapshot under a name that is older."""
    pod, _, stamp = kept.removeprefix("refs/lmawep/vault/").partition("/")
    renamed = f"refs/lmawep/vault/{pod}/{int(stamp) - days * 86_400 * 10**9}"
    project.git("update-ref", renamed, kept)
    project.git("update-ref", "-d", kept)
    return renamed


def land(project: Project, pod: PodRecord) -> None:
    project.git("merge", "-q", "--no-ff", "-m", "Landed", pod.branch)


def held(project: Project) -> set[str]:
    return set(project.git("rev-list", "--objects", "--no-object-names", "--glob=refs/*").splitlines())


def content(project: Project, kept: Kept) -> set[str]:
    """Every commit and file in a snapshot, without the commits that the vault made to hold them."""
    made = {kept.commit, kept.index}
    return set(project.git("rev-list", "--objects", "--no-object-names", kept.ref).splitlines()) - made


def test_what_has_landed_goes_when_it_is_old(project: Project) -> None:
    pod = project.spawn()
    project.commit(pod)
    kept = old(project, keep(project, pod))
    assert vault.prune(project.ws) == []
    land(project, pod)
    project.commit(pod, {"src/more.txt": "more\n"})
    fresh = keep(project, pod)
    assert [k.ref for k in vault.prune(project.ws, dry_run=True)] == [kept]
    assert [k.ref for k in vault.prune(project.ws)] == [kept]
    assert [k.ref for k in all_kept(project.ws.git)] == [fresh]


def test_of_many_the_newest_stay(project: Project) -> None:
    project.config(vault={"keep": 2})
    pod = project.spawn()
    refs = []
    for number in range(4):
        project.commit(pod, {"src/new.txt": f"{number}\n"})
        refs.append(keep(project, pod))
    assert {k.ref for k in vault.prune(project.ws)} == set(refs[:2])  # each is an ancestor of what stays


@pytest.mark.parametrize("what", ["commits", "untracked", "staged only", "amended away", "reset away", "squashed"])
def test_what_is_nowhere_else_never_goes(project: Project, what: str) -> None:
    project.config(vault={"keep": 0, "days": 0})
    pod = project.spawn()
    folder = Path(pod.path)
    project.commit(pod, {"src/new.txt": "before\n"})
    if what == "amended away":
        (folder / "src/new.txt").write_text("after\n")
        git(folder, "commit", "-qa", "--amend", "-m", "Again")
    elif what == "reset away":
        git(folder, "reset", "-q", "--hard", pod.base)
    elif what == "untracked":
        (folder / "loose.txt").write_text("loose\n")
    elif what == "staged only":
        (folder / "src/a.txt").write_text("staged\n")
        git(folder, "add", "--all")
        git(folder, "restore", "--worktree", "--source=HEAD", "src/a.txt")
    elif what == "squashed":
        project.git("merge", "-q", "--squash", pod.branch)
        project.git("commit", "-qm", "Squashed")
    if what in ("untracked", "staged only", "amended away"):
        land(project, pod)
    kept = old(project, keep(project, pod))
    assert vault.prune(project.ws) == []
    assert [k.ref for k in all_kept(project.ws.git)] == [kept]


def test_two_that_hold_the_same_do_not_both_go(project: Project) -> None:
    project.config(vault={"keep": 0, "days": 0})
    pod = busy_pod(project)
    one, two = keep(project, pod), keep(project, pod)
    wanted = content(project, all_kept(project.ws.git)[0])
    assert [k.ref for k in vault.prune(project.ws)] == [one]
    remove(project.ws, pod.id, force=True)
    vault.prune(project.ws)
    assert two not in {one} and wanted <= held(project)


def test_nothing_that_has_not_landed_is_lost_in_any_history(project: Project) -> None:
    """Many pods in many states, pruned as hard as the settings allow: every object stays reachable."""
    project.config(vault={"keep": 0, "days": 0})
    wanted: set[str] = set()
    for number in range(6):
        pod = project.spawn()
        folder = Path(pod.path)
        for step in range(3):
            project.commit(pod, {f"src/{number}.txt": f"{number} {step}\n"})
            if (number + step) % 2:
                (folder / f"loose-{step}.txt").write_text(f"loose {number} {step}\n")
            keep(project, pod)
            if number % 3 == 1 and step == 1:
                git(folder, "reset", "-q", "--hard", "HEAD~1")
        if number % 2:
            land(project, pod)
        wanted |= {sha for kept in all_kept(project.ws.git, pod.id) for sha in content(project, kept)}
        remove(project.ws, pod.id, force=True)
    count = len(all_kept(project.ws.git))
    gone = vault.prune(project.ws)
    assert 0 < len(gone) < count
    assert wanted - held(project) == set()
    assert vault.prune(project.ws) == []


def test_the_settings_are_told(project: Project) -> None:
    settings = {s["key"]: s["value"] for s in project.lmawep("config", "--json").json["settings"]}
    assert (settings["vault.keep"], settings["vault.days"]) == (20, 30)
