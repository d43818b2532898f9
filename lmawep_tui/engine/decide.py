"""What should be done next: a pure function of what is on disk (design: conductor)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from itertools import islice

from lmawep_tui.engine.claims import claims_of
from lmawep_tui.engine.decision import Action, Around, Decision, Verb, Waiting, limit_words, told_words
from lmawep_tui.model.budget import day_used_up, ticket_used_up
from lmawep_tui.model.claim import in_the_way
from lmawep_tui.model.graph import all_waiting, critical_depth, ready
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.overlap import likely_files, meeting
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.run import Role, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.model.train_order import in_order

_NEARLY_DONE = {Status.MERGING: 0, Status.TESTING: 1, Status.REVIEW: 2, Status.WORKING: 3, Status.ASSIGNED: 4}


def decide(
    snapshot: Snapshot,
    busy: Set[str] = frozenset(),
    resting: Mapping[Action, str] | None = None,
    around: Around | None = None,
) -> Decision:
    """What to do next; a pure function of its arguments.

    Nearly-done work goes before new work; then priority, critical path, age. One pool of slots over all roles; the
    train runs beside it, one car at a time. A ticket whose likely files meet those of a pod at work waits, unless
    nothing else can run.
    """
    return _Decider(snapshot, around or Around(busy=busy, resting=resting)).decide()


_LONG_TRAIN = 6
"""A train of twice the slots, and at least of so many cars, is worked off before anything new is begun."""
_LOOKED_AT = 200
"""How many ready tickets are held against the pods at work in one look; the others wait their turn."""


class _Decider:
    """Collects actions while slots last."""

    def __init__(self, snapshot: Snapshot, around: Around) -> None:
        self.snapshot = snapshot
        self.around = around
        self.busy = around.busy
        self.resting = around.resting or {}
        self.actions: list[Action] = []
        self.waiting: list[Waiting] = []
        self.rested: list[Action] = []
        self.with_pod = {pod.ticket: pod for pod in snapshot.pods.values()}
        self.starting = set(around.just_started)
        self.broke = day_used_up(snapshot.config.budgets, snapshot.costs, around.today)
        used = {pod.id for pod in snapshot.pods.values() if pod.live and not _is_landing(pod)}
        used_here = {key for key in self.busy if not key.startswith("train:")}
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
        waiting = all_waiting(self.snapshot.tickets)
        self._spawn_ready(ready(self.snapshot.tickets, depth, waiting))
        self._unready(waiting)
        return Decision(tuple(self.actions), tuple(self.waiting), tuple(self.rested))

    def _urgency(self, number: TicketId, depth: dict[TicketId, int]) -> tuple[int, int]:
        ticket = self.snapshot.tickets.get(number)
        return (ticket.priority.rank, -depth.get(number, 0)) if ticket else (9, 0)

    def _pod(self, pod: Pod) -> None:
        if pod.id in self.busy or pod.live:
            return
        if pod.run is not None and pod.record.settled < pod.run.number and _over(pod):
            self._do(Action(Verb.SETTLE, pod.ticket, pod.id))
        elif pod.sitting is not None:
            self._wait(pod, pod.sitting.words)
        elif pod.ticket not in self.snapshot.tickets:
            self._wait(pod, "its ticket file is missing or invalid")
        elif pod.record.paused:
            self._wait(pod, "paused")
        elif self._lacks_setup(pod):
            self._set_up(pod)
        elif pod.record.told and not pod.status.closed:
            self._tell(pod)
        elif pod.status is Status.ASSIGNED:
            self._run(pod, pod.record.next_role)
        elif pod.status is Status.REVIEW:
            self._review(pod)
        elif pod.status is Status.TESTING:
            self._slot(Action(Verb.TEST, pod.ticket, pod.id), pod)
        elif pod.status is Status.BLOCKED:
            self._wait(pod, pod.attention or "blocked")
        elif pod.status is Status.COMPLETE and self._to_be_removed(pod):
            self._do(Action(Verb.REMOVE, pod.ticket, pod.id))
        else:
            self._cannot_move(pod)

    def _tell(self, pod: Pod) -> None:
        """What the person said goes before anything else is done with the pod."""
        self._run(pod, pod.record.next_role)
        if all(action.pod != pod.id for action in self.actions):
            self._wait(pod, told_words(pod))

    def _cannot_move(self, pod: Pod) -> None:
        """What no step of ours leads to, but a person's hand does: said, rather than waited on in silence."""
        words = {
            Status.READY: f"its ticket was set to ready, but has {pod.id}",
            Status.WORKING: "its ticket is working, but nothing runs in it",
        }.get(pod.status, "")
        if pod.status is Status.MERGING and all(car.pod != pod.id for car in self.snapshot.state.train):
            words = "it is merging, but not in the train"
        if words:
            self._wait(pod, f"{words}; `lmawep doctor --fix` mends that")

    def _lacks_setup(self, pod: Pod) -> bool:
        """Whether it is not known to be set up: its setup never began, or nobody was there to see its end."""
        began = pod.run is not None and pod.run.role is not Role.SETUP
        return pod.record.setup is None and bool(self.snapshot.config.worktree.setup) and not began

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
        recommended = by == "both" and pod.record.verdict is not None and pod.record.verdict.approved
        if by == "auto":
            self._do(Action(Verb.APPROVE, pod.ticket, pod.id))
        elif by == "human" or recommended:
            self._wait(pod, "waits for your review")
        else:
            self._run(pod, Role.REVIEW)

    def _run(self, pod: Pod, role: Role) -> None:
        if pod.record.setup is not None and not pod.record.setup.ok:
            self._wait(pod, f"setup failed: {pod.record.setup.summary}")
            return
        agent = self._agent(pod, role)
        action = Action(Verb.RUN, pod.ticket, pod.id, role)
        held = self._too_dear(pod.ticket) or self._held(agent)
        if held and action not in self.resting:
            self._wait(pod, held)
            return
        if self._slot(action, pod):
            self.starting.add(agent)

    def _agent(self, pod: Pod, role: Role) -> str:
        return self.snapshot.config.agent_for(role.value, pod.record.agent, self.snapshot.tickets[pod.ticket].agent)

    def _too_dear(self, ticket: TicketId) -> str:
        """Why no agent may start on it: today's budget, or its own."""
        return self.broke or ticket_used_up(self.snapshot.config.budgets, self.snapshot.costs, ticket)

    def _held(self, agent: str) -> str:
        """Why no run of this agent may start now: its quota, a run that tries whether that is back, another start."""
        limit = self.snapshot.state.limited.get(agent)
        if limit is not None:
            if limit.until > self.around.now:
                return limit_words(agent, limit)
            trying = agent in self.starting or any(
                pod.live and pod.run is not None and pod.run.agent == agent for pod in self.snapshot.pods.values()
            )
            if trying:
                return f"another run of {agent} tries whether its limit is over"
        if agent in self.starting and self.around.staggered and self.snapshot.config.limits.stagger:
            return f"starts of {agent} are staggered"
        return ""

    def _train(self) -> None:
        """The head of the train lands; one car at a time."""
        if any(key.startswith("train:") for key in self.busy):
            return
        state = self.snapshot.state
        for place, car in enumerate(in_order(state.train, state.pods, self.snapshot.tickets)):
            pod = self.snapshot.pods.get(car.pod)
            if pod is None or pod.status is not Status.MERGING:
                continue
            if pod.record.paused or pod.record.told or pod.sitting or any(a.pod == pod.id for a in self.actions):
                continue
            if car.waits_for(self.around.main, self.around.now):
                self._wait(pod, f"{car.red_why}; it lands when main is mended")
                continue
            if place and any(a.verb is Verb.LAND for a in self.actions):
                self.waiting.append(Waiting(pod.ticket, pod.id, f"{place} in the train before it"))
                continue
            if not pod.live or pod.id not in self.busy:
                self._do(Action(Verb.LAND, pod.ticket, pod.id))

    def _spawn_ready(self, tickets: Iterable[Ticket]) -> None:
        """New work, most urgent first; what would meet work under way comes last, and only when nothing else runs."""
        at_work = {*self.with_pod, *self._under_way()}
        queue = [t for t in tickets if t.id not in at_work]
        if self._jammed():
            self.waiting += [Waiting(t.id, None, f"{len(self.snapshot.state.train)} pods wait to land") for t in queue]
            return
        if self.broke:
            self.waiting += [Waiting(t.id, None, self.broke) for t in queue]
            return
        occupied, claims = self._occupied(), claims_of(self.snapshot)
        met: list[tuple[Ticket, str]] = []
        for ticket in islice(queue, _LOOKED_AT):
            if self.free <= 0:
                break
            claim = in_the_way(claims, likely_files(ticket), ticket.id) if claims else None
            where = _meets(ticket, occupied)
            dear = self._too_dear(ticket.id)
            if dear:
                self.waiting.append(Waiting(ticket.id, None, dear))
            elif claim is not None:  # asked for, not guessed: it holds for an idle fleet too
                why = f"waits for {claim.pod} (#{claim.ticket}), which claims {claim.pattern}"
                self.waiting.append(Waiting(ticket.id, None, why))
            elif where:
                met.append((ticket, where))
            else:
                self._spawn(ticket)
                occupied.append((f"#{ticket.id}", likely_files(ticket)))
        if met and self.free > 0 and self._idle():
            self._spawn(met.pop(0)[0])
        for ticket, where in met:
            self.waiting.append(Waiting(ticket.id, None, where))
        decided = {action.ticket for action in self.actions} | {ticket.id for ticket, _ in met}
        decided |= {waiting.ticket for waiting in self.waiting}
        why = self._full() if self.free <= 0 else "waits its turn"
        self.waiting += [Waiting(ticket.id, None, why) for ticket in queue if ticket.id not in decided]

    def _occupied(self) -> list[tuple[str, tuple[str, ...]]]:
        """What work under way is about, or has changed already: its pod or ticket, and paths and globs."""
        found: list[tuple[str, tuple[str, ...]]] = []
        touched = self.around.touched or {}
        for pod in self.snapshot.pods.values():
            ticket = self.snapshot.tickets.get(pod.ticket)
            if ticket is not None and not ticket.status.closed:
                found.append((f"{pod.id} (#{pod.ticket})", (*likely_files(ticket), *touched.get(pod.id, ()))))
        under_way = (self.snapshot.tickets.get(number) for number in self._under_way())
        found += [(f"#{ticket.id}", likely_files(ticket)) for ticket in under_way if ticket is not None]
        return found

    def _under_way(self) -> list[TicketId]:
        """Tickets for which a pod is being made just now."""
        return [TicketId(int(key[7:])) for key in self.busy if key.startswith("ticket-")]

    def _jammed(self) -> bool:
        """Whether so many pods wait to land that one begun now would be old before its turn came."""
        return len(self.snapshot.state.train) >= max(_LONG_TRAIN, 2 * self.snapshot.config.slots)

    def _idle(self) -> bool:
        return not (self.actions or self.busy or any(pod.live for pod in self.snapshot.pods.values()))

    def _spawn(self, ticket: Ticket) -> None:
        action = Action(Verb.SPAWN, ticket.id)
        self.free -= action not in self.resting  # what was refused lately keeps no slot from the others
        self._do(action)

    def _unready(self, waiting: Mapping[TicketId, tuple[TicketId, ...]]) -> None:
        dead_ends, holds = self.snapshot.dead_ends, self.snapshot.state.holds
        for number, open_ in waiting.items():
            words = dead_ends.get(number) or "waits for " + ", ".join([f"#{n}" for n in open_])
            self.waiting.append(Waiting(number, None, words))
        for ticket in self.snapshot.tickets.values():
            if ticket.status is Status.BLOCKED and ticket.id not in self.with_pod:
                hold = holds.get(ticket.id)
                self.waiting.append(Waiting(ticket.id, None, f"blocked: {hold.why}" if hold else "blocked"))

    def _slot(self, action: Action, pod: Pod) -> bool:
        """Takes a slot for the action; whether there was one."""
        if self.free <= 0:
            self._wait(pod, self._full())
            return False
        self.free -= action not in self.resting
        return self._do(action)

    def _full(self) -> str:
        slots = self.snapshot.config.slots
        return f"{slots} of {slots} slots busy"

    def _do(self, action: Action) -> bool:
        if action in self.resting:
            self.rested.append(action)
            self.waiting.append(Waiting(action.ticket, action.pod, self.resting[action]))
            return False
        self.actions.append(action)
        return True

    def _wait(self, pod: Pod, why: str) -> None:
        self.waiting.append(Waiting(pod.ticket, pod.id, why))


def _meets(ticket: Ticket, occupied: list[tuple[str, tuple[str, ...]]]) -> str:
    """Why this ticket had better wait: who is at work on a file that it is likely to change, and on which."""
    mine = likely_files(ticket)
    if mine:
        for who, paths in occupied:
            path = meeting(mine, paths)
            if path is not None:
                return f"waits for {who}, which changes {path} too"
    return ""


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
    return not decision.actions and not busy and not any(pod.live or pod.sitting for pod in snapshot.pods.values())
