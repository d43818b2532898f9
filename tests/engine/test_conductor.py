"""The conductor meets what a killed process left, and faults of our own."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lmawep_tui.engine import conductor as conducting
from lmawep_tui.engine.conductor import Conductor, Told
from lmawep_tui.engine.decision import Action, Verb
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.model.pod import Limit
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Status
from tests.repos import Project

AGENT = "cat >/dev/null; echo x > x.txt; git add -A; git commit -qm x; echo 'STATUS: COMPLETE'; echo 'NEXT: none'"


def test_a_run_folder_without_an_order_is_no_run(project: Project) -> None:
    """Left by a process killed between making the folder and writing run.json."""
    pod = project.spawn()
    ws = Workspace.open(project.root)
    ws.run_dir(pod.id, "0001-task").mkdir(parents=True)
    assert newest(ws, pod.id) is None
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}}, roles={"review": {"by": "auto"}})
    assert Conductor(ws).run(until_done=True) == "done"
    assert ws.snapshot().tickets[pod.ticket].status is Status.COMPLETE


def test_a_run_does_what_the_pod_needs_now_not_what_it_needed_when_it_was_looked_at(project: Project) -> None:
    """A look may fall between the ticket and the state of one change: back to assigned, but not yet for which role."""
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}})
    pod = project.spawn()
    ws = Workspace.open(project.root)
    with ws.change("red tests") as change:
        change.put_pod(replace(change.pod(pod.id), next_role=Role.TEST))
        change.save()
    Conductor(ws)._carry_out(Action(Verb.RUN, pod.ticket, pod.id, Role.TASK))
    run = newest(ws, pod.id)
    assert run is not None and run.role is Role.TEST


def test_a_fault_of_our_own_is_told_and_does_not_spin(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.spawn()
    calls: list[int] = []

    def broken(*_: object, **__: object) -> None:
        calls.append(1)
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(conducting.runs, "start", broken)
    told: list[Told] = []
    assert Conductor(Workspace.open(project.root), told.append).run(until_done=True) == "stuck"
    assert len(calls) == 3, "tried again, and again, and then left to a person"
    assert [t.text for t in told if t.trouble] == ["run pod-1: unexpected ZeroDivisionError: a fault"]


def test_a_landed_pod_that_nobody_removed_is_removed(project: Project) -> None:
    """Its lander was killed between landing and tidying up."""
    project.config(merge={"remove_pod": False})
    pod = project.queued({"new.txt": "new\n"})
    project.lmawep("merge", pod.id)
    ws = Workspace.open(project.root)
    assert pod.id in ws.snapshot().pods
    project.config(merge={"remove_pod": True})
    assert Conductor(ws).run(until_done=True) == "done"
    assert not ws.snapshot().pods


def test_a_quota_that_nobody_waits_for_keeps_nothing_going(project: Project) -> None:
    """The pod that ran into it is gone; another one waits for the person's review."""
    project.reviewed()
    limit = Limit(kind="rate_limited", why="429", since=now(), until="2099-01-01T00:00:00Z")
    with project.ws.change("test") as change:
        change.state = replace(change.state, limited={"elsewhere": limit})
        change.save()
    conductor = Conductor(Workspace.open(project.root))
    timer = threading.Timer(15, conductor.stop)
    timer.start()
    assert conductor.run(until_done=True) == "stuck"
    timer.cancel()


def test_a_quota_that_a_pod_waits_for_is_waited_for(project: Project) -> None:
    project.spawn()
    soon = (datetime.now(UTC) + timedelta(seconds=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with project.ws.change("test") as change:
        change.state = replace(
            change.state, limited={"me": Limit(kind="rate_limited", why="429", since=now(), until=soon)}
        )
        change.save()
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}}, roles={"review": {"by": "auto"}})
    conductor = Conductor(Workspace.open(project.root))
    timer = threading.Timer(50, conductor.stop)
    timer.start()
    assert conductor.run(until_done=True) == "done"
    timer.cancel()
