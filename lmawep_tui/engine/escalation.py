"""What a person does about a ticket that is blocked: unblock it, fix by hand, re-scope, deprioritise, abandon."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.evidence import by_hand
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.testing import join_train
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.model.errors import Refused, UsageError
from lmawep_tui.model.evidence import believed, failing
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Priority, Status, Ticket


def unblock(ws: Workspace, ticket: TicketId, message: str = "") -> Ticket:
    """Lets a blocked ticket go on where it was, with all its attempts; `message` is for the next agent.

    Raises Refused when it is not blocked.
    """
    with ws.change(f"unblock {ticket}") as change:
        found = _unblock(change, ticket, message)
        change.save()
        return found


def rescope(ws: Workspace, ticket: TicketId, text: str) -> Ticket:
    """Changes what the ticket asks for: `text` is added to its description, and work begins again with that."""
    if not text.strip():
        raise UsageError("Say what the ticket asks for now.", "`lmawep unblock ID --rescope 'only the parser'`.")
    with ws.change(f"rescope {ticket}") as change:
        current = change.ticket(ticket)
        description = f"{current.description.rstrip()}\n\nRe-scoped on {now()[:10]}:\n{text.strip()}\n".lstrip("\n")
        status = _unblock(change, ticket, f"The ticket was re-scoped: {text.strip()}").status
        _begin_again(change, ticket, status)
        found = change.change_ticket(ticket, description=description)
        change.note("rescoped", ticket=ticket, text=text.strip()[:500])
        change.save()
        return found


def _begin_again(change: Change, ticket: TicketId, status: Status) -> None:
    """What was done was done for another ticket: work goes first, and no approval of it holds any more."""
    record = _pod_of(change, ticket)
    if record is None:
        return
    conflict = replace(record.conflict, tried=0) if record.conflict is not None else None
    change.put_pod(replace(record, next_role=Role.TASK, verdict=None, tests=None, conflict=conflict))
    if allowed(status, Event.REJECTED):
        change.move(ticket, Event.REJECTED)


def postpone(ws: Workspace, ticket: TicketId) -> Ticket:
    """Deprioritise: lowest priority, and another try when its turn comes."""
    with ws.change(f"postpone {ticket}") as change:
        _unblock(change, ticket, "")
        found = change.change_ticket(ticket, priority=Priority.LOW)
        change.note("postponed", ticket=ticket)
        change.save()
        return found


def _unblock(change: Change, ticket: TicketId, message: str) -> Ticket:
    current = change.ticket(ticket)
    if current.status is not Status.BLOCKED:
        raise Refused(f"Ticket {ticket} is {current.status}, not blocked.", "There is nothing to unblock.")
    hold = change.state.holds.get(ticket)
    record = _pod_of(change, ticket)
    if record is not None:
        facts: dict[str, Any] = {"attempts": 0, "conflicts": 0, "fixes": 0, "paused": False}
        if message.strip():
            memory_bank.add_note(record, "activeContext.md", "The person says", message)
            facts["brief"] = f"{record.brief}\n\nThe person says: {message.strip()}".strip()
        change.put_pod(replace(record, **facts))
    found = change.move(ticket, Event.UNBLOCKED)
    if record is not None and found.status is Status.MERGING and record.verdict is not None:
        join_train(change, record, record.verdict.commit)  # being blocked took it out
    change.note("unblocked", ticket=ticket, why=hold.why if hold else "", message=message.strip()[:500])
    return found


def _pod_of(change: Change, ticket: TicketId) -> PodRecord | None:
    return next((pod for pod in change.state.pods.values() if pod.ticket == ticket), None)


def take_over(ws: Workspace, pod: PodId) -> PodRecord:
    """Fix by hand: the pod is yours, autopilot leaves it alone until you hand your work in.

    Raises Refused while a run lives there.
    """
    with ws.change(f"take over {pod}") as change:
        record = change.pod(pod)
        _refuse_live(ws, record)
        record = change.put_pod(replace(record, paused=True, attempts=0, conflicts=0, next_role=Role.TASK))
        if change.ticket(record.ticket).status is not Status.ASSIGNED:
            change.move(record.ticket, Event.TAKEN_OVER)
        change.note("taken over", pod=pod, ticket=record.ticket)
        change.save()
        return record


def hand_in(ws: Workspace, pod: PodId) -> PodRecord:
    """Puts what you committed in a pod by hand up for review, on the same evidence as an agent's work.

    Raises Refused when there is nothing new on the branch, or work that is not committed.
    """
    with ws.change(f"submit {pod}") as change:
        record = change.pod(pod)
        _refuse_live(ws, record)
        if change.ticket(record.ticket).status is Status.BLOCKED:
            change.move(record.ticket, Event.TAKEN_OVER)
        if change.ticket(record.ticket).status is not Status.ASSIGNED:
            status = change.ticket(record.ticket).status
            hint = f"`lmawep review {pod} --approve` is next." if status is Status.REVIEW else ""
            raise Refused(f"{pod} is {status}: there is nothing to hand in.", hint)
        facts = by_hand(ws, record, change.state.main)
        if not believed(facts):
            raise Refused(f"{pod} cannot be handed in: {failing(facts)}.", "Commit your work on its branch first.")
        record = replace(
            record, evidence=facts, paused=False, verdict=None, tests=None, brief="", setback="", next_role=Role.TASK
        )
        change.put_pod(record)
        change.move(record.ticket, Event.HANDED_IN)
        memory_bank.add_note(record, "progress.md", "By hand", "The person worked on this and handed it in.")
        change.note("handed in", pod=pod, ticket=record.ticket)
        change.save()
        return record


def _refuse_live(ws: Workspace, record: PodRecord) -> None:
    run = newest(ws, record.id)
    if run is not None and is_live(ws.run_dir(record.id, run.name), run):
        raise Refused(f"{record.id} has a live run ({run.name}).", f"`lmawep stop {record.id}` ends it.")


def abandon(ws: Workspace, ticket: TicketId) -> str | None:
    """Gives a ticket up; its pod goes, with all its work in the vault. Returns the vault's ref, if one was needed.

    The ticket is closed first: whoever is killed in between leaves a pod that nothing starts again.
    """
    from lmawep_tui.engine.remove import remove

    with ws.change(f"abandon {ticket}") as change:
        record = _pod_of(change, ticket)
        if record is not None:
            _refuse_live(ws, record)
        if change.ticket(ticket).status is not Status.ABANDONED:
            change.move(ticket, Event.ABANDONED)
        change.note("abandoned", ticket=ticket, pod=record.id if record else None)
        change.save()
    return remove(ws, record.id, force=True).vault if record is not None else None
