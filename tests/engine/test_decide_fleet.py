"""decide() over the life of whole fleets: dependencies first, within the slots, nobody starves, the same look twice."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.engine.decide import decide
from lmawep_tui.engine.decision import Action, Around, Verb
from lmawep_tui.model.claim import PathClaim, Severity
from lmawep_tui.model.config import Config, LimitsConfig, RoleConfig, RolesConfig
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.lifecycle import Event, move
from lmawep_tui.model.pod import Car, Limit, Pod, PodRecord
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Priority, Status, Ticket

_SHA = Sha("1" * 40)


class Fleet:
    """A fleet that exists in memory only: does what decide() says, one step after the other, and ages its runs."""

    def __init__(self, tickets: list[Ticket], slots: int, luck: random.Random) -> None:
        self.tickets = {ticket.id: ticket for ticket in tickets}
        self.pods: dict[PodId, Pod] = {}
        self.train: tuple[Car, ...] = ()
        self.limited: dict[str, Limit] = {}
        self.luck = luck
        self.minute = 0
        limits = LimitsConfig(stagger=luck.choice([0.0, 1.0]))
        self.config = Config(slots=slots, limits=limits, roles=RolesConfig(review=RoleConfig(by="auto")))
        self.spawned: list[TicketId] = []

    @property
    def now(self) -> str:
        return f"2026-01-15T{self.minute // 60:02d}:{self.minute % 60:02d}:00Z"

    def snapshot(self) -> Snapshot:
        state = State(train=self.train, limited=dict(self.limited))
        return Snapshot(config=self.config, state=state, tickets=dict(self.tickets), pods=dict(self.pods))

    def step(self) -> None:
        """One look of the conductor, and a minute."""
        look, around = self.snapshot(), Around(now=self.now)
        decision = decide(look, around=around)
        assert decide(look, around=around) == decision, "the same look gives the same answer"
        live = sum(pod.live for pod in self.pods.values())
        starts = [a for a in decision.actions if a.verb in (Verb.SPAWN, Verb.RUN, Verb.TEST)]
        assert len(starts) + live <= max(live, self.config.slots), "never more than the slots"
        for action in decision.actions:
            self.do(action)
        self.age()
        self.minute += 1

    def do(self, action: Action) -> None:
        if action.verb is Verb.SPAWN:
            ticket = self.tickets[action.ticket]
            open_ = [d for d in ticket.dependencies if self.tickets[d].status is not Status.COMPLETE]
            assert not open_, f"#{ticket.id} begins before {open_}"
            self.spawned.append(ticket.id)
            number = len(self.spawned)
            record = PodRecord(id=PodId(f"pod-{number}"), ticket=ticket.id, branch="b", base=_SHA, path="/p")
            self.pods[record.id] = Pod(record=record, status=Status.READY, title="t")
            self.move(record.id, Event.SPAWNED)
            return
        assert action.pod is not None
        pod = self.pods[action.pod]
        if action.verb in (Verb.RUN, Verb.TEST):
            role = Role.CHECK if action.verb is Verb.TEST else action.role or Role.TASK
            number = pod.run.number + 1 if pod.run else 1
            run = Run(pod=pod.id, ticket=pod.ticket, number=number, role=role, argv=("x",), cwd="/", mark="m",
                      agent="claude" if role.by_agent else "", state=RunState.RUNNING)  # fmt: skip
            self.pods[pod.id] = replace(pod, run=run, live=True)
            if role.writes:
                self.move(pod.id, Event.STARTED)
        elif action.verb is Verb.SETTLE:
            self.settle(pod)
        elif action.verb is Verb.APPROVE:
            self.move(pod.id, Event.APPROVED)
        elif action.verb is Verb.LAND:
            assert self.train[0].pod == pod.id, "the head lands"
            self.train = self.train[1:]
            self.move(pod.id, Event.LANDED)
            del self.pods[pod.id]

    def settle(self, pod: Pod) -> None:
        assert pod.run is not None
        self.pods[pod.id] = replace(pod, record=replace(pod.record, settled=pod.run.number))
        if pod.run.outcome is Outcome.RATE_LIMITED:
            until = f"2026-01-15T{(self.minute + 5) // 60:02d}:{(self.minute + 5) % 60:02d}:00Z"
            self.limited["claude"] = Limit(kind="rate_limited", why="429", since=self.now, until=until)
            self.move(pod.id, Event.FAILED)
        elif pod.run.role is Role.CHECK:
            self.move(pod.id, Event.GREEN)
            self.train = (*self.train, Car(pod=pod.id, commit=_SHA))
        else:
            self.limited.pop("claude", None)
            self.move(pod.id, Event.BELIEVED)

    def age(self) -> None:
        """Runs end after a while, some of them at a quota wall."""
        for pod in list(self.pods.values()):
            if pod.live and pod.run is not None and self.luck.random() < 0.5:
                walled = pod.run.role.by_agent and self.luck.random() < 0.1
                outcome = Outcome.RATE_LIMITED if walled else Outcome.COMPLETED
                run = replace(pod.run, state=RunState.ENDED, outcome=outcome)
                self.pods[pod.id] = replace(pod, run=run, live=False)

    def move(self, pod: PodId, event: Event) -> None:
        found = self.pods[pod]
        status = move(self.tickets[found.ticket].status, event)
        self.tickets[found.ticket] = replace(self.tickets[found.ticket], status=status)
        self.pods[pod] = replace(found, status=status)


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    count = draw(st.integers(1, 14))
    tickets = []
    for number in range(101, 101 + count):
        earlier = list(range(101, number))
        depends = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        touches = tuple(draw(st.lists(st.sampled_from(["src/a.py", "src/*.py", "src", "docs/x.md"]), max_size=2)))
        tickets.append(Ticket(id=TicketId(number), title="t", priority=draw(st.sampled_from(Priority)),
                              dependencies=tuple(map(TicketId, depends)), touches=touches))  # fmt: skip
    return Fleet(tickets, draw(st.integers(1, 4)), random.Random(draw(st.integers())))


@settings(max_examples=60, deadline=None)
@given(fleets())
def test_every_fleet_is_driven_to_its_end_in_order_within_its_slots(fleet: Fleet) -> None:
    for _ in range(1200):
        if all(ticket.status is Status.COMPLETE for ticket in fleet.tickets.values()):
            break
        fleet.step()
    left = [f"#{t.id} {t.status}" for t in fleet.tickets.values() if t.status is not Status.COMPLETE]
    assert not left, f"starved: {left}"
    assert sorted(fleet.spawned) == sorted(fleet.tickets), "each exactly once"


def test_what_would_meet_waits_and_says_for_whom() -> None:
    first = Ticket(id=TicketId(101), title="t", touches=("src/a.py",), status=Status.ASSIGNED)
    second = Ticket(id=TicketId(102), title="Change src/a.py too")
    other = Ticket(id=TicketId(103), title="Change src/b.py")
    record = PodRecord(id=PodId("pod-1"), ticket=first.id, branch="b", base=_SHA, path="/p")
    look = Snapshot(tickets={t.id: t for t in (first, second, other)},
                    pods={record.id: Pod(record=record, status=Status.ASSIGNED, title="t")})  # fmt: skip
    decision = decide(look)
    assert [(a.verb, a.ticket) for a in decision.actions] == [(Verb.RUN, 101), (Verb.SPAWN, 103)]
    assert [(w.ticket, w.why) for w in decision.waiting] == [
        (102, "waits for pod-1 (#101), which changes src/a.py too")
    ]
    changed = decide(look, around=Around(touched={PodId("pod-1"): ["src/b.py"]}))
    assert [w.ticket for w in changed.waiting] == [102, 103], "what the pod has changed counts as well"


def test_what_would_meet_goes_when_nothing_else_can() -> None:
    blocked = Ticket(id=TicketId(101), title="t", touches=("src/a.py",), status=Status.BLOCKED)
    second = Ticket(id=TicketId(102), title="t", touches=("src",))
    record = PodRecord(id=PodId("pod-1"), ticket=blocked.id, branch="b", base=_SHA, path="/p")
    look = Snapshot(tickets={t.id: t for t in (blocked, second)},
                    pods={record.id: Pod(record=record, status=Status.BLOCKED, title="t")})  # fmt: skip
    assert [(a.verb, a.ticket) for a in decide(look).actions] == [(Verb.SPAWN, 102)]


def test_a_quota_holds_every_run_of_its_agent_and_then_lets_one_try() -> None:
    tickets = {TicketId(n): Ticket(id=TicketId(n), title="t", status=Status.ASSIGNED) for n in (101, 102)}
    pods = {}
    for n in (101, 102):
        record = PodRecord(id=PodId(f"pod-{n - 100}"), ticket=TicketId(n), branch="b", base=_SHA, path="/p")
        pods[record.id] = Pod(record=record, status=Status.ASSIGNED, title="t")
    limit = Limit(kind="rate_limited", why="429", since="2026-01-15T14:00:00Z", until="2026-01-15T14:05:00Z")
    config = Config(limits=LimitsConfig(stagger=0))
    look = Snapshot(config=config, state=State(limited={"claude": limit}), tickets=tickets, pods=pods)
    held = decide(look, around=Around(now="2026-01-15T14:04:59Z"))
    assert held.actions == () and "claude: quota until 14:05 UTC" in held.waiting[0].why
    later = decide(look, around=Around(now="2026-01-15T14:05:01Z"))
    assert [a.pod for a in later.actions] == ["pod-1"]
    assert later.waiting[0].why == "another run of claude tries whether its limit is over"
    free = replace(look, state=State())
    assert len(decide(free).actions) == 2
    staggered = replace(free, config=Config(limits=LimitsConfig(stagger=1)))
    assert len(decide(staggered).actions) == 1


def test_a_jammed_train_is_worked_off_before_anything_new_is_begun() -> None:
    tickets, pods, cars = {TicketId(300): Ticket(id=TicketId(300), title="t")}, {}, []
    for n in range(101, 113):
        tickets[TicketId(n)] = Ticket(id=TicketId(n), title="t", status=Status.MERGING)
        record = PodRecord(id=PodId(f"pod-{n - 100}"), ticket=TicketId(n), branch="b", base=_SHA, path="/p")
        pods[record.id] = Pod(record=record, status=Status.MERGING, title="t")
        cars.append(Car(pod=record.id, commit=_SHA))
    look = Snapshot(state=State(train=tuple(cars)), tickets=tickets, pods=pods)
    decision = decide(look)
    assert [a.verb for a in decision.actions] == [Verb.LAND]
    assert (300, "12 pods wait to land") in [(w.ticket, w.why) for w in decision.waiting]
    shorter = replace(look, state=State(train=tuple(cars[1:])))
    assert Verb.SPAWN in [a.verb for a in decide(shorter).actions]


def test_what_a_pod_claims_for_itself_is_left_alone_even_by_an_idle_fleet() -> None:
    blocked = Ticket(id=TicketId(101), title="t", status=Status.BLOCKED)
    second = Ticket(id=TicketId(102), title="t", touches=("src/*.py",))
    record = PodRecord(id=PodId("pod-1"), ticket=blocked.id, branch="b", base=_SHA, path="/p")
    claim = PathClaim(pod=record.id, ticket=blocked.id, pattern="src/a.py", severity=Severity.BLOCK)
    look = Snapshot(state=State(claims=(claim,)), tickets={t.id: t for t in (blocked, second)},
                    pods={record.id: Pod(record=record, status=Status.BLOCKED, title="t")})  # fmt: skip
    decision = decide(look)
    assert decision.actions == ()
    assert [w.why for w in decision.waiting if w.ticket == 102] == ["waits for pod-1 (#101), which claims src/a.py"]
    warned = replace(look, state=State(claims=(replace(claim, severity=Severity.WARN),)))
    assert [(a.verb, a.ticket) for a in decide(warned).actions] == [(Verb.SPAWN, 102)], "only told to keep away"
    done = replace(look, pods={record.id: replace(look.pods[record.id], status=Status.COMPLETE)})
    assert [(a.verb, a.ticket) for a in decide(done).actions] == [(Verb.SPAWN, 102)], "a claim ends with its work"
