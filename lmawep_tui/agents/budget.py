"""The budget of one run, minded while its agent works: what it uses is known from its events alone."""

from __future__ import annotations

from lmawep_tui.agents.outcome import Killed
from lmawep_tui.model.budget import Budget
from lmawep_tui.model.costs import Spending, priced
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
