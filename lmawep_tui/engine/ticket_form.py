"""What a form for a ticket needs: what it starts from, saving what was typed, and what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from lmawep_tui.engine.templates import read_template
from lmawep_tui.engine.tickets import next_ticket, put_status
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.read import read_text
from lmawep_tui.files.ticket_file import change_ticket, new_ticket_text, parse_ticket
from lmawep_tui.files.yaml_io import change_fields, parse_mapping
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.draft import FIELDS, Around, Draft, changed, cycle_words, draft_of, values
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import TICKET_FIELDS, Status, Ticket

_BY_HAND = (Status.READY, Status.BLOCKED, Status.ABANDONED)


@dataclass(frozen=True, slots=True)
class Start:
    """What a form starts from."""

    around: Around
    draft: Draft
    text: str = ""
    """The file as it was read; empty for a new ticket."""
    extra: Mapping[str, Any] | None = None
    """What a template says beyond the fields of the form."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else on disk than when the form was opened."""

    field: str
    was: str
    now: str


class EditedMeanwhile(Refused):
    """The file and the form changed the same fields."""

    def __init__(self, number: TicketId, clashes: tuple[Difference, ...]) -> None:
        names = ", ".join(clash.field for clash in clashes)
        super().__init__(f"ticket-{number}.yaml was changed meanwhile, in what you changed too: {names}.")
        self.clashes = clashes


def around(snapshot: Snapshot, number: TicketId | None = None) -> Around:
    """What a draft is judged by; reads no file."""
    from lmawep_tui.agents.profile_file import profile_names

    agents = tuple(profile_names(snapshot.config))
    ticket = snapshot.tickets.get(number) if number is not None else None
    return Around(tickets=snapshot.tickets, agents=agents, number=number, statuses=_statuses(snapshot, ticket))


def _statuses(snapshot: Snapshot, ticket: Ticket | None) -> tuple[Status, ...]:
    """What the person may set it to; what it is now stands first."""
    if ticket is None:
        return (Status.READY, Status.BLOCKED)
    has_pod = any(pod.ticket == ticket.id for pod in snapshot.state.pods.values())
    free: tuple[Status, ...] = _BY_HAND if not has_pod else () if ticket.status.closed else (Status.BLOCKED,)
    return tuple(dict.fromkeys((ticket.status, *free)))


def start_new(ws: Workspace, snapshot: Snapshot, template: str | None = None) -> Start:
    """A form for a new ticket; raises LmawepError for a template that does not exist or is no mapping."""
    about = around(snapshot)
    if template is None:
        return Start(about, Draft())
    said = read_template(ws.layout, template)
    known = {key: value for key, value in said.items() if key in FIELDS and key not in ("status", "dependencies")}
    lists = {"acceptance": "\n", "touches": ", ", "labels": ", "}
    texts = {
        key: lists[key].join(map(str, value)) if key in lists and isinstance(value, list) else str(value)
        for key, value in known.items()
    }
    return Start(about, Draft(**texts), "", {key: value for key, value in said.items() if key not in known})


def start_edit(ws: Workspace, snapshot: Snapshot, number: TicketId) -> Start:
    """A form for a ticket that is there; raises BadFile when its file is no ticket, FileNotFoundError without one."""
    path = ws.layout.ticket(number)
    text = read_text(path)
    return Start(around(snapshot, number), draft_of(parse_ticket(text, path)), text)


def save_new(ws: Workspace, draft: Draft, extra: Mapping[str, Any] | None = None) -> Ticket:
    """Makes a ticket of what was typed; raises UsageError that names the field that is wrong."""
    with ws.change("ticket create") as change:
        number = next_ticket(change)
        fields = _judged(ws, change, draft, number, FIELDS, new=True)
        blocked = fields.pop("status") is Status.BLOCKED
        known = {key: value for key, value in (extra or {}).items() if key not in TICKET_FIELDS}
        ticket = Ticket(id=number, created=now(), **fields)
        change.put_ticket_text(number, new_ticket_text(ticket, known))
        change.state = replace(change.state, next_ticket=number + 1)
        change.note("ticket created", ticket=number, title=ticket.title)
        if blocked:
            put_status(change, number, Status.BLOCKED)
        change.save()
        return change.ticket(number)


