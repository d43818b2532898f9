"""doctor: names each thing once, mends what can be mended without loss, and no bad pod stops the others."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.engine.conductor import Conductor
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.doctor.pods import block_if_gone
from lmawep_tui.engine.prune import prune_runs
from lmawep_tui.engine.review import approve
from lmawep_tui.engine.trust import accept, require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import read
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import HoldKind, PodRecord
from tests.repos import Project, git

AGENT = "cat >/dev/null; echo $LMAWEP_POD > $LMAWEP_POD.txt; git add -A; git commit -qm x; echo 'STATUS: COMPLETE'; " \
    "echo 'NEXT: none'"  # fmt: skip


def words(project: Project, *, fix: bool = False) -> str:
    return "\n".join(finding.what for finding in doctor(Workspace.open(project.root), fix=fix))


def finished_run(project: Project, pod: PodRecord) -> Path:
    project.lmawep("run", pod.id, "--role", "command", "--", "true")
    return project.ws.run_dir(pod.id, "0001-command")


def test_one_bad_pod_stops_no_other_mending(project: Project) -> None:
    """Its folder's parent may not be looked into: git fails there, and everything else is mended all the same."""
    bad, good = project.reviewed(), project.reviewed({"other.txt": "x\n"})
    shutil.rmtree(bad.path)
    Path(bad.path).write_text("a file where the folder was")
    shutil.rmtree(good.path)
    finished_run(project, project.spawn())
    found = words(project, fix=True)
    assert bad.id in found
    assert (Path(good.path) / "other.txt").read_text() == "x\n"
    approve(project.ws, good.id)


def test_a_check_that_fails_is_a_finding_and_the_round_goes_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lmawep_tui.engine.doctor import examine
    from lmawep_tui.model.errors import GitFailed

    def broken(_: object) -> None:
        raise GitFailed("git has a bad day.")

    monkeypatch.setattr(examine, "_LOOKS", (broken, *examine._LOOKS[1:]))
    ticket = project.ticket()
    path = project.ws.layout.ticket(ticket.id)
    path.write_text(path.read_text().replace("status: ready", "status: working"))
    found = words(project, fix=True)
    assert "git has a bad day" in found and "has no pod" in found
    assert project.status_of(ticket.id) == "ready"


@pytest.mark.parametrize("text", ["", "{", '{"pod": 1}', "[]", "\udcff"])
def test_a_damaged_run_is_set_aside_and_the_pod_runs_again(project: Project, text: str) -> None:
    pod = project.reviewed()
    run_dir = finished_run(project, pod)
    (run_dir / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "0001-command/run.json" in words(project)
    project.refuses("run", pod.id, "--role", "command", "--", "true")
    assert "Traceback" not in project.lmawep("doctor", "--fix", ok=False).err
    assert doctor(project.ws, fix=True) == [], "a second doctor finds nothing"
    kept = [path for path in run_dir.iterdir() if path.name.startswith("run.json.damaged-")]
    assert [path.read_bytes() for path in kept] == [text.encode("utf-8", "surrogateescape")]
    project.lmawep("run", pod.id, "--role", "command", "--", "true")
    newest = project.ws.snapshot().pods[pod.id].run
    assert newest is not None and newest.number == 2


def test_a_damaged_task_run_counts_as_a_failed_attempt(project: Project) -> None:
    project.agent("me", AGENT)
    pod = project.spawn()
    project.lmawep("run", pod.id)
    with project.ws.change("test") as change:
        from dataclasses import replace

        change.put_pod(replace(change.pod(pod.id), settled=0))
        change.change_ticket(pod.ticket, status="working")
        change.save()
    (project.ws.run_dir(pod.id, "0001-task") / "run.json").write_text("{")
    words(project, fix=True)
    record = project.ws.snapshot().state.pods[pod.id]
    assert (record.settled, record.attempts) == (1, 1)
    assert project.status_of(pod.ticket) == "assigned"
    assert "was damaged" in record.brief or "lost" in record.brief


def test_a_branch_removed_by_hand_comes_back_where_it_was(project: Project) -> None:
    pod = project.reviewed()
    tip = project.git("rev-parse", "HEAD", at=Path(pod.path))
    project.git("update-ref", "-d", f"refs/heads/{pod.branch}")
    assert f"its branch {pod.branch} is gone" in words(project)
    words(project, fix=True)
    assert project.git("rev-parse", f"refs/heads/{pod.branch}") == tip
    assert doctor(project.ws, fix=True) == []
    approve(project.ws, pod.id)


def test_branch_and_folder_removed_by_hand_come_back_as_far_as_git_knows(project: Project) -> None:
    pod = project.reviewed()
    tip = project.git("rev-parse", "HEAD", at=Path(pod.path))
    shutil.rmtree(pod.path)
    project.git("update-ref", "-d", f"refs/heads/{pod.branch}")
    words(project, fix=True)
    assert doctor(project.ws, fix=True) == []
    assert project.git("rev-parse", "HEAD", at=Path(pod.path)) == tip


@pytest.mark.parametrize("what", ["branch", "folder"])
def test_autopilot_ends_a_pod_removed_by_hand_in_words_and_goes_on_with_the_rest(project: Project, what: str) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}}, roles={"review": {"by": "auto"}})
    bad, good = project.spawn(), project.spawn()
    if what == "folder":
        shutil.rmtree(bad.path)
    else:
        git(Path(bad.path), "checkout", "-q", "--detach")
        project.git("branch", "-qD", bad.branch)
    assert Conductor(Workspace.open(project.root)).run(until_done=True) == "stuck"
    assert project.status_of(good.ticket) == "complete"
    hold = project.ws.snapshot().state.holds.get(bad.ticket)
    assert project.status_of(bad.ticket) == "blocked" and hold is not None, "it ends in a state"
    if hold.kind is HoldKind.TAMPERED:
        assert f"its {what}" in hold.why and "was removed by hand" in hold.why
        words(project, fix=True)
        assert project.status_of(bad.ticket) != "blocked", "mended, it goes on"


