"""Quota walls hold the agent they belong to, all its runs, until it may be tried again; they cost no attempt."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lmawep_tui.agents.profile import profile_of
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.pod import Limit
from lmawep_tui.model.run import Outcome, Run

_FIRST_S = {Outcome.RATE_LIMITED: 60.0, Outcome.AUTH: 300.0}
_LONGEST_S = 3600.0
_MARGIN_S = 2.0
"""Clocks differ: a moment after the reset is a better moment than the reset."""
_NO_WALL = (Outcome.KILLED, Outcome.LOST, Outcome.TIMEOUT, Outcome.STALLED)
"""Ends that say nothing about whether a wall is still there."""


def note_limit(change: Change, run: Run) -> None:
    """Takes in what the end of a run says about its agent's limits: a wall, or that there is none any more."""
    if not run.agent:
        return
    limited = dict(change.state.limited)
    if run.outcome in _FIRST_S:
        before = limited.get(run.agent)
        limited[run.agent] = limit = _limit(change, run, before.times if before else 0)
        change.note("limited", agent=run.agent, kind=limit.kind, until=limit.until, why=limit.why)
    elif run.agent in limited and run.outcome not in _NO_WALL:
        del limited[run.agent]
        change.note("limit over", agent=run.agent)
    else:
        return
    change.state = replace(change.state, limited=limited)


def _limit(change: Change, run: Run, times: int) -> Limit:
    assert run.outcome is not None  # only a run with one gets here
    until = datetime.now(UTC) + timedelta(seconds=min(_FIRST_S[run.outcome] * 2**times, _LONGEST_S))
    if run.resets:
        until = datetime.fromisoformat(run.resets) + timedelta(seconds=_MARGIN_S)
    words = next((line for line in run.reason.splitlines() if line.strip()), run.outcome.value)
    stamp = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    login = _login(change, run.agent) if run.outcome is Outcome.AUTH else ""
    return Limit(kind=run.outcome.value, why=words[:200], since=now(), until=stamp, times=times + 1, login=login)


def _login(change: Change, agent: str) -> str:
    """How a person logs in to the program, by its profile; a profile that is wrong meanwhile says nothing."""
    with contextlib.suppress(LmawepError):
        return profile_of(agent, change.ws.config).login
    return ""


def lift(ws: Workspace, agent: str) -> None:
    """Forgets an agent's limit, because the person says that it is over; raises Refused when there was none."""
    with ws.change(f"agents --go-on {agent}") as change:
        if agent not in change.state.limited:
            waiting = ", ".join(change.state.limited)
            raise Refused(f"{agent} waits for nothing.", f"Those that wait: {waiting}." if waiting else "")
        change.state = replace(change.state, limited={k: v for k, v in change.state.limited.items() if k != agent})
        change.note("limit over", agent=agent, by="you")
        change.save()
