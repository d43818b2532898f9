"""The radar: truthful about uncommitted work, and it touches nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lmawep_tui.engine.radar import overlap, radar
from lmawep_tui.engine.radar_hunks import clash_files
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs import radar as vcs_radar
from tests.repos import Project


def _pairs(project: Project) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(clash.a, clash.b): clash.files for clash in radar(project.ws).pairs}


def _write(pod: PodRecord, name: str, text: str) -> None:
    path = Path(pod.path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_committed_uncommitted_and_untracked_work_is_compared(project: Project) -> None:
    one, two, three = project.spawn(), project.spawn(), project.spawn()
    assert _pairs(project) == {}
    project.commit(one, {"src/a.txt": "one\n"})
    _write(two, "src/a.txt", "two, not committed\n")
    _write(three, "src/new.txt", "untracked\n")
    assert _pairs(project) == {("pod-1", "pod-2"): ("src/a.txt",)}
    _write(one, "src/new.txt", "also untracked\n")
    assert _pairs(project) == {("pod-1", "pod-2"): ("src/a.txt",), ("pod-1", "pod-3"): ("src/new.txt",)}
    project.git("checkout", "-q", "--", "src/a.txt", at=Path(two.path))
    (Path(three.path) / "src/new.txt").write_text("also untracked\n")  # the same content is no clash
    assert _pairs(project) == {}


def test_main_is_a_side_too_and_its_clashes_are_told_once(project: Project) -> None:
    one = project.spawn()
    project.commit(one, {"src/a.txt": "one\n", "src/b.txt": "one\n"})
    (project.root / "src/a.txt").write_text("main\n")
    project.git("commit", "-qam", "main moved")
    two = project.spawn()  # made from the newer main: that is not its doing
    project.commit(two, {"src/b.txt": "two\n"})
    assert _pairs(project) == {("pod-1", "main"): ("src/a.txt",), ("pod-1", "pod-2"): ("src/b.txt",)}


def test_a_folder_moved_away_under_a_new_file(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    folder = Path(one.path)
    project.git("mv", "src", "lib", at=folder)
    _write(two, "src/fresh.txt", "in the old folder\n")
    assert _pairs(project) == {("pod-1", "pod-2"): ("lib/fresh.txt",)}
    assert radar(project.ws).pairs[0].kind == "directory rename suggested"


def _everything(project: Project) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for path in sorted(project.root.rglob("*")):
        if path.is_file() and "cache" not in path.relative_to(project.root).parts and path.suffix != ".owner":
            found[str(path)] = path.read_bytes()
    return found


def test_nothing_is_touched(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    project.commit(one, {"src/a.txt": "one\n"})
    _write(two, "src/a.txt", "two\n")
    _write(two, "staged.txt", "staged\n")
    project.git("add", "staged.txt", at=Path(two.path))
    _write(two, "staged.txt", "and changed\n")
    (Path(two.path) / "src/b.txt").unlink()
    before = _everything(project)
    for _ in range(2):
        assert [clash.files for clash in radar(project.ws).pairs] == [("src/a.txt",)]
    assert _everything(project) == before


def test_a_second_look_starts_no_merge_and_a_changed_pod_only_its_own(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pods = [project.spawn() for _ in range(4)]
    for pod in pods:
        _write(pod, "src/a.txt", f"{pod.id}\n")
        os.utime(Path(pod.path) / "src/a.txt", (1, 1))
    asked: list[int] = []
    real = vcs_radar.Scanner.merge
    monkeypatch.setattr(vcs_radar.Scanner, "merge", lambda self, pairs: asked.append(len(pairs)) or real(self, pairs))
    assert len(_pairs(project)) == 6
    first = sum(asked)
    assert len(_pairs(project)) == 6
    assert (first, sum(asked)) == (6, 6)
    _write(pods[0], "src/a.txt", "again\n")
    assert len(_pairs(project)) == 6
    assert sum(asked) == 9


def test_a_same_sized_change_within_the_clock_s_grain_is_seen(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    _write(one, "src/a.txt", "A\n")
    for word in "BABABA":
        _write(two, "src/a.txt", f"{word}\n")
        assert bool(_pairs(project)) == (word == "B")


def test_a_pod_that_cannot_be_looked_at_is_named_and_stops_nobody(project: Project) -> None:
    pods = [project.spawn() for _ in range(7)]
    for pod in pods:
        _write(pod, "src/a.txt", f"{pod.id}\n")
    gone, moved, empty, unborn, torn, good, other = pods
    shutil.rmtree(gone.path)
    (Path(moved.path) / ".git").write_text(f"gitdir: {project.root}/.git\n")
    admin = project.ws.layout.git_dir / "worktrees"
    (admin / empty.id / "index").unlink()
    (admin / unborn.id / "HEAD").write_text("ref: refs/heads/nowhere\n")
    (admin / torn.id / "index").write_bytes(b"DIRC\0\0\0\2")
    found = radar(project.ws)
    assert [(c.a, c.b, c.files) for c in found.pairs] == [(good.id, other.id, ("src/a.txt",))]
    assert set(found.skipped) == {p.id for p in (gone, moved, empty, unborn, torn)}
    assert all(found.skipped.values())
    done = project.lmawep("radar")
    assert "pod-6 × pod-7  src/a.txt" in done.out and "pod-1 was not looked at whole" in done.out


def test_odd_work_is_no_reason_to_fail(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = project.spawn(), project.spawn()
    for pod in (one, two):
        for name in ("ünï cöde", "new\nline", "-rf", ":(top)x", '"q"'):
            _write(pod, name, f"{pod.id}\n")
        folder = Path(pod.path)
        (folder / "link").symlink_to(f"/etc/{pod.id}")
        os.mkfifo(folder / "pipe")
        (folder / "inner").mkdir()
        project.git("init", "-q", at=folder / "inner")
        with open(folder / "giant.bin", "wb") as file:
            file.truncate(300_000_000)
    assert set(_pairs(project)["pod-1", "pod-2"]) == {
        "ünï cöde",
        "new\nline",
        "-rf",
        ":(top)x",
        '"q"',
        "link",
        "giant.bin",
    }
    kept = sum(p.stat().st_size for p in (project.ws.layout.cache / "radar/objects").rglob("*") if p.is_file())
    assert kept < 1_000_000
    monkeypatch.setattr("lmawep_tui.engine.radar.MAX_PATHS", 3)
    assert "only its commits" in radar(project.ws).skipped[one.id]


def test_the_cache_may_go_at_any_time(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    for pod in (one, two):
        _write(pod, "src/a.txt", f"{pod.id}\n")
        os.utime(Path(pod.path) / "src/a.txt", (1, 1))
    folder = project.ws.layout.cache / "radar"
    assert len(_pairs(project)) == 1
    shutil.rmtree(folder / "objects")
    project.commit(two, {"src/b.txt": "two\n"})
    assert len(_pairs(project)) == 1
    (folder / "seen.json").write_text('{"tips": 7')
    assert len(_pairs(project)) == 1
    shutil.rmtree(folder)
    folder.parent.chmod(0o500)
    try:
        assert len(_pairs(project)) == 1
    finally:
        folder.parent.chmod(0o700)


def test_overlap_names_all_paths_a_pod_changed(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    project.commit(one, {"src/a.txt": "one\n"})
    _write(one, "loose.txt", "x\n")
    snapshot = project.ws.snapshot()
    assert overlap(project.ws, snapshot) == {"pod-1": {"src/a.txt", "loose.txt"}, "pod-2": frozenset()}
    shutil.rmtree(two.path)
    assert overlap(project.ws, project.ws.snapshot())["pod-2"] == frozenset()


def test_the_command(project: Project) -> None:
    assert project.lmawep("radar").out == "There are no pods to compare.\n"
    one, two = project.spawn(), project.spawn()
    assert "Nothing clashes: 2 pods" in project.lmawep("radar").out
    for pod in (one, two):
        _write(pod, "src/a.txt", f"{pod.id}\n")
    shape = project.lmawep("radar", "--json").json
    assert shape["pairs"] == [{"a": "pod-1", "b": "pod-2", "files": ["src/a.txt"], "kind": "contents"}]
    assert (shape["pods"], shape["skipped"], shape["claims"]) == (["pod-1", "pod-2"], {}, [])
    project.lmawep("claim", "lib", "--pod", "pod-1")
    assert "pod-1 claims lib (warn)" in project.lmawep("radar").out


def test_the_hunks_behind_a_clash(project: Project) -> None:
    one, two, three = project.spawn(), project.spawn(), project.spawn()
    project.commit(one, {"src/a.txt": "one\n2\n3\n"})
    _write(two, "src/a.txt", "two, not committed\n2\n3\n")
    before = _everything(project)
    (file,) = clash_files(project.ws, project.ws.snapshot(), one.id, two.id)
    assert (file.path, file.kind, file.hunks) == ("src/a.txt", "content", 1)
    assert file.text.splitlines()[0] == "<<<<<<< pod-1" and file.text.splitlines()[-1] == ">>>>>>> pod-2"
    assert "one" in file.text and "two, not committed" in file.text
    assert clash_files(project.ws, project.ws.snapshot(), one.id, three.id) == ()
    assert _everything(project) == before
    (project.root / "src/a.txt").write_text("main\n2\n3\n")
    project.git("commit", "-qam", "main moved")
    (file,) = clash_files(project.ws, project.ws.snapshot(), one.id, "main")
    assert ">>>>>>> main" in file.text
