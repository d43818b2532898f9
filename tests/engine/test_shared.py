"""The coordination branch: one folder in every pod, nobody's words lost, and nobody else's branch touched."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine import runs
from lmawep_tui.engine.alerts import send
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.report import Alert
from tests.repos import Project

BRANCH = "refs/heads/lmawep-coordination"
DONE = "echo $$ >> src/w.txt; git add -A; git commit -qm w; printf 'STATUS: COMPLETE\\nPROGRESS: x\\n'"


def start(project: Project, pod: PodRecord, script: str = "") -> runs.Run:
    name = f"writer-{pod.id}"  # one script each: a shell reads its own while it runs
    project.agent(name, f"cat > /dev/null\n(cd .lmawep-shared && {{ {script or 'true'}; }})\n{DONE}")
    return runs.start(project.ws, pod.id)


def end(project: Project, run: runs.Run) -> None:
    runs.wait(project.ws, run, 90)
    settle(project.ws, run.pod)


def shared(project: Project, name: str) -> str:
    return project.git("show", f"{BRANCH}:.lmawep-shared/{name}")


def there(pod: PodRecord) -> dict[str, str]:
    return {path.name: path.read_text() for path in (Path(pod.path) / ".lmawep-shared").iterdir()}


def test_what_one_pod_writes_the_next_one_reads(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    assert project.git("branch", "--list", "lmawep-*") == "", "made when it is first needed"
    end(project, start(project, one, "echo 'use UTC' > decisions.md"))
    assert shared(project, "decisions.md") == "use UTC"
    send(project.ws, one.id, Alert("", "src/limits.py", "gone"))
    project.lmawep("claim", "src/api", "--pod", "pod-1")
    end(project, start(project, two))
    files = there(two)
    assert files["decisions.md"] == "use UTC\n"
    assert (
        "src/limits.py" in files["alerts.md"] and "src/api" in files["claims.md"] and "pod-2" in files["assignments.md"]
    )
    for pod in (one, two):
        assert project.git("status", "--porcelain", at=Path(pod.path)) == ""
        assert ".lmawep-shared" not in project.git("ls-tree", "--name-only", pod.branch)
    assert project.git("status", "--porcelain") == ""
    assert project.git("worktree", "list").count("\n") == 2, "it is checked out nowhere"
    assert doctor(project.ws) == []


def test_two_writers_of_one_file_both_stay(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    gate = project.root.parent / "go"
    wait = f"while [ ! -e {gate} ]; do sleep 0.02; done"
    first = start(project, one, f"echo one > notes.md; echo mine > alerts.md; {wait}")
    second = start(project, two, "echo two > notes.md; " + wait.replace("/go", "/go-on"))
    gate.touch()
    end(project, first)
    assert shared(project, "notes.md") == "one"
    (project.root.parent / "go-on").touch()
    end(project, second)
    assert (shared(project, "notes.md"), shared(project, "notes.pod-1.md")) == ("two", "one")
    assert shared(project, "alerts.pod-1.md") == "mine"
    end(project, start(project, one, "echo again > notes.md"))
    assert (shared(project, "notes.md"), shared(project, "notes.pod-1.md")) == ("again", "one"), "it had read `two`"
    end(project, start(project, one, "rm notes.md notes.pod-1.md"))
    assert shared(project, "notes.md") == "again", "nothing is deleted by an agent"
    end(project, start(project, one))
    assert there(one)["notes.md"] == "again\n"


def test_a_foreign_branch_of_that_name_is_left_alone(project: Project) -> None:
    project.git("branch", "lmawep-coordination")
    before = project.git("rev-parse", BRANCH)
    pod = project.spawn()
    end(project, start(project, pod))
    assert project.git("rev-parse", BRANCH) == before
    assert project.status_of(pod.ticket) == "review", "the run went on without it"
    assert "is not lmawep's" in project.ws.layout.journal.read_text()


def test_a_checked_out_branch_is_not_moved(project: Project) -> None:
    one = project.spawn()
    end(project, start(project, one, "echo a > a.md"))
    project.git("worktree", "add", "-q", str(project.root.parent / "look"), "lmawep-coordination")
    before = project.git("rev-parse", BRANCH)
    end(project, start(project, one, "echo b > b.md"))
    assert project.git("rev-parse", BRANCH) == before
    project.git("worktree", "remove", str(project.root.parent / "look"))
    end(project, start(project, one))
    assert shared(project, "b.md") == "b", "taken in as soon as it can be"


def test_a_project_with_such_a_folder_keeps_it(project: Project) -> None:
    (project.root / ".lmawep-shared").mkdir()
    (project.root / ".lmawep-shared/own.txt").write_text("own\n")
    project.git("add", "-f", ".lmawep-shared")
    project.git("commit", "-qm", "own")
    pod = project.spawn()
    end(project, start(project, pod))
    assert set(there(pod)) == {"own.txt"} and project.git("branch", "--list", "lmawep-*") == ""


def test_hostile_content_harms_nothing(project: Project, tmp_path: Path) -> None:
    one, two = project.spawn(), project.spawn()
    (tmp_path / "secret").write_text("secret")
    end(project, start(project, one, f"ln -s {tmp_path}/secret link.md; mkfifo pipe; mkdir folder; "
        "head -c 3000000 /dev/zero > giant; echo x > $(printf 'a\\nb'); echo h > .hidden; echo r > -rf; "
        "for i in $(seq 100); do echo $i > many$i.md; done"))  # fmt: skip
    names = project.git("ls-tree", "-z", "--name-only", f"{BRANCH}:.lmawep-shared").split("\0")
    assert len([name for name in names if name]) <= 60
    assert not {"link.md", "pipe", "folder", "giant", ".hidden"} & set(names)
    end(project, start(project, two))
    (Path(two.path) / ".lmawep-shared/link.md").symlink_to(tmp_path / "secret")
    end(project, start(project, two, "rm -rf ../.lmawep-shared; ln -s / ../.lmawep-shared"))
    assert (tmp_path / "secret").read_text() == "secret"
    assert project.status_of(two.ticket) == "review"


def test_removing_a_pod_keeps_what_it_shared_and_names_what_is_nowhere_else(project: Project) -> None:
    pod = project.spawn()
    end(project, start(project, pod, "echo a > a.md"))
    folder = Path(pod.path) / ".lmawep-shared"
    (folder / "late.md").write_text("after the run\n")
    (folder / "deep").mkdir()
    (folder / "deep/inner.md").write_text("x\n")
    removal = remove(project.ws, pod.id, force=True)
    assert shared(project, "late.md") == "after the run"
    assert removal.ignored == (".lmawep-shared/deep/",)
