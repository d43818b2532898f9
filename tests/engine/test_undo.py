"""Undo: a landing goes out the way it came in, tested and in one step; whoever builds on it is told."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.train import drive_train, merge_pod
from lmawep_tui.engine.undo import undo
from lmawep_tui.files import journal
from lmawep_tui.model.errors import NotFound, Refused, UsageError
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs.memory import load_memory
from tests.repos import PYTHON, Project, until


@pytest.fixture
def tested(project: Project, tmp_path: Path) -> Path:
    """Trees that were tested, one a line; red when there is no `needed.txt` although `needs.txt` is there."""
    script, log = tmp_path / "tests.sh", tmp_path / "tested"
    script.write_text(
        f"#!/bin/sh\ngit rev-parse HEAD >> '{log}'\n"
        f"while [ -e '{tmp_path}/hold' ]; do touch '{tmp_path}/waiting'; sleep 0.02; done\n"
        "if [ -e needs.txt ] && [ ! -e needed.txt ]; then echo 'FAILED: needed.txt'; exit 1; fi\necho '1 passed'\n"
    )
    script.chmod(0o755)
    log.touch()
    project.config(tests={"command": str(script)})
    return log


def tree(project: Project, commit: str = "main") -> str:
    return project.git("rev-parse", f"{commit}^{{tree}}")


def landed(project: Project, files: dict[str, str], **fields: Any) -> PodRecord:
    pod = project.queued(files, **fields)
    assert merge_pod(project.ws, pod.id).complete
    return pod


def several_commits(project: Project) -> PodRecord:
    """A pod with two commits in the train."""
    pod = project.reviewed({"one.txt": "1\n", "src/a.txt": "changed\n"}, title="Two commits")
    project.commit(pod, {"two.txt": "2\n"})
    from lmawep_tui.engine.review import approve

    approve(project.ws, pod.id)
    return project.ws.snapshot().state.pods[pod.id]


@pytest.mark.parametrize("later", [False, True], ids=["the newest", "below later work"])
@pytest.mark.parametrize("style", ["merge", "squash", "ff"])
def test_each_style_is_undone_as_a_whole(project: Project, tested: Path, style: str, later: bool) -> None:
    project.config(merge={"style": style}, tests=project.settings["tests"])
    before = tree(project)
    pod = several_commits(project)
    assert merge_pod(project.ws, pod.id).complete
    if later:
        landed(project, {"later.txt": "later\n"})
    old = project.main()
    done = project.lmawep("undo", str(pod.ticket))
    assert f"#{pod.ticket}" in done.out and "undone as" in done.out, done.out
    assert project.git("rev-parse", "main^") == old, "main moves forward only"
    assert tested.read_text().split()[-1] == project.main(), "an untested value of main"
    if later:
        assert project.git("ls-tree", "-r", "--name-only", "main").split() == ["README.md", "later.txt", "src/a.txt",
                                                                               "src/b.txt"]  # fmt: skip
    else:
        assert tree(project) == before
    assert project.git("status", "--porcelain") == "" and not (project.root / "one.txt").exists()
    assert project.status_of(pod.ticket) == "ready" and pod.ticket not in project.ws.snapshot().state.landed
    assert project.ws.snapshot().state.pending is None
    assert doctor(project.ws) == []


def test_without_a_name_it_goes_back_in_time(project: Project, tested: Path) -> None:
    start = tree(project)
    first, second = (landed(project, {f"{n}.txt": "x\n"}) for n in range(2))
    assert undo(project.ws).ticket == second.ticket
    assert undo(project.ws).ticket == first.ticket
    assert tree(project) == start
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(project.ws)


def test_an_undone_landing_can_be_brought_back_and_undone_again(project: Project, tested: Path) -> None:
    pod = landed(project, {"new.txt": "x\n"})
    with_it = tree(project)
    undone = undo(project.ws)
    assert undone.commit is not None and undone.kind == "landing"
    back = undo(project.ws, undone.commit[:8])
    assert back.kind == "undo" and tree(project) == with_it
    assert project.status_of(pod.ticket) == "complete"
    assert project.ws.snapshot().state.landed[pod.ticket] == back.commit == project.main()
    assert undo(project.ws, str(pod.ticket)).undoes == back.commit
    assert project.status_of(pod.ticket) == "ready" and not (project.root / "new.txt").exists()


def test_a_ticket_is_worked_on_anew_after_its_landing_was_undone(project: Project, tested: Path) -> None:
    pod = landed(project, {"new.txt": "x\n"})
    undone = undo(project.ws)
    note = load_memory(project.ws.git, pod.ticket)["blockers.md"].decode()
    assert "Landing undone" in note and undone.commit is not None and undone.commit[:7] in note
    project.lmawep("spawn", str(pod.ticket))
    again = project.ws.snapshot().state.pods["pod-2"]  # type: ignore[index]
    assert "Landing undone" in (Path(again.path) / "memory-bank/blockers.md").read_text()
    project.git("revert", "--no-edit", undone.commit, at=Path(again.path))
    from lmawep_tui.engine.review import approve
    from lmawep_tui.model.lifecycle import Event

    project.step(pod.ticket, Event.STARTED, Event.BELIEVED)
    approve(project.ws, again.id)
    assert merge_pod(project.ws, again.id).complete
    assert (project.root / "new.txt").exists() and project.status_of(pod.ticket) == "complete"


def test_a_pod_that_was_kept_gets_its_ticket_back(project: Project, tested: Path) -> None:
    project.config(merge={"remove_pod": False}, tests=project.settings["tests"])
    pod = landed(project, {"new.txt": "x\n"})
    undo(project.ws)
    record = project.ws.snapshot().state.pods[pod.id]
    assert project.status_of(pod.ticket) == "assigned" and record.verdict is None and "git revert" in record.brief
    assert doctor(project.ws) == []


def test_one_car_of_a_batch_is_undone_alone(project: Project, tested: Path) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    drive_train(project.ws, pods[0].id)
    undo(project.ws, str(pods[1].ticket))
    assert [(project.root / f"{n}.txt").exists() for n in range(3)] == [True, False, True]
    assert [project.status_of(pod.ticket) for pod in pods] == ["complete", "ready", "complete"]


def test_later_work_in_the_way_is_named_and_nothing_changes(project: Project, tested: Path) -> None:
    pod = landed(project, {"src/a.txt": "mine\n"})
    landed(project, {"src/a.txt": "mine, and more\n"})
    before = project.main()
    for extra in ((), ("--dry-run",)):
        assert "src/a.txt" in project.refuses("undo", str(pod.ticket), *extra)
    assert project.main() == before and project.status_of(pod.ticket) == "complete"


def test_red_tests_without_it_stop_an_undo(project: Project, tested: Path) -> None:
    pod = landed(project, {"needed.txt": "x\n"})
    landed(project, {"needs.txt": "x\n"})
    before = project.main()
    sentence = project.refuses("undo", str(pod.ticket))
    assert "tests are red without it" in sentence and "needed.txt" in sentence
    assert project.main() == before and project.status_of(pod.ticket) == "complete"


def test_an_edit_of_the_person_in_the_way_stops_an_undo(project: Project, tested: Path) -> None:
    landed(project, {"src/a.txt": "mine\n"})
    before = project.main()
    (project.root / "src/a.txt").write_text("not committed\n")
    assert "src/a.txt" in project.refuses("undo")
    assert (project.root / "src/a.txt").read_text() == "not committed\n" and project.main() == before


def test_a_dry_run_says_it_all_and_does_nothing(project: Project, tested: Path) -> None:
    pod = landed(project, {"new.txt": "x\n", "other.txt": "x\n"})
    runs, before, version = tested.read_text(), project.main(), project.ws.snapshot().state.version
    shape = project.lmawep("undo", "--dry-run", "--json").json
    assert shape == {"kind": "landing", "pod": pod.id, "ticket": pod.ticket, "undoes": before, "commit": None,
                     "files": ["new.txt", "other.txt"], "dependents": []}  # fmt: skip
    assert (tested.read_text(), project.main(), project.ws.snapshot().state.version) == (runs, before, version)


def test_whoever_builds_on_it_is_told(project: Project, tested: Path) -> None:
    base = landed(project, {"base.txt": "x\n"})
    grown = landed(project, {"grown.txt": "x\n"}, depends_on=[base.ticket])
    waiting = project.queued({"next.txt": "x\n"}, depends_on=[grown.ticket])
    not_begun = project.ticket(depends_on=[base.ticket])
    other = project.queued({"free.txt": "x\n"})
    undone = undo(project.ws, str(base.ticket))
    assert undone.dependents == (grown.ticket, waiting.ticket)
    pod = project.ws.snapshot().pods[waiting.id]
    assert pod.status == "blocked" and f"#{base.ticket}, which it builds on, was undone" in (pod.attention or "")
    assert "A dependency changed" in (Path(waiting.path) / "memory-bank/blockers.md").read_text()
    assert pod.in_train is None
    assert project.status_of(grown.ticket) == "complete" and project.status_of(not_begun.id) == "ready"
    assert project.status_of(other.ticket) == "merging"
    told = [entry["ticket"] for entry in journal.read(project.ws.layout.journal) if entry["event"] == "told"]
    assert told == [grown.ticket, waiting.ticket]


def test_what_cannot_be_undone_is_refused_in_words(project: Project, tested: Path) -> None:
    pod = landed(project, {"new.txt": "x\n"})
    assert "has not landed" in project.refuses("undo", "999")
    for commit in ("abcdef1234", "01234567"):
        assert "no landing" in project.refuses("undo", commit)
    with pytest.raises(UsageError):
        undo(project.ws, "nonsense")
    project.git("reset", "-q", "--hard", "HEAD^")
    assert "not on main" in project.refuses("undo", str(pod.ticket))
    assert "An agent cannot" in project.refuses("undo", env={"LMAWEP_RUN": "0001-task"})


def test_a_history_that_is_lost_is_made_up_for_by_git(project: Project, tested: Path) -> None:
    start = tree(project)
    pod = landed(project, {"new.txt": "x\n"})
    project.ws.layout.journal.unlink()
    undo(project.ws, str(pod.ticket))
    assert tree(project) == start


def test_a_forged_line_of_history_undoes_nothing_that_is_not_on_main(project: Project, tested: Path) -> None:
    pod = project.queued({"new.txt": "x\n"})
    assert pod.verdict is not None
    line = {"at": "x", "event": "landed", "pod": pod.id, "ticket": pod.ticket, "commit": pod.verdict.commit,
            "base": project.main()}  # fmt: skip
    with project.ws.layout.journal.open("a") as file:
        file.write(json.dumps(line) + "\n" + json.dumps({"event": "landed", "commit": "--help", "ticket": []}) + "\n")
    with pytest.raises(Refused, match="not on main"):
        undo(project.ws)


def test_main_that_moves_during_an_undo_is_built_on(project: Project, tested: Path, tmp_path: Path) -> None:
    landed(project, {"new.txt": "x\n"})
    (tmp_path / "hold").touch()
    undoing = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "undo"], cwd=project.root, stdout=subprocess.PIPE)
    until((tmp_path / "waiting").exists)
    assert doctor(project.ws, fix=True) == [], "the tests of an undo are no strays"
    project.git("commit", "-q", "--allow-empty", "-m", "By hand")
    by_hand = project.main()
    (tmp_path / "hold").unlink()
    out, _ = undoing.communicate(timeout=60)
    assert undoing.returncode == 0, out
    assert project.git("rev-parse", "main^") == by_hand and project.main() in tested.read_text()


def test_an_undo_that_git_finished_is_recorded_by_whoever_comes_next(project: Project, tested: Path) -> None:
    """Killed between git's move of main and our note of it."""
    from dataclasses import replace

    pod = landed(project, {"new.txt": "x\n"})
    old = project.main()
    project.git("revert", "--no-edit", "-m1", "HEAD")
    pending = {"op": "undo", "pod": pod.id, "ticket": pod.ticket, "kind": "landing", "undoes": old, "landed": old,
               "dependents": [], "branch": "main", "old": old, "new": project.main(), "checkout": str(project.root),
               "at": 0.0}  # fmt: skip
    with project.ws.change("test") as change:
        change.state = replace(change.state, pending=pending)
        change.save()
    project.lmawep("ticket", "create", "Next")
    assert project.ws.snapshot().state.pending is None and project.status_of(pod.ticket) == "ready"
    assert "revert" in load_memory(project.ws.git, pod.ticket)["blockers.md"].decode()
    with pytest.raises(NotFound):
        undo(project.ws)


def test_after_a_squash_was_undone_its_tidied_pod_is_nothing_to_undo(project: Project) -> None:
    """Its commits are nowhere on main, so the vault kept them; that makes tidying up no deed of the person's."""
    project.config(merge={"style": "squash"})
    pod = project.queued({"one.txt": "1\n"})
    project.lmawep("merge", pod.id)
    project.lmawep("undo")
    assert "nothing to undo" in project.refuses("undo")
