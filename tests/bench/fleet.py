"""A big fleet: how long `decide()` thinks, what an idle conductor costs, and how long one change holds the lock."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from lmawep_tui.engine.board_files import write_views
from lmawep_tui.engine.decide import decide as decide_now
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import write_run
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from tests.bench.commands import _TICKET, LMAWEP, project, run
from tests.bench.measure import Row, median, timed

_LOOK_S = 10.0


def fleet(folder: Path, *, tickets: int, pods: int, waiting: bool = False) -> Workspace:
    """A project with many tickets that depend on each other, and pods that wait for a person.

    With `waiting` nothing is ready, so that a conductor has nothing to do.
    """
    ws = Workspace.open(project(folder))
    chance = random.Random(1)
    for number in range(101, 101 + tickets):
        some = min(number - 101, chance.choice([0, 0, 1, 2]))
        on = sorted(chance.sample(range(max(101, number - 200), number), some)) or ([101] if waiting else [])
        text = _TICKET.format(id=number).replace("dependencies: []", f"dependencies: {on}")
        if number < 101 + pods:
            text = text.replace("status: ready", "status: review").replace("dependencies: [101]", "dependencies: []")
            text = text.replace("assigned_to: null", f"assigned_to: pod-{number - 100}")
        ws.layout.ticket(TicketId(number)).write_text(text)
    with ws.change("bench") as change:
        for number in range(1, pods + 1):
            pod, ticket = PodId(f"pod-{number}"), TicketId(100 + number)
            change.put_pod(PodRecord(id=pod, ticket=ticket, branch=f"{pod}-ticket-{ticket}", base=Sha("0" * 40),
                                     path=str(ws.layout.worktree(pod)), settled=1))  # fmt: skip
            its = Run(pod=pod, ticket=ticket, number=1, role=Role.TASK, argv=("x",), cwd="/", mark="m" * 12,
                      state=RunState.ENDED, outcome=Outcome.COMPLETED)  # fmt: skip
            run_dir = ws.run_dir(pod, its.name)
            run_dir.mkdir(parents=True)
            write_run(run_dir, its)
        change.save()
    return ws


def decide() -> list[Row]:
    """10,000 tickets and 100 pods: one decision, one look, one change, one ticket taken in."""
    with tempfile.TemporaryDirectory() as temp:
        ws = fleet(Path(temp) / "project", tickets=10_000, pods=100)
        snapshot = ws.snapshot()
        thinks = median([timed(lambda: decide_now(snapshot)) for _ in range(7)])
        store = ws.store()
        store.load()
        store.refresh()
        idle = median([timed(lambda: store.refresh(sweep_after_s=600)) for _ in range(20)])
        sweep = median([timed(lambda: store.refresh(sweep_after_s=0)) for _ in range(5)])
        taken = median([_one_changed(ws, store, number) for number in range(5001, 5008)])
        held = median([timed(lambda n=n: _change(ws, n)) for n in range(6001, 6006)])  # type: ignore[misc]
        whole = median([timed(lambda: write_views(ws)) for _ in range(5)])
        fresh = median([timed(lambda: Workspace.open(ws.layout.root).snapshot()) for _ in range(3)])
    return [
        Row("decide(), 10,000 tickets, 100 pods", thinks, None, "≤ 50 ms"),
        Row("a look when nothing changed", idle, None, ""),
        Row("a look at every ticket file", sweep, None, ""),
        Row("one ticket changed, taken in", taken, None, "≤ 20 ms"),
        Row("one change, lock and board", held, None, ""),
        Row("the board renewed", whole, None, ""),
        Row("a new process reads everything", fresh, None, "≤ 300 ms"),
    ]


def _one_changed(ws: Workspace, store: object, number: int) -> float:
    from lmawep_tui.store.store import Store

    assert isinstance(store, Store)
    path = ws.layout.ticket(TicketId(number))
    temp = path.with_name(".tmp-bench")
    temp.write_text(path.read_text() + f"# {number}\nlane: x\n")
    temp.replace(path)
    took = timed(lambda: store.refresh(sweep_after_s=600))
    assert store.snapshot.tickets[TicketId(number)].lane == "x"
    return took


def _change(ws: Workspace, number: int) -> None:
    with ws.change("bench") as change:
        change.change_ticket(TicketId(number), lane="y")
        change.save()


def idle() -> list[Row]:
    """What `lmawep up` costs while 50 pods wait for a person: seconds of processor for each second."""
    rows = []
    for tickets in (100, 10_000):
        with tempfile.TemporaryDirectory() as temp:
            ws = fleet(Path(temp) / "project", tickets=tickets, pods=50, waiting=True)
            ws.layout.config.write_text("main: main\nagent: sh\nagents: {sh: {command: ['true']}}\n")
            ws.snapshot()
            share = _share([*LMAWEP, "up"], ws.layout.root)
        rows.append(Row(f"idle conductor, 50 pods, {tickets:,} tickets", share * _LOOK_S, _LOOK_S, "≤ 1 % of a core",
                        f"{share:.2%} of a core"))  # fmt: skip
    return rows


def postmortem() -> list[Row]:
    """`lmawep postmortem` over a journal of 100,000 lines, against reading those lines."""
    with tempfile.TemporaryDirectory() as temp:
        folder = project(Path(temp) / "project", tickets=5_000)
        lines = [_LANDED.format(at=f"2026-01-{1 + n // 400:02d}T{n // 20 % 20:02d}:{n % 60:02d}:00Z", id=101 + n)
                 for n in range(5_000)]  # fmt: skip
        (folder / "lmawep-workspace" / "journal.jsonl").write_text("".join(lines))
        count = sum(text.count("\n") for text in lines)
        run([*LMAWEP, "status"], folder)
        ours = median([timed(lambda: run([*LMAWEP, "postmortem"], folder)) for _ in range(5)])
        code = "import json,sys; [json.loads(l) for l in open(sys.argv[1])]"
        journal = str(folder / "lmawep-workspace" / "journal.jsonl")
        plain = median([timed(lambda: run(["python", "-c", code, journal])) for _ in range(5)])
    return [Row(f"postmortem of {count:,} lines", ours, plain, "", "against json.loads of every line")]


_LANDED = "".join(
    f'{{{{"at": "{{at}}", "ticket": {{id}}, "pod": "pod-1", {event}}}}}\n'
    for event in (
        '"event": "ticket created", "title": "Ticket"',
        '"event": "moved", "was": "ready", "to": "assigned", "by": "spawned"',
        '"event": "spawned", "base": "0"',
        *(
            line
            for run, role, to in (("0001-task", "task", "review"), ("0002-review", "review", "testing"),
                                  ("0003-check", "check", "merging"), ("0004-merge", "merge", "complete"))
            for line in (f'"event": "run", "run": "{run}", "role": "{role}", "agent": "demo"',
                         f'"event": "run_ended", "run": "{run}", "role": "{role}", "outcome": "completed"',
                         f'"event": "moved", "was": "x", "to": "{to}", "by": "y"',
                         f'"event": "settled", "run": "{run}", "outcome": "completed", "why": ""')
        ),
        '"event": "landed", "commit": "c"',
    )
)  # fmt: skip


def _share(argv: list[str], folder: Path) -> float:
    running = subprocess.Popen(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        time.sleep(4.0)  # starting is not idling
        before, began = _cpu_s(running.pid), time.monotonic()
        time.sleep(_LOOK_S)
        return (_cpu_s(running.pid) - before) / (time.monotonic() - began)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far, from /proc: user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
