"""The budget of one run, minded while its agent works: what it uses is known from its events alone."""

from __future__ import annotations

from collections.abc import Iterable

from lmawep_tui.agents.outcome import Killed
from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.model.budget import Budget
from lmawep_tui.model.costs import Spending, priced
from lmawep_tui.model.event import Event, Started, Used
from lmawep_tui.model.run import Limits, Outcome
from lmawep_tui.model.usage import Usage


def over_budget(limits: Limits, usage: Usage, model: str = "") -> Killed | None:
    """Why a run that has used so much has to be ended; None while it may go on.

    That is nobody's failure: the run counts as blocked, so that a person decides, and no attempt is used up.
    """
    budget = Budget("its budget", limits.cost, limits.tokens)
    if not budget or not usage:
        return None
    spent = Spending()
    cost, estimated = priced(usage, model, limits.prices)
    spent.add(usage, cost, estimated=estimated)
    words = budget.used_up(spent)
    hint = "raise `budgets.run` in the config, or unblock it for one more run with the same"
    return Killed(Outcome.BLOCKED, f"{words}; {hint}") if words else None


class Meter:
    """Takes in a run's events as they come. `before` is what its session had used before this run began.

    That is to be given for programs that count from the beginning of their session, and for no others.
    """

    def __init__(self, limits: Limits, before: Usage | None = None) -> None:
        self._limits = limits
        self._before = before or Usage()
        self._digest = Digest()

    def take(self, events: Iterable[Event]) -> Killed | None:
        """Takes in events; says as over_budget."""
        for event in events:
            if isinstance(event, Used | Started):
                self._digest.take(event)
        return over_budget(self._limits, self.usage, self._digest.model)

    @property
    def usage(self) -> Usage:
        """What this run has used so far."""
        now, before = self._digest.usage, self._before
        cost = None if now.cost is None else max(0.0, now.cost - (before.cost or 0.0))
        return Usage(
            max(0, now.input - before.input),
            max(0, now.cached - before.cached),
            max(0, now.output - before.output),
            cost,
        )
