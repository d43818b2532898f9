"""`graph`: what waits for what, drawn."""

from __future__ import annotations

from collections.abc import Mapping

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import TicketId, parse_ticket_id
from lmawep_tui.model.lanes import around, critical_path, lane_rows, length_words, open_part
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.store.queries import must_have_ticket, waiting_words


@click.command("graph")
@click.argument("ticket", required=False)
@click.option("--all", "all_", is_flag=True, help="Closed tickets too that nothing open waits for.")
@click.option("--mermaid", is_flag=True, help="As a Mermaid flowchart.")
@click.option("--dot", is_flag=True, help="As a Graphviz digraph.")
@as_json
def graph_command(ticket: str | None, all_: bool, mermaid: bool, dot: bool, json_: bool) -> None:
    if mermaid + dot + json_ > 1:
        raise UsageError("--mermaid, --dot and --json are three ways to say it.", "Choose one.")
    ws = workspace()
    snapshot = ws.snapshot()
    number = must_have_ticket(snapshot, parse_ticket_id(ticket)).id if ticket else None
    shown = around(snapshot.tickets, number) if number else snapshot.tickets if all_ else open_part(snapshot.tickets)
    critical = critical_path(shown)
    if mermaid or dot:
        from lmawep_tui.model import graph_text

        write((graph_text.mermaid if mermaid else graph_text.dot)(shown, critical))
    elif json_:
        tickets = [{"id": n, "title": t.title, "status": str(t.status), "dependencies": list(t.dependencies),
                    "critical": n in critical} for n, t in shown.items()]  # fmt: skip
        write_json({"tickets": tickets, "critical_path": list(critical)})
    else:
        from lmawep_tui.engine.timeline import timeline
        from lmawep_tui.model.timeline import typical_s

        _draw(shown, critical, {n: waiting_words(snapshot, t) for n, t in shown.items()})
        if critical:
            length = length_words(shown, critical, typical_s(timeline(ws, snapshot)))
            write_styled((f"* critical path {' → '.join(f'#{n}' for n in critical)}: {length}", "muted"))


def _draw(tickets: Mapping[TicketId, Ticket], critical: tuple[TicketId, ...], waits: Mapping[TicketId, str]) -> None:
    from lmawep_tui.ui.present.glyphs import LOOKS

    if not tickets:
        write("No open tickets. `lmawep graph --all` draws the closed ones.")
        return
    rows = lane_rows(tickets)
    wide = max(len(row.before) + 1 + len(row.after) for row in rows)
    words = {n: waits[n] or str(ticket.status) for n, ticket in tickets.items()}
    column = max(map(len, words.values()))
    for number, row in enumerate(rows):
        if row.alone and number and not rows[number - 1].alone:
            write()
        look = LOOKS[tickets[row.ticket].status]
        gap = " " * (wide - len(row.before) - 1 - len(row.after))
        mark = "*" if row.critical else " "
        write_styled(
            (row.before, "muted"),
            (look.glyph, _STYLES.get(look.style, "strong")),
            (row.after, "muted"),
            f"{gap} #{row.ticket}{mark}  ",
            (f"{words[row.ticket]:<{column}}  ", "muted"),
            (tickets[row.ticket].title, "strong" if row.critical else ""),
        )
    if critical:
        write()


_STYLES = {"ok": "ok", "warn": "warn", "busy": "busy", "blocked": "blocked", "muted": "muted", "accent": "busy"}
