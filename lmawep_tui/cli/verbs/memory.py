"""`memory list|show|history|edit|search`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import LmawepError, NotFound, UsageError
from lmawep_tui.model.ids import TicketId, parse_ticket_id

if TYPE_CHECKING:
    from lmawep_tui.engine.memory_notes import Bank
    from lmawep_tui.engine.workspace import Workspace

_DIFF = {"+": "ok", "-": "blocked", "@": "busy"}


@click.group("memory")
def memory_command() -> None:
    """The notes that agents leave for the next one: read, edit, see what each run changed.

    A bank is named by its pod or its ticket: pod-3, or 103.
    """


def _bank(ws: Workspace, name: str) -> Bank:
    """The bank of a pod or a ticket; raises NotFound, UsageError."""
    from lmawep_tui.engine.memory_notes import banks

    found = banks(ws, ws.snapshot())
    if name.startswith("pod-"):
        bank = next((bank for bank in found if bank.pod == name), None)
    else:
        number = parse_ticket_id(name)
        bank = next((bank for bank in found if bank.ticket == number), None)
    if bank is None:
        have = ", ".join(bank.name for bank in found[:12])
        raise NotFound(f"There is no memory bank of {name}.", f"There are those of {have}." if have else "")
    return bank


@memory_command.command("list")
@as_json
def list_(json_: bool) -> None:
    """List every memory bank: of pods, and of tickets whose pod is gone."""
    from lmawep_tui.engine.memory_notes import banks

    ws = workspace()
    found = banks(ws, ws.snapshot())
    if json_:
        write_json({"banks": [_shape(bank) for bank in found]})
    elif not found:
        write("No pod, no memory bank. `lmawep spawn ID` makes one.")
    else:
        rows = [(bank.name, f"#{bank.ticket}", _when(bank.kept), ", ".join(bank.files) or bank.problem, bank.title)
                for bank in found]  # fmt: skip
        write_table(("bank", "ticket", "kept", "notes", "title"), rows)


def _shape(bank: Bank) -> dict[str, object]:
    return {"ticket": bank.ticket, "pod": bank.pod, "title": bank.title, "kept": _when(bank.kept, iso=True),
            "files": {name: len(text) for name, text in bank.files.items()}, "problem": bank.problem}  # fmt: skip


def _when(at: int | None, *, iso: bool = False) -> str:
    if at is None:
        return ""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ" if iso else "%Y-%m-%d %H:%M", time.gmtime(at))


@memory_command.command("show")
@click.argument("name", metavar="POD|TICKET")
@click.argument("file", required=False)
@click.option("--at", metavar="COMMIT", help="As it was in that version (see `history`).")
@as_json
def show(name: str, file: str | None, at: str | None, json_: bool) -> None:
    """Print a bank, or one of its notes."""
    from lmawep_tui.engine import memory_notes

    ws = workspace()
    bank = _bank(ws, name)
    if at is not None:
        if file is None:
            raise UsageError("--at needs the name of a note.", f"`lmawep memory show {name} progress.md --at COMMIT`.")
        files = {file: memory_notes.note_at(ws, bank.ticket, file, at)}
    elif file is not None:
        files = {file: memory_notes.note(ws, ws.snapshot(), bank.ticket, file)}
    else:
        if bank.problem:
            raise LmawepError(bank.problem)
        files = dict(bank.files)
    if json_:
        write_json({"ticket": bank.ticket, "pod": bank.pod, "files": files})
        return
    for number, (path, text) in enumerate(files.items()):
        if file is None:
            if number:
                write()
            write_styled((f"== {path}", "heading"))
        write(text.rstrip("\n"))


@memory_command.command("history")
@click.argument("name", metavar="POD|TICKET")
@click.argument("file", required=False)
@click.option("--patch", "-p", is_flag=True, help="With what each version changed.")
@as_json
def history_(name: str, file: str | None, patch: bool, json_: bool) -> None:
    """List what changed a bank, or one note: which run, when; newest first."""
    from lmawep_tui.engine.memory_notes import history

    ws = workspace()
    bank = _bank(ws, name)
    found = history(ws, bank.ticket, file or "")
    if json_:
        write_json({"versions": [{"commit": v.commit or None, "at": _when(v.at, iso=True), "why": v.why,
                                  **({"patch": v.patch} if patch else {})} for v in found]})  # fmt: skip
    elif not found:
        write(f"Nothing was kept of {file or bank.name} yet.")
    for version in [] if json_ else found:
        commit = version.commit[:10] or f"{'now':10}"
        write_styled((commit, "accent"), (f"  {_when(version.at)}  ", "muted"), version.why)
        for line in version.patch.splitlines() if patch else ():
            write_styled((line, _DIFF.get(line[:1], "")))


@memory_command.command("edit")
@click.argument("name", metavar="POD|TICKET")
@click.argument("file")
@click.option("--from", "source", metavar="FILE", help="Take the text from a file, or - for stdin; no editor.")
def edit(name: str, file: str, source: str | None) -> None:
    """Edit a note in $EDITOR, or make it; refused when somebody else wrote to it meanwhile."""
    refuse_agents("edit a memory bank by command")
    ws = workspace()
    bank = _bank(ws, name)
    was = bank.files.get(file)
    if source is None:
        changed = edit_note(ws, bank.ticket, file, was)
    else:
        from lmawep_tui.engine.memory_notes import save_note

        try:
            text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LmawepError(f"{source} cannot be read: {error}.") from error
        changed = save_note(ws, bank.ticket, file, text, was=was)
    write(f"{bank.name}/{file}: {'written' if changed else 'says so already'}")


def edit_note(ws: Workspace, ticket: TicketId, file: str, was: str | None) -> bool:
    """Lets the person edit a copy and stores it unless the note changed meanwhile; else says where the copy lies."""
    import tempfile

    from lmawep_tui.cli.editor import edited
    from lmawep_tui.engine.memory_notes import save_note

    folder = Path(tempfile.mkdtemp(prefix="lmawep-edit-"))
    copy = folder / Path(file).name
    copy.write_text(was or "", "utf-8")
    text = edited(copy)
    try:
        changed = text != (was or "") and save_note(ws, ticket, file, text, was=was)
    except LmawepError as error:
        raise LmawepError(f"{error}", f"Your text is kept in {copy}.") from error
    copy.unlink()
    folder.rmdir()
    return changed


@memory_command.command("search")
@click.argument("words", nargs=-1, required=True)
@as_json
def search_(words: tuple[str, ...], json_: bool) -> None:
    """Find words in all notes; small letters match capitals too."""
    from lmawep_tui.engine.memory_notes import banks, search

    ws = workspace()
    needle = " ".join(words)
    hits = search(banks(ws, ws.snapshot()), needle)
    if json_:
        write_json({"hits": [{"ticket": hit.bank.ticket, "pod": hit.bank.pod, "file": hit.file, "line": hit.line,
                              "text": hit.text} for hit in hits]})  # fmt: skip
        return
    for hit in hits:
        write_styled((f"{hit.bank.name}/{hit.file}:{hit.line}: ", "accent"), hit.text)
    if not hits:
        raise NotFound(f"No note says {needle!r}.")
