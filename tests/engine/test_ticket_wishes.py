"""What a ticket says for itself: who reviews it, what it may cost, and what has to hold at the end."""

from __future__ import annotations

from typing import Any

import pytest

from lmawep_tui.agents.prompt import build_prompt
from lmawep_tui.engine.decide import decide
from lmawep_tui.model.budget import of_ticket, ticket_used_up
from lmawep_tui.model.budget_config import BudgetsConfig
from lmawep_tui.model.config import Config, RoleConfig, RolesConfig
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import ReviewPolicy, Status, Ticket
from lmawep_tui.store.attention import attention
from tests.engine.test_decide import pod, snapshot
from tests.model.test_costs import costs, line
from tests.repos import Project

N = TicketId(101)


@pytest.mark.parametrize(
    ("config", "own", "does", "asks"),
    [
        ("human", None, [], True),
        ("human", ReviewPolicy.AUTO, ["approve"], False),
        ("human", ReviewPolicy.AGENT, ["run"], False),
        ("auto", ReviewPolicy.HUMAN, [], True),
    ],
)
def test_who_reviews(config: Any, own: ReviewPolicy | None, does: list[str], asks: bool) -> None:
    found = pod(1, Status.REVIEW)
    ticket = Ticket(id=N, title="t", status=Status.REVIEW, review=own)
    assert [str(a.verb) for a in decide(snapshot(found, tickets=(ticket,), by=config), frozenset()).actions] == does
    settings = Config(roles=RolesConfig(review=RoleConfig(by=config)))
    record: PodRecord = found.record
    assert (attention(record, Status.REVIEW, None, None, settings, review=own) is not None) is asks


def test_what_it_may_cost() -> None:
    spent = costs(*(line(run=f"000{n}-task") for n in range(1, 7)))
    budgets = BudgetsConfig(ticket=5.0)
    assert ticket_used_up(budgets, spent, N) == ""
    assert ticket_used_up(budgets, spent, N, 2.0) == "the budget of #101 of $2.00 is used up ($3.00)"
    assert ticket_used_up(BudgetsConfig(ticket=1.0), spent, N, 9.0) == ""
    assert not of_ticket(BudgetsConfig(), N)


def test_an_agent_is_told_when_it_is_done() -> None:
    ticket = Ticket(id=N, title="t", description="Do it.\n", acceptance=("tests pass", "docs say so"))
    text = build_prompt(role=Role.TASK, ticket=ticket, pod=PodId("pod-1"), branch="b", main="main", worktree="/w",
                        memory={})  # fmt: skip
    assert "| Do it.\n" in text and "| It is done when:\n| - tests pass\n| - docs say so" in text


@pytest.mark.parametrize(("line", "says"), [("budget: -1", "US dollars"), ("budget: .inf", "US dollars"),
                                            ("review: nobody", "review"), ("acceptance: 7", "acceptance")])  # fmt: skip
def test_wrong_wishes_make_an_invalid_ticket(project: Project, line: str, says: str) -> None:
    ticket = project.ticket("One")
    path = project.ws.layout.ticket(ticket.id)
    path.write_text(f"{path.read_text()}{line}\n")
    bad = project.ws.snapshot().invalid
    assert len(bad) == 1 and says in bad[0].reason
