"""The runs of a pod side by side: what each made, what it left, how their work differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine.attempts import Attempt, attempts, compare
from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.runs import start, wait
from lmawep_tui.engine.settle import settle
from lmawep_tui.files import journal
from lmawep_tui.model.errors import NotFound
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role
from tests.engine.test_conflict import on_main
from tests.repos import Project

FIRST = "printf 'one\\ntwo\\n' > work.txt; git add work.txt; git commit -qm One; echo loose > loose.txt; exit 3"
SECOND = "rm -f loose.txt; printf 'one\\nother\\n' > work.txt; git commit -qam Two; echo 'STATUS: COMPLETE'"


def run(project: Project, pod: PodRecord, script: str) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", f"cat >/dev/null; {script}"]}}, agent="me")
    wait(project.ws, start(project.ws, pod.id), 30)
    settle(project.ws, pod.id)


def twice(project: Project) -> PodRecord:
    pod = project.spawn()
    run(project, pod, FIRST)
    run(project, pod, SECOND)
    return pod


def short(attempt: Attempt) -> tuple[object, ...]:
    size = attempt.size
    assert size is not None
    return attempt.run, attempt.outcome, attempt.commits, size.files, size.insertions, size.deletions


def test_what_each_run_made(project: Project) -> None:
    pod = twice(project)
    first, second = attempts(project.ws, pod.id)
    assert short(first) == ("0001-task", "crashed", 1, 1, 2, 0)
    assert short(second) == ("0002-task", "completed", 1, 1, 1, 1)
    assert first.leftovers is not None and "exit" in first.why
    assert first.seconds is not None and first.head == second.head_before
    assert second.head == project.git("rev-parse", pod.branch)


def test_the_head_after_a_run_is_the_settled_one(project: Project) -> None:
    """A commit of the person's between two runs belongs to neither."""
    pod = project.spawn()
    run(project, pod, FIRST.replace("; echo loose > loose.txt", ""))
    settled = next(e for e in journal.read(project.ws.layout.journal) if e["event"] == "settled")
    assert settled["head"] == project.git("rev-parse", pod.branch)
    project.commit(pod, {"mine.txt": "by hand\n"})
    run(project, pod, SECOND)
    assert [a.commits for a in attempts(project.ws, pod.id)] == [1, 1]


def test_the_difference_counts_what_was_not_committed(project: Project) -> None:
    pod = twice(project)
    text = compare(project.ws, pod.id, 1, 2)
    assert "-two\n+other\n" in text and "deleted file mode 100644" in text and "-loose" in text
    assert "+other" in compare(project.ws, pod.id, 0, 2)
    assert compare(project.ws, pod.id, 2, 2) == ""


def test_a_merge_of_main_is_not_the_runs_own_work(project: Project) -> None:
    pod = project.spawn()
    on_main(project, {"big.txt": "main's line\n" * 500})
    run(project, pod, "echo x > x.txt; git add x.txt; git commit -qm X; git merge -q main; echo 'STATUS: COMPLETE'")
    (only,) = attempts(project.ws, pod.id)
    assert short(only)[2:] == (2, 1, 1, 0)


def test_a_removed_pod_is_still_told(project: Project) -> None:
    pod = twice(project)
    before = [short(attempt) for attempt in attempts(project.ws, pod.id)]
    text = compare(project.ws, pod.id, 1, 2)
    remove(project.ws, pod.id, force=True)
    assert [short(attempt) for attempt in attempts(project.ws, pod.id)] == before
    assert compare(project.ws, pod.id, 1, 2) == text
    project.ws.layout.journal.unlink()  # what is left are run folders and the vault
    assert [short(attempt) for attempt in attempts(project.ws, pod.id)] == before


def test_command(project: Project) -> None:
    pod = twice(project)
    out = project.lmawep("attempts", pod.id).out.splitlines()
    assert out[0].split()[:3] == ["role", "agent", "outcome"] and len(out) == 3
    assert out[1].split()[:4] == ["1", "task", "me", "crashed"] and "left uncommitted work" in out[1]
    shown = project.lmawep("attempts", pod.id, "--json").json["attempts"]
    assert [a["number"] for a in shown] == [1, 2] and shown[0]["size"] == {"files": 1, "insertions": 2, "deletions": 0}
    assert "+other" in project.lmawep("attempts", pod.id, "--diff", "1", "2").out
    assert "has no run 9" in project.refuses("attempts", pod.id, "--diff", "1", "9")
    assert "There is no pod-7" in project.refuses("attempts", "pod-7")


def test_a_clean_run_left_nothing_and_one_that_reported_failure_says_so(project: Project) -> None:
    pod = twice(project)
    assert [bool(attempt.leftovers) for attempt in attempts(project.ws, pod.id)] == [True, False]
    run(project, pod, "echo 'STATUS: FAILED'; echo 'NEXT: help'")
    wait(project.ws, start(project.ws, pod.id, role=Role.CHECK, argv=("sh", "-c", "exit 1")), 30)
    settle(project.ws, pod.id)
    lines = project.lmawep("attempts", f"#{pod.ticket}").out.splitlines()
    assert "left uncommitted" in lines[1] and "left uncommitted" not in "".join(lines[2:])
    assert "completed, says FAILED" in lines[3]
    assert lines[4].split()[:3] == ["4", "check", "red"]
    same = project.lmawep("attempts", str(pod.ticket), "--diff", "2", "2").out
    assert same == f"No difference: after run 2 and after run 2 the work in {pod.id} is the same.\n"
    remove(project.ws, pod.id, force=True)
    assert project.lmawep("attempts", str(pod.ticket)).out.splitlines()[1:] == lines[1:], "a removed pod's, too"


def test_no_runs_and_damaged_ones(project: Project) -> None:
    pod = project.spawn()
    assert attempts(project.ws, pod.id) == ()
    with pytest.raises(NotFound, match="no run yet"):
        compare(project.ws, pod.id, 0, 1)
    assert "no run yet" in project.lmawep("attempts", pod.id).out
    run(project, pod, SECOND.replace("commit -qam", "add work.txt; git commit -qm"))
    folder = project.ws.run_dir(pod.id, "0009-task")
    folder.mkdir()
    (Path(folder) / "run.json").write_text("{")
    assert [a.number for a in attempts(project.ws, PodId("pod-1"))] == [1]
