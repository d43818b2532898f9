"""C4, C5: main moves only to what was approved and tested as a whole, and its checkout is never hurt."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.review import approve
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs import merge
from tests.repos import PYTHON, Project, git, until


def gate(project: Project, folder: Path) -> str:
    """A test command that records the tree it ran on, then waits for its turn, then says what `verdict` says."""
    script = folder / "gate.sh"
    script.write_text(
        "#!/bin/sh\n"
        f"git rev-parse 'HEAD^{{tree}}' >> '{folder}/tested'\n"
        f"touch '{folder}/waiting'\n"
        f"while [ -e '{folder}/hold' ]; do sleep 0.02; done\n"
        f"exit $(cat '{folder}/verdict' 2>/dev/null || echo 0)\n"
    )
    script.chmod(0o755)
    project.config(tests={"command": str(script)})
    return str(script)


def trees_tested(folder: Path) -> set[str]:
    path = folder / "tested"
    return set(path.read_text().split()) if path.exists() else set()


def main_history(project: Project) -> list[str]:
    return project.git("reflog", "show", "--format=%H", "refs/heads/main").split()


def sound(project: Project) -> None:
    """No marks of anything half done in main's checkout."""
    assert project.git("status", "--porcelain") == ""
    for name in ("MERGE_HEAD", "index.lock", "HEAD.lock", "AUTO_MERGE"):
        assert not (project.ws.layout.git_dir / name).exists()
    assert "<<<<<<<" not in project.git("grep", "-I", "<<<<<<<", check=False)


def start_merge(project: Project, pod: PodRecord) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "merge", pod.id], cwd=project.root,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip


# C4 -------------------------------------------------------------------------------------------------------------------


def test_nothing_unapproved_lands(project: Project) -> None:
    pod = project.reviewed()
    before = project.main()
    assert "not approved" in project.refuses("merge", pod.id)
    assert "not approved" in project.refuses("merge", pod.id, "--now")
    assert project.main() == before


@pytest.mark.parametrize("when", ["before the tests", "in the train"])
def test_a_commit_after_the_approval_is_not_landed(project: Project, when: str) -> None:
    pod = project.approved() if when == "before the tests" else project.queued()
    before = project.main()
    project.commit(pod, {"sneaked.txt": "nobody saw this\n"})
    assert "new commits since it was approved" in project.refuses("merge", pod.id)
    assert project.main() == before and project.status_of(pod.ticket) == "review"


def test_a_commit_during_the_combined_tests_is_not_landed(project: Project, tmp_path: Path) -> None:
    gate(project, tmp_path)
    pod = project.queued()
    before = project.main()
    (tmp_path / "hold").touch()
    merge = start_merge(project, pod)
    until((tmp_path / "waiting").exists)
    project.commit(pod, {"sneaked.txt": "during the tests\n"})
    (tmp_path / "hold").unlink()
    out, err = merge.communicate(timeout=30)
    assert merge.returncode == 1 and b"changed while it was tested" in out, (out, err)
    assert project.main() == before and project.status_of(pod.ticket) == "review"


def test_an_approval_taken_back_during_the_combined_tests_counts(project: Project, tmp_path: Path) -> None:
    gate(project, tmp_path)
    pod = project.queued()
    before = project.main()
    (tmp_path / "hold").touch()
    merge = start_merge(project, pod)
    until((tmp_path / "waiting").exists)
    project.lmawep("review", pod.id, "--reject", "on second thoughts")
    (tmp_path / "hold").unlink()
    out, _ = merge.communicate(timeout=30)
    assert merge.returncode == 1, out
    assert project.main() == before and project.status_of(pod.ticket) == "assigned"


def test_red_combined_tests_never_move_main(project: Project) -> None:
    project.config(tests={"command": "test ! -e src/new.txt"})
    pod = project.queued({"src/new.txt": "what makes it red\n"})
    before = project.main()
    done = project.lmawep("merge", pod.id, ok=False)
    assert done.code == 1 and "combined tests are red" in done.out
    assert project.main() == before and project.status_of(pod.ticket) == "assigned"
    sound(project)


