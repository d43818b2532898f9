"""Keeps a list of the processes that only ancestry can find, for the case that their supervisor is killed.

A process that cleared its environment is known by its parent alone; once the supervisor is gone the kernel gives it
another one. So the supervisor writes down, now and then, who is below it without the mark.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

from lmawep_tui.agents.process import HAS_PROC, identify, read_proc
from lmawep_tui.agents.process_tree import MARK, environment_of
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.run import ProcessId

UNMARKED_JSON = "unmarked.json"
_FIRST_S = 0.2
_EVERY_S = 5.0


class Escapees:
    """Looks every few seconds, writes only when there is a new one: usually never."""

    def __init__(self, run_dir: Path, mark: str) -> None:
        self._path = run_dir / UNMARKED_JSON
        self._mark = mark
        # Not at once: until it has become the agent, the new process still shows our own environment.
        self._next = time.monotonic() + _FIRST_S
        self._noted: list[ProcessId] = []

    def note(self) -> None:
        """Writes down the unmarked processes below this one, if it is time to look."""
        now = time.monotonic()
        if now < self._next or not HAS_PROC:
            return
        self._next = now + _EVERY_S
        unmarked = [pid for pid in _below_me() if (environment_of(pid) or {}).get(MARK) != self._mark]
        seen = [who for pid in unmarked if (who := identify(pid)) is not None]
        if not set(seen) <= set(self._noted):
            self._noted = seen
            with contextlib.suppress(LmawepError):
                write_text(self._path, json.dumps([to_plain(who) for who in seen]), durable=False)


def _below_me() -> list[int]:
    """Our descendants through the kernel's lists of children: microseconds, where a walk costs milliseconds."""
    found: list[int] = []
    todo = [os.getpid()]
    while todo and len(found) < 1000:
        for child in _children(todo.pop()):
            found.append(child)
            todo.append(child)
    return found


def _children(pid: int) -> list[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        return [int(word) for task in tasks for word in read_proc(f"/proc/{pid}/task/{task}/children").split()]
    except OSError:
        return []


def read_unmarked(run_dir: Path) -> list[ProcessId]:
    """The processes noted for a run; an unreadable list is no reason not to end the others."""
    try:
        listed = json.loads(read_text(run_dir / UNMARKED_JSON))
        return [from_plain(ProcessId, entry) for entry in listed]
    except (OSError, ValueError, TypeError, LmawepError):
        return []
