"""Who a process is, and finding those that belong together."""

from __future__ import annotations

import dataclasses
import os
import secrets
import signal
import subprocess
import sys
import time

import pytest

from lmawep_tui.agents import process, process_ps
from lmawep_tui.agents.process import alive, boot_id, identify, look, signal_process, wait_gone
from lmawep_tui.agents.process_tree import MARK, Tree, descendants, end_tree
from lmawep_tui.model.run import ProcessId
from tests.agents.runs import Project, until


def test_this_process() -> None:
    me = identify(os.getpid())
    assert me is not None and me.boot == boot_id() != ""
    assert alive(me) is True
    assert alive(dataclasses.replace(me, start=me.start + 1)) is False
    assert alive(dataclasses.replace(me, boot="another")) is False
    assert alive(dataclasses.replace(me, boot="")) is None


def test_nobody() -> None:
    assert identify(2**22 - 1) is None
    assert alive(ProcessId(2**22 - 1, 1, boot_id())) is False


def test_a_look_that_fails_is_not_an_answer(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    who = project.innocent()

    def fails(_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(process, "look", fails)
    assert alive(who) is None
    assert not signal_process(who, signal.SIGKILL)
    monkeypatch.undo()
    assert alive(who) is True


def test_names_may_hold_anything(project: Project) -> None:
    rename = "ctypes.CDLL(None).prctl(15, b') Z 1 (x\\x1b[2J', 0, 0, 0)"
    code = f"import ctypes,sys; {rename}; print(flush=True); sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin and child.stdout
    child.stdout.readline()
    seen = look(child.pid)
    assert seen is not None and seen.parent == os.getpid() and not seen.dead
    assert seen.name == ") Z 1 (x\x1b[2J"
    [found] = [found for found in descendants(os.getpid()) if found.id.pid == child.pid]
    assert found.name == ") Z 1 (x␛[2J"
    child.stdin.close()
    child.wait()
    child.stdout.close()


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    who = identify(child.pid)
    assert who is not None
    until(lambda: alive(who) is False, "its end")
    seen = look(child.pid)
    assert seen is not None and seen.dead
    child.wait()
    assert look(child.pid) is None


def test_signals_reach_exactly_that_process(project: Project) -> None:
    who = project.innocent()
    assert not signal_process(dataclasses.replace(who, start=who.start + 1), signal.SIGKILL)
    assert not signal_process(dataclasses.replace(who, boot="x"), signal.SIGKILL)
    assert alive(who)
    assert signal_process(who, signal.SIGKILL)
    wait_gone([who], 5)
    assert alive(who) is False


@pytest.mark.parametrize("pid", [0, 1, -1, None])
def test_nothing_ever_signals_init_a_group_or_itself(pid: int | None) -> None:
    pid = os.getpid() if pid is None else pid
    assert not signal_process(ProcessId(pid, 1, boot_id()), signal.SIGKILL)


def test_waiting_for_the_end_of_several(project: Project) -> None:
    two = [project.innocent(), project.innocent()]
    started = time.monotonic()
    wait_gone(two, 0.05)
    assert time.monotonic() - started >= 0.05
    for who in two:
        signal_process(who, signal.SIGKILL)
    wait_gone([*two, ProcessId(2**22 - 1, 1, boot_id())], 30)
    assert time.monotonic() - started < 20


def test_a_tree_is_empty_without_a_real_mark(project: Project) -> None:
    project.innocent(**{MARK: ""})
    project.innocent(**{MARK: "short"})
    assert Tree("").members() == [] and Tree("short").members() == []


def test_ending_a_tree_ends_only_it(project: Project) -> None:
    mark = secrets.token_hex(12)  # the suite may run twice on this machine
    mine, other = project.innocent(**{MARK: mark}), project.innocent(**{MARK: f"{mark}m"})
    tree = Tree(mark)
    assert [found.id for found in tree.members()] == [mine]
    assert end_tree(tree, grace_s=1) == []
    assert alive(mine) is False and alive(other) is True


def test_without_proc_ps_tells() -> None:
    line = "  812     1 S    Mon Jan  5 10:00:00 2026 /usr/local/bin/my agent"
    seen = process_ps.parse(line)
    assert seen is not None
    assert (seen.pid, seen.parent, seen.state, seen.name) == (812, 1, "S", "my agent")
    assert time.strftime("%H:%M:%S", time.localtime(seen.start)) == "10:00:00"
    assert process_ps.parse("nonsense") is None and process_ps.parse("1 2 3 4 5 6 7 8 9") is None
    found = [seen for seen in process_ps.everything() if seen.pid == os.getpid()]
    assert len(found) == 1 and found[0].parent == os.getppid()
