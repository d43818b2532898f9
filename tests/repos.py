"""Real repositories with lmawep in them, and agents that are small scripts: nothing in these tests is pretended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lmawep_tui.agents.recovery import end_strays, strays
from lmawep_tui.engine.init import init
from lmawep_tui.engine.review import approve
from lmawep_tui.engine.spawn import spawn
from lmawep_tui.engine.testing import join_train
from lmawep_tui.engine.tickets import create
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Ticket
from tests.prefork import run_forked

PYTHON = sys.executable
SETTINGS: dict[str, Any] = {
    "main": "main",
    "tests": {"command": "true"},
    "limits": {"free_disk": 0, "kill_grace": 0.5},
    "agent": "me",
    "agents": {"me": {"command": ["true"]}},
}


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(argv: list[str], cwd: Path, *, env: Mapping[str, str] | None = None, timeout_s: float = 60.0,
        **more: Any) -> Done:  # fmt: skip
    """Runs a command to its end; a command that hangs fails the test."""
    done = subprocess.run(argv, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, timeout=timeout_s,
                          stdin=subprocess.DEVNULL, check=False, **more)  # fmt: skip
    return Done(done.returncode, _text(done.stdout), _text(done.stderr), done.stdout + done.stderr)


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def git(cwd: Path, *args: str, check: bool = True, stdin: str | None = None) -> str:
    """The person's own git."""
    done = subprocess.run(["git", *args], cwd=cwd, capture_output=True, check=False,
                          input=None if stdin is None else stdin.encode("utf-8", "surrogateescape"))  # fmt: skip
    if check and done.returncode:
        raise AssertionError(f"git {' '.join(args)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def repository(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A repository on branch main with one commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    for name, text in (files or {"README.md": "hello\n", "src/a.txt": "1\n2\n3\n", "src/b.txt": "b\n"}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "-q", "--allow-empty", "-m", "Start")
    return root


def until(true: Callable[[], Any], what: str = "it", timeout_s: float = 20.0) -> Any:
    """Waits for something that only looking can tell."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.005)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


def quiet(root: Path) -> None:
    """Waits until no process works in or for this project any more."""
    here = str(root).encode()

    def busy() -> list[str]:
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    words = Path(entry.path, "cmdline").read_bytes()
                    marks = Path(entry.path, "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if b"faults.py" not in words and (here in words or b"LMAWEP_GIT=" + here in marks):
                    found.append(entry.name)
        return found

    until(lambda: not busy(), f"{root} quiet")


class Project:
    """A repository that lmawep works in. Verbs under test go through the command; what leads up to them need not."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def init(self, files: Mapping[str, str] | None = None, **settings: Any) -> None:
        repository(self.root, files)
        self.adopt(**settings)

    def adopt(self, **settings: Any) -> None:
        """As init, for a repository that is there already."""
        self.ws = init(self.root)
        self.settings = SETTINGS
        self.config(**settings)

    def copy(self, root: Path) -> Project:
        """The same project in another place; for one that nothing has happened in yet."""
        shutil.copytree(self.root, root, symlinks=True)
        made = Project(root)
        made.git("update-index", "-q", "--refresh")
        made.settings = self.settings
        made.ws = Workspace.open(root)
        check_git_config(made.ws.layout, made.ws.git)  # as at its init: what stands there is the person's own
        return made

    def config(self, **settings: Any) -> None:
        """Changes settings of the project."""
        self.settings = {**self.settings, **settings}
        self.ws.layout.config.write_text(yaml.safe_dump(self.settings))
        self.ws = Workspace.open(self.root)

    def git(self, *args: str, at: Path | None = None, check: bool = True) -> str:
        return git(at or self.root, *args, check=check)

    def lmawep(self, *args: str, at: Path | None = None, ok: bool = True, env: Mapping[str, str] | None = None,
               timeout_s: float = 60.0) -> Done:  # fmt: skip
        """The real command; `ok` demands that it says it worked. With an `env` of its own it starts afresh."""
        if env:
            done = run([PYTHON, "-P", "-m", "lmawep_tui", *args], at or self.root, env=env, timeout_s=timeout_s)
        else:
            code, out, err = run_forked(args, at or self.root, os.environ, timeout_s)
            done = Done(code, _text(out), _text(err), out + err)
        assert done.code == 0 or not ok, f"lmawep {' '.join(args)}: {done.code}\n{done.out}\n{done.err}"
        return done

    def refuses(self, *args: str, status: int = 1, **more: Any) -> str:
        """The sentence with which the command refuses: one line, no traceback, the right exit status."""
        done = self.lmawep(*args, ok=False, **more)
        assert done.code == status, (args, done)
        assert done.err.startswith("lmawep: ") and done.err.count("\n") == 1, done.err
        assert "Traceback" not in done.err, done.err
        return done.err.strip()

    def ticket(self, title: str = "Do it", **fields: Any) -> Ticket:
        return create(self.ws, title, **fields)

    def ticket_of(self, agent: str, title: str = "Do it", **fields: Any) -> Ticket:
        """A ticket whose file names an agent, known or not: the command would refuse one that is not."""
        made = self.ticket(title, **fields)
        path = self.ws.layout.ticket(made.id)
        path.write_text(f"{path.read_text()}agent: {agent}\n")
        return made

    def spawn(self, ticket: Ticket | None = None) -> PodRecord:
        return spawn(self.ws, (ticket or self.ticket()).id)

    def commit(self, pod: PodRecord, files: Mapping[str, str] | None = None) -> str:
        """Work in the pod, as an agent does it; returns the commit."""
        folder = Path(pod.path)
        for name, text in (files or {"src/new.txt": "new\n"}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self.git("add", "--all", at=folder)
        self.git("commit", "-q", "-m", "Work", at=folder)
        return self.git("rev-parse", "HEAD", at=folder)

    def step(self, ticket: TicketId, *events: Event) -> None:
        """Moves a ticket along the lifecycle."""
        with self.ws.change("test") as change:
            for event in events:
                change.move(ticket, event)
            change.save()

    def reviewed(self, files: Mapping[str, str] | None = None, **fields: Any) -> PodRecord:
        """A pod with a commit that waits for the person's review."""
        pod = self.spawn(self.ticket(**fields))
        self.commit(pod, files)
        self.step(pod.ticket, Event.STARTED, Event.BELIEVED)
        return pod

    def approved(self, files: Mapping[str, str] | None = None, **fields: Any) -> PodRecord:
        """A pod whose commit is approved and not tested yet."""
        return approve(self.ws, self.reviewed(files, **fields).id)

    def queued(self, files: Mapping[str, str] | None = None, **fields: Any) -> PodRecord:
        """A pod in the train: approved, tested green in its own worktree."""
        pod = self.approved(files, **fields)
        with self.ws.change("test") as change:
            change.move(pod.ticket, Event.GREEN)
            assert pod.verdict is not None
            join_train(change, pod, pod.verdict.commit)
            change.save()
        return pod

    def status_of(self, ticket: TicketId) -> str:
        return str(self.ws.snapshot().tickets[ticket].status)

    def main(self) -> str:
        return self.git("rev-parse", "refs/heads/main")

    def agent(self, name: str, script: str, prompt: str = "stdin") -> None:
        """Adds an agent profile that is a shell script, and makes it the default."""
        path = self.root.parent / f"{name}.sh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        self.config(agent=name, agents={name: {"command": [str(path)], "prompt": prompt}})

    def marked(self) -> list[int]:
        """Processes of any run of this project."""
        return [stray.id.pid for stray in strays(self.root, set())]

    def close(self) -> None:
        if hasattr(self, "ws"):
            end_strays(strays(self.root, set()))


__all__ = ["PYTHON", "Done", "PodId", "Project", "git", "quiet", "repository", "run", "until"]
