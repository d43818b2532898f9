"""Tickets and pods that disagree: the state says who works on what, an approval must be real."""

from __future__ import annotations

from functools import partial

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import Pod, PodRecord
from lmawep_tui.model.ticket import Status, Ticket

_IN_POD = (Status.ASSIGNED, Status.WORKING, Status.REVIEW, Status.TESTING, Status.MERGING)


def look_at_tickets(found: Findings) -> None:
    """Every ticket by itself."""
    snapshot = found.ws.snapshot()
    by_ticket = {pod.ticket: pod for pod in snapshot.pods.values()}
    for ticket in snapshot.tickets.values():
        pod = by_ticket.get(ticket.id)
        if pod is not None or ticket.status in _IN_POD:
            found.check(lambda each, t=ticket, p=pod: _ticket(each, t, p), f"ticket {ticket.id}")  # type: ignore[misc]


def look_at_dead_ends(found: Findings) -> None:
    """Tickets that can never start; which dependency is wrong only the person knows."""
    for number, words in found.ws.snapshot().dead_ends.items():
        found.add(f"Ticket {number} {words}. `lmawep ticket depend {number} ON --remove` takes a dependency out.")


def _ticket(found: Findings, ticket: Ticket, pod: Pod | None) -> None:
    ws = found.ws
    if pod is None:
        what = f"Ticket {ticket.id} is {ticket.status}, but has no pod."
        found.mend(what, partial(_step, ticket.id, Event.REMOVED, unassign=True), "set to ready")
        return
    if ticket.assigned_to != pod.id:
        found.mend(
            f"Ticket {ticket.id} does not know that {pod.id} works on it.",
            partial(_assign, ticket.id, pod.id),
            "written into the ticket",
        )
    if ticket.status is Status.READY:
        found.mend(
            f"Ticket {ticket.id} is ready, but has {pod.id}.",
            partial(_step, ticket.id, Event.SPAWNED),
            "set to assigned",
        )
    if ticket.status in (Status.TESTING, Status.MERGING) and not _approved(pod.record):
        what = f"Ticket {ticket.id} is {ticket.status}, but nobody approved {pod.id}."
        found.mend(what, partial(_step, ticket.id, Event.OUTDATED), "set back to review")
    if ticket.status is Status.WORKING and not pod.live and _settled(ws, pod.id, pod.record):
        what = f"Ticket {ticket.id} is working, but nothing runs in {pod.id}."
        found.mend(what, partial(_step, ticket.id, Event.FAILED), "set to assigned")
    if ticket.status is Status.MERGING and _approved(pod.record) and pod.in_train is None:
        found.mend(f"{pod.id} is merging, but not in the train.", partial(_rejoin, pod.id), "put into the train")


def _step(ticket: TicketId, event: Event, change: Change, *, unassign: bool = False) -> None:
    fields = {"assigned_to": None} if unassign else {}
    change.move(ticket, event, **fields)


def _assign(ticket: TicketId, pod: PodId, change: Change) -> None:
    change.change_ticket(ticket, assigned_to=pod)


def _rejoin(pod: PodId, change: Change) -> None:
    from lmawep_tui.engine.testing import join_train

    record = change.pod(pod)
    if record.verdict is not None:
        join_train(change, record, record.verdict.commit)


def _approved(record: PodRecord) -> bool:
    return record.verdict is not None and record.verdict.approved


def _settled(ws: Workspace, pod: PodId, record: PodRecord) -> bool:
    run = newest(ws, pod)
    return run is None or (run.number <= record.settled and not is_live(ws.run_dir(pod, run.name), run))
