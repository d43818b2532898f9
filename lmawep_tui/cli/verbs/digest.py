"""`digest`: what happened since you last looked."""

from __future__ import annotations

import time

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.age import age
from lmawep_tui.model.digest import Kind

_DAY_S = 86400.0
_STYLES = {Kind.ASKS: "warn", Kind.FAILED: "blocked", Kind.UNDONE: "warn", Kind.LANDED: "ok"}


@click.command("digest")
@click.option("--since", metavar="WHEN", help="Since 2h, 3d, 2026-01-15, 2026-01-15T10:30:00Z; else your last look.")
@as_json
def digest_command(since: str | None, json_: bool) -> None:
    from lmawep_tui.engine.digest import digest, last_look
    from lmawep_tui.engine.postmortem import since_when
    from lmawep_tui.files.plain import to_plain

    ws, now = workspace(), time.time()
    when = since_when(since) if since else last_look(ws) or now - _DAY_S
    found = digest(ws, ws.snapshot(), when, now)
    if json_:
        write_json({"since": when, "lines": to_plain(found.lines), "runs": found.runs, "spent": found.spent})
        return
    ago = age(now - when).partition(" ")[0]
    if not found:
        write(f"Nothing landed, failed or asked for you in the last {ago}.")
    for line in found.lines:
        clock = time.strftime("%H:%M", time.localtime(line.at)) if line.at else "     "
        write_styled((f"{clock}  ", "muted"), (f"{line.kind:<7} ", _STYLES[line.kind]), line.words)
    if found and found.foot:
        write_styled((f"{found.foot} in the last {ago}", "muted"))
