"""`spawn`, `pods`, `remove`, `diff`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from lmawep_tui.cli.output import warn, write, write_json, write_styled, write_table
from lmawep_tui.cli.place import the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.ids import PodId, parse_ticket_id
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.snapshot import Snapshot


@click.command("spawn")
@click.argument("id_", metavar="ID")
@click.option("--agent", help="Agent profile for this pod.")
@click.option("--force", is_flag=True, help="Although dependencies are open.")
@as_json
def spawn_command(id_: str, agent: str | None, force: bool, json_: bool) -> None:
    from lmawep_tui.engine.spawn import spawn, submodule_note
    from lmawep_tui.files.plain import to_plain

    record = spawn(workspace(), parse_ticket_id(id_), agent=agent, force=force)
    write_json(to_plain(record)) if json_ else write(record.id)
    if record.setup is not None and not record.setup.ok and not json_:
        write_styled((f"setup failed after {record.setup.seconds} s: {record.setup.summary}", "warn"))
        write(f"`lmawep logs {record.id}` shows its output.")
    if note := submodule_note(record):
        warn(note)


@click.group("pods", invoke_without_command=True)
@as_json
@click.pass_context
def pods_command(ctx: click.Context, json_: bool) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from lmawep_tui.engine.compare import pod_changes
    from lmawep_tui.store.queries import decision_list

    ws = workspace()
    snapshot = ws.snapshot()
    changes = pod_changes(ws, snapshot)
    pods = decision_list(snapshot).flat
    if json_:
        write_json({"pods": [_shape(snapshot, pod, changes) for pod in pods]})
    elif not pods:
        write("No pods. `lmawep spawn ID` makes one for a ticket.")
    else:
        rows = [_row(pod, changes.get(pod.id, Changes())) for pod in pods]
        styles = ["warn" if pod.attention else "busy" if pod.live else "" for pod in pods]
        write_table(("pod", "ticket", "status", "run", "changes", "what"), rows, styles)


def _shape(snapshot: Snapshot, pod: Pod, changes: Mapping[PodId, Changes]) -> dict[str, Any]:
    from lmawep_tui.store.shapes import pod_shape

    return pod_shape(pod, changes.get(pod.id, Changes()), snapshot.costs.pods.get(pod.id))


def _row(pod: Pod, changes: Changes) -> tuple[str, ...]:
    run = f"{pod.run.role} {'running' if pod.live else pod.run.outcome or 'lost'}" if pod.run else ""
    size = f"+{changes.insertions} −{changes.deletions}" if changes.ahead else ""
    status = f"{pod.status}{' (paused)' if pod.record.paused else ''}"
    return pod.id, str(pod.ticket), status, run, size, pod.headline


@pods_command.command("move")
@click.argument("pod")
@click.argument("to", metavar="DIR", type=click.Path(path_type=Path))
def move(pod: str, to: Path) -> None:
    """Move a pod's worktree to another folder."""
    from lmawep_tui.engine.move_pod import move_pod

    ws = workspace()
    record = move_pod(ws, the_pod(ws, pod), to)
    write(f"{record.id} is in {record.path}")


@click.command("remove")
@click.argument("pod")
@click.option("--force", is_flag=True, help="Although work is not on main (it stays in the vault) or a run is live.")
@as_json
def remove_command(pod: str, force: bool, json_: bool) -> None:
    from lmawep_tui.engine.driven import is_driven
    from lmawep_tui.engine.remove import remove
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = the_pod(ws, pod)
    found = ws.snapshot().pods.get(number)
    ticket = found.ticket if found else 0
    removal = remove(ws, number, force=force, hold=is_driven(ws))
    if json_:
        write_json(to_plain(removal))
        return
    write(f"{removal.pod} removed." + (f" Its work is kept in {removal.vault}" if removal.vault else ""))
    if removal.held:
        write(f"Autopilot is on, so ticket {ticket} is held: `lmawep ticket update {ticket} -s ready` lets it go on.")
    if removal.ignored:
        more = " …" if len(removal.ignored) > 8 else ""
        write(f"Ignored files that went with it: {', '.join(removal.ignored[:8])}{more}")


@click.command("diff")
@click.argument("pod")
@as_json
def diff_command(pod: str, json_: bool) -> None:
    from lmawep_tui.engine.compare import pod_changes, pod_diff
    from lmawep_tui.files.plain import to_plain
    from lmawep_tui.store.queries import must_have_pod

    ws = workspace()
    number = the_pod(ws, pod)
    found = must_have_pod(ws.snapshot(), number)
    text = pod_diff(ws, number)
    if json_:
        changes = pod_changes(ws, ws.snapshot()).get(number, Changes())
        write_json({"pod": number, "ticket": found.ticket, "branch": found.record.branch, **to_plain(changes),
                    "patch": text})  # fmt: skip
        return
    for line in text.splitlines():
        style = {"+": "ok", "-": "blocked", "@": "busy"}.get(line[:1], "")
        write_styled((line, style))