def test_a_pod_that_is_whole_is_not_blocked(project: Project) -> None:
    pod = project.reviewed()
    assert not block_if_gone(project.ws, pod.id)
    assert not block_if_gone(project.ws, PodId("pod-99"))
    assert project.status_of(pod.ticket) == "review"


def test_a_bad_config_is_named_once(project: Project) -> None:
    project.ws.layout.config.write_text("slots: 3\nslotz: 4\n")
    done = project.lmawep("doctor", ok=False)
    assert done.code == 1 and done.out.count("slotz") == 1, done.out
    assert project.lmawep("up", ok=False).err.count("slotz") == 1


def test_what_names_something_that_does_not_exist_is_named(project: Project) -> None:
    project.config(roles={"docs": {"agent": "nobody"}})
    one, two = project.ticket_of("noone"), project.ticket()
    for ticket, on in ((one, two), (two, one)):
        path = project.ws.layout.ticket(ticket.id)
        path.write_text(path.read_text().replace("dependencies: []", f"dependencies: [{on.id}]"))
    found = words(project)
    assert "`roles.docs.agent`: There is no agent profile 'nobody'." in found
    assert "Ticket 101: There is no agent profile 'noone'." in found
    assert "Ticket 101 waits in a circle: #101 → #102 → #101." in found
    status = project.lmawep("status")
    assert "2 need you" in status.out and "waits in a circle" in status.out
    assert Conductor(Workspace.open(project.root)).run(until_done=True) == "stuck", "it hangs nothing"
    assert project.lmawep("status", "--json").json["dead_ends"]["102"].startswith("waits in a circle")


def test_tracked_tickets_are_left_to_git_and_reach_the_pod_all_the_same(project: Project) -> None:
    exclude = project.ws.layout.exclude
    exclude.write_text("")
    project.config(tickets={"tracked": True})
    words(project, fix=True)
    assert "/.lmawep/" not in exclude.read_text() and "/memory-bank/" in exclude.read_text()
    tracked = project.ticket("Tracked")
    project.git("add", ".lmawep")
    project.git("commit", "-qm", "Tickets")
    new = project.ticket("New")
    assert project.git("status", "--porcelain", "--untracked-files=all").endswith(f"ticket-{new.id}.yaml")
    project.lmawep("config", "--accept")
    for ticket in (tracked, new):
        pod = project.spawn(ticket)
        assert ticket.title in (Path(pod.path) / f".lmawep/tickets/ticket-{ticket.id}.yaml").read_text()
        assert project.git("status", "--porcelain", "--untracked-files=all", at=Path(pod.path)) == ""


def test_doctor_says_that_tracked_tickets_are_still_excluded(project: Project) -> None:
    project.config(tickets={"tracked": True})
    assert "excludes /.lmawep/tickets/, but `tickets.tracked` leaves it to git" in words(project)


def old(folder: Path, days: int) -> None:
    when = time.time() - days * 86_400
    for path in (*folder.iterdir(), folder):
        os.utime(path, (when, when))


