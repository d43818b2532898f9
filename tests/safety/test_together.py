"""C2, C3, C11: what is acknowledged is on disk, and many at once lose nothing and share nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

from lmawep_tui.engine.doctor import doctor
from tests.repos import PYTHON, Project, until

_ORDER = """
import os, sys, json
log = []
def paths(fd): return os.readlink(f"/proc/self/fd/{fd}")
fsync, rename = os.fsync, os.replace
def spy(fd):
    log.append(["fsync", paths(fd)]); fsync(fd)
os.fsync = spy
def hook(event, args):
    if event == "os.rename": log.append(["rename", str(args[0]), str(args[1])])
sys.addaudithook(hook)
from lmawep_tui.cli.main import main
try:
    main(sys.argv[2:])
finally:
    open(sys.argv[1], "w").write(json.dumps(log))
"""


def test_what_is_acknowledged_was_synced_before_and_after_its_rename(project: Project, tmp_path: Path) -> None:
    """Every file that counts: data synced, renamed, folder synced, in this order. The memory bank is in git as well."""
    log = tmp_path / "log.json"
    project.ticket()
    calls = (["ticket", "create", "T"], ["ticket", "update", "101", "-p", "high"], ["spawn", "101"],
             ["remove", "pod-1"])  # fmt: skip
    views = ("board/", "sprint-", "cache/", "/pod-1/", "/trash/")  # what goes into the trash is kept elsewhere before
    counted = 0
    for argv in calls:
        subprocess.run([PYTHON, "-P", "-c", _ORDER, str(log), *argv], cwd=project.root, check=True, capture_output=True)
        events = json.loads(log.read_text())
        for place, event in enumerate(events):
            if event[0] != "rename" or event[2][0] != "/" or any(view in event[2] for view in views):
                continue
            counted += 1
            source, target = event[1], event[2]
            assert ["fsync", source] in events[:place], f"{target} was renamed before its data was synced"
            assert ["fsync", str(Path(target).parent)] in events[place:], f"the folder of {target} was not synced"
    assert counted >= 8


def test_thirty_two_creators_and_sixteen_updaters(project: Project) -> None:
    ticket = project.ticket("Shared")
    path = project.ws.layout.ticket(ticket.id)
    path.write_text(path.read_text() + "# a person's comment\nfrom_elsewhere: {kept: yes}   # and this\n")
    fields = [("--title", "New title"), ("--estimate", "3h"), ("--priority", "high"), ("--notes", "noted"),
              ("--lane", "fast"), ("--label", "blue"), ("--touches", "src/*"), ("--description", "longer")]  # fmt: skip
    here = [PYTHON, "-P", "-m", "lmawep_tui"]
    jobs = [[*here, "ticket", "create", f"Number {n}"] for n in range(32)]
    jobs += [[*here, "ticket", "update", "101", *pair] for pair in fields]
    running = [subprocess.Popen(job, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for job in jobs]
    ended = [process.communicate(timeout=90) for process in running]
    assert [process.returncode for process in running] == [0] * len(jobs), ended
    names = [out.decode().strip() for out, _ in ended[:32]]
    assert sorted(names) == [f"ticket-{n}" for n in range(102, 134)]
    snapshot = project.ws.snapshot()
    assert sorted(t.title for t in snapshot.tickets.values()) == sorted(
        ["New title", *(f"Number {n}" for n in range(32))]
    )
    assert snapshot.state.next_ticket == 134
    shared = snapshot.tickets[ticket.id]
    assert (shared.estimate, shared.priority, shared.assignee_notes) == ("3h", "high", "noted")
    assert (shared.lane, shared.labels, shared.touches, shared.description) == ("fast", ("blue",), ("src/*",), "longer")
    text = path.read_text()
    assert "# a person's comment" in text and "# and this" in text
    assert yaml.safe_load(text)["from_elsewhere"] == {"kept": True}


def test_spawns_at_once_never_share_a_pod(project: Project) -> None:
    tickets = [project.ticket(f"T{n}") for n in range(6)]
    here = [PYTHON, "-P", "-m", "lmawep_tui", "spawn"]
    running = [
        subprocess.Popen([*here, str(t.id)], cwd=project.root, stdout=subprocess.PIPE) for t in tickets for _ in "ab"
    ]
    names = [process.communicate(timeout=90)[0].decode().strip() for process in running]
    assert sorted(filter(None, names)) == [f"pod-{n}" for n in range(1, 7)], "each ticket once, each pod once"
    assert sorted(p.ticket for p in project.ws.snapshot().state.pods.values()) == [t.id for t in tickets]


def test_ids_are_never_given_out_twice(project: Project) -> None:
    """Not after a ticket file was deleted, not after a pod was removed, not even after the state was lost as well."""
    one, two = project.ticket(), project.ticket()
    pod = project.spawn(one)
    project.lmawep("remove", pod.id)
    project.ws.layout.ticket(two.id).unlink()
    assert project.lmawep("ticket", "create", "Next").out.strip() == "ticket-103"
    project.ws.layout.ticket(103).unlink()  # type: ignore[arg-type]
    project.ws.layout.state.unlink()
    doctor(project.ws, fix=True)
    assert project.lmawep("ticket", "create", "After the loss").out.strip() == "ticket-104"
    assert project.lmawep("spawn", "104").out.strip() == "pod-2"


def test_a_ticket_file_a_person_made_by_hand_moves_the_counter(project: Project) -> None:
    (project.ws.layout.tickets / "ticket-500.yaml").write_text("id: 500\ntitle: By hand\n")
    assert project.lmawep("ticket", "create", "Next").out.strip() == "ticket-501"


def test_only_one_conductor_and_the_command_line_works_beside_it(project: Project) -> None:
    first = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "up"], cwd=project.root, stdout=subprocess.PIPE)
    try:
        until(lambda: project.ws.snapshot().autopilot, "autopilot")
        assert "Another conductor" in project.refuses("up")
        project.lmawep("ticket", "create", "-p", "low", "Beside it", "--json")
    finally:
        first.kill()
        first.wait()
    until(lambda: not project.ws.snapshot().autopilot, "the lock's end")
    done = subprocess.run(
        [PYTHON, "-P", "-m", "lmawep_tui", "status", "--json"], cwd=project.root, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["autopilot"] is False


def test_a_writer_killed_while_it_holds_the_lock_blocks_nobody(project: Project) -> None:
    code = ("import sys, os, signal\nfrom pathlib import Path\nfrom lmawep_tui.engine.workspace import Workspace\n"
            "with Workspace.open(Path('.')).change('x'):\n    print('held', flush=True)\n"
            "    signal.pause()\n")  # fmt: skip
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=project.root, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    waiting = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "ticket", "create", "Waits"], cwd=project.root)
    holder.kill()
    holder.wait()
    assert waiting.wait(20) == 0
