"""Where two parts meet: a ticket's file and its pod, a block and what it stopped, red tests and who is to mend them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lmawep_tui.engine import escalation, runs, settle, tickets
from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.testing import test as run_tests
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.pod import HoldKind, PodRecord, Verdict
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Status
from tests.repos import Project


def record(project: Project, pod: PodRecord) -> PodRecord:
    return project.ws.snapshot().pods[pod.id].record


def block(project: Project, pod: PodRecord, why: str = "crashed") -> None:
    with project.ws.change("test") as change:
        change.block(pod.ticket, HoldKind.BLOCKED, why)
        change.save()


def work(project: Project, pod: PodRecord, status: str = "COMPLETE") -> None:
    """A run by an agent that changes nothing and reports `status`."""
    says = f"printf 'STATUS: {status}\\nPROGRESS: all green\\nBLOCKERS: none\\nNEXT: none\\n'"
    project.agent("calm", f"cat >/dev/null; {says}")
    runs.wait(project.ws, runs.start(project.ws, pod.id), 20)
    settle.settle(project.ws, pod.id)


def test_a_pod_whose_ticket_was_blocked_in_its_file_goes_on_in_it(project: Project) -> None:
    pod = project.spawn()
    path = project.ws.layout.ticket(pod.ticket)
    path.write_text(path.read_text().replace("status: assigned", "status: blocked"))
    project.lmawep("unblock", str(pod.ticket))
    assert project.status_of(pod.ticket) == "assigned"


def test_a_ticket_set_to_working_by_hand_can_be_run(project: Project) -> None:
    pod = project.spawn()
    project.lmawep("ticket", "update", str(pod.ticket), "--status", "working")
    assert "nothing runs in it" in project.lmawep("why", pod.id).out
    project.lmawep("run", pod.id)


def test_an_abandoned_ticket_takes_no_old_block_along(project: Project) -> None:
    ticket = project.ticket()
    for status in (Status.BLOCKED, Status.ABANDONED, Status.READY):
        tickets.set_status(project.ws, ticket.id, status, why="held")
    seen = project.ws.snapshot()
    assert not seen.state.holds and seen.tickets[ticket.id].blockers == ()
    assert "Blocked" not in project.lmawep("why", str(ticket.id)).out


@pytest.mark.parametrize("hold", [False, True])
def test_the_block_of_a_removed_pod_goes_with_it(project: Project, hold: bool) -> None:
    pod = project.spawn()
    block(project, pod, "crashed")
    remove(project.ws, pod.id, force=True, hold=hold)
    seen = project.ws.snapshot()
    assert seen.tickets[pod.ticket].blockers == (("its pod was removed by you",) if hold else ())
    assert bool(seen.state.holds) is hold


def test_what_was_approved_for_another_ticket_does_not_land(project: Project) -> None:
    """Main was red while it merged; then the person wanted something else."""
    pod = project.queued()
    block(project, pod, "main itself is red")
    escalation.rescope(project.ws, pod.ticket, "Only the parser.")
    now = record(project, pod)
    assert project.status_of(pod.ticket) == "assigned" and project.ws.snapshot().state.train == ()
    assert (now.next_role, now.verdict) == (Role.TASK, None) and "Only the parser." in now.brief


def test_an_agents_recommendation_lands_nothing_without_the_person(project: Project) -> None:
    """Review by both: the person takes the pod over instead of a verdict, and runs its tests."""
    project.config(roles={"review": {"by": "both"}})
    pod = project.reviewed()
    tip = Sha(project.git("rev-parse", pod.branch))
    with project.ws.change("test") as change:
        change.put_pod(replace(change.pod(pod.id), verdict=Verdict(commit=tip, approved=True, by="agent me")))
        change.save()
    assert project.ws.snapshot().pods[pod.id].attention == "waits for your review"
    escalation.take_over(project.ws, pod.id)
    assert run_tests(project.ws, pod.id).green
    assert project.status_of(pod.ticket) == "assigned"
    escalation.hand_in(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "review"


@pytest.mark.parametrize("status", ["COMPLETE", "NO_CHANGE"])
@pytest.mark.parametrize("mended", [True, False])
def test_an_agent_that_finds_no_red_tests_leaves_it_to_the_tests(
    project: Project, tmp_path: Path, status: str, mended: bool
) -> None:
    project.config(tests={"command": f"test -e {tmp_path}/service", "rerun": False}, roles={"review": {"by": "agent"}})
    pod = project.approved()
    assert not run_tests(project.ws, pod.id).green
    work(project, pod, status)
    assert project.status_of(pod.ticket) == "testing", "the approval still holds for this commit"
    if mended:
        (tmp_path / "service").touch()
    assert run_tests(project.ws, pod.id).green is mended
    assert project.status_of(pod.ticket) == ("merging" if mended else "blocked")


def test_an_agent_that_leaves_red_tests_uncommitted_has_not_found_nothing(project: Project) -> None:
    project.config(tests={"command": "false", "rerun": False})
    pod = project.approved()
    run_tests(project.ws, pod.id)
    Path(pod.path, "src/half.txt").write_text("half\n")
    work(project, pod)
    assert project.status_of(pod.ticket) == "blocked"


def test_work_by_hand_that_was_tested_green_can_be_handed_in(project: Project) -> None:
    pod = project.spawn()
    escalation.take_over(project.ws, pod.id)
    project.commit(pod)
    assert run_tests(project.ws, pod.id).green
    escalation.hand_in(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "review"
