"""C8, C9, C10, C12: processes end with their run, status never lies, and a lost state comes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lmawep_tui.agents.process import identify, signal_process
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.review import approve
from lmawep_tui.engine.runs import newest
from lmawep_tui.files.run_file import write_run
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome
from tests.repos import Project, run, until

_ESCAPE = Path(__file__).parent.parent / "agents" / "escape.py"
_ESCAPES = ["double_fork", "stubborn", "clear_env"]


def escaping(project: Project, shape: str, folder: Path) -> tuple[PodRecord, int]:
    """A pod with a live agent one of whose children has left its session; returns the pod and that child."""
    pod = project.spawn()
    folder.mkdir(exist_ok=True)
    project.lmawep("run", pod.id, "--detach", "--", sys.executable, str(_ESCAPE), shape, str(folder))
    child = until(lambda: [int(name) for name in os.listdir(folder) if name.isdigit()], "the escape")[0]
    return pod, child


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("shape", _ESCAPES)
@pytest.mark.parametrize("verb", ["stop", "remove"])
def test_no_process_outlives_stop_or_remove(project: Project, tmp_path: Path, shape: str, verb: str) -> None:
    innocent = run(["sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!"], project.root)
    who = identify(int(innocent.out))
    assert who is not None
    pod, child = escaping(project, shape, tmp_path / "escaped")
    try:
        project.lmawep("stop", pod.id) if verb == "stop" else project.lmawep("remove", pod.id, "--force")
        assert gone(child) and project.marked() == []
        assert not gone(who.pid), "an innocent process was ended"
    finally:
        signal_process(who, signal.SIGKILL)


@pytest.mark.parametrize("shape", ["double_fork", "stubborn"])
def test_doctor_ends_what_outlived_a_killed_supervisor(project: Project, tmp_path: Path, shape: str) -> None:
    pod, child = escaping(project, shape, tmp_path / "escaped")
    kill_supervisor(project, pod)
    assert not gone(child)
    project.lmawep("doctor", "--fix", ok=False)
    assert gone(child) and project.marked() == []


def kill_supervisor(project: Project, pod: PodRecord) -> None:
    live = newest(project.ws, pod.id)
    assert live is not None and live.supervisor is not None
    assert signal_process(live.supervisor, signal.SIGKILL)
    until(lambda: gone(live.supervisor.pid))  # type: ignore[union-attr]


def shown(project: Project, pod: PodId) -> dict[str, object]:
    return next(p for p in project.lmawep("status", "--json").json["pods"] if p["id"] == pod)


def test_running_means_running(project: Project) -> None:
    pod = project.spawn()
    project.lmawep("run", pod.id, "--detach", "--", "sleep", "60")
    assert shown(project, pod.id)["running"] is True
    kill_supervisor(project, pod)
    assert shown(project, pod.id)["running"] is False
    project.lmawep("doctor", "--fix", ok=False)
    ended = newest(project.ws, pod.id)
    assert ended is not None and ended.outcome is Outcome.LOST
    assert project.status_of(pod.ticket) == "assigned"


def test_after_a_reboot_nothing_is_running(project: Project) -> None:
    """The same numbers, another boot: another process may have them by now."""
    pod = project.spawn()
    project.lmawep("run", pod.id, "--detach", "--", "sleep", "60")
    live = newest(project.ws, pod.id)
    assert live is not None and live.supervisor is not None and live.process is not None
    project.lmawep("stop", pod.id)
    innocent = run(["sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!"], project.root)
    who = identify(int(innocent.out))
    assert who is not None
    stale = replace(live, number=2, supervisor=replace(who, boot="another"), process=replace(who, boot="another"))
    folder = project.ws.run_dir(pod.id, stale.name)
    folder.mkdir()
    write_run(folder, stale)
    os.utime(folder / "run.json", (1, 1))
    assert shown(project, pod.id)["running"] is False
    project.lmawep("doctor", "--fix", ok=False)
    ended = newest(project.ws, pod.id)
    assert ended is not None and ended.outcome is Outcome.LOST and "restarted" in ended.reason
    assert not gone(who.pid), "a stranger with the same number was ended"
    signal_process(who, signal.SIGKILL)


def test_success_without_a_commit_is_tried_twice_and_then_told(project: Project) -> None:
    count = project.root.parent / "count"
    project.agent("idle", f"echo run >> '{count}'; printf 'STATUS: COMPLETE\\nPROGRESS: all done\\n'")
    ticket = project.ticket()
    done = project.lmawep("up", "--until-done", ok=False)
    assert count.read_text().split() == ["run", "run"], done.out
    assert project.status_of(ticket.id) == "blocked"
    assert "new commits" in shown(project, PodId("pod-1"))["attention"]  # type: ignore[operator]


def test_a_crash_is_tried_again_with_what_went_wrong(project: Project) -> None:
    seen = project.root.parent / "prompts"
    project.agent("crasher", f"cat >> '{seen}'; echo =====  >> '{seen}'; exit 3")
    project.ticket()
    project.lmawep("up", "--until-done", ok=False)
    first, second, rest = seen.read_text().split("=====")
    assert "exit status 3" not in first and "exit status 3" in second and not rest.strip()


# C10 ------------------------------------------------------------------------------------------------------------------

_DAMAGE = {
    "deleted": None,
    "garbage": bytes(range(256)),
    "half": "half",
    "wrong types": b"version: x\npods: 3\n",
    "an old version": b"version: 1\nmain: main\n",
}


@pytest.mark.parametrize("damage", _DAMAGE)
def test_a_lost_state_comes_back_and_a_second_doctor_changes_nothing(project: Project, damage: str) -> None:
    plain = project.spawn()
    reviewed = project.reviewed()
    approved = project.queued({"x.txt": "x\n"})
    gone_pod = project.spawn()
    project.lmawep("remove", gone_pod.id)
    state = project.ws.layout.state
    text = state.read_bytes()
    new = _DAMAGE[damage]
    state.unlink() if new is None else state.write_bytes(text[: len(text) // 2] if isinstance(new, str) else new)
    assert "Traceback" not in project.lmawep("status", ok=False).err
    project.lmawep("doctor", "--fix", ok=False)
    found = project.ws.snapshot().state
    assert {(p.id, p.ticket, p.branch, p.path) for p in found.pods.values()} == {
        (p.id, p.ticket, p.branch, p.path) for p in (plain, reviewed, approved)
    }
    assert all(pod.verdict is None and pod.tests is None for pod in found.pods.values()), "an approval was invented"
    assert found.train == () and project.status_of(approved.ticket) == "review"
    assert found.next_pod > 4 and found.next_ticket > approved.ticket
    before = {path: path.read_bytes() for path in (state, *project.ws.layout.tickets.iterdir())}
    assert doctor(project.ws, fix=True) == []
    assert {path: path.read_bytes() for path in before} == before
    assert "not approved" in project.refuses("merge", approved.id)
    project.lmawep("review", approved.id, "--approve")
    project.lmawep("merge", approved.id)


def test_doctor_without_fix_changes_nothing(project: Project) -> None:
    project.spawn()
    project.ws.layout.state.unlink()

    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in project.root.rglob("*")
                if p.is_file() and not {"cache", "locks"} & set(p.parts)}  # fmt: skip

    before = everything()
    done = project.lmawep("doctor", ok=False)
    assert done.code == 1 and "is missing" in done.out
    assert everything() == before


def test_a_pod_deleted_by_hand_comes_back_from_its_branch(project: Project) -> None:
    pod = project.reviewed()
    shutil.rmtree(pod.path)
    project.lmawep("doctor", "--fix")
    assert (Path(pod.path) / "src/new.txt").read_text() == "new\n"
    approve(project.ws, pod.id)


def test_a_pod_moved_by_hand_is_found_again(project: Project, tmp_path: Path) -> None:
    pod = project.reviewed()
    project.git("worktree", "move", pod.path, str(tmp_path / "moved"))
    project.lmawep("doctor", "--fix")
    assert project.ws.snapshot().state.pods[pod.id].path == str(tmp_path / "moved")


def test_an_approval_in_a_ticket_file_is_worth_nothing(project: Project) -> None:
    """An agent writes `status: merging` into its ticket."""
    pod = project.reviewed()
    before = project.main()
    path = project.ws.layout.ticket(pod.ticket)
    for status in ("testing", "merging"):
        path.write_text(path.read_text().replace("status: review", f"status: {status}"))
        project.refuses("merge", pod.id)
        project.lmawep("doctor", "--fix", ok=False)
        assert project.main() == before and project.status_of(pod.ticket) == "review"


def test_the_journal_outlives_a_torn_line(project: Project) -> None:
    project.ticket()
    with project.ws.layout.journal.open("ab") as file:
        file.write(b'{"at": "2026-01-01T00:00:00Z", "event": "torn')
    project.lmawep("ticket", "create", "Next")
    lines = project.ws.layout.journal.read_bytes().splitlines()
    assert json.loads(lines[-1])["event"] == "ticket created"
