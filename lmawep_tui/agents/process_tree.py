"""All processes of a run, also those that tried to get away, and how they are ended.

Ancestry misses what was orphaned, the environment mark misses what cleared its environment: both together, with
everything once seen remembered by identity, miss only what did both while nobody looked (safety 3.3).
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable

from lmawep_tui.agents.process import HAS_PROC, Seen, boot_id, look, read_proc, signal_process, wait_gone
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.run import ProcessId

MARK = "LMAWEP_RUN_MARK"
ROOT = "LMAWEP_ROOT"
_MIN_MARK = 8
_LOOK_AGAIN_S = 0.25
_KILL_S = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """A process of a run."""

    id: ProcessId
    name: str


def everything() -> dict[int, Seen]:
    """Every process that can be seen and is not dead, by pid."""
    if HAS_PROC:
        return {seen.pid: seen for pid in _pids() if (seen := _try_look(pid)) and not seen.dead}
    from lmawep_tui.agents import process_ps

    return {seen.pid: seen for seen in process_ps.everything() if not seen.dead}


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _try_look(pid: int) -> Seen | None:
    try:
        return look(pid)
    except OSError:
        return None


def environment_of(pid: int) -> dict[str, str] | None:
    """Our variables in the environment a process was started with; None when it may not be read or is not there yet."""
    data = _environ(pid)
    if b"LMAWEP_" not in data:
        return {} if data else None
    pairs = (entry.decode("utf-8", "surrogateescape").partition("=") for entry in data.split(b"\0"))
    return {name: value for name, _, value in pairs if name.startswith("LMAWEP_")}


def _environ(pid: int) -> bytes:
    """The environment as the kernel has it; a process whose first thread has ended still shows it by another one."""
    with contextlib.suppress(OSError):
        if data := read_proc(f"/proc/{pid}/environ"):
            return data
    with contextlib.suppress(OSError):
        others = [task for task in os.listdir(f"/proc/{pid}/task") if int(task) != pid]
        return read_proc(f"/proc/{pid}/task/{others[0]}/environ") if others else b""
    return b""


def environments(pids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Our variables by pid, for those processes whose environment can be read."""
    if HAS_PROC:
        return {pid: found for pid in pids if (found := environment_of(pid)) is not None}
    from lmawep_tui.agents import process_ps

    wanted, by_pid = set(pids), {}
    for pid, text in process_ps.environments():
        if pid in wanted:
            words = (word.partition("=") for word in text.split(" ") if word.startswith("LMAWEP_"))
            by_pid[pid] = {name: value for name, _, value in words}
    return by_pid


def below(pids: Iterable[int], table: dict[int, Seen]) -> set[int]:
    """The descendants of `pids` in `table`, without themselves."""
    children: dict[int, list[int]] = {}
    for seen in table.values():
        children.setdefault(seen.parent, []).append(seen.pid)
    found: set[int] = set()
    todo = list(pids)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child not in found:
                found.add(child)
                todo.append(child)
    return found


def descendants(pid: int) -> list[Found]:
    """Every process started by `pid`, or by those."""
    table = everything()
    return [_found(table[child]) for child in sorted(below([pid], table))]


def _found(seen: Seen) -> Found:
    return Found(ProcessId(seen.pid, seen.start, boot_id()), clean_line(seen.name))


class Tree:
    """The processes of a run: below its supervisor, carrying its mark, or recorded by identity."""

    def __init__(self, mark: str, *, parent: int | None = None, known: Iterable[ProcessId] = ()) -> None:
        self._mark = mark if len(mark) >= _MIN_MARK else None
        self._parent = parent
        self._known = {process.pid: process.start for process in known if process.boot == boot_id()}
        self._unmarked: set[tuple[int, int]] = set()

    def members(self) -> list[Found]:
        """Those that are alive now. Never this process, and never what it hangs from."""
        table = everything()
        roots = {pid for pid, start in self._known.items() if pid in table and table[pid].start == start}
        roots |= self._marked(table)
        inside = roots | below(roots, table)
        if self._parent is not None:
            inside |= below([self._parent], table)
        inside -= self._protected(table)
        self._known |= {pid: table[pid].start for pid in inside}
        return [_found(table[pid]) for pid in sorted(inside)]

    def _marked(self, table: dict[int, Seen]) -> set[int]:
        if self._mark is None:
            return set()
        # Asked once each: what is not of this run gains the mark only by descent, which is seen anyway.
        new = [pid for pid, seen in table.items() if (pid, seen.start) not in self._unmarked]
        read = environments(new)
        mine = {pid for pid, found in read.items() if found.get(MARK) == self._mark}
        self._unmarked |= {(pid, table[pid].start) for pid in read if pid not in mine}
        return mine

    def _protected(self, table: dict[int, Seen]) -> set[int]:
        """This process, its ancestors, and (unless it is the supervisor) its own helpers, such as a git it runs."""
        me = os.getpid()
        line, pid = {me, 1}, me
        while (seen := table.get(pid)) is not None and seen.parent not in line:
            pid = seen.parent
            line.add(pid)
        return line if self._parent == me else line | below([me], table)


def _nothing() -> None:
    """No chore between two looks."""


def end_tree(
    tree: Tree, *, first: int = signal.SIGINT, grace_s: float = 10.0, chore: Callable[[], None] = _nothing
) -> list[Found]:
    """Ends the tree: asks with `first`, then with SIGTERM, and after `grace_s` kills. Returns what would not die.

    `chore` is called between looks: a supervisor reaps its children there.
    """
    stages = [(signal.SIGTERM, grace_s)]
    if first != signal.SIGTERM:
        stages = [(signal.Signals(first), grace_s * 2 / 3), (signal.SIGTERM, grace_s / 3)]
    for sig, wait_s in stages:
        if _ask(tree, sig, wait_s, chore):
            return []
    return _kill(tree, chore)


def _ask(tree: Tree, sig: int, wait_s: float, chore: Callable[[], None]) -> bool:
    """Sends `sig` to every member once; True when all ended in time."""
    deadline = time.monotonic() + wait_s
    told: set[ProcessId] = set()
    while True:
        chore()
        members = tree.members() or tree.members()  # a fork can hide from one look, not from two
        if not members:
            return True
        for member in members:
            if member.id not in told:
                told.add(member.id)
                signal_process(member.id, sig)
                signal_process(member.id, signal.SIGCONT)  # a stopped process hears nothing
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        wait_gone([member.id for member in members], min(left, _LOOK_AGAIN_S))


def _kill(tree: Tree, chore: Callable[[], None]) -> list[Found]:
    deadline = time.monotonic() + _KILL_S
    while True:
        # All stand still before the first one dies: killing one by one loses the race against what forks.
        members = freeze(tree)
        for member in members:
            signal_process(member.id, signal.SIGKILL)
        wait_gone([member.id for member in members], _LOOK_AGAIN_S)
        chore()
        left = tree.members() or tree.members()
        if not left or time.monotonic() > deadline:
            return left


def freeze(tree: Tree, rounds: int = 50) -> list[Found]:
    """Stops every process of the tree, again and again until no new one turns up; returns them."""
    stopped: dict[ProcessId, Found] = {}
    for _ in range(rounds):
        members = tree.members()
        new = [member for member in members if member.id not in stopped]
        if not new:
            return members
        for member in new:
            signal_process(member.id, signal.SIGSTOP)
            stopped[member.id] = member
    return list(stopped.values())


def thaw(tree: Tree) -> None:
    """Lets every process of the tree go on."""
    for member in tree.members():
        signal_process(member.id, signal.SIGCONT)