def test_every_value_of_main_is_a_tested_merge(project: Project, tmp_path: Path) -> None:
    """Three pods through one queue, one of them red: main's reflog holds only trees that the tests saw."""
    gate(project, tmp_path)
    pods = [project.queued({f"file-{n}.txt": f"{n}\n"}) for n in range(3)]
    first = project.main()
    for pod in pods:
        project.lmawep("merge", pod.id)
    values = main_history(project)
    assert values[-1] == first and len(values) == 4
    seen = trees_tested(tmp_path)
    for new, old in itertools.pairwise(values):
        assert project.git("rev-parse", f"{new}^{{tree}}") in seen, "an untested tree was on main"
        assert project.git("rev-parse", f"{new}^1") == old, "not a merge onto main as it was"
        assert project.git("rev-list", "--count", f"{new}..{old}") == "0", "main moved backwards"
    approved = {pod.verdict.commit for pod in pods if pod.verdict}
    assert {project.git("rev-parse", f"{new}^2") for new in values[:-1]} == approved


def test_main_that_moved_meanwhile_is_merged_and_tested_again(project: Project, tmp_path: Path) -> None:
    gate(project, tmp_path)
    pod = project.queued()
    (tmp_path / "hold").touch()
    merge = start_merge(project, pod)
    until((tmp_path / "waiting").exists)
    (project.root / "meanwhile.txt").write_text("by hand\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "Meanwhile")
    by_hand = project.main()
    (tmp_path / "hold").unlink()
    out, err = merge.communicate(timeout=30)
    assert merge.returncode == 0 and b"main moved meanwhile" in out, (out, err)
    assert len((tmp_path / "tested").read_text().split()) == 2
    assert project.git("rev-parse", "main^1") == by_hand
    assert project.git("rev-parse", "main^{tree}") in trees_tested(tmp_path)
    assert (project.root / "meanwhile.txt").exists()
    sound(project)


def test_a_test_that_commits_does_not_land_its_own_commit(project: Project, tmp_path: Path) -> None:
    script = tmp_path / "evil.sh"
    script.write_text("#!/bin/sh\ngit commit -q --allow-empty -m planted\n")
    script.chmod(0o755)
    project.config(tests={"command": str(script)})
    pod = project.queued()
    before = project.main()
    assert "moved HEAD" in project.refuses("merge", pod.id)
    assert project.main() == before


@pytest.mark.parametrize("style", ["merge", "squash", "ff"])
def test_each_style_lands_the_tested_tree(project: Project, tmp_path: Path, style: str) -> None:
    gate(project, tmp_path)
    project.config(merge={"style": style})
    pod = project.queued()
    assert pod.verdict is not None
    before = project.main()
    project.lmawep("merge", pod.id)
    assert project.git("rev-parse", "main^{tree}") in trees_tested(tmp_path)
    parents = project.git("rev-list", "--parents", "-1", "main").split()[1:]
    assert parents == {"merge": [before, pod.verdict.commit], "squash": [before], "ff": [before]}[style]
    assert project.ws.snapshot().state.pods == {} and project.status_of(pod.ticket) == "complete"
    sound(project)


def test_without_a_test_command_nothing_lands(project: Project) -> None:
    pod = project.queued()
    project.config(tests={})
    before = project.main()
    assert "test command" in project.refuses("merge", pod.id)
    assert project.main() == before


# C5 -------------------------------------------------------------------------------------------------------------------


def test_an_edit_in_the_way_is_refused_by_name_and_untouched(project: Project) -> None:
    pod = project.queued({"src/a.txt": "from the pod\n"})
    before = project.main()
    (project.root / "src/a.txt").write_text("the person's edit\n")
    sentence = project.refuses("merge", pod.id)
    assert "src/a.txt" in sentence and "uncommitted" in sentence
    assert (project.root / "src/a.txt").read_text() == "the person's edit\n" and project.main() == before


@pytest.mark.parametrize("edit", ["unstaged", "staged", "untracked", "deleted"])
def test_an_edit_elsewhere_is_carried(project: Project, edit: str) -> None:
    pod = project.queued({"src/a.txt": "from the pod\n"})
    mine = project.root / ("mine.txt" if edit == "untracked" else "src/b.txt")
    mine.unlink() if edit == "deleted" else mine.write_text("the person's edit\n")
    if edit == "staged":
        project.git("add", "src/b.txt")
    status = project.git("status", "--porcelain")
    project.lmawep("merge", pod.id)
    assert project.git("status", "--porcelain") == status
    assert (project.root / "src/a.txt").read_text() == "from the pod\n"
    assert not mine.exists() if edit == "deleted" else mine.read_text() == "the person's edit\n"


@pytest.mark.parametrize("mine", ["untracked", "ignored"])
def test_an_untracked_or_ignored_file_is_never_overwritten(project: Project, mine: str) -> None:
    if mine == "ignored":
        project.ws.layout.exclude.open("a").write("/local.env\n")
    pod = project.spawn()
    (Path(pod.path) / "local.env").write_text("the agent's\n")
    git(Path(pod.path), "add", "-f", "local.env")
    git(Path(pod.path), "commit", "-qm", "Add it all the same")
    from lmawep_tui.model.lifecycle import Event

    project.step(pod.ticket, Event.STARTED, Event.BELIEVED)
    approve(project.ws, pod.id)
    (project.root / "local.env").write_text("the person's only copy\n")
    before = project.main()
    sentence = project.refuses("merge", pod.id)
    assert "local.env" in sentence, sentence
    assert (project.root / "local.env").read_text() == "the person's only copy\n"
    assert project.main() == before


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_an_edit_hidden_from_status_is_never_overwritten(project: Project, flag: str) -> None:
    pod = project.queued({"src/a.txt": "from the pod\n"})
    project.git("update-index", flag, "src/a.txt")
    (project.root / "src/a.txt").write_text("the person's local setting\n")
    assert "src/a.txt" in project.refuses("merge", pod.id)
    assert (project.root / "src/a.txt").read_text() == "the person's local setting\n"


@pytest.mark.parametrize("where", ["nowhere", "another worktree", "detached"])
def test_main_lands_wherever_it_is_checked_out(project: Project, tmp_path: Path, where: str) -> None:
    pod = project.queued({"src/a.txt": "from the pod\n"})
    old = project.main()
    other = tmp_path / "other place"
    if where == "nowhere":
        project.git("checkout", "-q", "-b", "elsewhere")
    else:
        project.git("checkout", "-q", "--detach")
        if where == "another worktree":
            project.git("worktree", "add", "-q", str(other), "main")
    project.lmawep("merge", pod.id)
    assert project.main() != old and project.git("rev-parse", "HEAD") == old
    sound(project)
    if where == "another worktree":
        assert (other / "src/a.txt").read_text() == "from the pod\n"
        assert project.git("status", "--porcelain", at=other) == ""


def test_a_conflict_leaves_main_alone_and_goes_to_the_pod(project: Project) -> None:
    pod = project.queued({"src/a.txt": "from the pod\n"})
    (project.root / "src/a.txt").write_text("from main\n")
    project.git("commit", "-qam", "Other")
    before = project.main()
    done = project.lmawep("merge", pod.id, ok=False)
    assert done.code == 1 and "conflicts with main in src/a.txt" in done.out
    assert project.main() == before
    sound(project)
    assert git(Path(pod.path), "status", "--porcelain") == ""
    assert "<<<<<<<" in (Path(pod.path) / "memory-bank/blockers.md").read_text()


def test_a_merge_the_person_has_half_done_stops_the_landing(project: Project) -> None:
    pod = project.queued()
    project.git("checkout", "-q", "-b", "side")
    (project.root / "side.txt").write_text("side\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "Side")
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert "half done" in project.refuses("merge", pod.id)
    assert (project.ws.layout.git_dir / "MERGE_HEAD").exists()


def test_a_lock_of_another_git_is_respected(project: Project) -> None:
    """The person's own git is at work: main stays, the lock stays, and afterwards it lands."""
    pod = project.queued()
    before = project.main()
    lock = project.ws.layout.git_dir / "index.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    project.refuses("merge", pod.id)
    assert lock.exists() and project.main() == before
    lock.unlink()
    project.lmawep("merge", pod.id)
    sound(project)


# A landing that is cut off inside git: a filter of the person's own kills git (and lmawep) in the middle of a checkout.


def cut_off(project: Project, tmp_path: Path, *, lmawep_too: bool) -> dict[str, str]:
    """Prepares main so that its next checkout of many files dies half way; returns what the pod changes."""
    arm = tmp_path / "armed"
    kill = "kill -9 $(cut -d' ' -f4 /proc/$git/stat) $git" if lmawep_too else "kill -9 $git"
    smudge = tmp_path / "smudge.sh"
    smudge.write_text(
        "#!/bin/sh\n"
        f"if [ -e '{arm}' ] && [ \"$1\" = many/13.txt ]; then\n"
        "  git=$PPID; while [ \"$(cat /proc/$git/comm)\" != git ]; do git=$(cut -d' ' -f4 /proc/$git/stat); done\n"
        f"  rm '{arm}'; {kill}; exit 1\nfi\nexec cat\n"
    )
    smudge.chmod(0o755)
    (project.root / ".gitattributes").write_text("many/* filter=cut\n")
    for number in range(20):
        (project.root / "many").mkdir(exist_ok=True)
        (project.root / f"many/{number:02}.txt").write_text("old\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "Many files")
    project.git("config", "filter.cut.smudge", f"{smudge} %f")
    project.lmawep("config", "--accept")
    files = {f"many/{number:02}.txt": f"new {number}\n" for number in range(18)}
    return {**files, "many/added.txt": "added\n"}


@pytest.mark.parametrize("lmawep_too", [False, True], ids=["git is killed", "git and lmawep are killed"])
@pytest.mark.parametrize("next_step", ["doctor", "a ticket"])
def test_a_landing_cut_off_in_the_checkout_is_completed_or_undone(
    project: Project, tmp_path: Path, lmawep_too: bool, next_step: str
) -> None:
    files = cut_off(project, tmp_path, lmawep_too=lmawep_too)
    pod = project.queued(files)
    before = project.main()
    (project.root / "src/b.txt").write_text("the person's edit\n")
    hold = tmp_path / "hold"
    hold.touch()
    gate(project, tmp_path)
    merge = start_merge(project, pod)
    until((tmp_path / "waiting").exists)
    (tmp_path / "armed").touch()  # from here on the next checkout is the one of main
    hold.unlink()
    _, err = merge.communicate(timeout=60)
    assert not (tmp_path / "armed").exists(), "the filter never ran: this test proves nothing"
    assert merge.returncode == (-signal.SIGKILL if lmawep_too else 1), err
    if next_step == "doctor":
        project.lmawep("doctor", "--fix", ok=False)
    else:
        project.lmawep("ticket", "create", "Next")
    assert project.git("status", "--porcelain") == " M src/b.txt"
    assert (project.root / "src/b.txt").read_text() == "the person's edit\n"
    landed = project.main() != before
    assert (project.root / "many/00.txt").read_text() == ("new 0\n" if landed else "old\n")
    assert not (project.ws.layout.git_dir / "index.lock").exists()
    assert project.ws.snapshot().state.pending is None
    if not landed:
        project.lmawep("merge", pod.id)
    assert (project.root / "many/17.txt").read_text() == "new 17\n"
    assert project.git("status", "--porcelain") == " M src/b.txt"


def test_a_landing_that_git_finished_is_recorded_by_whoever_comes_next(project: Project) -> None:
    """Killed between git's move of main and our note of it."""
    pod = project.queued()
    assert pod.verdict is not None
    project.git("merge", "-q", "--no-ff", "-m", "as lmawep would", pod.branch)
    new = project.main()
    pending: dict[str, Any] = {
        "op": "land", "pod": pod.id, "ticket": pod.ticket, "branch": "main", "old": project.git("rev-parse", "main^1"),
        "new": new, "tree": project.git("rev-parse", "main^{tree}"), "checkout": str(project.root), "at": 0.0,
    }  # fmt: skip
    with project.ws.change("test") as change:
        change.state = replace(change.state, pending=pending)
        change.save()
    project.lmawep("doctor", "--fix", ok=False)
    state = project.ws.snapshot().state
    assert state.landed == {pod.ticket: new} and state.train == () and state.pending is None
    assert project.status_of(pod.ticket) == "complete"
    assert doctor(project.ws, fix=True) == []


def test_a_cut_off_landing_of_a_ticket_that_is_gone_blocks_nothing(project: Project) -> None:
    pod = project.queued()
    old = project.main()
    project.git("merge", "-q", "--no-ff", "-m", "as lmawep would", pod.branch)
    pending: dict[str, Any] = {
        "op": "land", "pod": pod.id, "ticket": pod.ticket, "branch": "main", "old": old, "new": project.main(),
        "tree": project.git("rev-parse", "main^{tree}"), "checkout": str(project.root), "at": 0.0,
    }  # fmt: skip
    with project.ws.change("test") as change:
        change.state = replace(change.state, pending=pending)
        change.save()
    project.ws.layout.ticket(pod.ticket).unlink()
    project.lmawep("ticket", "create", "Another")
    assert project.ws.snapshot().state.pending is None


# Batches, undo, and landings that cannot be settled -------------------------------------------------------------------


def pending_landing(project: Project, *pods: PodRecord) -> tuple[str, str, dict[str, Any]]:
    """Main as a batch of these pods would leave it, and the record of a lander that was killed just then."""
    old, cars = project.main(), []
    for pod in pods:
        base = project.main()
        project.git("merge", "-q", "--no-ff", "-m", f"Merge {pod.branch}", pod.branch)
        cars.append({"pod": pod.id, "ticket": pod.ticket, "base": base, "commit": project.main(),
                     "tree": project.git("rev-parse", "main^{tree}")})  # fmt: skip
    new = project.main()
    return old, new, {"op": "land", "pod": pods[-1].id, "ticket": pods[-1].ticket, "cars": cars, "branch": "main",
                      "old": old, "new": new, "checkout": str(project.root), "at": 0.0}  # fmt: skip


def leave_pending(project: Project, pending: dict[str, Any]) -> None:
    with project.ws.change("test") as change:
        change.state = replace(change.state, pending=pending)
        change.save()


def test_every_car_of_a_batch_that_git_landed_is_recorded_by_whoever_comes_next(project: Project) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    _, _, pending = pending_landing(project, *pods)
    leave_pending(project, pending)
    project.lmawep("ticket", "create", "Next")
    state = project.ws.snapshot().state
    assert state.landed == {car["ticket"]: car["commit"] for car in pending["cars"]} and state.train == ()
    assert [project.status_of(pod.ticket) for pod in pods] == ["complete"] * 3
    project.lmawep("undo", str(pods[1].ticket))
    assert [(project.root / f"{n}.txt").exists() for n in range(3)] == [True, False, True]


def test_a_batch_that_never_reached_main_is_forgotten_whole(project: Project) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    old, _, pending = pending_landing(project, *pods)
    project.git("reset", "-q", "--hard", old)
    leave_pending(project, pending)
    project.lmawep("ticket", "create", "Next")
    state = project.ws.snapshot().state
    assert state.landed == {} and state.pending is None and len(state.train) == 3
    project.lmawep("merge", pods[2].id)
    assert [project.status_of(pod.ticket) for pod in pods] == ["complete"] * 3


@pytest.mark.parametrize("landed", [True, False])
def test_a_landing_that_cannot_be_settled_blocks_only_landings(project: Project, landed: bool) -> None:
    """Main was renamed after the kill: whether the landing happened cannot be told until it is back."""
    pod, other = project.queued({"one.txt": "x\n"}), project.queued({"two.txt": "x\n"})
    old, _, pending = pending_landing(project, pod)
    if not landed:
        project.git("reset", "-q", "--hard", old)
    project.git("branch", "-m", "main", "trunk")
    leave_pending(project, pending)
    project.lmawep("ticket", "create", "Life goes on")
    project.lmawep("pause", other.id)
    project.lmawep("resume", other.id)
    said = project.refuses("merge", other.id)
    assert f"landing of {pod.id} was cut off" in said and "git branch main" in said, said
    assert "cannot be settled" in project.lmawep("train").out
    found = [finding.what for finding in doctor(project.ws)]
    assert any("Nothing else lands" in what for what in found), found
    assert any("Nothing else lands" in f.what and not f.fixed for f in doctor(project.ws, fix=True))
    project.git("branch", "-m", "trunk", "main")
    assert all(finding.fixed for finding in doctor(project.ws, fix=True)) and doctor(project.ws) == []
    assert project.status_of(pod.ticket) == ("complete" if landed else "merging")
    project.lmawep("merge", other.id)
    assert project.status_of(other.ticket) == "complete"


def test_a_renamed_main_that_the_config_names_settles_it_too(project: Project) -> None:
    pod = project.queued({"one.txt": "x\n"})
    _, new, pending = pending_landing(project, pod)
    project.git("branch", "-m", "main", "trunk")
    leave_pending(project, pending)
    project.lmawep("ticket", "create", "Life goes on")
    project.config(main="trunk")
    project.lmawep("doctor", "--fix", ok=False)
    assert project.ws.snapshot().state.main == "trunk" and project.ws.snapshot().state.stuck is None
    assert project.ws.snapshot().state.landed == {pod.ticket: new} and doctor(project.ws) == []


def test_the_next_landing_settles_what_was_stuck_by_itself(project: Project) -> None:
    pod, other = project.queued({"one.txt": "x\n"}), project.queued({"two.txt": "x\n"})
    _, _, pending = pending_landing(project, pod)
    project.git("branch", "-m", "main", "trunk")
    leave_pending(project, pending)
    project.lmawep("ticket", "create", "Life goes on")
    project.git("branch", "-m", "trunk", "main")
    project.lmawep("merge", other.id)
    assert [project.status_of(p.ticket) for p in (pod, other)] == ["complete", "complete"]


def test_doctor_names_a_landing_that_somebody_took_off_main(project: Project) -> None:
    pod = project.queued()
    project.lmawep("merge", pod.id)
    project.git("reset", "-q", "--hard", "HEAD^")
    assert any(f"#{pod.ticket} landed as" in finding.what for finding in doctor(project.ws))


def test_main_that_gets_a_checkout_in_between_is_brought_along(project: Project) -> None:
    """The instant between looking where main is checked out and moving it: git's index would show the reverse."""
    pod = project.queued({"src/a.txt": "from the pod\n"})
    assert pod.verdict is not None
    merge.advance(project.ws.git, merge.Target("main", Sha(project.main()), None), pod.verdict.commit, "test")
    assert project.git("status", "--porcelain") == "" and (project.root / "src/a.txt").read_text() == "from the pod\n"


@pytest.mark.parametrize("command", ["merge", "undo"])
@pytest.mark.parametrize("moment", ["building", "testing", "landing"])
def test_a_killed_lander_leaves_nothing_that_blocks(
    project: Project, tmp_path: Path, command: str, moment: str
) -> None:
    """Killed with its tests still running, or before, or after: the next one ends them and lands."""
    gate(project, tmp_path)
    done, pod = project.queued({"first.txt": "x\n"}), project.queued({"second.txt": "x\n"})
    project.lmawep("merge", done.id)
    (tmp_path / "waiting").unlink()
    (tmp_path / "hold").touch()
    argv = ["merge", pod.id] if command == "merge" else ["undo"]
    lander = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", *argv], cwd=project.root, start_new_session=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    steps = project.ws.layout.train_steps
    until(steps.exists if moment == "building" else (tmp_path / "waiting").exists)
    if moment == "landing":
        (tmp_path / "hold").unlink()
        until(lambda: not steps.exists() or "landing" in steps.read_text())
    os.killpg(lander.pid, signal.SIGKILL)
    lander.communicate()
    (tmp_path / "hold").unlink(missing_ok=True)
    project.lmawep("merge", pod.id, ok=False)
    if command == "undo" and (project.root / "first.txt").exists():
        project.lmawep("undo", str(done.ticket))
    assert project.status_of(pod.ticket) == "complete"
    assert project.status_of(done.ticket) == ("ready" if command == "undo" else "complete")
    assert project.ws.snapshot().state.pending is None and project.marked() == []
    values = main_history(project)[:-1]
    assert {project.git("rev-parse", f"{value}^{{tree}}") for value in values} <= trees_tested(tmp_path)
    sound(project)
