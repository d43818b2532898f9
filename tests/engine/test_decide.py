"""decide(): a pure function from what is on disk to what is done next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.engine.decide import decide, finished, stuck
from lmawep_tui.engine.decision import Verb
from lmawep_tui.model.config import Config, RoleConfig, RolesConfig, WorktreeConfig
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Car, Pod, PodRecord, Setup
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Priority, Status, Ticket

_IN_POD = (Status.ASSIGNED, Status.WORKING, Status.REVIEW, Status.TESTING, Status.MERGING, Status.BLOCKED)


def run(number: int, *, role: Role = Role.TASK, state: RunState = RunState.ENDED) -> Run:
    outcome = Outcome.COMPLETED if state is RunState.ENDED else None
    return Run(pod=PodId(f"pod-{number}"), ticket=TicketId(100 + number), number=1, role=role, argv=("x",), cwd="/",
               mark="m" * 12, state=state, outcome=outcome)  # fmt: skip


def pod(number: int, status: Status, *, its_run: Run | None = None, live: bool = False, **record: Any) -> Pod:
    facts = PodRecord(
        id=PodId(f"pod-{number}"), ticket=TicketId(100 + number), branch="b", base=Sha("0" * 40), path="/p"
    )
    return Pod(record=replace(facts, **record), status=status, title="t", run=its_run, live=live)


def snapshot(
    *pods: Pod, tickets: tuple[Ticket, ...] = (), slots: int = 6, by: Any = "human", train: tuple[int, ...] = ()
) -> Snapshot:
    own = {p.ticket: Ticket(id=p.ticket, title="t", status=p.status) for p in pods}
    config = Config(slots=slots, roles=RolesConfig(review=RoleConfig(by=by)))
    cars = tuple(Car(pod=PodId(f"pod-{n}"), commit=Sha("1" * 40)) for n in train)
    return Snapshot(config=config, state=State(train=cars), tickets={**own, **{t.id: t for t in tickets}},
                    pods={p.id: p for p in pods})  # fmt: skip


def verbs(found: Snapshot, busy: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    return [(str(a.verb), a.ticket) for a in decide(found, busy).actions]


@pytest.mark.parametrize(("status", "by", "expected"), [
    (Status.ASSIGNED, "human", "run"), (Status.WORKING, "human", None), (Status.REVIEW, "human", None),
    (Status.REVIEW, "auto", "approve"), (Status.REVIEW, "agent", "run"), (Status.TESTING, "human", "test"),
    (Status.BLOCKED, "human", None), (Status.COMPLETE, "human", None),
])  # fmt: skip
def test_what_a_pod_in_each_status_gets(status: Status, by: str, expected: str | None) -> None:
    assert verbs(snapshot(pod(1, status), by=by)) == ([(expected, 101)] if expected else [])


def test_what_is_not_done_says_why() -> None:
    waiting = Ticket(id=TicketId(300), title="t", dependencies=(TicketId(301), TicketId(999)))
    open_ = Ticket(id=TicketId(301), title="t")
    found = decide(
        snapshot(pod(1, Status.REVIEW), pod(2, Status.ASSIGNED, paused=True), tickets=(waiting, open_), slots=0)
    )
    why = {w.ticket: w.why for w in found.waiting}
    assert why == {101: "waits for your review", 102: "paused", 300: "waits for #301, #999", 301: "0 of 0 slots busy"}
    assert found.actions == ()


def test_an_ended_run_is_settled_before_anything_else() -> None:
    assert verbs(snapshot(pod(1, Status.WORKING, its_run=run(1)), slots=0)) == [("settle", 101)]
    lost = run(1, state=RunState.RUNNING)
    assert verbs(snapshot(pod(1, Status.WORKING, its_run=lost))) == [("settle", 101)], "nobody looks after it any more"
    assert verbs(snapshot(pod(1, Status.WORKING, its_run=run(1), settled=1))) == []
    assert verbs(snapshot(pod(1, Status.WORKING, its_run=lost, live=True))) == []


def test_a_dead_end_says_so() -> None:
    waiting = Ticket(id=TicketId(300), title="t", dependencies=(TicketId(999),))
    found = replace(snapshot(tickets=(waiting,)), dead_ends={waiting.id: "waits for #999, which is no ticket"})
    assert [w.why for w in decide(found).waiting] == ["waits for #999, which is no ticket"]


@pytest.mark.parametrize(("status", "words"), [
    (Status.READY, "its ticket was set to ready, but has pod-1"), (Status.WORKING, "nothing runs in it"),
    (Status.MERGING, "not in the train"),
])  # fmt: skip
def test_a_pod_that_cannot_move_by_itself_says_so(status: Status, words: str) -> None:
    (waiting,) = decide(snapshot(pod(1, status, its_run=run(1), settled=1))).waiting
    assert words in waiting.why and "`lmawep doctor --fix`" in waiting.why


def test_a_setup_that_nobody_saw_the_end_of_is_run_again() -> None:
    """Its conductor was killed meanwhile: whether it worked is not known, so no agent starts yet."""
    cut_off = pod(1, Status.ASSIGNED, its_run=run(1, role=Role.SETUP), settled=1)
    look = snapshot(cut_off)
    look = replace(look, config=replace(look.config, worktree=WorktreeConfig(setup="npm ci")))
    assert verbs(look) == [("setup", 101)]
    told = replace(cut_off, record=replace(cut_off.record, setup=Setup(ok=True, seconds=1)))
    assert verbs(replace(look, pods={told.id: told})) == [("run", 101)]


def test_nearly_done_work_goes_before_new_work() -> None:
    new = Ticket(id=TicketId(300), title="t", priority=Priority.CRITICAL)
    found = snapshot(pod(1, Status.ASSIGNED), pod(2, Status.TESTING), tickets=(new,), slots=1)
    assert verbs(found) == [("test", 102)]


def test_the_train_lands_its_head_alone_and_beside_the_slots() -> None:
    found = snapshot(pod(1, Status.MERGING), pod(2, Status.MERGING), train=(2, 1), slots=0)
    assert verbs(found) == [("land", 102)]
    assert verbs(found, frozenset({"train:pod-2"})) == []
    held = snapshot(pod(1, Status.MERGING), pod(2, Status.MERGING, paused=True), train=(2, 1))
    assert verbs(held) == [("land", 101)], "a paused car lets the next one pass"


def test_a_pod_without_its_setup_waits() -> None:
    failed = pod(1, Status.ASSIGNED, setup=Setup(ok=False, seconds=1, summary="npm"))
    decision = decide(snapshot(failed))
    assert decision.actions == () and "setup failed: npm" in decision.waiting[0].why


def test_the_end_of_it_all() -> None:
    assert finished(snapshot(tickets=(Ticket(id=TicketId(1), title="t", status=Status.COMPLETE),)))
    assert not finished(snapshot(pod(1, Status.BLOCKED)))
    blocked = snapshot(pod(1, Status.BLOCKED))
    assert stuck(blocked, decide(blocked), frozenset())
    assert not stuck(blocked, decide(blocked), frozenset({"pod-1"}))


@st.composite
def fleets(draw: st.DrawFn) -> tuple[Snapshot, frozenset[str]]:
    pods = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        live = draw(st.booleans())
        state = (
            draw(st.sampled_from([RunState.RUNNING, RunState.STARTING])) if live else draw(st.sampled_from(RunState))
        )
        its = run(number, role=draw(st.sampled_from(Role)), state=state) if live or draw(st.booleans()) else None
        pods.append(pod(number, draw(st.sampled_from(_IN_POD)), its_run=its, live=live, paused=draw(st.booleans()),
                        settled=draw(st.integers(0, 1)), next_role=draw(st.sampled_from([Role.TASK, Role.RESOLVE])))
        )  # fmt: skip
    extra = tuple(
        Ticket(id=TicketId(200 + n), title="t", priority=draw(st.sampled_from(Priority)),
               status=draw(st.sampled_from([Status.READY, Status.BLOCKED, Status.COMPLETE])),
               dependencies=tuple(map(TicketId, draw(st.lists(st.sampled_from([101, 200, 201, 999]), max_size=2)))))
        for n in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    train = tuple(draw(st.permutations([int(p.id[4:]) for p in pods if p.status is Status.MERGING])))
    found = snapshot(
        *pods,
        tickets=extra,
        slots=draw(st.integers(0, 4)),
        by=draw(st.sampled_from(["human", "agent", "auto"])),
        train=train,
    )
    keys = [p.id for p in pods] + [f"ticket-{t.id}" for t in extra] + [f"train:{p.id}" for p in pods]
    return found, frozenset(draw(st.sets(st.sampled_from(keys), max_size=3))) if keys else frozenset()


@settings(max_examples=400, deadline=None)
@given(fleets())
def test_the_rules_hold_for_every_fleet(fleet: tuple[Snapshot, frozenset[str]]) -> None:
    found, busy = fleet
    decision = decide(found, busy)
    assert decide(found, busy) == decision, "the same look gives the same answer"
    starts = [a for a in decision.actions if a.verb in (Verb.RUN, Verb.TEST, Verb.SPAWN)]
    used = {p.id for p in found.pods.values() if p.live and not (p.run and p.run.role is Role.MERGE)}
    free = found.config.slots - len(used | {key for key in busy if not key.startswith("train:")})
    assert len(starts) <= max(0, free), "never more starts than free slots"
    keys = [a.key for a in decision.actions]
    assert len(keys) == len(set(keys)), "never two actions for one pod or ticket"
    assert not {a.key for a in decision.actions if a.verb is not Verb.LAND} & busy, "nothing that is under way"
    assert sum(a.verb is Verb.LAND for a in decision.actions) <= 1, "one car at a time"
    for action in decision.actions:
        its = found.pods.get(action.pod) if action.pod else None
        ticket = found.tickets[action.ticket]
        if action.verb is Verb.LAND:
            assert its is not None and its.status is Status.MERGING and not its.record.paused
        elif action.verb is Verb.SPAWN:
            assert ticket.status is Status.READY
            assert all(d in found.tickets and found.tickets[d].status is Status.COMPLETE for d in ticket.dependencies)
        else:
            assert its is not None and not its.live
            assert action.verb is Verb.SETTLE or not its.record.paused
