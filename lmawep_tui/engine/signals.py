"""Signals and their triggers: each signal is acted on once, and what it brings about is one write with its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lmawep_tui.engine.tickets import check_title, next_ticket, template_values
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.journal import now
from lmawep_tui.files.signal_folder import Dropped, drop, look, set_aside, take_away
from lmawep_tui.files.ticket_file import new_ticket_text
from lmawep_tui.model.config import TriggerConfig
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.model.signal import MADE_BY_SIGNAL, MAX_REMEMBERED, Signal, check_name, on_label, role_label
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import TICKET_FIELDS, Priority, Ticket

_TEXTS = {
    Role.DOCS: ("Documentation for {what}", "Bring the documentation in line with {what}."),
    Role.TEST: ("Tests for {what}", "Look through the tests of {what}: mend what is red, add what is missing."),
    Role.TASK: ("Follow up {what}", "Do what follows from {what}."),
}


def give_signal(ws: Workspace, name: str, data: Mapping[str, str], pod: PodId | None = None) -> Signal:
    """Drops a signal for whoever drives the repository. Raises UsageError for a bad name and for lmawep's own."""
    record = ws.snapshot().state.pods.get(pod) if pod is not None else None
    signal = Signal(name=check_name(name), pod=pod, ticket=record.ticket if record else None, at=now(), data=dict(data))
    drop(ws.layout.signals, signal)
    return signal


def consume_signals(ws: Workspace, snapshot: Snapshot | None = None) -> list[str]:
    """Acts on every signal that waits, once each; returns what was done, in words. Cheap when there is none.

    What is done and that it is done are one write: killed before it, nothing has happened; after it, nothing happens
    again. Raises Busy when the state is locked for long.
    """
    dropped = look(ws.layout.signals)
    if not dropped and not (snapshot or ws.snapshot()).state.signals:
        return []
    told = _clear(ws, [found for found in dropped if found.signal is None])
    files = [found for found in dropped if found.signal is not None]
    with ws.change("signals") as change:
        new = [found for found in files if found.id not in change.state.consumed]
        waiting = [*change.state.signals, *(found.signal for found in new if found.signal is not None)]
        made = [t for t in ws.snapshot().tickets.values() if MADE_BY_SIGNAL in t.labels] if waiting else []
        for signal in waiting:
            told += _act(ws, change, signal, made)
        if waiting:
            consumed = (*change.state.consumed, *(found.id for found in new))[-MAX_REMEMBERED:]
            change.state = replace(change.state, signals=(), consumed=consumed)
            change.save()
        for found in files:
            take_away(found)
    return told


def _clear(ws: Workspace, bad: list[Dropped]) -> list[str]:
    """What is no signal goes out of the way, and the journal says why."""
    aside = ws.layout.workspace / "signals-set-aside"
    moved = [found for found in bad if set_aside(found, aside)]
    if not moved:
        return []
    words = [f"{clean_line(found.path.name)}: {found.why}" for found in moved[:20]]
    ws.journal("signals set aside", count=len(moved), why=words, to=str(aside))
    return [f"signal set aside: {text}" for text in words]


def _act(ws: Workspace, change: Change, signal: Signal, made: list[Ticket]) -> list[str]:
    """Whatever the triggers say, each by itself: one that fails keeps no other from acting."""
    told: list[str] = []
    for trigger in ws.config.triggers:
        if trigger.on == signal.name:
            before = change.state
            try:
                told.append(_trigger(ws, change, signal, trigger, made))
            except LmawepError as error:
                change.state = before
                told.append(f"{signal.name} → {trigger.run}: {error}")
    change.note("signal", signal=signal.name, ticket=signal.ticket, pod=signal.pod, commit=signal.commit,
                data=dict(signal.data), did=told)  # fmt: skip
    return told


def _trigger(ws: Workspace, change: Change, signal: Signal, trigger: TriggerConfig, made: list[Ticket]) -> str:
    role = Role(trigger.run)
    origin = _ticket(change, signal.ticket)
    record = _working(change, signal, origin)
    what = f"{signal.name} → {role}"
    if record is not None:
        change.put_pod(replace(record, next_role=role))
        return f"{what}: the next run in {record.id}"
    if origin is not None and MADE_BY_SIGNAL in origin.labels:
        return f"{what}: #{origin.id} came from a signal itself and makes no further tickets"
    labels = (MADE_BY_SIGNAL, role_label(role), on_label(signal.name))
    depends = (origin.id,) if origin is not None else ()
    same = _open_one(made, labels, depends)
    if same is not None:
        return f"{what}: #{same} is open already"
    ticket = _make(ws, change, signal, role, origin, labels)
    made.append(ticket)
    return f"{what}: ticket {ticket.id}"


def _ticket(change: Change, number: TicketId | None) -> Ticket | None:
    if number is None:
        return None
    try:
        return change.ticket(number)
    except LmawepError:  # gone or invalid
        return None


def _working(change: Change, signal: Signal, origin: Ticket | None) -> PodRecord | None:
    """The pod the signal is about, while its work is open."""
    pods = change.state.pods.values()
    record = next((p for p in pods if p.id == signal.pod or (signal.pod is None and p.ticket == signal.ticket)), None)
    if record is None or (origin is not None and record.ticket == origin.id and origin.status.closed):
        return None
    return record


def _open_one(made: list[Ticket], labels: tuple[str, ...], depends: tuple[TicketId, ...]) -> TicketId | None:
    """An open ticket that the same trigger made for the same ticket."""
    for ticket in made:
        if set(labels) <= set(ticket.labels) and not ticket.status.closed and set(depends) <= set(ticket.dependencies):
            return ticket.id
    return None


def _one_line(text: str) -> str:
    """Text from anywhere as a part of a ticket that may be read by anybody."""
    line = clean_line(" ".join(text.split()))
    return "".join(c if c.isprintable() else " " for c in line)[:300]


def _make(
    ws: Workspace, change: Change, signal: Signal, role: Role, origin: Ticket | None, labels: tuple[str, ...]
) -> Ticket:
    """A ticket for the run, from `.lmawep/templates/ROLE.yaml` or our own words."""
    what = f"#{origin.id} {origin.title}" if origin is not None else f"the signal {signal.name}"
    title, description = (text.format(what=what) for text in _TEXTS[role])
    facts = [f"- {key}: {value}" for key, value in (("signal", signal.name), ("commit", signal.commit)) if value]
    facts += [f"- {_one_line(key)}: {_one_line(value)}" for key, value in signal.data.items()]
    values = dict(template_values(ws, str(role)) or {})
    extra = {key: value for key, value in values.items() if key not in TICKET_FIELDS}
    number = next_ticket(change)
    draft = Ticket(
        id=number,
        title=check_title(_one_line(str(values.get("title") or title))),
        description="\n".join([str(values.get("description") or description).rstrip(), "", *facts]) + "\n",
        priority=Priority(values.get("priority") or Priority.MEDIUM),
        estimate=str(values.get("estimate") or ""),
        dependencies=(origin.id,) if origin is not None else (),
        labels=tuple(dict.fromkeys((*labels, *map(str, values.get("labels") or ())))),
        touches=tuple(map(str, values.get("touches") or ())),
        created=now(),
    )
    change.put_ticket_text(number, new_ticket_text(draft, extra))
    change.state = replace(change.state, next_ticket=number + 1)
    change.note("ticket created", ticket=number, title=draft.title, by=f"signal {signal.name}")
    return draft
