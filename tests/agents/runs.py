"""Real runs of real, mostly badly behaved, processes; every test ends with none of them left."""

from __future__ import annotations

import dataclasses
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.process import identify, signal_process
from lmawep_tui.agents.process_tree import MARK, Tree, environments, everything
from lmawep_tui.files.run_file import read_run, write_run
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Limits, ProcessId, Role, Run

QUICK = Limits(timeout_s=30, silence_s=0, grace_s=0.4, log_bytes=0)


def until(true: Callable[[], Any], what: str = "it", timeout_s: float = 10.0) -> Any:
    """Waits for something that only looking can tell."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.005)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


class Project:
    """A folder like a project's, and runs in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.journal = root / "lmawep-workspace" / "journal.jsonl"
        self.pod = root / "pod"
        self.pod.mkdir()
        self.runs: list[tuple[Path, Run]] = []
        self.others: list[ProcessId] = []

    def make(self, argv: Sequence[str], **facts: Any) -> tuple[Path, Run]:
        """A run in state starting, as the engine leaves it."""
        number = len(self.runs) + 1
        facts = {"role": Role.TASK, "limits": QUICK, "cwd": str(self.pod), **facts}
        run = Run(
            pod=PodId("pod-1"),
            ticket=TicketId(101),
            number=number,
            argv=tuple(argv),
            mark=secrets.token_hex(12),
            **facts,
        )
        run_dir = self.root / "lmawep-workspace" / "runs" / "pod-1" / run.name
        run_dir.mkdir(parents=True)
        write_run(run_dir, run)
        self.runs.append((run_dir, run))
        return run_dir, run

    def start(self, argv: Sequence[str], *, after: Sequence[str] = (), **facts: Any) -> tuple[Path, Run]:
        run_dir, run = self.make(argv, **facts)
        return run_dir, launch(run_dir, run, journal=self.journal, after=after)

    def python(self, code: str, *args: str, **facts: Any) -> tuple[Path, Run]:
        return self.start([sys.executable, "-c", code, *args], **facts)

    def sh(self, code: str, **facts: Any) -> tuple[Path, Run]:
        return self.start(["sh", "-c", code], **facts)

    def finish(self, argv: Sequence[str], **facts: Any) -> tuple[Path, Run]:
        """Starts a run and waits for its end."""
        run_dir, _ = self.start(argv, **facts)
        return run_dir, control.wait(run_dir, 20)

    def innocent(self, **env: str) -> ProcessId:
        """A process that has nothing to do with any run, nor with the test that looks on."""
        script = "sleep 60 > /dev/null 2>&1 & echo $!"
        done = subprocess.run(["sh", "-c", script], env={**os.environ, **env}, capture_output=True, check=True)
        who = identify(int(done.stdout))
        assert who is not None
        self.others.append(who)
        return who

    def carrying(self, run: Run) -> list[int]:
        """Processes with the run's mark."""
        return [pid for pid, env in environments(everything()).items() if env.get(MARK) == run.mark]

    def close(self) -> list[str]:
        """Ends everything; returns what should not have been there any more."""
        for run_dir, _ in self.runs:
            run = read_run(run_dir)
            if run.supervisor is not None:
                signal_process(run.supervisor, signal.SIGCONT)
            control.stop(run_dir, "the test is over", wait_s=5)
        left = [f"{run.name}: {pid}" for _, run in self.runs for pid in self.carrying(run)]
        for _, run in self.runs:
            for found in Tree(run.mark).members():
                signal_process(found.id, signal.SIGKILL)
        for who in self.others:
            signal_process(who, signal.SIGKILL)
        return left


def aged(run_dir: Path) -> None:
    """Makes run.json look older than any start takes."""
    os.utime(run_dir / "run.json", (1, 1))


def kill_supervisor(run: Run) -> None:
    assert run.supervisor is not None
    assert signal_process(run.supervisor, signal.SIGKILL)


def with_limits(**limits: float) -> Limits:
    return dataclasses.replace(QUICK, **limits)  # type: ignore[arg-type]
