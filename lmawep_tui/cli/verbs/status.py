"""`status`, `why`: the fleet on one page, and why something is not moving."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.ids import parse_pod_id, parse_ticket_id
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.queries import (
    attention_count,
    decision_list,
    group_of,
    must_have_pod,
    must_have_ticket,
    pod_of_ticket,
)
from lmawep_tui.store.shapes import status_shape

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace


@click.command("status")
@as_json
@click.option("--watch", is_flag=True, help="Print it again whenever something changes.")
@click.option("--strict", is_flag=True, help="Exit 1 when something waits for you.")
def status_command(json_: bool, watch: bool, strict: bool) -> int:
    ws = workspace()
    mood = _status(ws, json_=json_)
    seen = _changed(ws) if watch else ""
    while watch:
        time.sleep(0.5)
        if (now := _changed(ws)) != seen:
            seen = now
            _status(ws, json_=json_)
    return 1 if strict and mood == "attention" else 0


def _changed(ws: Workspace) -> str:
    """Something that differs whenever the status would."""
    return repr(ws.snapshot())


def _status(ws: Workspace, *, json_: bool) -> str:
    from lmawep_tui.engine.compare import main_commit

    snapshot = ws.snapshot()
    commit = main_commit(ws, snapshot.state.main)
    if json_:
        write_json(status_shape(snapshot, ws.layout.root.name, commit))
        return "attention" if attention_count(snapshot) else "calm"
    waiting = attention_count(snapshot)
    write_styled(
        (ws.layout.root.name, "strong"),
        f"  {snapshot.state.main} {(commit or '')[:7]}   slots {snapshot.slots_used}/{snapshot.config.slots}"
        f"   train {len(snapshot.state.train)}   ",
        (f"{waiting} need you" if waiting else "nothing needs you", "warn" if waiting else "muted"),
        f"   autopilot {'on' if snapshot.autopilot else 'off'}",
    )
    counts = {s: sum(t.status is s for t in snapshot.tickets.values()) for s in Status}
    words = "  ".join(f"{n} {s}" for s, n in counts.items() if n)
    write(
        f"{len(snapshot.tickets)} tickets: {words}" if words else "No tickets yet. `lmawep ticket create 'What to do'`"
    )
    for group, pods in decision_list(snapshot).groups:
        write_styled((f"\n{group}".strip("\n"), "muted"))
        for pod in pods:
            _pod_line(pod)
    for number, words in snapshot.dead_ends.items():
        write_styled((f"needs you  ticket {number} {words}", "warn"))
    for bad in snapshot.invalid:
        write_styled((f"invalid  {bad.file}{f':{bad.line}' if bad.line else ''}: {bad.reason}", "blocked"))
    for problem in snapshot.problems:
        write_styled((problem, "blocked"))
    return "attention" if waiting else "calm"


def _pod_line(pod: Pod) -> None:
    style = "warn" if pod.attention else "busy" if pod.live else ""
    doing = f" {pod.run.role} since {pod.run.started or pod.run.created}" if pod.run and pod.live else ""
    paused = " paused" if pod.record.paused else ""
    write_styled((f"  {pod.id:<8} #{pod.ticket} {pod.status}{paused}{doing}  {pod.attention or pod.title}", style))


@click.command("why")
@click.argument("what", metavar="ID|POD")
def why_command(what: str) -> None:
    from lmawep_tui.engine.decide import decide

    snapshot = workspace().snapshot()
    if what.startswith("pod-"):
        pod: Pod | None = must_have_pod(snapshot, parse_pod_id(what))
        ticket = pod.ticket if pod else None
    else:
        ticket = must_have_ticket(snapshot, parse_ticket_id(what)).id
        pod = pod_of_ticket(snapshot, ticket)
    decision = decide(snapshot)
    for waiting in decision.waiting:
        if waiting.ticket == ticket:
            write(waiting.why)
            return
    action = next((a for a in decision.actions if a.ticket == ticket), None)
    if action is not None:
        extra = "" if snapshot.autopilot else "; autopilot is off, so a person or `lmawep up` has to do it"
        write(f"next: {action.verb}{f' ({action.role})' if action.role else ''}{extra}")
    elif pod is not None and pod.live and pod.run is not None:
        write(f"it is moving: {pod.run.role} runs since {pod.run.started or pod.run.created}")
    elif pod is not None:
        write(f"{pod.id} is {pod.status} ({group_of(pod)})")
    else:
        write(f"ticket {ticket} is {snapshot.tickets[ticket].status}" if ticket else "it is not known")