def save_edit(ws: Workspace, number: TicketId, was: str, draft: Draft, over: Collection[str] = ()) -> Ticket:
    """Writes the fields that differ from the file `was`, and no others: what others changed meanwhile stays.

    Raises EditedMeanwhile when both changed the same field and it is not one to write `over`; UsageError for a field
    that is wrong. What is written over is kept in the journal.
    """
    with ws.change("ticket update") as change:
        path = ws.layout.ticket(number)
        base = draft_of(parse_ticket(was, path))
        mine = changed(draft, base)
        theirs = differences(base, draft_of(change.ticket(number)))
        both = tuple(d for d in theirs if d.field in mine and getattr(draft, d.field) != d.now)
        if any(clash.field not in over for clash in both):
            raise EditedMeanwhile(number, tuple(clash for clash in both if clash.field not in over))
        fields = _judged(ws, change, draft, number, mine)
        status = fields.pop("status", None)
        if fields:
            change.change_ticket(number, **fields)
        if mine:
            kept = {"over": {clash.field: clash.now for clash in both}} if both else {}
            change.note("ticket updated", ticket=number, fields=sorted(mine), **kept)
        if status is not None and status is not change.ticket(number).status:
            put_status(change, number, status)
        change.save()
        return change.ticket(number)


def differences(was: Draft, now_: Draft) -> tuple[Difference, ...]:
    """What differs between two states of a ticket."""
    return tuple(Difference(name, getattr(was, name), getattr(now_, name)) for name in changed(now_, was))


def meanwhile(ws: Workspace, number: TicketId, was: str) -> tuple[str, tuple[Difference, ...]]:
    """The file as it is now, and what differs in it from `was`; raises LmawepError when there is no ticket any more."""
    path = ws.layout.ticket(number)
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise LmawepError(f"{path.name} is gone.", "Ctrl+E keeps what you typed as a file.") from None
    if text == was:
        return text, ()
    return text, differences(draft_of(parse_ticket(was, path)), draft_of(parse_ticket(text, path)))


def _judged(
    ws: Workspace, change: Change, draft: Draft, number: TicketId, names: Collection[str], *, new: bool = False
) -> dict[str, Any]:
    """The values of these fields, judged by what is on disk now."""
    snapshot = ws.snapshot()
    fields = values(draft, around(snapshot, None if new else number), names)
    for other in fields.get("dependencies", ()):
        change.ticket(other)
    cycle = cycle_words(number, fields.get("dependencies", ()), snapshot.tickets)
    if cycle:
        raise Refused(f"Ticket {number} cannot wait for that: it closes the cycle {cycle}.")
    return fields


# -- the same as a file, for an editor ------------------------------------------------------------------------------


def text_of(ws: Workspace, start: Start, draft: Draft) -> str:
    """The file that the form stands for, with what was typed in it; fields that are wrong stay as they were."""
    number = start.around.number
    names = changed(draft, start.draft) if number is not None else FIELDS
    fields: dict[str, Any] = {}
    for name in names:
        try:
            fields |= values(draft, start.around, (name,))
        except LmawepError:
            continue
    if number is not None:
        return change_ticket(start.text, ws.layout.ticket(number), fields)
    free = _next_free(ws)
    fields.setdefault("title", draft.title.strip())
    extra = {key: value for key, value in (start.extra or {}).items() if key not in TICKET_FIELDS}
    return new_ticket_text(Ticket(id=free, created=now(), **fields), extra)


def _next_free(ws: Workspace) -> TicketId:
    snapshot = ws.snapshot()
    known = [*snapshot.tickets, *(bad.id for bad in snapshot.invalid if bad.id is not None)]
    return TicketId(max([snapshot.state.next_ticket, *(number + 1 for number in known)]))


def store_new(ws: Workspace, text: str) -> Ticket:
    """Stores an edited file as a new ticket, with the next number; raises BadFile when it is no ticket."""
    with ws.change("ticket create") as change:
        number = next_ticket(change)
        path = ws.layout.ticket(number)
        if parse_mapping(text, path).data.get("id") != number:
            text = change_fields(text, path, {"id": number})
        change.put_ticket_text(number, text)
        change.state = replace(change.state, next_ticket=number + 1)
        change.note("ticket created", ticket=number, title=change.ticket(number).title)
        change.save()
        return change.ticket(number)
