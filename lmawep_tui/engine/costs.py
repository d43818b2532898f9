"""What the fleet costs: sums for `lmawep costs`, and the stop when a budget is used up."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.ticket_file import read_ticket
from lmawep_tui.model.budget import day_used_up, ticket_used_up
from lmawep_tui.model.config import Config
from lmawep_tui.model.costs import KEYS, Spending, day_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.run import Limits
from lmawep_tui.store.ledger import listed


@dataclass(frozen=True, slots=True)
class Bill:
    """Costs of a time, in rows."""

    by: str
    """What the rows are: ticket, pod, role, agent, day or run."""
    rows: tuple[tuple[str, Spending], ...]
    """The dearest first; days in their order."""
    total: Spending
    today: Spending


def bill(ws: Workspace, *, by: str = "ticket", since: float = 0.0) -> Bill:
    """What runs that ended after `since` (seconds since the epoch) used, by one of `KEYS`. Reads only."""
    costs = ws.costs
    booked = costs.since(since)
    rows = list(costs.by(KEYS[by], booked).items())
    rows.sort(key=(lambda row: row[0]) if by == "day" else (lambda row: (-(row[1].cost or 0.0), -row[1].tokens)))
    return Bill(by, tuple(rows), costs.sum(booked), costs.on(day_of(time.time())))


def refuse_over_budget(ws: Workspace, ticket: TicketId) -> None:
    """Raises Refused when the budget of the day or of the ticket is used up."""
    budgets, costs = ws.config.budgets, ws.costs
    words = day_used_up(budgets, costs, day_of(time.time())) or ticket_used_up(budgets, costs, ticket, _own(ws, ticket))
    if words:
        raise Refused(
            f"No agent starts on #{ticket}: {words}.",
            "Raise it under `budgets:` in .lmawep/config.yaml, or start it by `lmawep run POD --over-budget`.",
        )


def _own(ws: Workspace, ticket: TicketId) -> float | None:
    """What the ticket itself says that it may cost; None when it says nothing, or cannot be read."""
    with contextlib.suppress(FileNotFoundError, BadFile):
        return read_ticket(ws.layout.ticket(ticket)).budget
    return None


def with_budget(limits: Limits, config: Config) -> Limits:
    """Limits of a run that is also to be ended when its own budget is used up."""
    budgets = config.budgets
    if budgets.run is None and budgets.run_tokens is None:
        return limits
    return replace(limits, cost=budgets.run, tokens=budgets.run_tokens, prices=listed(config.prices))