def test_only_old_logs_of_removed_pods_go(project: Project) -> None:
    project.config(limits={"free_disk": 0, "keep_runs": 1, "kill_grace": 0.5})
    pods = [project.spawn() for _ in range(3)]
    folders = [finished_run(project, pod) for pod in pods]
    for folder in folders:
        old(folder, 40)
    (folders[0] / "aider.md").write_text("not ours")
    old(folders[0], 41)
    project.lmawep("remove", pods[0].id)
    project.lmawep("remove", pods[1].id)
    assert all(folder.exists() for folder in folders), "the newest is kept; the other holds what we did not make"
    (folders[0] / "aider.md").unlink()
    old(folders[0], 41)
    assert prune_runs(project.ws) == 1
    assert [folder.exists() for folder in folders] == [False, True, True]
    project.config(limits={"free_disk": 0, "keep_runs": 0, "keep_logs": "50d"})
    assert prune_runs(project.ws) == 0, "not old enough"
    project.config(limits={"free_disk": 0, "keep_runs": 0, "keep_logs": "30d"})
    project.ws.layout.state.rename(project.ws.layout.state.with_name("away"))
    assert prune_runs(project.ws) == 0, "a state that cannot be read says of no pod that it is gone"
    project.ws.layout.state.with_name("away").rename(project.ws.layout.state)
    assert prune_runs(project.ws) == 1
    assert folders[2].exists(), "a pod that exists keeps everything"


@pytest.mark.parametrize("way", ["a folder", "full"])
def test_a_journal_that_cannot_be_written_is_a_warning(project: Project, way: str) -> None:
    journal = project.ws.layout.journal
    journal.unlink(missing_ok=True)
    journal.mkdir() if way == "a folder" else journal.symlink_to("/dev/full")
    done = project.lmawep("ticket", "create", "All the same")
    assert done.code == 0 and done.out.strip() == "ticket-101"
    assert "Cannot write the journal" in done.err and done.err.count("\n") == 1
    assert [t.title for t in project.ws.snapshot().tickets.values()] == ["All the same"]


def test_two_acceptances_at_once_are_both_kept(project: Project) -> None:
    project.git("add", "-f", ".lmawep/config.yaml")
    ws = project.ws
    threads = [threading.Thread(target=accept, args=(ws.layout, ws.git, [("cmd", str(n))])) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(12):
        require_accepted(ws.layout, ws.git, "command", ("cmd", str(number)))


def test_the_history_tells_what_was_mended(project: Project) -> None:
    pod = project.reviewed()
    project.git("update-ref", "-d", f"refs/heads/{pod.branch}")
    words(project, fix=True)
    events: list[dict[str, Any]] = list(read(project.ws.layout.journal))
    assert any(event["event"] == "branch brought back" and event["pod"] == pod.id for event in events)


def test_a_test_program_that_does_not_exist(project: Project) -> None:
    project.config(tests={"command": "no-such-program -q"})
    assert "The test command starts 'no-such-program', which does not exist." in words(project)
    project.config(tests={"command": "./no/such.sh"})
    assert "'./no/such.sh'" in words(project)
    project.config(tests={"command": "true"})
    assert "test command" not in words(project)
    project.ticket(test="nix-da")
    assert "The test command of ticket 101 starts 'nix-da'" in words(project)


def test_an_unknown_agent_is_said_once(project: Project) -> None:
    project.config(agent="mien")
    assert words(project).count("'mien'") == 1


def test_a_lost_state_is_told_in_words_and_what_the_vault_has(project: Project) -> None:
    pod = project.reviewed({"x.txt": "x\n"})
    from lmawep_tui.vcs.vault import snapshot

    snapshot(project.ws.pod_git(pod.path), pod.id, "by hand", pod.branch)
    shutil.rmtree(pod.path)
    project.ws.layout.state.unlink()
    before = project.lmawep("doctor", ok=False)
    assert "ls-tree" not in before.out + before.err and "refs/heads/" not in before.out
    assert "is missing." in before.out and "Traceback" not in before.err
    out = project.lmawep("doctor", "--fix", ok=False).out
    assert "is missing: made again from git and the tickets." in out
    assert "pod-1 (ticket 101) is gone with its worktree; `lmawep vault restore pod-1@1` brings" in out
    assert "Ticket 101 is review, but has no pod: set to ready." in out
    project.lmawep("vault", "restore", "pod-1@1")
    assert doctor(Workspace.open(project.root), fix=True) == []
