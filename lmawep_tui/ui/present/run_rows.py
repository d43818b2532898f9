"""The runs of a pod → the rows of their list."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lmawep_tui.model.age import age, epoch
from lmawep_tui.model.costs import Spending
from lmawep_tui.model.run import Role
from lmawep_tui.ui.present.ticket_row import Cells

if TYPE_CHECKING:
    from lmawep_tui.engine.attempts import Attempt

_GOOD = ("completed", "no_change", "needs_review")


def run_rows(found: Sequence[Attempt], costs: Mapping[str, Spending], now: float) -> list[tuple[str, Cells]]:
    """Return number, role, agent, how it ended, when, how long, tokens or cost, what it changed and why; newest first.

    Keys are the runs' names. `costs` are by those names, too.
    """
    attempt = 0
    rows: list[tuple[str, Cells]] = []
    for one in found:
        work = one.role in (Role.TASK, Role.TEST, Role.RESOLVE, Role.DOCS)
        attempt += work
        rows.append((one.run, _row(one, attempt if work else 0, costs.get(one.run), now)))
    return rows[::-1]


def _row(one: Attempt, attempt: int, spent: Spending | None, now: float) -> Cells:
    began = epoch(one.started)
    seconds = one.seconds if one.seconds is not None or one.outcome != "running" or began is None else now - began
    size = f"+{one.size.insertions} −{one.size.deletions}" if one.size and one.commits else ""
    commits = f"{one.commits} commit{'s' if one.commits != 1 else ''}" if one.commits else ""
    why = " ".join(one.why.split()) or " ".join(one.claim.split())
    left = "left uncommitted work" if one.leftovers else ""
    return [
        (str(one.number), "strong"),
        (f"{one.role} {attempt}" if attempt > 1 else one.role, ""),
        (one.agent, "muted"),
        _outcome(one),
        (time.strftime("%H:%M", time.localtime(began)) if began else "", "muted"),
        (age(seconds) if seconds is not None else "", ""),
        (spent.words if spent else "", "muted"),
        (size, "muted"),
        (" · ".join(part for part in (commits, left, why) if part), "warn" if _bad(one) else "muted"),
    ]


def _bad(one: Attempt) -> bool:
    return one.outcome not in (*_GOOD, "running") or one.not_done


def _outcome(one: Attempt) -> tuple[str, str]:
    if one.red:
        return "red", "error"
    if one.not_done:
        return f"says {' '.join(one.claim.split())}", "warn"
    if one.outcome == "running":
        return "running", "busy"
    return one.outcome.replace("_", " "), "ok" if one.outcome in _GOOD else "warn"
