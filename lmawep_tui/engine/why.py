"""Why something is not moving: the complete cause, in sentences, the same for the command line and the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lmawep_tui.engine.decision import Action, Decision, Verb, told_words
from lmawep_tui.model.age import moment
from lmawep_tui.model.evidence import failing
from lmawep_tui.model.graph import waits_for
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.attention import first_line
from lmawep_tui.store.queries import pod_of_ticket

_MAX_DEPTH = 6
_NEXT = {
    Verb.SETTLE: "act on the end of its run",
    Verb.SPAWN: "make its pod",
    Verb.SETUP: "run the setup command",
    Verb.APPROVE: "approve it by policy",
    Verb.TEST: "run its tests",
    Verb.LAND: "land it",
    Verb.REMOVE: "remove its pod",
}
_BEING = {Status.REVIEW: "in review", Status.TESTING: "in testing"}


def explain(snapshot: Snapshot, decision: Decision, ticket: TicketId) -> tuple[str, ...]:
    """What holds this ticket, most important first; the first line alone answers the question.

    `decision` is what decide() says of the same snapshot.
    """
    return tuple(dict.fromkeys(_causes(snapshot, decision, ticket, depth=0)))


def _causes(snapshot: Snapshot, decision: Decision, number: TicketId, depth: int) -> Iterator[str]:
    ticket = snapshot.tickets.get(number)
    pod = pod_of_ticket(snapshot, number)
    if ticket is None:
        yield f"There is no valid ticket {number}: its file is missing or does not parse."
        return
    if ticket.status.closed:
        commit = snapshot.state.landed.get(number)
        yield f"Ticket {number} is {ticket.status}" + (f", landed as {commit[:7]}." if commit else ".")
        return
    yield from _put_aside(snapshot, number, pod)
    yield from _moving(pod)
    yield from _told(pod)
    yield from _stopped(snapshot, number, pod)
    yield from _waiting(decision, number, (pod.attention or "") if pod else "")
    yield from _next(snapshot, decision, number)
    yield from _dependencies(snapshot, decision, number, depth)
    yield from _past(pod)
    if pod is None:
        yield f"Ticket {number} is {ticket.status} and has no pod."
    else:
        yield f"{pod.id} is {_BEING.get(ticket.status, str(ticket.status))}" + (
            ", paused." if pod.record.paused else "."
        )


def _at(text: str | None) -> str:
    """A time of the files on the person's clock."""
    return moment(text, time.time())


def _ended(words: str) -> str:
    """A sentence: a question keeps its mark."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _put_aside(snapshot: Snapshot, number: TicketId, pod: Pod | None) -> Iterator[str]:
    """That the person snoozed it, or it would not be known why it does not stand among what needs them."""
    key = pod.id if pod else str(number)
    snooze = snapshot.snoozed.get(key)
    if snooze is not None:
        how = "; it is back before if what it asks changes" if snooze.until else ""
        yield f"You snoozed it {snooze.words(time.time())}{how}. `lmawep snooze {key} --wake` brings it back."


def _moving(pod: Pod | None) -> Iterator[str]:
    if pod is not None and pod.sitting is not None:
        yield f"{pod.id} is yours now: {pod.sitting.words} ({pod.sitting.what}); nothing is done there meanwhile."
    if pod is not None and pod.live and pod.run is not None:
        who = f" by {pod.run.agent}" if pod.run.agent else ""
        yield f"It is moving: {pod.run.role}{who} runs in {pod.id} since {_at(pod.run.started or pod.run.created)}."


def _told(pod: Pod | None) -> Iterator[str]:
    """What the person said and the agent has not heard yet."""
    if pod is not None and pod.record.told:
        when = "when its run has ended" if pod.live else "once it is not paused" if pod.record.paused else "next"
        yield f"{told_words(pod)[:1].upper()}{told_words(pod)[1:]}, {when}: {first_line(pod.record.told[0].text)}"


def _stopped(snapshot: Snapshot, number: TicketId, pod: Pod | None) -> Iterator[str]:
    hold = snapshot.state.holds.get(number)
    if hold is not None:
        yield f"Blocked since {_at(hold.at)} ({hold.kind}): {hold.why}"
        yield f"`lmawep unblock {number}` lets it go on; --fix, --rescope, --later and --abandon are the other answers."
    refusal = snapshot.state.refused.get(number)
    if refusal is not None:
        yield f"Autopilot cannot {refusal.verb} it since {_at(refusal.at)}: {refusal.why}"
    if pod is not None and pod.attention and hold is None and refusal is None:
        yield f"It needs you: {_ended(pod.attention)}"


def _waiting(decision: Decision, number: TicketId, said: str) -> Iterator[str]:
    """Why nothing is done with it, unless `said`, what it needs the person for, is the very same."""
    for waiting in decision.waiting:
        if waiting.ticket == number and waiting.why != said:
            yield f"Not now: {_ended(waiting.why)}"


def _next(snapshot: Snapshot, decision: Decision, number: TicketId) -> Iterator[str]:
    action = next((a for a in decision.actions if a.ticket == number), None)
    if action is not None:
        who = "" if snapshot.autopilot else "; autopilot is off, so it waits for you or for `lmawep up`"
        yield f"Next: {_words(action)}{who}."


def _words(action: Action) -> str:
    return f"start a {action.role} run" if action.verb is Verb.RUN else _NEXT[action.verb]


def _dependencies(snapshot: Snapshot, decision: Decision, number: TicketId, depth: int) -> Iterator[str]:
    """What it waits for, and why that is not done."""
    ticket = snapshot.tickets[number]
    if ticket.status is not Status.READY or depth >= _MAX_DEPTH:
        return
    for other in waits_for(ticket, snapshot.tickets):
        first = next(_causes(snapshot, decision, other, depth + 1), "")
        yield f"#{number} waits for #{other}: {first[:1].lower()}{first[1:]}"
        if other in snapshot.tickets:
            yield from _dependencies(snapshot, decision, other, depth + 1)


def _past(pod: Pod | None) -> Iterator[str]:
    """What went wrong so far."""
    if pod is None:
        return
    record = pod.record
    if record.setback:
        yield f"Set back: {record.setback}."
    if record.attempts:
        yield f"{record.attempts} failed attempt{'s' if record.attempts != 1 else ''} so far."
    missing = failing(record.evidence)
    if missing and pod.status in (Status.ASSIGNED, Status.BLOCKED):
        yield f"The evidence of its last run: {missing}."
    if pod.run is not None and pod.run.outcome is not None and not pod.live:
        yield f"Its last run {pod.run.name} ended as {pod.run.outcome}" + (
            f": {pod.run.reason}." if pod.run.reason else "."
        )
