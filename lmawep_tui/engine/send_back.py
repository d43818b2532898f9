"""Sending a pod back to work, with the facts where the next agent reads them."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.run import Role

MAX_CONFLICTS = 2
"""Conflicts in a row after which a person is asked."""


def send_back(
    ws: Workspace, change: Change, record: PodRecord, event: Event, brief: str, *, role: Role = Role.TASK
) -> PodRecord:
    """Moves the ticket back by `event`; the brief goes into blockers.md, its ref and the next prompt."""
    memory_bank.add_note(record, "blockers.md", str(event).capitalize(), brief)
    memory_bank.keep(ws, record, f"sent back: {event}")
    record = change.put_pod(replace(record, brief=brief, next_role=role))
    change.state = replace(change.state, train=tuple(car for car in change.state.train if car.pod != record.id))
    change.move(record.ticket, event)
    change.note("sent back", pod=record.id, ticket=record.ticket, by=str(event))
    return record


def failed_attempt(
    ws: Workspace,
    change: Change,
    record: PodRecord,
    brief: str,
    why: str,
    event: Event = Event.FAILED,
    *,
    role: Role = Role.TASK,
) -> None:
    """Counts a failure: tried again in `role` while attempts are left, else blocked for a person (safety C12)."""
    record = change.put_pod(replace(record, attempts=record.attempts + 1))
    record = send_back(ws, change, record, event, brief, role=role)
    if record.attempts > ws.config.limits.retries:
        why = f"{why} (tried {record.attempts} times)"
        change.block(record.ticket, HoldKind.FAILED, why)
        change.note("escalated", pod=record.id, ticket=record.ticket, why=why)


def conflict(ws: Workspace, change: Change, record: PodRecord, brief: str, files: str) -> None:
    """A real conflict with main: an agent of role resolve mends it; a person is asked when that goes on."""
    record = change.put_pod(replace(record, conflicts=record.conflicts + 1))
    record = send_back(ws, change, record, Event.CONFLICT, brief, role=Role.RESOLVE)
    if record.conflicts > MAX_CONFLICTS:
        change.block(record.ticket, HoldKind.CONFLICT, f"conflicts with main again, in {files}")
