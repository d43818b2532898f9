"""Sending a pod back to work, with the facts where the next agent reads them."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.conflict_facts import conflict_brief, find_conflict, refreshed
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.conflict import conflict_words
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.run import Role

MAX_CONFLICTS = 2
"""Conflicts in a row that an agent may mend, each with another commit of main; the next one goes to a person."""


def send_back(
    ws: Workspace, change: Change, record: PodRecord, event: Event, brief: str, *, role: Role = Role.TASK, why: str = ""
) -> PodRecord:
    """Moves the ticket back by `event`; the brief goes into blockers.md, its ref and the next prompt.

    `why`, in one line, is for lists and the history.
    """
    memory_bank.add_note(record, "blockers.md", str(event).capitalize(), brief)
    try:
        memory_bank.keep(ws, record, f"sent back: {event}")
    except (BadFile, OSError) as error:  # an agent may have put a link in its place
        change.note("memory not kept", pod=record.id, why=str(error))
    if event is not Event.CONFLICT:
        record = refreshed(ws, record)
    record = change.put_pod(replace(record, brief=brief, next_role=role, setback=why or str(event)))
    change.state = replace(change.state, train=tuple(car for car in change.state.train if car.pod != record.id))
    change.move(record.ticket, event)
    change.note("sent back", pod=record.id, ticket=record.ticket, by=str(event), **({"why": why[:500]} if why else {}))
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
    record = send_back(ws, change, record, event, brief, role=role, why=why)
    if record.attempts > ws.config.limits.retries:
        why = f"{why} (tried {record.attempts} times)"
        change.block(record.ticket, HoldKind.FAILED, why)
        change.note("escalated", pod=record.id, ticket=record.ticket, why=why)


def conflict(ws: Workspace, change: Change, record: PodRecord, main: Sha, tip: Sha) -> str:
    """A real conflict of `tip` with `main`, recorded with its files; returns it in words for the person.

    An agent of role resolve gets one run for it. A person is asked when an agent tried this very commit of main
    already, and when main conflicts again and again (more than MAX_CONFLICTS in a row).
    """
    known = record.conflict
    tried = known.tried if known is not None and known.main == main else 0
    found, files = find_conflict(ws, main, tip)
    words = conflict_words(found, change.state.main)
    record = replace(record, conflicts=record.conflicts + 1, conflict=replace(found, tried=tried))
    brief = conflict_brief(found, files, change.state.main)
    record = send_back(ws, change, change.put_pod(record), Event.CONFLICT, brief, role=Role.RESOLVE, why=words)
    if tried:
        change.block(record.ticket, HoldKind.CONFLICT, f"{words}; an agent could not mend it")
    elif record.conflicts > MAX_CONFLICTS:
        change.block(record.ticket, HoldKind.CONFLICT, f"{words}; conflict {record.conflicts} in a row")
    return words


def unresolved(ws: Workspace, change: Change, record: PodRecord, run: str, why: str) -> None:
    """A run of role resolve did not mend the conflict: it had its one chance, and a person is asked.

    The conflict's facts stay in the brief for whoever goes on. Must be called for a record with a conflict.
    """
    assert record.conflict is not None
    found = replace(record.conflict, tried=record.conflict.tried + 1)
    brief = f"{record.brief}\n\nThe run {run} tried that, and failed: {why}.".strip()
    words = conflict_words(found, change.state.main)
    record = send_back(ws, change, replace(record, conflict=found), Event.FAILED, brief, role=Role.RESOLVE, why=why)
    mended = record.conflict is None
    told = f"{run} brought {change.state.main} in, but: {why}" if mended else f"{words}; {run} did not mend it: {why}"
    change.block(record.ticket, HoldKind.CONFLICT, told)
