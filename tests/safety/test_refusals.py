"""C14: one bad thing blocks no other, and every refusal is one sentence and a non-zero exit, in whatever repository."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.repos import PYTHON, Done, Project, git, repository, run


def lmawep(cwd: Path, *args: str, **more: object) -> Done:
    return run([PYTHON, "-P", "-m", "lmawep_tui", *args], cwd, **more)  # type: ignore[arg-type]


def refuses(cwd: Path, *args: str, status: int = 1, **more: object) -> str:
    done = lmawep(cwd, *args, **more)
    assert done.code == status and "Traceback" not in done.err, done
    assert done.err.startswith("lmawep: ") and done.err.count("\n") == 1, done.err
    return done.err


def test_outside_a_repository(tmp_path: Path) -> None:
    for argv in (("status",), ("init",), ("ticket", "create", "T"), ("doctor", "--fix"), ("up",), ()):
        assert "not inside a git repository" in refuses(tmp_path, *argv)
    assert not list(tmp_path.iterdir())


def test_in_a_bare_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    assert "bare" in refuses(tmp_path / "bare.git", "init")
    repository(tmp_path / "full")
    git(tmp_path / "full", "push", "-q", str(tmp_path / "bare.git"), "main")
    git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / "tree"), "main")
    assert "bare" in refuses(tmp_path / "tree", "init")


def test_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert "no commit" in refuses(tmp_path, "init")


def test_before_init(tmp_path: Path) -> None:
    repository(tmp_path / "r")
    assert "lmawep init" in refuses(tmp_path / "r", "status")


def test_without_git_and_with_an_old_one(project: Project, tmp_path: Path) -> None:
    ticket = project.ticket()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "git" in project.refuses("spawn", str(ticket.id), env={"PATH": str(empty)})
    assert "git" in project.refuses("init", env={"PATH": str(empty)})
    assert project.lmawep("ticket", "create", "Needs no git", env={"PATH": str(empty)}).out == "ticket-102\n"
    old = tmp_path / "old"
    old.mkdir()
    (old / "git").write_text(
        '#!/bin/sh\nfor a; do [ "$a" = version ] && echo git version 2.20.1 && exit 0; done\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    (old / "git").chmod(0o755)
    path = {"PATH": f"{old}:{os.environ['PATH']}"}
    assert "2.20.1 is too old" in project.refuses("init", env=path)
    assert "2.20.1 is too old" in project.refuses("up", env=path)


def without_root() -> None:
    """Takes away what lets root write anywhere, so that permissions mean something."""
    libc = ctypes.CDLL(None)
    for capability in (0, 1, 2, 3):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities")
def test_reading_works_and_writing_refuses_where_nothing_may_be_written(project: Project) -> None:
    project.reviewed()
    folders = [project.ws.layout.workspace, project.ws.layout.tickets, *project.ws.layout.workspace.glob("*/")]
    for folder in folders:
        folder.chmod(0o500)
    lock = project.ws.layout.lock("state")
    lock.chmod(0o400)
    try:
        for argv in (("status",), ("ticket", "list"), ("pods",), ("diff", "pod-1"), ("why", "101")):
            done = lmawep(project.root, *argv, preexec_fn=without_root)
            assert done.code == 0, done
        for argv in (
            ("ticket", "create", "T"),
            ("spawn", "101"),
            ("review", "pod-1", "--approve"),
            ("remove", "pod-1"),
        ):
            refuses(project.root, *argv, preexec_fn=without_root)
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_a_bad_config_names_its_key_and_leaves_the_rest_readable(project: Project) -> None:
    ticket = project.ticket()
    project.ws.layout.config.write_text("slots: 3\nslotz: 4\n")
    assert "slotz" in project.refuses("spawn", str(ticket.id))
    assert "slotz" in project.refuses("config")
    listed = project.lmawep("ticket", "list").out
    assert "Do it" in listed
    assert "slotz" in project.lmawep("status").out
    assert "Traceback" not in project.lmawep("doctor", ok=False).err


@pytest.mark.parametrize("text", ["", '{"pod": 1}'])
def test_a_bad_run_file_blocks_no_other_pod(project: Project, text: str) -> None:
    bad, good = project.reviewed(), project.reviewed({"other.txt": "x\n"})
    project.lmawep("run", bad.id, "--role", "command", "--", "true")
    (project.ws.run_dir(bad.id, "0001-command") / "run.json").write_text(text)
    for argv in (("status",), ("pods",), ("ticket", "list"), ("review", good.id, "--approve"), ("merge", good.id)):
        project.lmawep(*argv)
    for argv in (
        ("logs", bad.id),
        ("run", bad.id, "--", "true"),
        ("remove", bad.id),
        ("stop", bad.id),
        ("doctor", "--fix"),
    ):
        assert "Traceback" not in project.lmawep(*argv, ok=False).err


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"writes": 3}', '{"writes": [{"path": "../../outside", "was": null, "text": "x"}]}']
)
def test_a_bad_redo_file_is_a_sentence_and_doctor_mends_it(project: Project, text: str) -> None:
    project.ticket()
    project.ws.layout.redo.write_text(text)
    project.refuses("ticket", "create", "T")
    project.lmawep("status")
    project.lmawep("doctor", "--fix", ok=False)
    project.lmawep("ticket", "create", "T")
    assert not (project.root.parent / "outside").exists()


def test_a_pod_whose_branch_is_gone_blocks_no_other(project: Project) -> None:
    bad, good = project.reviewed(), project.reviewed({"other.txt": "x\n"})
    git(Path(bad.path), "checkout", "-q", "--detach")
    project.git("branch", "-qD", bad.branch)
    for argv in (("review", bad.id, "--approve"), ("diff", bad.id), ("merge", bad.id)):
        project.refuses(*argv)
    assert "Traceback" not in project.lmawep("doctor", "--fix", ok=False).err
    for argv in (("pods",), ("review", good.id, "--approve"), ("merge", good.id)):
        project.lmawep(*argv)
    project.lmawep("remove", bad.id, "--force")


def test_wrong_use_is_one_sentence_and_two(project: Project) -> None:
    for argv in (("no-such-verb",), ("spawn",), ("spawn", "101", "--no-such-option"), ("ticket", "create"),
                 ("ticket", "update", "101"), ("review", "pod-1", "--approve", "--reject", "x"),
                 ("ticket", "update", "101", "-s", "nonsense")):  # fmt: skip
        assert "Traceback" not in project.refuses(*argv, status=2)


def test_what_does_not_exist_is_named(project: Project) -> None:
    for argv in (("ticket", "show", "999"), ("spawn", "999"), ("diff", "pod-9"), ("logs", "pod-9"), ("stop", "pod-9"),
                 ("remove", "pod-9"), ("merge", "pod-9"), ("test", "pod-9"), ("why", "999"), ("pause", "pod-9"),
                 ("run", "pod-9", "--", "true"), ("review", "pod-9", "--approve")):  # fmt: skip
        assert (
            argv[-1] in project.refuses(*argv) or "pod-9" in project.refuses(*argv) or "999" in project.refuses(*argv)
        )


def test_a_missing_agent_is_named_before_anything_starts(project: Project) -> None:
    project.config(agent="ghost", agents={"ghost": {"command": ["no-such-program-anywhere"]}})
    pod = project.spawn()
    assert "no-such-program-anywhere" in project.refuses("run", pod.id)
    assert "no-such-program-anywhere" in project.refuses("up", "--until-done")
    assert project.status_of(pod.ticket) == "assigned" and not (project.ws.layout.runs / pod.id).exists()


def test_output_that_the_locale_cannot_say_is_no_trace(project: Project) -> None:
    project.ticket("ünïcode ✓ 漢字")
    for argv in (("ticket", "list"), ("status",), ("ticket", "show", "101")):
        done = project.lmawep(*argv, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}, ok=False)
        assert "Traceback" not in done.err and done.code == 0, done.err


# Repositories of all shapes: the whole way from a ticket to main. -----------------------------------------------------


def whole_way(project: Project, at: Path | None = None) -> None:
    assert project.lmawep("ticket", "create", "T", at=at).out == "ticket-101\n"
    assert project.lmawep("spawn", "101", at=at).out == "pod-1\n"
    work = "echo x > x.txt; git add x.txt; git commit -qm x"
    project.lmawep("run", "pod-1", "--", "sh", "-c", work, at=at)
    for argv in (("review", "pod-1", "--approve"), ("test", "pod-1"), ("merge", "pod-1")):
        project.lmawep(*argv, at=at)
    assert (project.root / "x.txt").read_text() == "x\n"
    assert project.git("status", "--porcelain") == ""
    assert project.ws.snapshot().state.pods == {}
    project.lmawep("doctor", at=at)


@pytest.mark.parametrize("name", ["ünïcode ✓ and space", "-quote'\"$(x)`;&{brace}%s", "new\nline"])
def test_a_path_of_any_name(tmp_path: Path, name: str) -> None:
    project = Project(tmp_path / name)
    if name == "new\nline":
        repository(project.root)
        done = lmawep(project.root, "init")
        assert "Traceback" not in done.err
        if done.code:
            assert done.err.startswith("lmawep: ") and done.err.count("\n") == 1
            return
        shutil.rmtree(project.root)
    project.init()
    whole_way(project)
    project.close()


@pytest.mark.parametrize("branch", ["trunk", "feature/ünïcode"])
def test_a_default_branch_of_any_name(tmp_path: Path, branch: str) -> None:
    project = Project(tmp_path / "p")
    repository(project.root)
    git(project.root, "branch", "-qm", branch)
    project.adopt(main=branch)
    whole_way(project)


def test_from_a_subfolder_and_from_the_persons_own_worktree(project: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "-b", "mine", str(tmp_path / "mine"))
    whole_way(project, at=tmp_path / "mine" / "src")
    assert git(tmp_path / "mine", "status", "--porcelain") == ""


def test_through_a_path_with_a_link_in_it(project: Project, tmp_path: Path) -> None:
    """Spawned by one name of the folder, removed and landed by the other."""
    (tmp_path / "link").symlink_to(project.root)
    alias = ("-C", str(tmp_path / "link"))
    ticket = project.ticket()
    project.lmawep(*alias, "spawn", str(ticket.id))
    project.lmawep("doctor")
    project.lmawep("remove", "pod-1")
    project.lmawep("spawn", str(ticket.id))
    project.lmawep(*alias, "remove", "pod-2")
    project.lmawep(*alias, "doctor")


def test_a_shallow_clone(tmp_path: Path) -> None:
    repository(tmp_path / "origin")
    git(tmp_path / "origin", "commit", "-q", "--allow-empty", "-m", "Second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}/origin", "p")
    project = Project(tmp_path / "p")
    project.adopt()
    whole_way(project)


def test_with_submodules_and_as_a_submodule(tmp_path: Path) -> None:
    repository(tmp_path / "library")
    project = Project(tmp_path / "p")
    repository(project.root)
    git(
        project.root,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(tmp_path / "library"),
        "lib",
    )
    git(project.root, "commit", "-qm", "With a submodule")
    project.adopt()
    whole_way(project)
    assert (project.root / "lib/README.md").exists()
    inner = Project(project.root / "lib")
    done = lmawep(inner.root, "init")
    assert done.code == 0 or done.err.startswith("lmawep: "), done.err
