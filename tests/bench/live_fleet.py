"""A big fleet of which some work: branches with commits, locks that are held, and logs that grow."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import OUTPUT, read_run, write_run
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import RunState
from tests.bench.fleet import fleet

_FEED = """
import fcntl, os, sys, time
rate, folders = float(sys.argv[1]), sys.argv[2:]
locks = [open(os.path.join(folder, "lock"), "w") for folder in folders]
for lock in locks:
    fcntl.flock(lock, fcntl.LOCK_EX)
logs = [open(os.path.join(folder, "output.log"), "ab", buffering=0) for folder in folders]
print("held", flush=True)
number, began = 0, time.monotonic()
while os.getppid() != 1:
    due = int((time.monotonic() - began) * rate)
    while number < due:
        log = logs[number % len(logs)]
        log.write(b"14:02:11 step %d: reading src/module_%d.py and thinking about it\\n" % (number, number % 97))
        number += 1
    time.sleep(0.004)
"""


def live_fleet(folder: Path, *, tickets: int, pods: int, live: int) -> Workspace:
    """A fleet with a branch and a commit for each pod, of which `live` have a run that is under way."""
    ws = fleet(folder, tickets=tickets, pods=pods)
    ws.layout.config.write_text("main: main\nagent: sh\nslots: 30\nagents: {sh: {command: ['true']}}\n")
    _branches(ws, pods)
    for number in range(1, live + 1):
        pod, path = PodId(f"pod-{number}"), ws.layout.ticket(TicketId(100 + number))
        path.write_text(path.read_text().replace("status: review", "status: working"))
        run_dir = ws.run_dir(pod, "0001-task")
        write_run(run_dir, replace(read_run(run_dir), state=RunState.RUNNING, outcome=None))
        (run_dir / OUTPUT).write_text("begun\n")
    return ws


def _branches(ws: Workspace, pods: int) -> None:
    lines = []
    for number in range(1, pods + 1):
        text = f"the work of pod {number}\n"
        lines.append(f"commit refs/heads/pod-{number}-ticket-{100 + number}\ncommitter b <b@b> 1768471200 +0000\n"
                     f"data 4\nWork\nfrom refs/heads/main\nM 644 inline work-{number}.txt\n"
                     f"data {len(text)}\n{text}\n")  # fmt: skip
    subprocess.run(["git", "fast-import", "--quiet"], cwd=ws.layout.root, input="".join(lines).encode(), check=True)


@contextlib.contextmanager
def at_work(ws: Workspace, live: int, *, lines_per_s: float = 0.0) -> Iterator[None]:
    """Holds the locks of the first pods' runs, and lets their logs grow by so many lines a second in all."""
    folders = [str(ws.run_dir(PodId(f"pod-{number}"), "0001-task")) for number in range(1, live + 1)]
    feeder = subprocess.Popen([sys.executable, "-c", _FEED, str(lines_per_s), *folders], stdout=subprocess.PIPE)
    try:
        assert feeder.stdout is not None and feeder.stdout.readline() == b"held\n"
        yield
    finally:
        feeder.kill()
        feeder.wait()
