"""Breaking-change alerts: kept in the state, routed to whom they concern, shown until they were seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.radar import paths_of
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_text
from lmawep_tui.files.journal import now
from lmawep_tui.model.alert import MAX_ALERTS, SentAlert, sent
from lmawep_tui.model.errors import BadFile, LmawepError, NotFound, UsageError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod, PodRecord
from lmawep_tui.model.report import Alert, nothing
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State

_PER_RUN = 20
"""Alerts of one run that are taken in; an agent that prints more is not announcing but chatting."""
_FILE = "systemPatterns.md"
"""Of the memory bank: what the next agent should know about the code."""


def collect(ws: Workspace, change: Change, record: PodRecord, alerts: Iterable[Alert]) -> list[SentAlert]:
    """Takes in the alerts of one pod, within a change that the caller saves; returns those that are new."""
    found = list(alerts)
    kept: list[SentAlert] = []
    snapshot: Snapshot | None = None
    for alert in found[:_PER_RUN]:
        new = sent(change.state.next_alert, record.id, record.ticket, alert, now())
        if nothing(new.file) and nothing(new.change):
            continue
        if any(new.says_the_same(old) for old in change.state.alerts):
            continue
        snapshot = snapshot if snapshot is not None else ws.snapshot()
        new = replace(new, to=_receivers(ws, snapshot, new))
        alerts_now = _bounded((*change.state.alerts, new))
        change.state = replace(change.state, alerts=alerts_now, next_alert=new.number + 1)
        change.note("alert", from_pod=record.id, **{**asdict(alert), "ticket": record.ticket},
                    number=new.number, to=list(new.to))  # fmt: skip
        for pod in snapshot.pods.values():
            if pod.ticket in new.to:
                _into_bank(ws, pod, new)
        kept.append(new)
    if len(found) > _PER_RUN:
        change.note("alerts dropped", pod=record.id, ticket=record.ticket, count=len(found) - _PER_RUN)
    return kept


def send(ws: Workspace, pod: PodId, alert: Alert) -> SentAlert | None:
    """An alert from a pod, now; None when the pod has said the same before."""
    if nothing(alert.file) and nothing(alert.change):
        raise UsageError("An alert needs a file and what changed.", "--file src/api.py --change '…'")
    with ws.change(f"alert {pod}") as change:
        found = collect(ws, change, change.pod(pod), (alert,))
        change.save()
    return found[0] if found else None


def unknown_names(ws: Workspace, alert: SentAlert) -> tuple[str, ...]:
    """Pods and tickets that the alert names in AFFECTS and that do not exist."""
    from lmawep_tui.model.concern import subjects

    snapshot = ws.snapshot()
    named = subjects(replace(alert, file=""))
    gone = [f"ticket {number}" for number in named.tickets if number not in snapshot.tickets]
    return (*gone, *(pod for pod in named.pods if pod not in snapshot.pods))


def acknowledge(ws: Workspace, number: int, pod: PodId | None = None) -> SentAlert:
    """Marks an alert as seen by one pod, or by everybody it concerns. Raises NotFound for an unknown number."""
    with ws.change(f"alert {number}") as change:
        alert = next((a for a in change.state.alerts if a.number == number), None)
        if alert is None:
            raise NotFound(f"There is no alert {number}.", "`lmawep alerts` lists them.")
        tickets = (change.pod(pod).ticket,) if pod is not None else alert.to
        if pod is not None and tickets[0] not in alert.to:
            raise UsageError(f"Alert {number} is not for {pod}.", "`lmawep alerts` says for whom it is.")
        for ticket in tickets:
            seen(change, ticket, (number,))
        change.note("alert seen", number=number, tickets=list(tickets))
        change.save()
        return next(a for a in change.state.alerts if a.number == number)


def seen(change: Change, ticket: TicketId, numbers: Iterable[int]) -> None:
    """Marks alerts as seen by a ticket, within a change that the caller saves."""
    wanted = set(numbers)
    if wanted:
        alerts = tuple(a.acked_by(ticket) if a.number in wanted else a for a in change.state.alerts)
        change.state = replace(change.state, alerts=alerts)


def due(ws: Workspace, change: Change, record: PodRecord) -> tuple[SentAlert, ...]:
    """What a run that starts in the pod now has to be told; alerts that concern it only since lately included.

    Each also stands in the pod's memory bank afterwards: a pod that was made after the alert has it there too.
    """
    if not change.state.alerts:
        return ()
    snapshot = ws.snapshot()
    ticket, pod = snapshot.tickets.get(record.ticket), snapshot.pods.get(record.id)
    if ticket is None or pod is None:
        return ()
    from lmawep_tui.model.concern import concerns

    if any(ticket.id not in alert.to and alert.ticket != ticket.id for alert in change.state.alerts):
        paths = _paths(ws, snapshot, [pod]).get(record.id, frozenset())
        alerts = tuple(
            alert.with_receiver(ticket.id) if ticket.id not in alert.to and concerns(alert, ticket, paths) else alert
            for alert in change.state.alerts
        )
        if alerts != change.state.alerts:
            change.state = replace(change.state, alerts=alerts)
    found = tuple(alert for alert in change.state.alerts if alert.open_for(ticket.id))
    for alert in found:
        _into_bank(ws, pod, alert)
    return found


def words(alerts: Iterable[SentAlert]) -> str:
    """Alerts as text for a prompt, which quotes it."""
    return "\n\n".join(_words(alert) for alert in alerts)


def _words(alert: SentAlert) -> str:
    lines = [f"Alert {alert.number} from {alert.pod} (ticket {alert.ticket}):"]
    for name in ("file", "change", "affects", "migration"):
        value = clean_text(getattr(alert, name)).strip()
        if value:
            lines.append(f"{name.capitalize()}: {value}")
    return "\n".join(lines)


def _receivers(ws: Workspace, snapshot: Snapshot, alert: SentAlert) -> tuple[TicketId, ...]:
    """The open tickets it concerns, by what their pods changed and by what they say."""
    from lmawep_tui.model.concern import concerns

    pods = {pod.ticket: pod for pod in snapshot.pods.values() if not pod.status.closed}
    paths = _paths(ws, snapshot, list(pods.values()))
    return tuple(
        ticket.id
        for ticket in snapshot.tickets.values()
        if concerns(alert, ticket, paths.get(pods[ticket.id].id, frozenset()) if ticket.id in pods else ())
    )


def _paths(ws: Workspace, snapshot: Snapshot, pods: list[Pod]) -> dict[PodId, frozenset[str]]:
    """What pods have changed; an alert is worth sending by words alone when git cannot say."""
    try:
        return paths_of(ws, snapshot, pods)
    except (LmawepError, OSError) as error:
        ws.journal("radar failed", why=str(error))
        return {}


def _into_bank(ws: Workspace, pod: Pod, alert: SentAlert) -> None:
    """Writes an alert into a pod's memory bank, once."""
    heading = f"Breaking change: alert {alert.number} from {alert.pod}"
    try:
        if heading in memory_bank.texts(pod.record).get(_FILE, ""):
            return
        memory_bank.add_note(pod.record, _FILE, heading, _words(alert))
        if not pod.live:  # what an agent is just writing there is kept when it has ended
            memory_bank.keep(ws, pod.record, f"alert {alert.number} from {alert.pod}")
    except (BadFile, OSError):
        return  # a bank that was replaced by something else: the prompt says it anyway


def _bounded(alerts: tuple[SentAlert, ...]) -> tuple[SentAlert, ...]:
    """The newest, those that everybody has seen going first; the journal keeps all."""
    while len(alerts) > MAX_ALERTS:
        gone = next((alert for alert in alerts[:-1] if alert.settled), alerts[0])
        alerts = tuple(alert for alert in alerts if alert is not gone)
    return alerts


def alerts_shape(state: State, snapshot: Snapshot) -> list[dict[str, object]]:
    """Alerts as `lmawep alerts --json` shows them."""
    pods = {pod.ticket: pod.id for pod in snapshot.pods.values()}
    return [
        {**{key: value for key, value in asdict(alert).items() if key not in ("to", "acked")},
         "to": [{"ticket": ticket, "pod": pods.get(ticket), "seen": ticket in alert.acked} for ticket in alert.to]}
        for alert in state.alerts
    ]  # fmt: skip
