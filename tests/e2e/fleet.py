"""A night with a fleet: many tickets, agents that misbehave in every way, autopilot, and somebody who kills it.

    python -m tests.e2e.fleet [--tickets 200] [--seed 1] [--kill] [--keep FOLDER]

What must hold in the morning is checked by `check`: every ticket is complete, or blocked with the true reason, or waits
for one that is; every value that main ever had passes the tests; no process and no worktree is left over.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from lmawep_tui.engine.decide import decide
from lmawep_tui.engine.decision import Around
from lmawep_tui.engine.init import init
from lmawep_tui.engine.why import explain
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.ticket_file import new_ticket_text
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Priority, Status, Ticket
from tests.repos import git, repository

AGENT = Path(__file__).with_name("fleet_agent.py")
TESTS = """#!/bin/sh
twice=$(cat keys/* 2>/dev/null | sort | uniq -d)
[ -z "$twice" ] || { echo "1 failed: $twice"; exit 1; }
"""
KINDS = {"good": 42, "crash-once": 7, "crash-always": 2, "hang-once": 3, "hang-always": 1, "lie-once": 5,
         "lie-always": 1, "silent-once": 4, "silent-always": 1, "limited-once": 2, "question": 2, "daemon": 5,
         "lingers": 3, "conflict": 10, "twin": 8}  # fmt: skip
REASONS = {
    "crash": r"crashed: exit status 3",
    "hang": r"stalled: printed nothing",
    "lie": r"new commits: none",
    "silent": r"new commits: none",
    "question": r"Which colour for \d+\?",
    "conflict": r"conflict",
}
"""What the ticket must say when it is blocked, by the kind of its agent."""


@dataclass(frozen=True)
class Fleet:
    """A repository with its tickets, and the plan of each."""

    ws: Workspace
    home: Path
    plan: dict[int, str]

    @property
    def root(self) -> Path:
        return self.ws.layout.root


def build(folder: Path, tickets: int, seed: int) -> Fleet:
    """The repository, the plan, and tickets with a random dependency graph."""
    moments = random.Random(seed)
    home = folder / "home"
    home.mkdir(parents=True)
    files = {"shared.txt": "one\ntwo\nthree\n", "test.sh": TESTS, "README.md": "A fleet.\n"}
    root = repository(folder / "project", files)
    ws = init(root)
    command = [sys.executable, "-S", "-E", str(AGENT), "{role}"]
    settings = {
        "main": "main", "slots": 6, "agent": "fleet",
        "agents": {"fleet": {"command": command, "env": {"FLEET_HOME": str(home)}}},
        "roles": {"review": {"by": "auto"}},
        "tests": {"command": "sh test.sh"},
        "limits": {"free_disk": 0, "kill_grace": 0.5, "silence": 4, "final": 1, "stagger": 0},
    }  # fmt: skip
    ws.layout.config.write_text(yaml.safe_dump(settings))
    plan: dict[int, str] = {}
    kinds = moments.choices(list(KINDS), weights=list(KINDS.values()), k=tickets)
    for number, kind in enumerate(kinds, 101):
        plan[number] = f"twin{sum(k.startswith('twin') for k in plan.values()) // 2}" if kind == "twin" else kind
        earlier = range(max(101, number - 12), number)
        count = moments.choice([0, 0, 0, 1, 1, 2]) if number > 103 else 0
        depends = tuple(TicketId(n) for n in sorted(moments.sample(earlier, min(count, len(earlier)))))
        ticket = Ticket(id=TicketId(number), title=f"Piece {number}", priority=moments.choice(list(Priority)),
                        dependencies=depends, created="2026-01-15T10:30:00Z")  # fmt: skip
        ws.layout.ticket(ticket.id).write_text(new_ticket_text(ticket, {}))
    (home / "plan.json").write_text(json.dumps(plan))
    return Fleet(Workspace.open(root), home, plan)


def drive(fleet: Fleet, log: Path, *, kill: random.Random | None = None, limit_s: float = 3600.0) -> int:
    """Runs `lmawep up --until-done` to its end, killed every few seconds when `kill` says so; returns the kills."""
    kills, deadline = 0, time.monotonic() + limit_s
    while time.monotonic() < deadline:
        with log.open("ab") as output:
            up = subprocess.Popen([sys.executable, "-P", "-m", "lmawep_tui", "up", "--until-done"], cwd=fleet.root,
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  start_new_session=True)  # fmt: skip
        try:
            up.wait(kill.uniform(2.5, 8.0) if kill else deadline - time.monotonic())
        except subprocess.TimeoutExpired:
            os.killpg(up.pid, signal.SIGKILL)
            up.wait()
            kills += 1
            continue
        return kills
    raise AssertionError(f"not finished after {limit_s:.0f} s: {summary(fleet)}\n{log.read_text()[-2000:]}")


def summary(fleet: Fleet) -> str:
    counts = Counter(str(t.status) for t in fleet.ws.snapshot().tickets.values())
    return ", ".join(f"{n} {status}" for status, n in sorted(counts.items()))


def check(fleet: Fleet) -> list[str]:
    """What is not as it must be in the morning; empty when all is well."""
    return [*_tickets(fleet), *_main(fleet), *_left_over(fleet)]


def _tickets(fleet: Fleet) -> list[str]:
    snapshot = fleet.ws.snapshot()
    found = [f"invalid: {bad.file}" for bad in snapshot.invalid]
    stopped = {t.id for t in snapshot.tickets.values() if t.status is Status.BLOCKED}
    listed = git(fleet.root, "ls-tree", "--name-only", "main", "work/").split()
    decision = decide(snapshot, around=Around(now="9999"))
    for ticket in snapshot.tickets.values():
        kind = fleet.plan[ticket.id].partition("-")[0]
        if ticket.status is Status.COMPLETE:
            if f"work/{ticket.id}.txt" not in listed:
                found.append(f"#{ticket.id} is complete, but its work is not on main")
        elif ticket.status is Status.BLOCKED:
            hold = snapshot.state.holds.get(ticket.id)
            reason = f"{hold.kind} {hold.why}" if hold else "nothing"
            if not re.search(REASONS.get(kind, "(?!)"), reason) or fleet.plan[ticket.id].endswith("-once"):
                found.append(f"#{ticket.id} ({fleet.plan[ticket.id]}) is blocked by {reason}")
        elif ticket.status is Status.READY and _behind(snapshot.tickets, ticket, stopped):
            words = " ".join(explain(snapshot, decision, ticket.id))
            if not any(f"#{number}" in words for number in stopped):
                found.append(f"#{ticket.id} waits for a blocked ticket, but `why` says: {words}")
        else:
            found.append(f"#{ticket.id} ({fleet.plan[ticket.id]}) is {ticket.status}")
    return found


def _behind(tickets: dict[TicketId, Ticket], ticket: Ticket, stopped: set[TicketId]) -> bool:
    """Whether it waits, in whatever number of steps, for a blocked one."""
    seen, queue = set(), list(ticket.dependencies)
    while queue:
        number = queue.pop()
        if number in stopped:
            return True
        if number not in seen and tickets[number].status is not Status.COMPLETE:
            seen.add(number)
            queue += tickets[number].dependencies
    return False


def _main(fleet: Fleet) -> list[str]:
    """Every value main ever had, tested in a folder of its own; and each a step forward."""
    values = git(fleet.root, "reflog", "show", "--format=%H", "refs/heads/main").split()
    found = []
    for new, old in pairwise(values):
        if subprocess.run(["git", "merge-base", "--is-ancestor", old, new], cwd=fleet.root, check=False).returncode:
            found.append(f"main went from {old[:7]} to {new[:7]}, which is no step forward")
    for value in dict.fromkeys(values):
        with tempfile.TemporaryDirectory() as folder:
            archive = subprocess.run(["git", "archive", value], cwd=fleet.root, capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
            if subprocess.run(["sh", "test.sh"], cwd=folder, capture_output=True, check=False).returncode:
                found.append(f"main was at {value[:7]}, whose tests are red")
    return found


def _left_over(fleet: Fleet) -> list[str]:
    from lmawep_tui.agents.recovery import strays

    found = [f"process {stray.name} ({stray.id.pid}) of {stray.pod} is left" for stray in strays(fleet.root, set())]
    snapshot, layout = fleet.ws.snapshot(), fleet.ws.layout
    mine = {str(fleet.root), str(layout.train), *(pod.record.path for pod in snapshot.pods.values())}
    listed = [
        line[9:]
        for line in git(fleet.root, "worktree", "list", "--porcelain").splitlines()
        if line.startswith("worktree ")
    ]
    found += [f"worktree {path} is left" for path in listed if path not in mine]
    closed = [pod.id for pod in snapshot.pods.values() if pod.status.closed]
    found += [f"{pod} is left, though its ticket is closed" for pod in closed]
    if git(fleet.root, "status", "--porcelain"):
        found.append("main's checkout is dirty")
    broken = subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"], cwd=fleet.root, capture_output=True, check=False
    )
    return [*found, *(["git fsck complains"] if broken.returncode else [])]


def main() -> int:
    options = argparse.ArgumentParser(description="A night with a fleet of misbehaving agents.")
    options.add_argument("--tickets", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kill", action="store_true", help="kill -9 autopilot every few seconds")
    options.add_argument("--folder", type=Path, help="where to keep it all; default: a temporary folder")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="lmawep-fleet-") as temporary:
        folder = given.folder or Path(temporary)
        fleet = build(folder, given.tickets, given.seed)
        kinds = Counter(kind.rstrip("0123456789") for kind in fleet.plan.values())
        print(f"{given.tickets} tickets in {fleet.root}: {dict(kinds)}")
        began = time.monotonic()
        kills = drive(fleet, folder / "up.log", kill=random.Random(given.seed) if given.kill else None)
        time.sleep(1.0)  # what was just told to end may take a moment
        found = check(fleet)
        runs = sum(1 for _ in fleet.ws.layout.runs.glob("pod-*/*"))
        print(f"{summary(fleet)}; {runs} runs, {kills} kills, {time.monotonic() - began:.0f} s")
        for line in found:
            print(f"NOT WELL: {line}")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
