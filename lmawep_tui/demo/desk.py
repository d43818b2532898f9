"""Where a scripted agent sits: its worktree, its git, its tests, its clock and its voice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.demo.steps import MAIN, Puzzled
from lmawep_tui.demo.told import Told, read_prompt
from lmawep_tui.model.dataclass import dataclass

PACE = "LMAWEP_DEMO_PACE"
"""Environment variable: what the agents' pauses are multiplied by; 0 is as fast as possible."""
_INDENT = " " * 9
_RULER = re.compile(r"[=-]{10,}")
_TEST_TIMEOUT_S = 60.0
_NOBODY = ("-c", "user.name=demo agent", "-c", "user.email=demo@localhost")


@dataclass(frozen=True, slots=True)
class Desk:
    """One run of one agent."""

    worktree: Path
    ticket: int
    pod: str
    role: str
    run: str
    pace: float
    told: Told
    who: tuple[str, ...] = ()
    """Arguments that tell git who we are, where it is not configured to know: even a merge asks."""

    @classmethod
    def take(cls, environ: Mapping[str, str], worktree: Path, prompt: str) -> Desk:
        """The desk lmawep prepared: who we are stands in the environment, what to do in the prompt."""
        return cls(
            worktree=worktree,
            ticket=int(environ.get("LMAWEP_TICKET", "0")),
            pod=environ.get("LMAWEP_POD", "pod-?"),
            role=environ.get("LMAWEP_ROLE", "task"),
            run=environ.get("LMAWEP_RUN", "0001-task"),
            pace=_pace(environ.get(PACE, "")),
            told=read_prompt(prompt),
            who=_who(environ, worktree),
        )

    def say(self, text: str, pause: float = 0.0) -> None:
        """A line with the time, after a pause of so many seconds at pace 1."""
        self.pause(pause)
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)

    def show(self, text: str) -> None:
        """Output of a command, indented below its line."""
        for line in text.rstrip().splitlines():
            print(f"{_INDENT}{line}".rstrip(), flush=True)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds * self.pace)

    def read(self, path: str) -> str:
        """A file of the project; raises Puzzled when it is not there."""
        try:
            return (self.worktree / path).read_text("utf-8")
        except FileNotFoundError:
            raise Puzzled(f"{path} does not exist") from None

    def write(self, path: str, text: str) -> None:
        file = self.worktree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def git(self, *args: str, ok: tuple[int, ...] = (0,)) -> str:
        """What git prints; raises Puzzled with git's words when it fails."""
        done = self._git(*args)
        if done.returncode not in ok:
            raise Puzzled(f"git {args[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout.rstrip("\n")

    def git_says(self, *args: str) -> bool:
        """Whether git ends with status 0."""
        return self._git(*args).returncode == 0

    def _git(self, *args: str) -> subprocess.CompletedProcess[str]:
        argv = ["git", *self.who, "-c", "commit.gpgSign=false", "-c", "core.quotePath=false", *args]
        return subprocess.run(
            argv, cwd=self.worktree, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def commit(self, subject: str, body: str = "") -> None:
        """Commits everything, as whoever git is configured for; says so."""
        self.say(f"$ git commit -m {subject!r}", 0.5)
        self.git("add", "--all")
        message = "\n\n".join(part for part in (subject, body, f"Ticket: {self.ticket}") if part)
        self.git("commit", "--quiet", "-m", message)
        self.show(self.git("show", "--stat", "--format=%h %s", "HEAD"))

    def has_commit(self, subject: str) -> bool:
        """Whether work with this subject is on the branch already."""
        return subject in self.git("log", "--format=%s", "HEAD").splitlines()

    def dirty(self) -> bool:
        return bool(self.git("status", "--porcelain"))

    def tests(self, *modules: str, short: bool = False) -> bool:
        """Runs tests, all without names, and shows what they say, `short` without stacks; True when they are green."""
        what = ("-q", *modules) if modules else ("discover", "-q")
        self.say(f"$ python -m unittest {' '.join(what)}")
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [sys.executable, "-m", "unittest", *what],
            cwd=self.worktree,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TEST_TIMEOUT_S,
            check=False,
        )
        lines = (line for line in done.stdout.splitlines() if line.strip() and not _RULER.fullmatch(line))
        self.show("\n".join(line for line in lines if not (short and line.startswith((" ", "Traceback")))))
        return done.returncode == 0

    def merge_base(self) -> str:
        """Where this branch and main part."""
        return self.git("merge-base", MAIN, "HEAD")


def _who(environ: Mapping[str, str], worktree: Path) -> tuple[str, ...]:
    known = subprocess.run(["git", "config", "user.email"], cwd=worktree, capture_output=True, check=False)
    return () if known.returncode == 0 or "GIT_COMMITTER_EMAIL" in environ else _NOBODY


def _pace(text: str) -> float:
    try:
        return max(0.0, min(float(text), 100.0))
    except ValueError:
        return 1.0
