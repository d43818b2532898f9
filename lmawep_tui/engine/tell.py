"""What the person says to the agent of a pod: at once when it rests, as a follow-up run when it has ended."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine import runs
from lmawep_tui.engine.driven import is_driven
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_text
from lmawep_tui.files.journal import now
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError, Refused, UsageError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.message import MAX_MESSAGE, MAX_MESSAGES, Message
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome, Role, Run
from lmawep_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message: the run that was started with it, or how many wait now."""

    run: Run | None
    waiting: int = 0


def tell(ws: Workspace, pod: PodId, text: str) -> Told:
    """Says something to a pod's agent. Stored first, so that it is never lost; then sent, unless a run is live.

    Raises Refused for a pod that is done or lands just now, UsageError for an empty or far too long message.
    """
    text = clean_text(text).strip()
    if not text:
        raise UsageError("Say something.", f"`lmawep tell {pod} 'use the other parser'`.")
    if len(text) > MAX_MESSAGE:
        raise UsageError(
            f"The message has {len(text)} characters; {MAX_MESSAGE} are the most.", "Put it into a file or the ticket."
        )
    with ws.change(f"tell {pod}") as change:
        record = change.pod(pod)
        live = _live(ws, change, record)
        if len(record.told) >= MAX_MESSAGES:
            raise Refused(f"{len(record.told)} messages wait for {pod} already.", f"`lmawep tell {pod} --drop` helps.")
        told = (*record.told, Message(text=text, at=now()))
        change.put_pod(replace(record, told=told))
        change.note("told", pod=pod, ticket=record.ticket, text=text[:500], waiting=len(told))
        change.save()
    if live is not None:
        return Told(None, len(told))
    return Told(runs.follow_up(ws, pod))


def _live(ws: Workspace, change: Change, record: PodRecord) -> Run | None:
    status = change.ticket(record.ticket).status
    if status.closed:
        raise Refused(f"{record.id} is {status}: nobody is there to be told anything.")
    run = runs.newest(ws, record.id)
    if run is None or not is_live(ws.run_dir(record.id, run.name), run):
        return None
    if run.role is Role.MERGE:
        raise Refused(f"{record.id} is just being landed.", f"`lmawep logs {record.id}` shows it.")
    return run


def take_back(ws: Workspace, pod: PodId) -> tuple[Message, ...]:
    """Forgets what was said and not sent yet; returns it."""
    with ws.change(f"tell {pod} --drop") as change:
        record = change.pod(pod)
        if not record.told:
            raise Refused(f"Nothing waits to be told to {pod}.")
        change.put_pod(replace(record, told=()))
        change.note("taken back", pod=pod, ticket=record.ticket, messages=len(record.told))
        change.save()
        return record.told


def send_waiting(ws: Workspace, pod: PodId) -> Run | None:
    """Sends what waits, when a run has ended and nobody drives; where autopilot does, that is its business.

    A pod that was stopped or paused is left alone, and so is an agent that waits for its quota.
    """
    snapshot = ws.snapshot()
    record = snapshot.state.pods.get(pod)
    if record is None or not record.told or record.paused or is_driven(ws) or _is_held(snapshot, record):
        return None
    try:
        return runs.follow_up(ws, pod)
    except LmawepError as error:
        ws.journal("not told", pod=pod, ticket=record.ticket, why=str(error))
        return None


def _is_held(snapshot: Snapshot, record: PodRecord) -> bool:
    """Whether its ticket is done, or its agent waits for its quota."""
    ticket = snapshot.tickets.get(record.ticket)
    if ticket is None or ticket.status.closed:
        return True
    agent = snapshot.config.agent_for(record.next_role.value, record.agent, ticket.agent)
    limit = snapshot.state.limited.get(agent)
    return limit is not None and limit.until > now()


def put_back(record: PodRecord, run: Run) -> PodRecord:
    """The record with what the run was to be told in front of what waits, when it never heard of it."""
    if not run.message or not _unheard(run):
        return record
    return replace(record, told=(Message(text=run.message, at=run.created), *record.told))


def _unheard(run: Run) -> bool:
    never_started = run.outcome is Outcome.LOST and run.supervisor is None
    return run.session_gone or never_started or run.outcome in (Outcome.RATE_LIMITED, Outcome.AUTH)
