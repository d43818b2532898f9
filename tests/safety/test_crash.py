"""C1, C2: a command killed at any point, or refused anything by the system, leaves whole files and no half pods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.spares import keep_spares, known
from lmawep_tui.model.ids import PodId
from tests.repos import Project, quiet
from tests.safety.faults import Ended, Faults
from tests.share import some


def _one_ticket(project: Project) -> None:
    project.ticket("First", description="two\nlines")


def _with_work(project: Project) -> None:
    pod = project.reviewed({"src/a.txt": "changed\n"})
    (Path(pod.path) / "loose.txt").write_text("not committed\n")


def _removed(project: Project) -> None:
    _with_work(project)
    remove(project.ws, PodId("pod-1"), force=True)
    quiet(project.root)


def _reviewed(project: Project) -> None:
    project.reviewed()


def _queued(project: Project) -> None:
    project.queued()


def _two_queued(project: Project) -> None:
    project.queued({"one.txt": "1\n"})
    project.queued({"two.txt": "2\n"})


def _landed(project: Project) -> None:
    pod = project.queued()
    project.lmawep("merge", pod.id)


def _state_lost(project: Project) -> None:
    project.reviewed()
    project.ws.layout.state.unlink()


def _with_spare(project: Project) -> None:
    project.config(worktree={"spares": 1})
    assert keep_spares(project.ws) == 1
    _one_ticket(project)


def _with_old_spare(project: Project) -> None:
    _with_spare(project)
    (project.root / "src/a.txt").write_text("newer\n")
    project.git("commit", "-qam", "Newer")


COMMANDS: dict[str, tuple[Callable[[Project], Any], tuple[str, ...], int]] = {
    "create": (_one_ticket, ("ticket", "create", "Second", "-d", "101"), 9),
    "update": (_one_ticket, ("ticket", "update", "101", "--title", "Other", "-p", "high"), 6),
    "block": (_one_ticket, ("ticket", "update", "101", "-s", "blocked"), 6),
    "spawn": (_one_ticket, ("spawn", "101"), 12),
    "spawn of a spare": (_with_spare, ("spawn", "101"), 16),
    "spawn of an old spare": (_with_old_spare, ("spawn", "101"), 8),
    "remove": (_with_work, ("remove", "pod-1", "--force"), 12),
    "restore": (_removed, ("vault", "restore", "pod-1"), 12),
    "approve": (_reviewed, ("review", "pod-1", "--approve"), 6),
    "reject": (_reviewed, ("review", "pod-1", "--reject", "not so"), 6),
    "merge": (_queued, ("merge", "pod-1"), 10),
    "merge of two": (_two_queued, ("merge", "pod-2"), 10),
    "undo": (_landed, ("undo",), 10),
    "doctor": (_state_lost, ("doctor", "--fix"), 6),
}


@pytest.fixture
def faults(project: Project, request: pytest.FixtureRequest) -> Iterator[tuple[Project, Faults, int]]:
    prepare, argv, most = COMMANDS[request.param]
    prepare(project)
    project.lmawep("status")
    made = Faults(project.root, *argv)
    yield project, made, some(most)
    made.close()


def tickets(project: Project) -> dict[str, Any]:
    """Every ticket as a foreign reader sees it."""
    return {path.name: yaml.safe_load(path.read_text()) for path in project.ws.layout.tickets.glob("ticket-*.yaml")}


def without_times(found: dict[str, Any]) -> dict[str, Any]:
    return {name: {k: v for k, v in data.items() if k != "created"} for name, data in found.items()}


def temporary(project: Project) -> list[Path]:
    return [path for path in project.root.rglob(".tmp-*") if ".git" not in path.parts]


def no_half_pods(project: Project) -> None:
    """The state, git and the disk agree on which pods there are."""
    pods = project.ws.snapshot().state.pods
    trees = [
        line[9:] for line in project.git("worktree", "list", "--porcelain").splitlines() if line[:9] == "worktree "
    ]
    ours = {"train", *(spare.name for spare in known(project.ws))}
    listed = {Path(tree).name for tree in trees[1:]} - ours
    folder = project.ws.layout.worktrees
    there = {path.name for path in folder.iterdir()} - ours if folder.is_dir() else set()
    branches = {name.split("-ticket-")[0] for name in project.git("branch", "--format=%(refname:short)").splitlines()
                if name.startswith("pod-")}  # fmt: skip
    assert set(pods) == listed == there == branches


def sound_after_recovery(project: Project, ended: Ended, old: dict[str, Any], new: dict[str, Any]) -> None:
    quiet(project.root)
    found = tickets(project)
    for name, data in without_times(found).items():
        assert data in (old.get(name), new.get(name)), f"{ended}: {name} is neither old nor new: {data}"
    assert set(old) <= set(found), ended
    if project.ws.layout.state.exists():
        with project.ws.change("the next command"):
            pass
        left = [finding for finding in doctor(project.ws) if "nobody acted on" not in finding.what]
        assert left == [], f"{ended}: the next command left {left}"
    doctor(project.ws, fix=True)
    again = doctor(project.ws, fix=True)
    assert again == [], f"{ended}: a second doctor still finds {again}"
    assert yaml.safe_load(project.ws.layout.state.read_text())["pending"] is None, ended
    assert not project.ws.layout.redo.exists(), ended
    no_half_pods(project)
    assert without_times(tickets(project)) in (old, new), ended
    # main's checkout is as it was, or wholly at the new commit
    assert project.git("status", "--porcelain") == "", ended
    assert project.git("fsck", "--connectivity-only", "--no-dangling") == "", ended


def fix_by_time(project: Project) -> tuple[dict[str, Any], str]:
    return without_times(tickets(project)), project.main()


@pytest.mark.parametrize("faults", COMMANDS, indirect=True)
def test_killed_at_any_point_leaves_the_old_or_the_new(faults: tuple[Project, Faults, int]) -> None:
    project, command, most = faults
    old = without_times(tickets(project))
    whole = command.whole()
    assert whole.code == 0, whole.err
    quiet(project.root)
    new = without_times(tickets(project))
    killed = 0
    for ended in command.each("kill", most):
        assert ended.code in (-9, 0), ended
        killed += ended.code == -9
        sound_after_recovery(project, ended, old, new)
    assert killed >= min(most, len(command.points)) - 1


@pytest.mark.parametrize("mode", ["once", "full"])
@pytest.mark.parametrize(
    "faults", [name for name in COMMANDS if name not in ("update", "reject", "doctor", "merge of two")], indirect=True
)
def test_a_full_disk_is_a_sentence_and_nothing_half_done(faults: tuple[Project, Faults, int], mode: str) -> None:
    project, command, most = faults
    old = without_times(tickets(project))
    assert command.whole().code == 0
    quiet(project.root)
    new = without_times(tickets(project))
    for ended in command.each(mode, most // 2):
        quiet(project.root)
        assert ended.code in (0, 1), ended
        assert "Traceback" not in ended.err, ended
        if ended.code:
            assert ended.err.startswith("lmawep: ") and ended.err.count("\n") == 1, ended
        assert temporary(project) == [], ended
        sound_after_recovery(project, ended, old, new)
