"""What a second pair of eyes found: each of these went wrong once."""

from __future__ import annotations

from lmawep_tui.engine.conductor import Conductor
from lmawep_tui.engine.workspace import Workspace
from tests.repos import Project, git


def reachable(project: Project, commit: str) -> bool:
    return bool(git(project.root, "for-each-ref", "--contains", commit))


def test_a_reopened_ticket_has_not_landed(project: Project) -> None:
    first = project.queued({"one.txt": "1\n"}, title="Again")
    project.lmawep("merge", first.id)
    project.lmawep("ticket", "update", str(first.ticket), "--status", "ready")
    project.lmawep("spawn", str(first.ticket))
    second = Workspace.open(project.root).snapshot().pods["pod-2"].record  # type: ignore[index]
    tip = project.commit(second, {"two.txt": "2\n"})
    project.lmawep("remove", "pod-2", "--force")
    assert reachable(project, tip)


def test_a_squashed_pod_keeps_its_commits(project: Project) -> None:
    project.config(merge={"style": "squash"})
    pod = project.queued({"one.txt": "1\n"})
    tip = git(project.root, "rev-parse", pod.branch)
    project.lmawep("merge", pod.id)
    assert pod.id not in Workspace.open(project.root).snapshot().pods
    assert reachable(project, tip)


def test_a_paused_or_blocked_pod_is_passed_by_in_the_train(project: Project) -> None:
    paused, blocked, wanted = (project.queued({f"{n}.txt": "x\n"}, title=f"T{n}") for n in (1, 2, 3))
    project.lmawep("pause", paused.id)
    project.lmawep("ticket", "update", str(blocked.ticket), "--status", "blocked")
    project.lmawep("merge", wanted.id)
    assert project.status_of(wanted.ticket) == "complete"
    assert (project.status_of(paused.ticket), project.status_of(blocked.ticket)) == ("merging", "blocked")


def test_one_pod_that_cannot_land_does_not_hold_up_the_others(project: Project) -> None:
    dirty, wanted = (project.queued({f"{n}.txt": "x\n"}, title=f"T{n}") for n in (1, 2))
    (project.root / "lmawep-workspace/worktrees" / dirty.id / "left.txt").write_text("left\n")
    project.lmawep("merge", wanted.id)
    assert project.status_of(wanted.ticket) == "complete"


def test_merging_main_is_no_work(project: Project) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", "cat >/dev/null; git merge -q main; echo STATUS: COMPLETE; "
                                              "echo NEXT: none"]}}, limits={"free_disk": 0, "retries": 0})  # fmt: skip
    pod = project.spawn()
    git(project.root, "commit", "-q", "--allow-empty", "-m", "Main goes on")
    project.lmawep("run", pod.id)
    assert project.status_of(pod.ticket) == "blocked"


def test_a_reviewer_cannot_approve_its_own_commit(project: Project) -> None:
    evil = "cat >/dev/null; echo x > evil.txt; git add -A; git commit -qm x; echo STATUS: APPROVED; echo NEXT: none"
    project.config(agents={"me": {"command": ["sh", "-c", evil]}}, roles={"review": {"by": "agent"}})
    pod = project.reviewed({"one.txt": "1\n"})
    project.lmawep("run", pod.id, "--role", "review")
    assert project.status_of(pod.ticket) == "review"
    assert project.ws.snapshot().pods[pod.id].record.verdict is None


def test_a_reviewers_fix_is_looked_at_by_the_next(project: Project) -> None:
    fix = "cat >/dev/null; [ -e fix.txt ] || { echo x > fix.txt; git add -A; git commit -qm x; }; echo STATUS: APPROVED"
    project.config(
        agents={"me": {"command": ["sh", "-c", f"{fix}; echo NEXT: none"]}}, roles={"review": {"by": "agent"}}
    )
    pod = project.reviewed({"one.txt": "1\n"})
    project.lmawep("run", pod.id, "--role", "review")
    assert project.status_of(pod.ticket) == "review"
    project.lmawep("run", pod.id, "--role", "review")
    assert project.status_of(pod.ticket) == "testing"


def test_reviewers_who_only_fix_end_with_a_person(project: Project) -> None:
    evil = "cat >/dev/null; date +%N >> evil.txt; git add -A; git commit -qm x; echo STATUS: APPROVED; echo NEXT: none"
    project.config(agents={"me": {"command": ["sh", "-c", evil]}}, roles={"review": {"by": "agent"}})
    pod = project.reviewed({"one.txt": "1\n"})
    for _ in range(3):
        project.lmawep("run", pod.id, "--role", "review")
    assert project.status_of(pod.ticket) == "blocked"


def test_a_refused_action_keeps_no_slot(project: Project) -> None:
    work = "cat >/dev/null; echo x > x.txt; git add -A; git commit -qm x; echo STATUS: COMPLETE; echo NEXT: none"
    project.config(slots=1, agents={"me": {"command": ["sh", "-c", work]}}, roles={"review": {"by": "auto"}})
    project.spawn(project.ticket_of("nobody", "Nobody can do this", priority="critical"))
    other = project.spawn(project.ticket("Anybody can do this"))
    assert Conductor(Workspace.open(project.root)).run(until_done=True) == "stuck"
    assert project.status_of(other.ticket) == "complete"
