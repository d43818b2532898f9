"""Verbs on tickets: create, update, depend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lmawep_tui.engine.templates import is_own, read_template
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.read import read_text
from lmawep_tui.files.ticket_file import new_ticket_text, parse_ticket
from lmawep_tui.model.errors import Refused, UsageError
from lmawep_tui.model.graph import find_cycle
from lmawep_tui.model.ids import TicketId, ticket_of_file
from lmawep_tui.model.lifecycle import OVERRIDES, Event
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.ticket import TICKET_FIELDS, Priority, ReviewPolicy, Status, Ticket

EDITABLE = tuple(n for n in TICKET_FIELDS if n not in ("id", "status", "created", "dependencies", "assigned_to"))


def create(
    ws: Workspace,
    title: str,
    *,
    priority: Priority | str | None = None,
    estimate: str = "",
    depends_on: Sequence[TicketId] = (),
    description: str = "",
    template: str | None = None,
    **fields: Any,
) -> Ticket:
    """Makes a ticket with the next id, which is never given out again.

    `fields` are other ticket fields (labels, touches, agent, …); `template` names a ticket template, whose values
    stand where nothing else was said.
    """
    values = {**(read_template(ws.layout, template) if template else {}), **{k: v for k, v in fields.items() if v}}
    if priority:
        values["priority"] = Priority(priority)
    values |= {k: v for k, v in (("estimate", estimate), ("description", description)) if v}
    extra = {k: v for k, v in values.items() if k not in TICKET_FIELDS}
    known: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in EDITABLE and k != "title"
    }
    if known.get("review"):
        known["review"] = ReviewPolicy(known["review"])
    _known_agent(ws, known.get("agent"))
    with ws.change("ticket create") as change:
        number = next_ticket(change)
        _must_exist(change, depends_on)
        draft = Ticket(id=number, title=check_title(title), created=now(), dependencies=tuple(depends_on), **known)
        text = new_ticket_text(draft, extra)
        change.put_ticket_text(number, text)
        change.state = replace(change.state, next_ticket=number + 1)
        change.note("ticket created", ticket=number, title=draft.title)
        change.save()
        return parse_ticket(text, ws.layout.ticket(number))


def next_ticket(change: Change) -> TicketId:
    """The next free id: above every id that was ever given out and every file a person made."""
    files = (ticket_of_file(path.name) for path in change.ws.layout.tickets.iterdir())
    return TicketId(max(change.state.next_ticket, max((number for number in files if number), default=0) + 1))


def check_title(title: str) -> str:
    """A title on one line, without control characters; raises UsageError for others."""
    text = " ".join(title.split())
    if not text:
        raise UsageError("A ticket needs a title.")
    if len(text) > 300 or not all(c.isprintable() for c in text):
        raise UsageError("A title is one line of at most 300 printable characters.")
    return text


def _known_agent(ws: Workspace, agent: str | None) -> None:
    """Raises LmawepError for a profile that does not exist: better now than when a run is to start."""
    if agent:
        from lmawep_tui.agents.profile import profile_of

        profile_of(agent, ws.config)


def template_values(ws: Workspace, name: str) -> Mapping[str, Any] | None:
    """The values of a ticket template of the person's own, or None when there is no such template."""
    return read_template(ws.layout, name) if is_own(ws.layout, name) else None


def _must_exist(change: Change, tickets: Sequence[TicketId]) -> None:
    for number in tickets:
        change.ticket(number)


def update(ws: Workspace, ticket: TicketId, **fields: Any) -> Ticket:
    """Sets plain fields of a ticket; see `set_status` for the status and `depend` for dependencies."""
    wrong = [name for name in fields if name not in EDITABLE]
    if wrong:
        raise UsageError(f"{wrong[0]} cannot be set.", f"Fields: {', '.join(EDITABLE)}.")
    if "title" in fields:
        fields["title"] = check_title(fields["title"])
    _known_agent(ws, fields.get("agent"))
    with ws.change("ticket update") as change:
        result = change.change_ticket(ticket, **fields)
        change.note("ticket updated", ticket=ticket, fields=sorted(fields))
        change.save()
        return result


def set_status(ws: Workspace, ticket: TicketId, status: Status, *, why: str = "", force: bool = False) -> Ticket:
    """The person's override of the lifecycle, journaled as such.

    Raises Refused for what would leave a pod behind, and for `complete` without `force`.
    """
    if status is Status.COMPLETE and not force:
        raise Refused(f"Ticket {ticket} becomes complete by landing.", "`--force` says that it is done all the same.")
    if status is not Status.COMPLETE and status not in OVERRIDES:
        allowed = ", ".join(OVERRIDES)
        raise Refused(f"{status} is a step of the pipeline and cannot be set by hand.", f"By hand: {allowed}.")
    with ws.change("ticket update") as change:
        put_status(change, ticket, status, why)
        change.save()
        return change.ticket(ticket)


def put_status(change: Change, ticket: TicketId, status: Status, why: str = "") -> None:
    """As set_status, as a part of a change."""
    current = change.ticket(ticket)
    pod = next((p for p in change.state.pods.values() if p.ticket == ticket), None)
    if pod is not None and status in (Status.READY, Status.ABANDONED, Status.COMPLETE):
        raise Refused(f"Ticket {ticket} has {pod.id}.", f"`lmawep remove {pod.id}` first; its work is kept.")
    if pod is None and status in (Status.ASSIGNED, Status.WORKING):
        raise Refused(f"Ticket {ticket} has no pod.", f"`lmawep spawn {ticket}` makes one.")
    if status is Status.BLOCKED:
        change.block(ticket, HoldKind.PERSON, why or "held by you")
    elif current.status is Status.BLOCKED:  # its hold ends, also for one that is abandoned and reopened later
        change.move(ticket, Event.UNBLOCKED)
    if status is not Status.BLOCKED:
        change.change_ticket(ticket, status=status)
        change.leave_train(ticket)
    change.note("override", ticket=ticket, was=str(current.status), to=str(status))
    if pod is not None:
        change.put_pod(replace(pod, attempts=0))


def depend(ws: Workspace, ticket: TicketId, on: TicketId, *, remove: bool = False) -> Ticket:
    """Makes `ticket` wait for `on`, or no longer; raises Refused for a cycle and names its members."""
    with ws.change("ticket depend") as change:
        current = change.ticket(ticket)
        if remove:
            dependencies = tuple(d for d in current.dependencies if d != on)
        else:
            change.ticket(on)
            dependencies = tuple(dict.fromkeys((*current.dependencies, on)))
            edges = {t.id: t.dependencies for t in ws.snapshot().tickets.values()}
            edges[ticket] = dependencies
            cycle = find_cycle(edges, ticket)
            if cycle:
                way = " → ".join(map(str, cycle))
                raise Refused(f"Ticket {ticket} cannot wait for {on}: that closes the cycle {way}.")
        result = change.change_ticket(ticket, dependencies=dependencies)
        change.note("dependencies", ticket=ticket, on=list(dependencies))
        change.save()
        return result


def replace_text(ws: Workspace, ticket: TicketId, was: str, text: str) -> Ticket:
    """Stores a file a person edited; raises BadFile when it is no ticket, Refused when the file changed meanwhile."""
    with ws.change("ticket edit") as change:
        path = ws.layout.ticket(ticket)
        if path.exists() and read_text(path) != was:
            raise Refused(f"{path.name} was changed by somebody else meanwhile.", "Edit it again.")
        change.put_ticket_text(ticket, text)
        change.note("ticket edited", ticket=ticket)
        change.save()
        return change.ticket(ticket)
