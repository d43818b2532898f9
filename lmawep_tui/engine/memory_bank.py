"""Memory banks: seeded, restored, kept in their ref, and told what happened."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.bank_folder import FOLDER, MAX_FILE, add_to_bank, make_bank, read_bank, write_bank
from lmawep_tui.files.journal import now
from lmawep_tui.files.layout import MEMORY_FILES
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.vcs.memory import load_memory, save_memory

_SEEDS = {
    "activeContext.md": "# Active context\n\nTicket {id}: {title}\n\nNothing has been done yet.\n",
    "progress.md": "# Progress\n\n",
    "blockers.md": "# Blockers\n\nNone.\n",
    "systemPatterns.md": "# System patterns\n\nWhat the next agent should know about how this code base does things.\n",
}
assert tuple(_SEEDS) == MEMORY_FILES


def bank_folder(record: PodRecord) -> Path:
    return Path(record.path) / FOLDER


def fill(ws: Workspace, worktree: Path, ticket: Ticket, *, remembered: bool = True) -> bool:
    """Puts the memory bank into a new pod: the one kept from an earlier pod of the ticket, else fresh from templates.

    Returns whether an earlier one was restored; `remembered` False says that there is none to look for.
    """
    kept = load_memory(ws.git, ticket.id) if remembered else {}
    seeds = {name: _seed(ws, name, text, ticket) for name, text in _SEEDS.items()}
    write_bank(worktree / FOLDER, {**seeds, **kept})
    return bool(kept)


def _seed(ws: Workspace, name: str, built_in: str, ticket: Ticket) -> bytes:
    try:
        text = read_text(ws.layout.templates / FOLDER / name)
    except FileNotFoundError:
        text = built_in
    return text.replace("{id}", str(ticket.id)).replace("{title}", ticket.title).encode()


def keep(ws: Workspace, record: PodRecord, why: str) -> bool:
    """Commits the pod's memory bank to its ref; False when nothing changed since the last time."""
    files = read_bank(bank_folder(record))
    return bool(files) and save_memory(ws.git, record.ticket, files, why)


def add_note(record: PodRecord, file: str, heading: str, text: str) -> None:
    """Adds a dated section to one of the bank's files, so that the next agent reads the facts first.

    A bank the agent has replaced by a link or a device is left alone: the facts go into the prompt anyway.
    """
    folder = bank_folder(record)
    try:
        make_bank(folder)
        add_to_bank(folder, file, note_text(heading, text)[1:].encode("utf-8", "replace"))
    except (BadFile, OSError):
        return


def note_text(heading: str, text: str) -> str:
    """What `add_note` puts behind the last line of a file."""
    return f"\n\n## {heading} ({now()})\n\n{text.strip()}\n"


def add_text(record: PodRecord, file: str, text: str) -> None:
    """Puts text behind the last line of one of the bank's files, as it is; as careful as `add_note`."""
    folder = bank_folder(record)
    try:
        old = read_bank(folder).get(file, b"")
        if len(old) < MAX_FILE:  # of a larger one only the beginning was read
            write_bank(folder, {file: old.rstrip(b"\n") + text.encode("utf-8", "replace")})
    except (BadFile, OSError):
        return


def trailing_newlines(record: PodRecord, file: str) -> int:
    """How many newlines a file of the bank ends with: what `add_text` takes away."""
    try:
        old = read_bank(bank_folder(record)).get(file, b"")
    except (BadFile, OSError):
        return 0
    return len(old) - len(old.rstrip(b"\n"))


def take_back_text(record: PodRecord, file: str, text: str, newlines: int) -> None:
    """Removes text that `add_text` put there; whatever else came into the file stays."""
    folder = bank_folder(record)
    try:
        old = read_bank(folder).get(file, b"")
        head, found, tail = old.rpartition(text.encode("utf-8", "replace"))
        if found and text and len(old) < MAX_FILE:
            write_bank(folder, {file: head + b"\n" * newlines + tail})
    except (BadFile, OSError):
        return


def texts(record: PodRecord) -> dict[str, str]:
    """The bank as text for prompts and the screen: the four files first, then others."""
    files = read_bank(bank_folder(record))
    order = [*(n for n in MEMORY_FILES if n in files), *(n for n in files if n not in MEMORY_FILES)]
    return {name: files[name].decode("utf-8", "replace") for name in order}


def history(ws: Workspace, ticket: TicketId) -> dict[str, str]:
    """The bank as kept in git, for a ticket whose pod is gone."""
    return {name: data.decode("utf-8", "replace") for name, data in load_memory(ws.git, ticket).items()}
