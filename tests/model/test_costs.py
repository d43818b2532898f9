"""What is counted, how it is added up, and in which words it is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.budget import day_used_up, ticket_used_up, ticket_warning, warnings
from lmawep_tui.model.budget_config import BudgetsConfig
from lmawep_tui.model.costs import KEYS, Costs, booking, day_of, dollars, priced, token_words
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.usage import Price, Usage

AT = "2026-01-15T12:00:00Z"
PRICES = (Price("claude-opus*", 15.0, 75.0, 1.5), Price("*", 1.0, 10.0))


def line(**facts: Any) -> dict[str, Any]:
    usage = {"input": 1000, "cached": 200, "output": 30, "cost": 0.5}
    return {"at": AT, "event": "run_ended", "pod": "pod-1", "ticket": 101, "run": "0001-task", "role": "task",
            "agent": "claude", "model": "opus", "began": AT, "usage": usage, **facts}  # fmt: skip


def costs(*lines: dict[str, Any], prices: tuple[Price, ...] = ()) -> Costs:
    return Costs(tuple(told for each in lines if (told := booking(each)) is not None), prices)


@pytest.mark.parametrize("facts", [
    {"usage": None}, {"usage": {}}, {"usage": {"input": 0, "cost": None}}, {"usage": "much"}, {"at": "yesterday"},
    {"ticket": "101"}, {"ticket": None}, {"usage": {"input": -5}}, {"usage": {"input": True}},
    {"usage": {"cost": float("inf")}}, {"usage": {"cost": float("nan")}}, {"usage": {"cost": -1.0}},
])  # fmt: skip
def test_lines_that_book_nothing(facts: dict[str, Any]) -> None:
    assert booking(line(**facts)) is None


def test_a_booking_is_what_the_line_says() -> None:
    told = booking(line())
    assert told is not None and told.usage == Usage(1000, 200, 30, 0.5)
    assert [key(told) for name, key in KEYS.items() if name != "day"] == [
        "#101", "pod-1", "task", "claude opus", "pod-1 0001-task"]  # fmt: skip


def test_sums() -> None:
    all_of_it = costs(line(), line(run="0002-review", role="review"), line(ticket=102, pod="pod-2"))
    assert (all_of_it.total.runs, all_of_it.total.tokens, all_of_it.total.cost) == (3, 3690, 1.5)
    assert {key: spent.cost for key, spent in all_of_it.tickets.items()} == {101: 1.0, 102: 0.5}
    assert {key: spent.runs for key, spent in all_of_it.by(KEYS["role"]).items()} == {"task": 2, "review": 1}


def test_a_day_is_one_of_the_persons_calendar() -> None:
    told = booking(line())
    assert told is not None
    day = day_of(told.at)
    found = costs(line(), line(run="0002-task", at="2026-01-18T12:00:00Z"))
    assert (found.on(day).runs, found.on("2026-01-17").runs) == (1, 0)


@pytest.mark.parametrize(("usage", "model", "cost"), [
    (Usage(1_000_000, 0, 0, 2.0), "claude-opus-5", (2.0, False)),
    (Usage(1_000_000, 0, 0), "claude-opus-5", (15.0, True)),
    (Usage(0, 1_000_000, 1_000_000), "claude-opus-5", (76.5, True)),
    (Usage(0, 1_000_000, 0), "other", (1.0, True)),  # no price for cached ones: that of the others
    (Usage(1_000_000, 0, 0, 0.0), "other", (1.0, True)),  # a program that knows no price says 0
])  # fmt: skip
def test_what_a_run_cost(usage: Usage, model: str, cost: tuple[float, bool]) -> None:
    assert priced(usage, model, PRICES) == cost


def test_without_a_price_tokens_stay_tokens() -> None:
    assert priced(Usage(5, 0, 0, 0.0), "m", ()) == (None, False)
    free = line(usage={"input": 412_000, "cost": None})
    assert costs(free).total.words == "412k tok"
    assert costs(free, line(run="0002-task")).total.words == "$0.50 + 412k tok"
    assert costs(free, prices=PRICES).total.words == "~$0.41"
    assert costs().total.words == ""


@pytest.mark.parametrize(("count", "words"), [
    (0, "0 tok"), (950, "950 tok"), (1500, "1.5k tok"), (9_949, "9.9k tok"), (9_950, "10k tok"), (412_000, "412k tok"),
    (999_499, "999k tok"), (999_500, "1.0M tok"), (3_240_000, "3.2M tok"),
])  # fmt: skip
def test_tokens_in_words(count: int, words: str) -> None:
    assert token_words(count) == words


def test_dollars_in_words() -> None:
    assert [dollars(x) for x in (0, 0.001, 0.005, 1.84, 1204)] == ["$0.00", "<$0.01", "$0.01", "$1.84", "$1,204.00"]


BUDGETS = [
    (BudgetsConfig(day=1.0), "today's budget of $1.00 is used up ($1.00)", ""),
    (BudgetsConfig(day=1.2), "", "today's budget of $1.20 is 83% used ($1.00)"),
    (BudgetsConfig(day=2.0), "", ""),
    (BudgetsConfig(day_tokens=2000), "today's budget of 2.0k tok is used up (2.5k tok)", ""),
    (BudgetsConfig(day=0), "today's budget of $0.00 is used up ($1.00)", ""),
    (BudgetsConfig(), "", ""),
]


@pytest.mark.parametrize(("budgets", "stop", "warning"), BUDGETS)
def test_a_days_budget(budgets: BudgetsConfig, stop: str, warning: str) -> None:
    found = costs(line(), line(run="0002-task"))
    today = day_of(found.bookings[0].at)
    assert day_used_up(budgets, found, today) == stop
    assert warnings(budgets, found, today) == ([stop or warning] if stop or warning else [])
    assert day_used_up(budgets, found, "") == ""


def test_the_budget_of_a_ticket_is_its_own() -> None:
    found, budgets = costs(line(), line(run="0002-task"), line(ticket=102, run="0003-task")), BudgetsConfig(ticket=1)
    assert ticket_used_up(budgets, found, TicketId(101)) == "the budget of #101 of $1.00 is used up ($1.00)"
    assert ticket_used_up(budgets, found, TicketId(102)) == ticket_used_up(budgets, found, TicketId(103)) == ""
    assert (
        ticket_warning(BudgetsConfig(ticket=0.6), found, TicketId(102))
        == "the budget of #102 of $0.60 is 83% used ($0.50)"
    )


@given(st.lists(st.sampled_from(["usage", "pod", "run", "began", "at", "ticket", "model"]), unique=True),
       st.none() | st.text() | st.integers() | st.lists(st.integers()) | st.floats()
       | st.dictionaries(st.text(), st.integers()))  # fmt: skip
def test_no_line_is_too_odd(names: list[str], value: Any) -> None:
    told = booking(line(**dict.fromkeys(names, value)))
    assert told is None or Costs((told,)).total.tokens >= 0
