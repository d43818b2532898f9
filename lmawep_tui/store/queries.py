"""Pure questions about a snapshot: order, filters, what waits for what."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import NotFound
from lmawep_tui.model.graph import waits_for
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Priority, Status, Ticket
from lmawep_tui.store.asks import INVALID
from lmawep_tui.store.attention import URGENCY


class Group(StrEnum):
    """Headings of the decision list of pods."""

    PINNED = "pinned"
    NEEDS_YOU = "needs you"
    TO_LAND = "ready to land"
    IN_FLIGHT = "in flight"
    PAUSED = "paused"
    IDLE = "idle"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class PodsByGroup:
    """The decision list: what is pinned and what needs you first, then ready to land, in flight, idle, put aside."""

    groups: tuple[tuple[Group, tuple[Pod, ...]], ...]

    @property
    def flat(self) -> tuple[Pod, ...]:
        return tuple(pod for _, pods in self.groups for pod in pods)


def group_of(snapshot: Snapshot, pod: Pod) -> Group:
    """Under which heading a pod stands. A pin holds whatever the pod does; the row itself says what that is."""
    if pod.id in snapshot.pinned:
        return Group.PINNED
    if pod.id in snapshot.snoozed:
        return Group.SNOOZED
    if pod.attention:
        return Group.NEEDS_YOU
    if pod.status in (Status.MERGING, Status.TESTING) and not pod.record.paused:
        return Group.TO_LAND
    if pod.record.paused:
        return Group.PAUSED
    if pod.live or pod.status in (Status.WORKING, Status.REVIEW):
        return Group.IN_FLIGHT
    return Group.IDLE


def decision_list(snapshot: Snapshot) -> PodsByGroup:
    """Pods in the order a person decides about them."""
    found: dict[Group, list[Pod]] = {group: [] for group in Group}
    for pod in sorted(snapshot.pods.values(), key=_order):
        found[group_of(snapshot, pod)].append(pod)
    found[Group.PINNED].sort(key=lambda pod: snapshot.pinned.index(pod.id))
    return PodsByGroup(tuple((group, tuple(pods)) for group, pods in found.items() if pods))


def _order(pod: Pod) -> tuple[int, int, int]:
    """A live run that asks goes first: it waits, and not for ever."""
    urgency = -1 if pod.asks else URGENCY[pod.status]
    return (urgency, pod.in_train if pod.in_train is not None else 999, int(pod.id[4:]))


def needing_you(snapshot: Snapshot) -> tuple[Pod, ...]:
    """Pods that wait for the person, most urgent first; those put aside do not."""
    waiting = (pod for pod in snapshot.pods.values() if pod.attention and pod.id not in snapshot.snoozed)
    return tuple(sorted(waiting, key=_order))


def tickets_needing_you(snapshot: Snapshot) -> tuple[TicketId, ...]:
    """Tickets without a pod that wait for the person: blocked ones, and those that can never begin as things stand.

    The footer asks at every key: of ten thousand tickets each is asked for its status only.
    """
    tickets, blocked = snapshot.tickets, Status.BLOCKED
    found = {t.id for t in tickets.values() if t.status is blocked}
    stuck = snapshot.state.refused.keys() | snapshot.dead_ends.keys()
    found |= {number for number in stuck if number in tickets and not tickets[number].status.closed}
    if not found:
        return ()
    with_pod = {pod.ticket for pod in snapshot.pods.values()}
    return tuple(n for n in sorted(found) if n not in with_pod and str(n) not in snapshot.snoozed)


def invalid_needing_you(snapshot: Snapshot) -> tuple[InvalidTicket, ...]:
    """Files that are no tickets and were not put aside."""
    return tuple(bad for bad in snapshot.invalid if f"{INVALID}{bad.file}" not in snapshot.snoozed)


_counted: tuple[Snapshot, int] | None = None
"""The newest answer: header and footer ask for every key, and ten thousand tickets take a millisecond each time."""


def attention_count(snapshot: Snapshot) -> int:
    """How many things wait for the person: pods, tickets without one, and files that are no tickets."""
    global _counted
    if _counted is None or _counted[0] is not snapshot:
        _counted = snapshot, _count_attention(snapshot)
    return _counted[1]


def _count_attention(snapshot: Snapshot) -> int:
    return len(needing_you(snapshot)) + len(tickets_needing_you(snapshot)) + len(invalid_needing_you(snapshot))


def pod_of_ticket(snapshot: Snapshot, ticket: TicketId) -> Pod | None:
    return next((pod for pod in snapshot.pods.values() if pod.ticket == ticket), None)


def must_have_pod(snapshot: Snapshot, pod: PodId) -> Pod:
    """The pod; raises NotFound in a sentence that lists those there are."""
    found = snapshot.pods.get(pod)
    if found is None:
        have = ", ".join(sorted(snapshot.pods, key=lambda p: int(p[4:])))
        raise NotFound(f"There is no {pod}.", f"Pods: {have}." if have else "`lmawep spawn ID` makes one.")
    return found


def must_have_ticket(snapshot: Snapshot, ticket: TicketId) -> Ticket:
    """The ticket; raises NotFound, or says that its file is invalid and why."""
    found = snapshot.tickets.get(ticket)
    if found is None:
        bad = next((i for i in snapshot.invalid if i.id == ticket), None)
        if bad is not None:
            where = f"{bad.file}:{bad.line}" if bad.line else bad.file
            raise NotFound(f"Ticket {ticket} is invalid: {where} {bad.reason}.", "Mend the file first.")
        raise NotFound(f"There is no ticket {ticket}.", "`lmawep ticket list` shows them.")
    return found


def waiting_words(snapshot: Snapshot, ticket: Ticket) -> str:
    """`waits for 103` for a ticket whose dependencies are open, or why they stay so for ever; else empty."""
    open_ = waits_for(ticket, snapshot.tickets)
    if ticket.status is not Status.READY or not open_:
        return ""
    return snapshot.dead_ends.get(ticket.id) or "waits for " + ", ".join(map(str, open_))


def filter_tickets(
    tickets: Iterable[Ticket],
    *,
    status: Status | None = None,
    priority: Priority | None = None,
    label: str | None = None,
    text: str = "",
) -> tuple[Ticket, ...]:
    """Tickets that pass every given filter; `text` is looked for in id, title and labels, without case."""
    needle = text.casefold()
    return tuple(
        t
        for t in tickets
        if (status is None or t.status is status)
        and (priority is None or t.priority is priority)
        and (label is None or label in t.labels)
        and (not needle or needle in f"{t.id} {t.title} {t.status} {' '.join(t.labels)}".casefold())
    )
