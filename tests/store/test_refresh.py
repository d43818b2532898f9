"""refresh(): whatever changed on disk is noticed, however it was written; nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import write_run
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.store.store import Change, Store
from tests.repos import Project, until

_LONG_S = 3600.0


def store(project: Project) -> Store:
    """Loaded, with every file old enough for its stamp to prove something."""
    for path in (*project.ws.layout.tickets.iterdir(), project.ws.layout.state, project.ws.layout.config):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    os.utime(project.ws.layout.tickets, (1_700_000_000, 1_700_000_000))
    made = Workspace.open(project.root).store()
    made.load()
    assert made.refresh(sweep_after_s=_LONG_S) == Change()
    return made


def replaced(path: Path, text: str) -> None:
    temp = path.with_name("new~")
    temp.write_text(text)
    temp.replace(path)


def test_a_ticket_replaced_made_or_removed_is_seen_without_a_sweep(project: Project) -> None:
    for _ in range(3):
        project.ticket()
    found = store(project)
    path = project.ws.layout.ticket(TicketId(101))
    replaced(path, path.read_text().replace("Do it", "Do that"))
    assert found.refresh(sweep_after_s=_LONG_S) == Change(tickets=frozenset({101}))
    assert found.snapshot.tickets[TicketId(101)].title == "Do that"
    project.ticket("New")
    assert 104 in found.refresh(sweep_after_s=_LONG_S).tickets
    project.ws.layout.ticket(TicketId(102)).unlink()
    assert found.refresh(sweep_after_s=_LONG_S).tickets == {102}
    assert list(found.snapshot.tickets) == [101, 103, 104]


def test_a_ticket_written_in_place_is_seen_by_the_next_sweep_or_when_told(project: Project) -> None:
    project.ticket()
    project.ticket()
    found = store(project)
    for number, told in ((101, False), (102, True)):
        path = project.ws.layout.ticket(TicketId(number))
        path.write_text(path.read_text().replace("Do it", "Do that"))
        if told:
            found.touched(path.name)
        assert found.refresh(sweep_after_s=_LONG_S if told else 0).tickets == {number}


def test_two_writes_within_the_clocks_grain_are_both_seen(project: Project) -> None:
    """The second leaves the same size, time and inode as the first: its stamp tells nothing."""
    project.ticket()
    found = store(project)
    path = project.ws.layout.ticket(TicketId(101))
    text = path.read_text()
    path.write_text(text.replace("Do it", "Do A!"))
    assert found.refresh(sweep_after_s=0)
    info = path.stat()
    path.write_text(text.replace("Do it", "Do B!"))
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    found.refresh(sweep_after_s=_LONG_S)
    assert found.snapshot.tickets[TicketId(101)].title == "Do B!"


def test_a_ticket_that_breaks_and_heals(project: Project) -> None:
    project.ticket()
    found = store(project)
    path = project.ws.layout.ticket(TicketId(101))
    text = path.read_text()
    replaced(path, "id: [")
    assert found.refresh(sweep_after_s=_LONG_S).other
    assert [bad.id for bad in found.snapshot.invalid] == [101] and not found.snapshot.tickets
    replaced(path, text)
    assert found.refresh(sweep_after_s=_LONG_S).tickets == {101}
    assert found.snapshot.invalid == ()


def test_settings_pods_and_runs_are_seen(project: Project) -> None:
    project.ticket()
    found = store(project)
    project.config(slots=3)
    assert found.refresh(sweep_after_s=_LONG_S).other and found.snapshot.config.slots == 3
    pod = project.spawn(project.ws.snapshot().tickets[TicketId(101)])
    assert found.refresh(sweep_after_s=_LONG_S).pods == {pod.id}
    run = Run(pod=pod.id, ticket=pod.ticket, number=1, role=Role.TASK, argv=("x",), cwd="/", mark="m" * 24)
    folder = project.ws.run_dir(pod.id, run.name)
    folder.mkdir(parents=True)
    write_run(folder, Run(**{**{f: getattr(run, f) for f in run.__dataclass_fields__}, "state": RunState.ENDED,
                             "outcome": Outcome.CRASHED}))  # fmt: skip
    assert found.refresh(sweep_after_s=_LONG_S).pods == {pod.id}
    seen = found.snapshot.pods[pod.id].run
    assert seen is not None and seen.outcome is Outcome.CRASHED


def test_a_run_whose_supervisor_dies_is_seen_though_no_file_changes(project: Project) -> None:
    project.agent("sleeper", "cat >/dev/null; sleep 60")
    pod = project.spawn()
    project.lmawep("run", pod.id, "--detach")
    found = Workspace.open(project.root).store()
    found.load()
    run = until(lambda: (found.refresh(), found.snapshot.pods[pod.id].run)[1], "the run")
    assert found.snapshot.pods[pod.id].live and run.supervisor is not None
    os.kill(run.supervisor.pid, 9)
    until(lambda: found.refresh().pods == {pod.id}, "its end")
    assert not found.snapshot.pods[pod.id].live


def test_what_did_not_change_is_the_same_object(project: Project) -> None:
    """That is what makes a look cost next to nothing."""
    for _ in range(3):
        project.ticket()
    found = store(project)
    before = found.snapshot
    assert found.refresh(sweep_after_s=0) == Change()
    assert found.snapshot is before
