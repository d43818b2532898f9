"""`timeline`: who ran when, and how it ended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.age import age
from lmawep_tui.model.timeline import LANDED, LETTERS, Line, bar, clock_line, seen_from

_EDGE = 18
"""Columns that are not the bar."""


@click.command("timeline")
@click.option("--since", metavar="WHEN", help="Only what went on after: 2h, 3d, 2026-01-15, 2026-01-15T10:30:00Z.")
@as_json
def timeline_command(since: str | None, json_: bool) -> None:
    from lmawep_tui.engine.postmortem import since_when
    from lmawep_tui.engine.timeline import timeline
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    after = since_when(since) if since else 0.0
    lines = [line for line in timeline(ws, ws.snapshot()) if seen_from(line, after)]
    if json_:
        write_json({"tickets": to_plain(lines)})
    elif not lines:
        write("No agent has run yet." if since is None else "Nobody has run since then.")
    else:
        _draw(lines, after)


def _draw(lines: Sequence[Line], after: float) -> None:
    now, width = time.time(), max(30, shutil.get_terminal_size().columns - _EDGE)
    ends = [line.landed or 0.0 for line in lines] + [span.end or now for line in lines for span in line.spans]
    begin = max(after, min(line.start for line in lines))
    end = begin + max(max(ends) - begin, 10.0) * 1.02
    write_styled((" " * 7 + clock_line(begin, end, width), "muted"))
    for line in lines:
        parts = [(text, _STYLES.get(style, "")) for text, style in bar(line, begin, end, width, now)]
        write_styled((f"#{line.ticket:<5} ", ""), *parts, (f"  {age(line.worked_s(now))}", "muted"))
    legend = "  ".join(f"{letter} {role}" for role, letter in LETTERS.items())
    write()
    write_styled((f"{legend}  {LANDED} landed", "muted"))


_STYLES = {"ok": "ok", "busy": "busy", "warn": "warn", "error": "blocked"}
