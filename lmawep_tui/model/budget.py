"""Budgets: how much of them is used, and what follows from it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from lmawep_tui.model.budget_config import BudgetsConfig
from lmawep_tui.model.costs import Costs, Spending, dollars, token_words
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import TicketId

NEARLY = 0.8
"""Share of a budget from which on the person is warned."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit in US dollars, in tokens, or in both; None is no limit."""

    name: str
    """`today's budget`, `the budget of #104`."""
    cost: float | None = None
    tokens: int | None = None

    def __bool__(self) -> bool:
        return self.cost is not None or self.tokens is not None

    def used_up(self, spent: Spending) -> str:
        """`today's budget of $50.00 is used up ($50.12)`; nothing as long as it is not."""
        return next((f"{self.name} of {of} is used up ({used})" for share, of, used in self._parts(spent)
                     if share >= 1), "")  # fmt: skip

    def warning(self, spent: Spending) -> str:
        """As used_up, or `today's budget of $50.00 is 84% used ($42.10)` when it nearly is."""
        nearly = (f"{self.name} of {of} is {int(share * 100)}% used ({used})" for share, of, used in self._parts(spent)
                  if share >= NEARLY)  # fmt: skip
        return self.used_up(spent) or next(nearly, "")

    def _parts(self, spent: Spending) -> Iterator[tuple[float, str, str]]:
        """Share, limit and what is used, of each limit that it has."""
        if self.cost is not None:
            sign = "~" if spent.estimated else ""
            yield _share(spent.cost or 0.0, self.cost), dollars(self.cost), f"{sign}{dollars(spent.cost or 0.0)}"
        if self.tokens is not None:
            yield _share(spent.tokens, self.tokens), token_words(self.tokens), token_words(spent.tokens)


def _share(used: float, limit: float) -> float:
    return used / limit if limit else 1.0


def of_day(budgets: BudgetsConfig) -> Budget:
    return Budget("today's budget", budgets.day, budgets.day_tokens)


def of_ticket(budgets: BudgetsConfig, ticket: TicketId, own: float | None = None) -> Budget:
    """The budget of a ticket; `own` is what its file says, in US dollars, and goes before the settings."""
    cost = budgets.ticket if own is None else own
    return Budget(f"the budget of #{ticket}", cost, budgets.ticket_tokens)


def ticket_used_up(budgets: BudgetsConfig, costs: Costs, ticket: TicketId, own: float | None = None) -> str:
    """Why no agent may start on a ticket whatever the day; nothing when one may. `own` as in of_ticket."""
    budget = of_ticket(budgets, ticket, own)
    return budget.used_up(costs.tickets.get(ticket) or Spending()) if budget else ""


def day_used_up(budgets: BudgetsConfig, costs: Costs, today: str) -> str:
    """Why no agent may start today; nothing when one may, or when the day is not known (empty)."""
    budget = of_day(budgets)
    return budget.used_up(costs.on(today)) if budget and today else ""


def warnings(budgets: BudgetsConfig, costs: Costs, today: str) -> list[str]:
    """What is used up, or nearly: of the whole fleet. Tickets warn for themselves."""
    words = of_day(budgets).warning(costs.on(today)) if of_day(budgets) else ""
    return [words] if words else []


def ticket_warning(budgets: BudgetsConfig, costs: Costs, ticket: TicketId, own: float | None = None) -> str:
    """That the budget of a ticket is used up, or nearly. `own` as in of_ticket."""
    budget = of_ticket(budgets, ticket, own)
    return budget.warning(costs.tickets.get(ticket) or Spending()) if budget else ""
