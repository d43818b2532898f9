"""What should be done next: a pure function of what is on disk (design: conductor)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from lmawep_tui.model.graph import critical_depth, ready, waits_for
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.run import Role, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.model.train_order import in_order


class Verb(StrEnum):
    """What the conductor may do."""

    SETTLE = "settle"
    SPAWN = "spawn"
    SETUP = "setup"
    RUN = "run"
    APPROVE = "approve"
    TEST = "test"
    LAND = "land"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Action:
    """One step to take; idempotent: taken twice, the second is refused or does nothing."""

    verb: Verb
    ticket: TicketId
    pod: PodId | None = None
    role: Role | None = None

    @property
    def key(self) -> str:
        """What is busy while this is done."""
        return self.pod or f"ticket-{self.ticket}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is not done now, and why."""

    ticket: TicketId
    pod: PodId | None
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, in order, and the reasons for what is left."""

    actions: tuple[Action, ...]
    waiting: tuple[Waiting, ...]


_NEARLY_DONE = {Status.MERGING: 0, Status.TESTING: 1, Status.REVIEW: 2, Status.WORKING: 3, Status.ASSIGNED: 4}


def decide(snapshot: Snapshot, busy: Set[str] = frozenset(), resting: Mapping[Action, str] | None = None) -> Decision:
    """What to do next. `busy` are keys of actions under way in this conductor, `resting` those refused lately and why.

    Nearly-done work goes before new work; then priority, critical path, age. One pool of slots over all roles; the
    train runs beside it, one car at a time.
    """
    return _Decider(snapshot, busy, resting or {}).decide()


class _Decider:
    """Collects actions while slots last."""

    def __init__(self, snapshot: Snapshot, busy: Set[str], resting: Mapping[Action, str]) -> None:
        self.snapshot = snapshot
        self.busy = busy
        self.resting = resting
        self.actions: list[Action] = []
        self.waiting: list[Waiting] = []
        used = {pod.id for pod in snapshot.pods.values() if pod.live and not _is_landing(pod)}
        used_here = {key for key in busy if not key.startswith("train:")}
        self.free = snapshot.config.slots - len(used | used_here)

    def decide(self) -> Decision:
        depth = critical_depth(self.snapshot.tickets)
        pods = sorted(
            self.snapshot.pods.values(),
            key=lambda p: (_NEARLY_DONE.get(p.status, 9), *self._urgency(p.ticket, depth), p.ticket),
        )
        for pod in pods:
            self._pod(pod)
        self._train()
        for ticket in ready(self.snapshot.tickets):
            self._spawn(ticket)
        for ticket in self.snapshot.tickets.values():
            self._unready(ticket)
        return Decision(tuple(self.actions), tuple(self.waiting))

    def _urgency(self, number: TicketId, depth: dict[TicketId, int]) -> tuple[int, int]:
        ticket = self.snapshot.tickets.get(number)
        return (ticket.priority.rank, -depth.get(number, 0)) if ticket else (9, 0)

    def _pod(self, pod: Pod) -> None:
        if pod.id in self.busy or pod.live:
            return
        if pod.run is not None and pod.record.settled < pod.run.number and _over(pod):
            self._do(Action(Verb.SETTLE, pod.ticket, pod.id))
        elif pod.ticket not in self.snapshot.tickets:
            self._wait(pod, "its ticket file is missing or invalid")
        elif pod.record.paused:
            self._wait(pod, "paused")
        elif pod.record.setup is None and self.snapshot.config.worktree.setup and not pod.run:
            self._set_up(pod)
        elif pod.status is Status.ASSIGNED:
            self._run(pod, pod.record.next_role)
        elif pod.status is Status.WORKING:
            self._wait(pod, "its run is starting or ending")
        elif pod.status is Status.REVIEW:
            self._review(pod)
        elif pod.status is Status.TESTING:
            self._slot(Action(Verb.TEST, pod.ticket, pod.id), pod)
        elif pod.status is Status.BLOCKED:
            self._wait(pod, pod.attention or "blocked")
        elif pod.status is Status.COMPLETE and self._to_be_removed(pod):
            self._do(Action(Verb.REMOVE, pod.ticket, pod.id))

    def _to_be_removed(self, pod: Pod) -> bool:
        """A landed pod whose lander was killed before it could tidy up."""
        if any(key.startswith("train:") for key in self.busy):
            return False  # its lander is just at it, perhaps with others of its batch
        return self.snapshot.config.merge.remove_pod and pod.ticket in self.snapshot.state.landed

    def _set_up(self, pod: Pod) -> None:
        """Its spawn is still at it, or was killed before it came to that."""
        if f"ticket-{pod.ticket}" in self.busy:
            self._wait(pod, "its setup has not ended")
        else:
            self._do(Action(Verb.SETUP, pod.ticket, pod.id))

    def _review(self, pod: Pod) -> None:
        by = self.snapshot.config.roles.review.by
        if by == "auto":
            self._do(Action(Verb.APPROVE, pod.ticket, pod.id))
        elif by == "agent":
            self._run(pod, Role.REVIEW)
        else:
            self._wait(pod, "waits for your review")

    def _run(self, pod: Pod, role: Role) -> None:
        if pod.record.setup is not None and not pod.record.setup.ok:
            self._wait(pod, f"setup failed: {pod.record.setup.summary}")
            return
        self._slot(Action(Verb.RUN, pod.ticket, pod.id, role), pod)

    def _train(self) -> None:
        """The head of the train lands; one car at a time."""
        if any(key.startswith("train:") for key in self.busy):
            return
        state = self.snapshot.state
        for place, car in enumerate(in_order(state.train, state.pods, self.snapshot.tickets)):
            pod = self.snapshot.pods.get(car.pod)
            if pod is None or pod.status is not Status.MERGING:
                continue
            if pod.record.paused or any(a.pod == pod.id for a in self.actions):
                continue
            if place and any(a.verb is Verb.LAND for a in self.actions):
                self.waiting.append(Waiting(pod.ticket, pod.id, f"{place} in the train before it"))
                continue
            if not pod.live or pod.id not in self.busy:
                self._do(Action(Verb.LAND, pod.ticket, pod.id))

    def _spawn(self, ticket: Ticket) -> None:
        if f"ticket-{ticket.id}" in self.busy:
            return
        if any(pod.ticket == ticket.id for pod in self.snapshot.pods.values()):
            return
        if self.free <= 0:
            self.waiting.append(Waiting(ticket.id, None, self._full()))
            return
        action = Action(Verb.SPAWN, ticket.id)
        self.free -= action not in self.resting  # what was refused lately keeps no slot from the others
        self._do(action)

    def _unready(self, ticket: Ticket) -> None:
        if ticket.status is Status.READY and (open_ := waits_for(ticket, self.snapshot.tickets)):
            self.waiting.append(Waiting(ticket.id, None, "waits for " + ", ".join(f"#{n}" for n in open_)))
        elif ticket.status is Status.BLOCKED and not any(p.ticket == ticket.id for p in self.snapshot.pods.values()):
            hold = self.snapshot.state.holds.get(ticket.id)
            self.waiting.append(Waiting(ticket.id, None, f"blocked: {hold.why}" if hold else "blocked"))

    def _slot(self, action: Action, pod: Pod) -> None:
        if self.free <= 0:
            self._wait(pod, self._full())
            return
        self.free -= action not in self.resting
        self._do(action)

    def _full(self) -> str:
        slots = self.snapshot.config.slots
        return f"{slots} of {slots} slots busy"

    def _do(self, action: Action) -> None:
        if action in self.resting:
            self.waiting.append(Waiting(action.ticket, action.pod, self.resting[action]))
        else:
            self.actions.append(action)

    def _wait(self, pod: Pod, why: str) -> None:
        self.waiting.append(Waiting(pod.ticket, pod.id, why))


def _is_landing(pod: Pod) -> bool:
    return pod.run is not None and pod.run.role is Role.MERGE


def _over(pod: Pod) -> bool:
    return pod.run is not None and (pod.run.state is RunState.ENDED or not pod.live)


def finished(snapshot: Snapshot) -> bool:
    """Whether every ticket is complete or abandoned."""
    if snapshot.invalid or snapshot.problems:
        return False
    return all(ticket.status.closed for ticket in snapshot.tickets.values())


def stuck(snapshot: Snapshot, decision: Decision, busy: Set[str]) -> bool:
    """Whether nothing will happen by itself any more: no action, nothing under way, no live run."""
    return not decision.actions and not busy and not any(pod.live for pod in snapshot.pods.values())
