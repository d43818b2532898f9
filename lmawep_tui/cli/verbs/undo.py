"""`undo`: take the newest landing or removal back."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write, write_json
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.cli.verbs.setup import as_json


@click.command("undo")
@click.argument("what", required=False, metavar="[ID|POD|COMMIT]")
@click.option("--dry-run", is_flag=True, help="Only say what would be undone.")
@as_json
def undo_command(what: str | None, dry_run: bool, json_: bool) -> None:
    from lmawep_tui.engine.undo import undo
    from lmawep_tui.files.plain import to_plain

    refuse_agents("undo what has landed")
    undone = undo(workspace(), what, dry_run=dry_run, tell=(lambda _: None) if json_ else write)
    if json_:
        write_json(to_plain(undone))
        return
    names = ", ".join(undone.files[:5]) + (" …" if len(undone.files) > 5 else "")
    if dry_run:
        changes = f": changes {len(undone.files)} file{'s' if len(undone.files) != 1 else ''}, {names}"
        write(f"Would {undone.plan}{changes if undone.files else ''}.")
    else:
        write(f"{undone.words}.")
    if undone.files and not dry_run:
        write(f"{len(undone.files)} file{'s' if len(undone.files) != 1 else ''}: {names}")
    if undone.dependents:
        numbers = ", ".join(f"#{number}" for number in undone.dependents)
        write(f"{numbers} build{'s' if len(undone.dependents) == 1 else ''} on it"
              + ("." if dry_run else "; what has a pod is held until you have looked."))  # fmt: skip
    if undone.kind == "landing" and not dry_run and undone.commit:
        write(f"Next: lmawep spawn {undone.ticket}, or lmawep undo {undone.commit[:7]} to bring it back")
