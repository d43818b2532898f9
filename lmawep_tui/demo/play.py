"""The demo without a terminal: `lmawep up --until-done` drives, and the one question is answered from the command line.

It does nothing a person could not do: it reads the project's files and calls the command.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lmawep_tui.demo.build import build, import_path
from lmawep_tui.demo.desk import PACE
from lmawep_tui.demo.story import STORY, Entry, Story
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status

ANSWER = "Ten, as on the paper cards."
UNDONE = 107
"""The ticket whose landing is taken back at the end."""
SMALLER = "Plain text is enough; somebody will write it on the glass."
"""What the demo says when nobody is there to be asked."""
HINTS = (
    "Try: ! who needs you · i answer · w why · n new · ? all keys",
    "Autopilot lands seven tickets; one agent asks you something, one fails twice.",
)
"""What to try, for the screen, the line to show first; that fits 80 columns, and how it is hidden beside it."""
_LOOK_S = 0.3
_GOODBYE_S = 20.0
_MAX_DRIVERS = 6
"""Autopilot ends when nothing moves by itself; that it is started again for ever would hide a fault."""

Say = Callable[[str], None]


def play_headless(folder: Path, *, keep: bool = False, say: Say = print, timeout_s: float = 300.0) -> int:
    """Builds the demo in `folder` and plays it to the end; 0 when all seven tickets landed, else 1.

    The folder is removed at the end unless `keep`, or something went wrong and is worth a look.
    """
    workspace = build(folder)
    root = workspace.layout.root
    say(f"A repository with seven tickets in {root}")
    try:
        landed = _play(workspace, say, timeout_s)
    except KeyboardInterrupt:
        if not keep:
            _remove(root)
        raise
    _tell_end(workspace, say, landed)
    if keep or not landed:
        say(f"Have a look: {root}")
    else:
        _remove(root)
    return 0 if landed else 1


def _play(workspace: Workspace, say: Say, timeout_s: float) -> bool:
    """Whether all landed; what autopilot said last is told only when not."""
    with tempfile.TemporaryFile("w+") as output:
        player = Player(workspace, say, output)
        try:
            landed = player.play(timeout_s)
        finally:
            player.end()
        if not landed:
            output.seek(0)
            for line in output.read().splitlines()[-20:]:
                say(f"  | {clean_line(line)}")
        return landed


class Player:
    """Drives one demo to its end."""

    def __init__(self, workspace: Workspace, say: Say, output: IO[str]) -> None:
        self._ws = workspace
        self._say = say
        self._output = output
        self._driver: subprocess.Popen[bytes] | None = None
        self._drivers = 0
        self._told = 0
        self._answered: set[str] = set()
        self._began = time.monotonic()

    def play(self, timeout_s: float) -> bool:
        """Whether all tickets landed before the time was over."""
        deadline = self._began + timeout_s
        while time.monotonic() < deadline:
            snapshot = self._ws.snapshot()
            self._tell()
            if all(ticket.status is Status.COMPLETE for ticket in snapshot.tickets.values()):
                return self._take_back()
            self._answer(snapshot)
            if not self._drive():
                return False
            time.sleep(_LOOK_S)
        self._say(f"Not done within {timeout_s:.0f} s.")
        return False

    def end(self) -> None:
        """Ends autopilot and every agent that is still at work."""
        if self._driver is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._driver.wait(2.0)  # it sees for itself that all is done
            if self._driver.poll() is None:
                self._driver.terminate()
            try:
                self._driver.wait(_GOODBYE_S)
            except subprocess.TimeoutExpired:
                self._driver.kill()
                self._driver.wait()
        with contextlib.suppress(LmawepError):
            for pod in self._ws.snapshot().pods.values():
                if pod.live:
                    self._lmawep("stop", pod.id)
        self._tell()

    def _take_back(self) -> bool:
        """One landing is undone, as a person might the next morning, and its ticket given up."""
        if self._driver is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._driver.wait(_GOODBYE_S)  # it would begin the ticket anew at once
        ticket = str(UNDONE)
        words = "Somebody has painted the window by now."
        done = self._say_and_do(words, "undo", ticket) and self._lmawep("ticket", "update", ticket, "-s", "abandoned")
        self._tell()
        return done

    def _drive(self) -> bool:
        """Keeps autopilot running; False when it gives up again and again."""
        if self._driver is not None and self._driver.poll() is None:
            return True
        self._drivers += 1
        if self._drivers > _MAX_DRIVERS:
            self._say("Autopilot does not get any further.")
            return False
        self._driver = subprocess.Popen(
            self._command("up", "--until-done"),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            env=_environment(),
        )
        return True

    def _answer(self, snapshot: Snapshot) -> None:
        """Answers each question once, and makes what failed twice smaller, as a person would."""
        for pod in snapshot.pods.values():
            if pod.hold is None or pod.run is None or pod.live:
                continue
            key = f"{pod.id}/{pod.run.name}"
            if key not in self._answered and self._reply(pod.id, pod.hold.kind):
                self._answered.add(key)

    def _reply(self, pod: PodId, kind: HoldKind) -> bool:
        if kind is HoldKind.QUESTION:
            return self._say_and_do(ANSWER, "run", pod, "--message", ANSWER, "--detach")
        if kind is HoldKind.FAILED:
            return self._say_and_do(SMALLER, "unblock", pod, "--rescope", SMALLER)
        return False

    def _say_and_do(self, words: str, *args: str) -> bool:
        done = self._lmawep(*args)
        if done:
            self._line(f"you: {words}  ($ lmawep {' '.join(args[:3])}{' …' if args[3:] else ''})")
        return done

    def _lmawep(self, *args: str) -> bool:
        done = subprocess.run(
            self._command(*args),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=_environment(),
            check=False,
        )
        if done.returncode != 0:
            self._line(f"lmawep {args[0]}: {clean_line(done.stderr.strip())}")
        return done.returncode == 0

    def _command(self, *args: str) -> list[str]:
        return [sys.executable, "-P", "-m", "lmawep_tui", "-C", str(self._ws.layout.root), *args]

    def _tell(self) -> None:
        """Says what the journal has that is new and worth a line."""
        entries = list(journal.read(self._ws.layout.journal))
        for entry in entries[self._told :]:
            words = STORY.words(entry)
            if words:
                self._line(words)
        self._told = len(entries)

    def _line(self, words: str) -> None:
        self._say(f"{time.monotonic() - self._began:5.1f} s  {words}")


def _tell_end(workspace: Workspace, say: Say, landed: bool) -> None:
    entries: list[Entry] = list(journal.read(workspace.layout.journal))
    snapshot = workspace.snapshot()
    undone = {entry.get("ticket") for entry in entries if entry["event"] == "undone"}
    say("")
    say("Landed:" if landed else "Landed, but not all:")
    for entry in entries:
        ticket = snapshot.tickets.get(entry.get("ticket", 0))
        if entry["event"] == "landed" and ticket is not None:
            back = "  (taken back)" if ticket.id in undone else ""
            say(f"  #{ticket.id}  {entry['commit'][:7]}  {ticket.title}{back}")
    if not landed:
        for pod in snapshot.pods.values():
            say(f"  #{pod.ticket}  {pod.status}  {pod.attention or ''}".rstrip())
    say(f"On the way: {Story.summary(entries)}.")
    if landed:
        from textwrap import wrap

        from lmawep_tui.engine.postmortem import postmortem

        say("")
        say("lmawep postmortem says:")
        for line in wrap(" ".join(postmortem(workspace).findings), 96):
            say(f"  {line}")


def _environment() -> dict[str, str]:
    """Ours, without the marks of a run we may be part of; a checkout has to be found from any folder."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LMAWEP_") or name == PACE}
    path = import_path()
    if path:
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (path, env.get("PYTHONPATH"))))
    return env


def _remove(folder: Path) -> None:
    """Removes the repository; what follows a run's end may still be writing there for a moment."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
