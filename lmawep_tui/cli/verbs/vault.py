"""`vault list|show|restore|prune`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_raw, write_styled, write_table
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import parse_pod_id, parse_ticket_id

if TYPE_CHECKING:
    from lmawep_tui.engine.vault import Inside
    from lmawep_tui.engine.workspace import Workspace


@click.group("vault")
def vault_command() -> None:
    """What was kept of pods: look into it, bring it back.

    A snapshot is named pod-3@1 (the newest of pod-3), pod-3@2 and so on; pod-3 alone is its newest.
    """


@vault_command.command("list")
@click.argument("pod", required=False)
@as_json
def list_(pod: str | None, json_: bool) -> None:
    """List the snapshots, newest first."""
    from lmawep_tui.engine import vault
    from lmawep_tui.files.plain import to_plain

    found = vault.listed(workspace(), parse_pod_id(pod) if pod else None)
    if json_:
        write_json({"snapshots": [to_plain(kept) for kept in found]})
    elif not found:
        write("The vault is empty." if pod is None else f"The vault holds nothing of {pod}.")
    else:
        rows = [(k.short, str(k.ticket or ""), k.at.replace("T", " ").rstrip("Z"), k.head[:7], k.why) for k in found]
        write_table(("snapshot", "ticket", "when (UTC)", "commit", "why"), rows)


@vault_command.command("show")
@click.argument("name", metavar="SNAPSHOT|POD")
@click.argument("file", required=False)
@click.option("--patch", is_flag=True, help="Show the whole diff.")
@as_json
def show(name: str, file: str | None, patch: bool, json_: bool) -> None:
    """Show what a snapshot holds, or print one of its files."""
    from lmawep_tui.engine import vault
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    kept = vault.find(ws, name)
    if file is not None:
        data = vault.file_of(ws, kept, file)
        write(data.decode("utf-8", "replace").rstrip("\n")) if sys.stdout.isatty() else write_raw(data)
    elif patch:
        for line in vault.patch_of(ws, kept).splitlines():
            write_styled((line, {"+": "ok", "-": "blocked", "@": "busy"}.get(line[:1], "")))
    else:
        inside = vault.look_into(ws, kept)
        write_json(to_plain(inside)) if json_ else _write_inside(inside)


def _commits(count: int) -> str:
    return "1 commit that is" if count == 1 else f"{count} commits that are"


def _write_inside(inside: Inside) -> None:
    kept = inside.kept
    ticket = f", ticket {kept.ticket}" if kept.ticket else ""
    write_styled((f"{kept.short}{ticket}: {kept.why}", "strong"))
    write(f"{kept.at}  {kept.ref}")
    write(f"{kept.head[:7]}, {_commits(len(inside.commits))} not on main" if inside.commits
          else f"{kept.head[:7]}, on main")  # fmt: skip
    for subject in inside.commits:
        write(f"  {subject}")
    open_ = set(inside.uncommitted)
    for change in inside.files:
        size = "binary" if change.insertions is None else f"+{change.insertions} −{change.deletions}"
        write(f"{size:>12}  {change.path}" + ("  (not committed)" if change.path in open_ else ""))
    if not inside.files:
        write("No file differs from main where it parted.")


@vault_command.command("restore")
@click.argument("name", metavar="SNAPSHOT|POD")
@click.option("--into", metavar="DIR", type=click.Path(path_type=Path), help="Write its files into an empty folder.")
@click.option("--pod", "as_pod", is_flag=True, help="Bring it back as a new pod for its ticket (the default).")
@click.option("--ticket", "ticket", metavar="ID", help="The ticket of the new pod, when the snapshot does not say.")
@click.option("--file", "file", metavar="PATH", help="Only this file, into the worktree of the pod given by --to.")
@click.option("--to", metavar="POD", help="The pod for --file; what stands there is kept in the vault first.")
@as_json
def restore(
    name: str, into: Path | None, as_pod: bool, ticket: str | None, file: str | None, to: str | None, json_: bool
) -> None:
    """Bring a snapshot back; nothing that is there is ever overwritten."""
    from lmawep_tui.engine import vault
    from lmawep_tui.files.plain import to_plain

    if into is not None and (as_pod or ticket):
        raise UsageError("--into and --pod exclude each other.", "Choose one.")
    ws = workspace()
    if file or to:
        _restore_file(ws, name, file, to, whole=into is not None or as_pod or ticket is not None, json_=json_)
        return
    kept = vault.find(ws, name)
    if into is not None:
        vault.restore_into(ws, kept, into)
        write_json({"into": str(into)}) if json_ else write(f"{kept.short} is in {into}")
        return
    record = vault.restore_pod(ws, kept, parse_ticket_id(ticket) if ticket else None)
    write_json(to_plain(record)) if json_ else write(record.id)


def _restore_file(ws: Workspace, name: str, file: str | None, to: str | None, *, whole: bool, json_: bool) -> None:
    from lmawep_tui.engine import vault
    from lmawep_tui.engine.vault_file import restore_file
    from lmawep_tui.files.plain import to_plain

    if whole or not file or not to:
        raise UsageError("--file PATH and --to POD go together, and with nothing else.", "Give both.")
    kept = vault.find(ws, name)
    done = restore_file(ws, kept, file, parse_pod_id(to))
    before = f"; what stood there is kept as {done.kept}" if done.kept else ""
    write_json(to_plain(done)) if json_ else write(f"{done.path} of {kept.short} is in {done.pod}{before}")


@vault_command.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say which would go.")
@as_json
def prune(dry_run: bool, json_: bool) -> None:
    """Let go of old snapshots whose whole content is on main, or in a snapshot that stays."""
    from lmawep_tui.engine import vault
    from lmawep_tui.files.plain import to_plain

    gone = vault.prune(workspace(), dry_run=dry_run)
    if json_:
        write_json({"dry_run": dry_run, "snapshots": [to_plain(kept) for kept in gone]})
        return
    for kept in gone:
        write(f"{kept.short}  {kept.at}  {kept.why}")
    write(f"{len(gone)} snapshots {'would go' if dry_run else 'went'}.")
