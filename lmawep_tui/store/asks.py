"""What each thing that wants the person asks, told so exactly that another question is another text."""

from __future__ import annotations

from lmawep_tui.model.ids import PodId, TicketId, pod_number
from lmawep_tui.model.pod import Hold, Pod, Refusal
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status

INVALID = "invalid:"
"""Begins the key of a file that is no ticket."""


def asks_of(snapshot: Snapshot, key: str) -> str:
    """What the pod, ticket or file of a row's key asks now; empty when it asks nothing or is not there.

    Not for reading: the same words of another run, or of a later hold, are another text.
    """
    if key.startswith(INVALID):
        found = next((bad for bad in snapshot.invalid if bad.file == key.removeprefix(INVALID)), None)
        return f"{found.line}: {found.reason}" if found else ""
    if pod_number(key) is not None:
        pod = snapshot.pods.get(PodId(key))
        return _of_pod(pod) if pod is not None and pod.attention else ""
    return _of_ticket(snapshot, TicketId(int(key))) if key.isascii() and key.isdigit() else ""


def is_there(snapshot: Snapshot, key: str) -> bool:
    """Whether there is a row of that key."""
    if key.startswith(INVALID):
        return any(bad.file == key.removeprefix(INVALID) for bad in snapshot.invalid)
    if pod_number(key) is not None:
        return PodId(key) in snapshot.pods
    return key.isascii() and key.isdigit() and TicketId(int(key)) in snapshot.tickets


def _of_pod(pod: Pod) -> str:
    asked = ",".join(f"{question.number}@{question.since}" for question in pod.asks)
    run = pod.run.name if pod.run else ""
    return f"{pod.attention} | {pod.status} {run} {_when(pod.hold)} {asked}".rstrip()


def _of_ticket(snapshot: Snapshot, number: TicketId) -> str:
    """What a ticket without a pod asks; with one, the pod asks."""
    ticket = snapshot.tickets.get(number)
    if ticket is None or ticket.status.closed or ticket.assigned_to:
        return ""
    if ticket.status is Status.BLOCKED:
        hold = snapshot.state.holds.get(number)
        return f"blocked: {hold.why if hold else ''} | {_when(hold)}"
    refused: Refusal | None = snapshot.state.refused.get(number)
    if refused is not None:
        return f"cannot {refused.verb}: {refused.why}"
    return snapshot.dead_ends.get(number, "")


def _when(hold: Hold | None) -> str:
    return hold.at if hold else ""
