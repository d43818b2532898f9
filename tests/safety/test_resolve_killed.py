"""C1, C5, C6 for `resolve`: killed at any point, it leaves a pod that `--abort` or `--done` brings to a clean end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lmawep_tui.engine import conflict
from lmawep_tui.engine.conflict import Side
from lmawep_tui.engine.conflict_view import ConflictView, MergeState
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.train import merge_pod
from lmawep_tui.model.ids import PodId
from tests.engine.test_conflict import everything, on_main
from tests.repos import Project, git, quiet
from tests.safety.faults import Faults
from tests.share import some

POD_1 = PodId("pod-1")


def _conflict(project: Project) -> None:
    pod = project.queued({"src/a.txt": "1 pod\n", "src/b.txt": "b pod\n", "mine.txt": "mine\n"})
    on_main(project, {"src/a.txt": "1 main\n", "src/b.txt": None, "dir/new.txt": "new\n" * 1000})
    merge_pod(project.ws, pod.id)


def _begun(project: Project) -> None:
    _conflict(project)
    conflict.start_merge(project.ws, POD_1)


def _decided(project: Project) -> None:
    _begun(project)
    conflict.take(project.ws, POD_1, ["."], Side.OURS)


STEPS: dict[str, tuple[Callable[[Project], None], tuple[str, ...]]] = {
    "start": (_conflict, ("--start",)),
    "ours": (_begun, ("--ours", ".")),
    "done": (_decided, ("--done",)),
    "abort": (_decided, ("--abort",)),
}


def _locks(project: Project) -> list[Path]:
    return [path for path in project.ws.layout.git_dir.rglob("*.lock") if "objects" not in path.parts]


def _end(project: Project, view: ConflictView, *, by_abort: bool) -> str:
    """Brings a merge to its end; returns `before` or `merged`."""
    pod = view.pod
    if view.state is MergeState.CONFLICT:
        return "before"
    if view.state is MergeState.UP_TO_DATE:
        return "merged"
    if view.state is MergeState.GONE or (view.state is MergeState.MERGING and by_abort):
        conflict.abort(project.ws, pod)
        return "before"
    if view.left:
        conflict.take(project.ws, pod, ["."], Side.THEIRS)
    conflict.finish(project.ws, pod)
    return "merged"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_point_abort_or_done_ends_it(project: Project, step: str) -> None:
    prepare, options = STEPS[step]
    prepare(project)
    pod = project.ws.snapshot().pods[POD_1].record
    folder = Path(pod.path)
    tip, main = git(folder, "rev-parse", pod.branch), project.main()
    project.lmawep("status")
    faults = Faults(project.root, "resolve", pod.id, *options)
    try:
        assert faults.whole().code == 0
        quiet(project.root)
        endings: set[str] = set()
        for number, ended in enumerate(faults.each("kill", some(14))):
            quiet(project.root)
            with project.ws.change("the next command"):
                pass
            assert _locks(project) == [], ended
            assert project.ws.snapshot().state.pending is None, ended
            view = conflict.describe(project.ws, pod.id)
            named = any("merge is half done" in finding.what for finding in doctor(project.ws))
            assert named == (view.state not in (MergeState.CONFLICT, MergeState.UP_TO_DATE)), (ended, view.state)
            ending = _end(project, view, by_abort=number % 2 == 0)
            endings.add(ending)
            assert git(folder, "status", "--porcelain") == "", ended
            after = project.ws.snapshot().pods[pod.id].record
            assert after.merging is None, ended
            if ending == "before":
                assert git(folder, "rev-parse", pod.branch) == tip, ended
                assert not after.paused and after.conflict is not None, ended
                assert "A person merges" not in (folder / "memory-bank/blockers.md").read_text(), ended
                assert not (folder / "dir").exists(), ended
            else:
                assert git(folder, "rev-list", "--parents", "-1", pod.branch).split()[1:] == [tip, main], ended
                assert project.status_of(pod.ticket) == "review", ended
        assert endings
    finally:
        faults.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_is_a_sentence(project: Project, step: str) -> None:
    prepare, options = STEPS[step]
    prepare(project)
    pod = project.ws.snapshot().pods[POD_1].record
    folder = Path(pod.path)
    faults = Faults(project.root, "resolve", pod.id, *options)
    try:
        assert faults.whole().code == 0
        for number, ended in enumerate(faults.each("once", some(6))):
            quiet(project.root)
            assert "Traceback" not in ended.err and "Unexpected" not in ended.err, ended
            with project.ws.change("the next command"):
                pass
            _end(project, conflict.describe(project.ws, pod.id), by_abort=number % 2 == 0)
            assert git(folder, "status", "--porcelain") == "", ended
    finally:
        faults.close()


def test_git_killed_while_it_merges_is_undone(project: Project) -> None:
    """The worktree half at main, the index not written, the lock left: the pod comes back as it was."""
    _conflict(project)
    pod = project.ws.snapshot().pods[POD_1].record
    folder = Path(pod.path)
    before = everything(folder)
    saved = project.root.with_name("saved")
    conflict.start_merge(project.ws, pod.id)
    subprocess.run(["cp", "-a", str(folder), str(saved)], check=True)
    state = project.ws.layout.state.read_text()
    conflict.abort(project.ws, pod.id)
    assert everything(folder) == before
    # as the kill leaves it: files in place, nothing in the index, no MERGE_HEAD, the redo of the verb pending
    (folder / "src/a.txt").write_bytes((saved / "src/a.txt").read_bytes())
    (folder / "dir").mkdir()
    (folder / "dir/new.txt").write_text("new\n" * 10)
    admin = Path((folder / ".git").read_text().removeprefix("gitdir: ").strip())
    project.ws.layout.state.write_text(state.replace(
        "pending: null", f"pending: {{op: resolve, step: start, pod: {pod.id}, tip: "
        f"{git(folder, 'rev-parse', 'HEAD')}, main: {project.main()}, at: 1.0}}"))  # fmt: skip
    (admin / "index.lock").touch()
    with project.ws.change("the next command"):
        pass
    assert everything(folder) == before
    assert not (admin / "index.lock").exists()
    assert project.ws.snapshot().pods[pod.id].record == pod
