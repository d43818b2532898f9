"""What a person does about a blocked ticket: unblock, fix by hand, re-scope, deprioritise, abandon."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine import escalation, runs, settle
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.ticket import Priority, Status
from tests.repos import Project


def blocked(project: Project, files: dict[str, str] | None = None) -> PodRecord:
    """A pod whose agent failed twice."""
    pod = project.spawn()
    if files:
        project.commit(pod, files)
    with project.ws.change("test") as change:
        change.block(pod.ticket, HoldKind.FAILED, "crashed: exit status 3 (tried 2 times)")
        change.put_pod(project.ws.snapshot().pods[pod.id].record)
        change.save()
    return pod


def record(project: Project, pod: PodRecord) -> PodRecord:
    return project.ws.snapshot().pods[pod.id].record


def test_unblocking_brings_it_back_where_it_was(project: Project) -> None:
    pod = blocked(project)
    project.lmawep("unblock", str(pod.ticket), "--message", "The port is 8080.")
    assert project.status_of(pod.ticket) == "assigned"
    assert "The port is 8080." in record(project, pod).brief
    assert "8080" in Path(pod.path, "memory-bank/activeContext.md").read_text()
    assert project.ws.snapshot().tickets[pod.ticket].blockers == ()
    assert "not blocked" in project.refuses("unblock", str(pod.ticket))


def test_a_merging_pod_finds_its_place_in_the_train_again(project: Project) -> None:
    pod = project.queued()
    with project.ws.change("test") as change:
        change.block(pod.ticket, HoldKind.PERSON, "wait")
        change.save()
    assert project.ws.snapshot().state.train == ()
    escalation.unblock(project.ws, pod.ticket)
    assert [car.pod for car in project.ws.snapshot().state.train] == [pod.id]


def test_re_scoping_changes_the_ticket_and_what_the_next_agent_reads(project: Project) -> None:
    pod = blocked(project)
    project.lmawep("unblock", pod.id, "--rescope", "Only the parser.")
    ticket = project.ws.snapshot().tickets[pod.ticket]
    assert ticket.status is Status.ASSIGNED and "Only the parser." in ticket.description
    assert "Only the parser." in record(project, pod).brief


def test_deprioritising_gives_it_another_try_later(project: Project) -> None:
    pod = blocked(project)
    project.lmawep("unblock", pod.id, "--later")
    ticket = project.ws.snapshot().tickets[pod.ticket]
    assert (ticket.status, ticket.priority) == (Status.ASSIGNED, Priority.LOW)


def test_fixing_by_hand_ends_in_review_on_the_same_evidence(project: Project) -> None:
    pod = blocked(project)
    project.lmawep("unblock", pod.id, "--fix")
    assert record(project, pod).paused, "autopilot keeps its hands off"
    assert "new commits" in project.refuses("submit", pod.id)
    Path(pod.path, "half.txt").write_text("half\n")
    assert "uncommitted: half.txt" in project.refuses("submit", pod.id)
    project.commit(pod, {"whole.txt": "whole\n"})
    project.lmawep("submit", pod.id)
    after = record(project, pod)
    assert project.status_of(pod.ticket) == "review" and not after.paused
    assert {fact.name for fact in after.evidence if fact.holds} >= {"new commits", "worktree clean", "on its branch"}


def test_abandoning_keeps_the_work_and_nothing_starts_it_again(project: Project) -> None:
    pod = blocked(project, {"work.txt": "work\n"})
    told = project.lmawep("unblock", pod.id, "--abandon").out
    ref = told.split("kept in ")[1].rstrip(".\n")
    assert project.git("show", f"{ref}:work.txt") == "work"
    assert project.status_of(pod.ticket) == "abandoned" and not project.ws.snapshot().pods


def test_a_live_run_is_never_pulled_from_under_an_agent(project: Project) -> None:
    pod = project.spawn()
    runs.start(project.ws, pod.id, argv=("sleep", "60"))
    for verb in (("unblock", pod.id, "--fix"), ("unblock", pod.id, "--abandon"), ("submit", pod.id)):
        assert "live run" in project.refuses(*verb)
    runs.stop(project.ws, pod.id)


def test_the_choices_exclude_each_other(project: Project) -> None:
    pod = blocked(project)
    assert "exclude" in project.refuses("unblock", pod.id, "--fix", "--later", status=2)


def test_a_second_failure_escalates_with_a_page_on_what_was_tried(project: Project) -> None:
    project.agent("bad", "cat > /dev/null; echo one > one.txt; echo 'I got stuck at step two.'; exit 3")
    pod = project.spawn()
    for _ in range(2):
        run = runs.start(project.ws, pod.id)
        runs.wait(project.ws, run)
        settle.settle(project.ws, pod.id)
    snapshot = project.ws.snapshot()
    hold = snapshot.state.holds[pod.ticket]
    assert hold.kind is HoldKind.FAILED and hold.why == "crashed: exit status 3, without a report (tried 2 times)"
    page = record(project, pod).brief
    assert "0002-task" in page and "exit status 3" in page and "I got stuck at step two." in page
    assert "uncommitted: one.txt" in page and len(page.splitlines()) <= 60
    prompt = (project.ws.run_dir(pod.id, "0002-task") / "prompt.md").read_text()
    assert "0001-task" in prompt and "stuck at step two" in prompt, "the retry was told"


def test_a_quota_wall_costs_no_attempt_and_holds_the_agent(project: Project) -> None:
    project.agent("poor", "cat > /dev/null; echo 'API Error: 429 Rate limit reached, try again in 90s'; exit 1")
    pod = project.spawn()
    run = runs.start(project.ws, pod.id)
    runs.wait(project.ws, run)
    settle.settle(project.ws, pod.id)
    snapshot = project.ws.snapshot()
    assert snapshot.pods[pod.id].record.attempts == 0 and project.status_of(pod.ticket) == "assigned"
    limit = snapshot.state.limited["poor"]
    assert limit.kind == "rate_limited" and limit.until > limit.since
    assert "poor: quota until" in project.lmawep("why", pod.id).out
    assert "waits until" in project.lmawep("agents").out
    assert "waits for nothing. Those that wait: poor." in project.refuses("agents", "--go-on", "claude")
    project.lmawep("agents", "--go-on", "poor")
    assert project.ws.snapshot().state.limited == {}


def test_the_end_of_a_good_run_ends_the_limit(project: Project) -> None:
    flag = project.root.parent / "quota"
    wall = f"[ -e {flag} ] || {{ echo '429 Too Many Requests'; exit 1; }}"
    good = "echo x > x.txt; git add x.txt; git commit -qm x; echo 'STATUS: COMPLETE'; echo 'NEXT: none'"
    project.agent("poor", f"cat > /dev/null; {wall}\n{good}")
    pod = project.spawn()
    for ready in (False, True):
        if ready:
            flag.write_text("")
        runs.wait(project.ws, runs.start(project.ws, pod.id))
        settle.settle(project.ws, pod.id)
        assert ("poor" in project.ws.snapshot().state.limited) is not ready
    assert project.status_of(pod.ticket) == "review"


def test_an_agent_cannot_unblock_itself(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = blocked(project)
    monkeypatch.setenv("LMAWEP_RUN", "0001-task")
    assert "agent cannot" in project.refuses("unblock", pod.id)
    with pytest.raises(Refused):
        escalation.hand_in(project.ws, pod.id)


def test_an_unknown_default_agent_is_a_sentence(project: Project) -> None:
    project.config(agent="mien")
    assert "There is no agent profile 'mien'" in project.refuses("agents", "--check")
