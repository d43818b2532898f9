"""The prompt of a run that goes on with an earlier conversation: only what is new.

Quoted like every prompt (see prompt.py): no line of it parses as a report.
"""

from __future__ import annotations

from lmawep_tui.agents.prompt import report_format, section
from lmawep_tui.model.run import Role

_HEAD = """# Go on: ticket {ticket} in {pod}

You worked on this before, in this conversation. What you were told then still holds: work only in {worktree}, commit
on {branch}, never touch {main}, keep `memory-bank/` up to date. Look at the files again before you change them: others
may have been here since. Lines that start with `| ` are quoted as they are.
"""
_TAIL = """
Do what is asked above, or answer it; then, if the ticket is not done yet, finish it. Commit, bring the memory bank up
to date, and report.

"""


def build_follow_up(
    *,
    role: Role,
    ticket: int,
    pod: str,
    branch: str,
    main: str,
    worktree: str,
    message: str = "",
    brief: str = "",
    alerts: str = "",
) -> str:
    """The prompt: the person's `message`, what came of the last run (`brief`), what other pods announced (`alerts`)."""
    head = _HEAD.format(ticket=ticket, pod=pod, worktree=worktree, branch=branch, main=main)
    body = (
        section("The person says", message)
        + section("What happened since", brief)
        + section("What other pods announced", alerts)
    )
    return f"{head}{body}{_TAIL}{report_format(role)}\n"
