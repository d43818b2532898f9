"""`postmortem`: how it went, as a report."""

from __future__ import annotations

from pathlib import Path

import click

from lmawep_tui.cli.output import write, write_json
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json


@click.command("postmortem")
@click.option("--since", metavar="WHEN", help="Only what happened after: 2h, 3d, 2026-01-15, 2026-01-15T10:30:00Z.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write the report into this file.")
@as_json
def postmortem_command(since: str | None, output: Path | None, json_: bool) -> None:
    import json

    from lmawep_tui.engine.postmortem import postmortem, since_when
    from lmawep_tui.files.atomic import write_text
    from lmawep_tui.store.postmortem_text import markdown, plain

    when = since_when(since) if since else 0.0
    ws = workspace()
    report = postmortem(ws, since=when)
    if output is not None:
        text = json.dumps(plain(report), indent=2) + "\n" if json_ else markdown(report, ws.layout.root.name)
        write_text(output.absolute(), text, mode=0o644)
        write(f"Written to {output}.")
    elif json_:
        write_json(plain(report))
    else:
        write(markdown(report, ws.layout.root.name).rstrip("\n"))
