"""Pods made and removed, against the git command that does just the worktree, in turn in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.engine import remove as removing
from lmawep_tui.engine import spares, trash
from lmawep_tui.engine import spawn as spawning
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import PodId, TicketId
from tests.bench.commands import LMAWEP, project, run
from tests.bench.measure import Row, median, timed

_ROUNDS = 5


class _Turns:
    """A project, and the same worktrees made by plain git beside it."""

    def __init__(self, temp: str, files: int, settings: str = "") -> None:
        self.folder = project(Path(temp) / "project", files=files, tickets=2 * _ROUNDS + 2)
        (self.folder / ".lmawep/config.yaml").write_text(f"main: main\nlimits: {{free_disk: 0}}\n{settings}")
        self.ws = Workspace.open(self.folder)
        self.beside = Path(temp)
        self.next = 101

    def ticket(self) -> TicketId:
        self.next += 1
        return TicketId(self.next - 1)

    def plain_add(self, name: object) -> None:
        run(["git", "worktree", "add", "-q", "-b", f"plain-{name}", str(self.beside / f"plain-{name}")], self.folder)

    def plain_remove(self, name: object) -> None:
        run(["git", "worktree", "remove", "--force", str(self.beside / f"plain-{name}")], self.folder)

    def settle(self) -> None:
        """Deletes what a removal left, so that nothing of it is measured."""
        trash.empty(self.ws)


def spawn() -> Iterator[Row]:
    """The command, the verb alone, and the verb with a spare that waits, each against `git worktree add`."""
    for files in (100, 5000):
        yield _cold(files)
        yield _verb(files, warm=False)
        yield _verb(files, warm=True)


def _cold(files: int) -> Row:
    with tempfile.TemporaryDirectory() as temp:
        turns = _Turns(temp, files)
        ours, git = [], []
        for number in range(_ROUNDS):
            turns.settle()
            git.append(timed(lambda n=number: turns.plain_add(n)))  # type: ignore[misc]
            turns.settle()
            ticket = str(turns.ticket())
            ours.append(timed(lambda t=ticket: run([*LMAWEP, "spawn", t], turns.folder)))  # type: ignore[misc]
        bare = median([timed(lambda: run([*LMAWEP, "--version"])) for _ in range(5)])
    over = median(ours) - 1.2 * median(git)
    note = f"{over * 1000:+.0f} ms over 1.2×, of which starting Python and click {bare * 1000:.0f} ms"
    return Row(f"lmawep spawn, {files} files", median(ours), median(git), "≤ 1.2× + 100 ms", note)


def _verb(files: int, *, warm: bool) -> Row:
    with tempfile.TemporaryDirectory() as temp:
        turns = _Turns(temp, files, "worktree: {spares: 1}\n" if warm else "")
        ours, git = [], []
        later = spawning._renew_spares
        spawning._renew_spares = lambda _: None  # made between the rounds, not during the next measurement
        try:
            for number in range(_ROUNDS):
                if warm:
                    spares.keep_spares(turns.ws)
                turns.settle()
                git.append(timed(lambda n=number: turns.plain_add(n)))  # type: ignore[misc]
                turns.settle()
                ours.append(timed(lambda: spawning.spawn(turns.ws, turns.ticket())))
        finally:
            spawning._renew_spares = later
    name, target = ("a spare", "≤ 0.15×") if warm else ("no spare", "≤ 0.7×")
    return Row(f"the verb spawn, {name}, {files} files", median(ours), median(git), target if files > 1000 else "")


def remove() -> Iterator[Row]:
    """The verb `remove` until it returns, of a pod with nothing and with work of its own, against git's removal."""
    return (_remove(files, work=work) for files in (100, 5000) for work in (False, True))


def _remove(files: int, *, work: bool) -> Row:
    with tempfile.TemporaryDirectory() as temp:
        turns = _Turns(temp, files)
        ours, git = [], []
        for number in range(_ROUNDS):
            turns.plain_add(number)
            record = spawning.spawn(turns.ws, turns.ticket())
            if work:
                _work(Path(record.path))
            turns.settle()
            git.append(timed(lambda n=number: turns.plain_remove(n)))  # type: ignore[misc]
            turns.settle()
            pod = PodId(record.id)
            ours.append(timed(lambda p=pod: removing.remove(turns.ws, p, force=True)))  # type: ignore[misc]
    what = "committed work" if work else "nothing new"
    return Row(f"the verb remove, {what}, {files} files", median(ours), median(git), "≤ 0.2×" if files > 1000 else "")


def _work(folder: Path) -> None:
    (folder / "new.txt").write_text("new\n")
    run(["git", "add", "."], folder)
    run(["git", "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "Work"], folder)
