"""`costs`: tokens and money, by ticket, pod, role, agent, day or run."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.costs import KEYS, Spending


@click.command("costs")
@click.option("--by", type=click.Choice(list(KEYS)), default="ticket", help="What to add up by; default: ticket.")
@click.option("--since", metavar="WHEN", help="Only runs that ended after: 2h, 3d, 2026-01-15, 2026-01-15T10:30:00Z.")
@as_json
def costs_command(by: str, since: str | None, json_: bool) -> None:
    from lmawep_tui.engine.costs import bill
    from lmawep_tui.engine.postmortem import since_when
    from lmawep_tui.store.shapes import spending_shape

    when = since_when(since) if since else 0.0
    found = bill(workspace(), by=by, since=when)
    if json_:
        listed = [{by: key, **spending_shape(spent)} for key, spent in found.rows]
        write_json({"costs": listed, "total": spending_shape(found.total), "today": spending_shape(found.today)})
        return
    if not found.rows:
        write("No run has told its tokens or its cost" + (" since then." if since else " yet."))
        return
    rows = [*found.rows, *([("all", found.total)] if len(found.rows) > 1 else [])]
    styles = [""] * len(found.rows) + ["strong"]
    write_table((by, "runs", "in", "cached", "out", "cost"), [_row(*row) for row in rows], styles)
    if found.total.estimated:
        write_styled(("~ is worked out from `prices:` in the config.", "muted"))
    if found.total.cost is None:
        write_styled(("No program told a cost; `prices:` in the config lets it be estimated.", "muted"))


def _row(key: str, spent: Spending) -> tuple[str, ...]:
    counts = (f"{count:,}" for count in (spent.runs, spent.input, spent.cached, spent.output))
    return key, *counts, spent.words
