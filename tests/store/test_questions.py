"""Pure questions about a snapshot: who needs the person, in which order, and what the screens say."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from lmawep_tui.engine.decision import limit_words
from lmawep_tui.model.config import Config, RoleConfig, RolesConfig
from lmawep_tui.model.errors import NotFound
from lmawep_tui.model.evidence import Fact, failing
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Hold, HoldKind, Limit, Pod, PodRecord, Refusal, Setup
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import InvalidTicket, Priority, Status, Ticket
from lmawep_tui.store.attention import attention, limit_phrase
from lmawep_tui.store.queries import (
    Group,
    attention_count,
    decision_list,
    filter_tickets,
    must_have_pod,
    must_have_ticket,
    tickets_needing_you,
    waiting_words,
)
from lmawep_tui.store.views import assignments, board


def record(number: int = 1, **facts: object) -> PodRecord:
    return PodRecord(
        id=PodId(f"pod-{number}"), ticket=TicketId(100 + number), branch="b", base=Sha("0"), path="/p", **facts
    )  # type: ignore[arg-type]


def ended(outcome: Outcome, reason: str) -> Run:
    return Run(pod=PodId("pod-1"), ticket=TicketId(101), number=1, role=Role.TASK, argv=("x",), cwd="/", mark="m",
               state=RunState.ENDED, outcome=outcome, reason=reason)  # fmt: skip


def held(kind: HoldKind, why: str = "because\nof this") -> Hold:
    return Hold(was=Status.WORKING, kind=kind, why=why)


_AUTO = Config(roles=RolesConfig(review=RoleConfig(by="auto")))


@pytest.mark.parametrize(("status", "hold", "run", "config", "says"), [
    (Status.BLOCKED, held(HoldKind.QUESTION), None, Config(), "asks: because"),
    (Status.BLOCKED, held(HoldKind.PERSON, "held by you"), None, Config(), "held by you"),
    (Status.BLOCKED, None, None, Config(), "is blocked"),
    (Status.REVIEW, None, None, Config(), "waits for your review"),
    (Status.REVIEW, None, None, _AUTO, None),
    (Status.ASSIGNED, None, ended(Outcome.AUTH, "log in"), Config(), "auth: log in"),
    (Status.ASSIGNED, None, ended(Outcome.CRASHED, "x"), Config(), None),
    (Status.WORKING, None, None, Config(), None),
])  # fmt: skip
def test_what_waits_for_the_person(
    status: Status, hold: Hold | None, run: Run | None, config: Config, says: str | None
) -> None:
    assert attention(record(), status, hold, run, config) == says


def test_a_failed_setup_waits_for_the_person_although_it_was_a_run_itself() -> None:
    failed = Setup(ok=False, seconds=1, summary="\n\nno npm\n")
    assert attention(record(setup=failed), Status.ASSIGNED, None, None, Config()) == "setup failed: no npm"
    assert attention(record(setup=failed, settled=1), Status.ASSIGNED, None, None, Config()) == "setup failed: no npm"


def fleet() -> Snapshot:
    pods = [Pod(record=record(n), status=status, title=f"T{n}", live=live, in_train=place, attention=says)
            for n, status, live, place, says in (
                (1, Status.WORKING, True, None, None), (2, Status.MERGING, False, 1, None),
                (3, Status.MERGING, False, 0, None),
                (4, Status.BLOCKED, False, None, "asks: x"), (5, Status.ASSIGNED, False, None, None),
                (10, Status.REVIEW, False, None, "waits for your review"))]  # fmt: skip
    tickets = [Ticket(id=p.ticket, title=p.title, status=p.status) for p in pods]
    tickets.append(Ticket(id=TicketId(300), title="Loose [x](y) |\nline", status=Status.BLOCKED))
    tickets.append(
        Ticket(id=TicketId(301), title="Waits", dependencies=(TicketId(300),), labels=("Blue",), priority=Priority.HIGH)
    )
    return Snapshot(pods={p.id: p for p in pods}, tickets={t.id: t for t in tickets},
                    invalid=(InvalidTicket(TicketId(400), "ticket-400.yaml", 3, "is not valid YAML"),))  # fmt: skip


def test_the_decision_list_is_in_the_order_of_deciding() -> None:
    groups = {group: [p.id for p in pods] for group, pods in decision_list(fleet()).groups}
    assert groups == {Group.NEEDS_YOU: ["pod-4", "pod-10"], Group.TO_LAND: ["pod-3", "pod-2"],
                      Group.IN_FLIGHT: ["pod-1"], Group.IDLE: ["pod-5"]}  # fmt: skip
    assert attention_count(fleet()) == 4, "a blocked ticket without a pod counts too, and a file that is none"


def test_what_is_not_there_is_told_apart_from_what_is_invalid() -> None:
    with pytest.raises(NotFound, match=r"There is no pod-9.*pod-1, pod-2"):
        must_have_pod(fleet(), PodId("pod-9"))
    with pytest.raises(NotFound, match=r"ticket-400.yaml:3 is not valid"):
        must_have_ticket(fleet(), TicketId(400))
    with pytest.raises(NotFound, match="no ticket 999"):
        must_have_ticket(fleet(), TicketId(999))


def test_filters_all_hold_together() -> None:
    tickets = fleet().tickets.values()
    assert [t.id for t in filter_tickets(tickets, text="wAITS")] == [301]
    assert [t.id for t in filter_tickets(tickets, label="Blue", priority=Priority.HIGH)] == [301]
    assert filter_tickets(tickets, label="Blue", status=Status.BLOCKED) == ()
    assert waiting_words(fleet(), fleet().tickets[TicketId(301)]) == "waits for 300"


def test_views_hold_no_markup_of_others() -> None:
    todo = board(fleet())["TODO"]
    assert "Loose \\[x\\](y) \\| line" in todo and "waits for 300" in todo
    assert assignments(fleet()).count("\n| pod-") == 6


def test_what_autopilot_cannot_do_needs_the_person() -> None:
    no = Refusal(verb="run", why="The agent 'nix' is not installed.\nmore")
    assert attention(record(), Status.ASSIGNED, None, None, Config(), no) == (
        "autopilot cannot run: The agent 'nix' is not installed."
    )
    assert attention(record(), Status.BLOCKED, held(HoldKind.QUESTION), None, Config(), no) == "asks: because"
    assert attention(record(), Status.COMPLETE, None, None, Config(), no) is None
    snapshot = fleet()
    refused = {TicketId(301): Refusal(verb="spawn", why="no room"), TicketId(105): no}
    snapshot = replace(snapshot, state=State(refused=refused))
    assert tickets_needing_you(snapshot) == (300, 301), "105 has a pod, which says it by itself"
    assert attention_count(snapshot) == 5


def test_what_failed_is_said_by_what_was_seen() -> None:
    facts = (Fact("run ended well", False, "crashed: exit status 3"), Fact("worktree clean", True, "clean"),
             Fact("new commits", False, "none"))  # fmt: skip
    assert failing(facts) == "crashed: exit status 3; new commits: none"


WALL = Limit(kind="auth", why="401", since="2026-01-15T14:00:00Z", until="2026-01-15T14:05:00Z", login="codex login")


@pytest.mark.parametrize(("outcome", "limit", "autopilot", "says"), [
    (Outcome.AUTH, WALL, True, "log in (codex login): 401"),
    (Outcome.AUTH, None, True, "auth: 401"),
    (Outcome.RATE_LIMITED, None, True, None),  # it goes on by itself
    (Outcome.RATE_LIMITED, None, False, "out of quota: 401"),
])  # fmt: skip
def test_a_wall_asks_for_what_only_a_person_can_do(
    outcome: Outcome, limit: Limit | None, autopilot: bool, says: str | None
) -> None:
    run = ended(outcome, "401")
    assert attention(record(), Status.ASSIGNED, None, run, Config(), autopilot=autopilot, limit=limit) == says


def test_who_waits_until_when_and_for_what() -> None:
    now = 1768485600.0  # 14:00
    quota = replace(WALL, kind="rate_limited", login="")
    at = time.strftime("%H:%M", time.localtime(now + 300))
    assert limit_phrase("codex", WALL, now) == f"codex waits until {at} to be logged in (codex login)"
    assert limit_phrase("claude", quota, now) == f"claude waits until {at} for its quota"
    later = replace(quota, until="2026-01-18T14:05:00Z")
    assert limit_phrase("claude", later, now) == f"claude waits until Sun {at} for its quota"
    assert limit_words("claude", later) == "claude: quota until 2026-01-18 14:05 UTC (401)"
    assert limit_words("codex", WALL) == "codex: not logged in (codex login); next try 14:05 UTC (401)"


def test_the_budget_of_its_ticket_stops_a_pod_that_wants_an_agent() -> None:
    assert attention(record(), Status.ASSIGNED, None, None, Config(), dear="used up") == "used up"
    assert attention(record(), Status.WORKING, None, None, Config(), dear="used up") is None
    assert attention(record(paused=True), Status.ASSIGNED, None, None, Config(), dear="used up") is None
    by_agent = Config(roles=RolesConfig(review=RoleConfig(by="agent")))
    assert attention(record(), Status.REVIEW, None, None, by_agent, dear="used up") == "used up"
    assert attention(record(), Status.REVIEW, None, None, Config(), dear="used up") == "waits for your review"


@pytest.mark.parametrize("by", ["agent", "auto", "both"])
def test_a_review_that_nobody_will_begin_is_the_persons(by: str) -> None:
    config = Config(roles=RolesConfig(review=RoleConfig(by=by)))
    said = "waits for a review; autopilot is off"
    assert attention(record(), Status.REVIEW, None, None, config) is None
    assert attention(record(), Status.REVIEW, None, None, config, autopilot=False) == said
    assert attention(record(), Status.REVIEW, None, None, config, autopilot=False, live=True) is None
    assert attention(record(paused=True), Status.REVIEW, None, None, config, autopilot=False) is None
