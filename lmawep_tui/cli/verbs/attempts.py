"""`attempts`: the runs of a pod side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import NotFound, UsageError
from lmawep_tui.model.ids import PodId, parse_ticket_id

if TYPE_CHECKING:
    from lmawep_tui.engine.attempts import Attempt
    from lmawep_tui.engine.workspace import Workspace

_GOOD = ("completed", "no_change", "needs_review")


@click.command("attempts")
@click.argument("pod")
@click.option("--diff", "pair", nargs=2, type=click.IntRange(0), metavar="A B",
              help="What differs between the work after run A and after run B; 0 is before the first.")  # fmt: skip
@as_json
def attempts_command(pod: str, pair: tuple[int, int] | None, json_: bool) -> None:
    from lmawep_tui.engine.attempts import attempts, compare
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = _had_runs(ws, pod)
    if pair is not None:
        if json_:
            raise UsageError("--diff prints a diff, not JSON.", "Use one of the two.")
        lines = compare(ws, number, *pair).splitlines()
        for line in lines:
            write_styled((line, {"+": "ok", "-": "blocked", "@": "busy"}.get(line[:1], "")))
        if not lines:
            write(f"No difference: {_after(pair[0])} and {_after(pair[1])} the work in {number} is the same.")
        return
    found = attempts(ws, number)
    if json_:
        write_json({"attempts": [to_plain(attempt) for attempt in found]})
    elif not found:
        write(f"{number} has had no run yet. `lmawep run {number}` starts one.")
    else:
        head = ("", "role", "agent", "outcome", "took", "commits", "files", "size", "why")
        styles = [_style(attempt) for attempt in found]
        write_table(head, [_row(attempt) for attempt in found], styles)


def _had_runs(ws: Workspace, text: str) -> PodId:
    """A pod or the pod of a ticket, also one that was removed: its run folders and the vault still tell."""
    from lmawep_tui.engine.vault import listed

    try:
        return the_pod(ws, text)
    except NotFound:
        ticket = parse_ticket_id(text)
        gone = [kept.pod for kept in listed(ws) if kept.ticket == ticket]
        if not gone:
            raise
        return gone[0]


def _after(run: int) -> str:
    return f"after run {run}" if run else "before the first run"


def _style(attempt: Attempt) -> str:
    if attempt.not_done:
        return "warn"
    return "ok" if attempt.outcome in _GOOD else "busy" if attempt.outcome == "running" else "warn"


def _outcome(attempt: Attempt) -> str:
    """How it ended, and what it says of itself where that is not the same."""
    if attempt.red:
        return "red"
    claim = " ".join(attempt.claim.split())[:20]
    return f"{attempt.outcome}, says {claim}" if attempt.not_done else attempt.outcome


def _row(attempt: Attempt) -> tuple[str, ...]:
    size = attempt.size
    left = "left uncommitted work" if attempt.leftovers and "uncommitted" not in attempt.why else ""
    return (
        str(attempt.number),
        attempt.role,
        attempt.agent,
        _outcome(attempt),
        _took(attempt.seconds),
        "?" if attempt.commits is None else str(attempt.commits),
        "?" if size is None else str(size.files),
        "" if size is None else f"+{size.insertions} −{size.deletions}",
        "; ".join(text for text in (" ".join(attempt.why.split())[:120], left) if text),
    )


def _took(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
