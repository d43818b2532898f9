"""`status`, `why`: the fleet on one page, and why something is not moving."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.age import ago
from lmawep_tui.model.budget import ticket_warning, warnings
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.ids import parse_pod_id, parse_ticket_id
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.attention import limit_phrase, refusal_words
from lmawep_tui.store.queries import (
    attention_count,
    decision_list,
    must_have_pod,
    must_have_ticket,
    pod_of_ticket,
    tickets_needing_you,
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
        write_json(status_shape(snapshot, ws.layout.root.name, commit, day_of(time.time())))
        return "attention" if attention_count(snapshot) else "calm"
    waiting = attention_count(snapshot)
    need = f"{waiting} need{'s' if waiting == 1 else ''} you" if waiting else "nothing needs you"
    write_styled(
        (ws.layout.root.name, "strong"),
        f"  {snapshot.state.main} {(commit or '')[:7]}   slots {snapshot.slots_used}/{snapshot.config.slots}"
        f"   train {len(snapshot.state.train)}   ",
        (need, "warn" if waiting else "muted"),
        f"   autopilot {'on' if snapshot.autopilot else 'off'}",
        _costs(snapshot),
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
    for number in tickets_needing_you(snapshot):
        refused = snapshot.state.refused.get(number)
        words = refusal_words(refused) if refused else snapshot.dead_ends.get(number) or "is blocked"
        write_styled((f"needs you  #{number} {words}", "warn"))
    for agent, limit in snapshot.state.limited.items():
        write_styled((f"{limit_phrase(agent, limit, time.time())}: {limit.why}", "warn"))
    for words in _budgets(snapshot):
        write_styled((words[:1].upper() + words[1:], "warn"))
    for bad in snapshot.invalid:
        write_styled((f"invalid  {bad.file}{f':{bad.line}' if bad.line else ''}: {bad.reason}", "blocked"))
    for problem in snapshot.problems:
        write_styled((problem, "blocked"))
    return "attention" if waiting else "calm"


def _costs(snapshot: Snapshot) -> str:
    """What was used today and in all, where any program tells."""
    today, total = snapshot.costs.on(day_of(time.time())).words, snapshot.costs.total.words
    in_all = f"{total} in all" if total and total != today else ""
    words = ", ".join(filter(None, (f"{today} today" if today else "", in_all)))
    return f"   {words}" if words else ""


def _budgets(snapshot: Snapshot) -> list[str]:
    """Budgets that are used up, or nearly."""
    budgets, costs = snapshot.config.budgets, snapshot.costs
    open_ = [ticket.id for ticket in snapshot.tickets.values() if not ticket.status.closed]
    of_tickets = (ticket_warning(budgets, costs, number) for number in open_)
    return [*warnings(budgets, costs, day_of(time.time())), *filter(None, of_tickets)]


def _pod_line(pod: Pod) -> None:
    style = "warn" if pod.attention else "busy" if pod.live else ""
    doing = f" {pod.run.role}, began {ago(pod.run.started or pod.run.created)}" if pod.run and pod.live else ""
    paused = " paused" if pod.record.paused else ""
    write_styled((f"  {pod.id:<8} #{pod.ticket} {pod.status}{paused}{doing}  {pod.headline}", style))


@click.command("why")
@click.argument("what", metavar="ID|POD")
@as_json
def why_command(what: str, json_: bool) -> None:
    from lmawep_tui.engine.decide import decide
    from lmawep_tui.engine.decision import Around
    from lmawep_tui.engine.why import explain
    from lmawep_tui.files.journal import now

    snapshot = workspace().snapshot()
    if what.startswith("pod-"):
        ticket = must_have_pod(snapshot, parse_pod_id(what)).ticket
    else:
        ticket = must_have_ticket(snapshot, parse_ticket_id(what)).id
    around = Around(now=now(), today=day_of(time.time()), staggered=False)
    causes = explain(snapshot, decide(snapshot, around=around), ticket)
    if json_:
        pod = pod_of_ticket(snapshot, ticket)
        write_json({"ticket": ticket, "pod": pod.id if pod else None, "why": causes[0], "causes": list(causes),
                    "status": str(snapshot.tickets[ticket].status), "autopilot": snapshot.autopilot,
                    "attention": pod.attention if pod else None})  # fmt: skip
    else:
        write("\n".join(causes))
