"""The changelog of what has landed: a line a ticket, in the words its agent wrote for the project's users."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.engine.memory_bank import bank_folder
from lmawep_tui.engine.transaction import Change
from lmawep_tui.files.bank_folder import read_bank
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.state import Entry

FILE = "changelog.md"
"""In the memory bank: agents that all wrote into one CHANGELOG.md would conflict in it every time."""
_MAX_ENTRIES = 200
_MAX_TEXT = 300


def add_entry(change: Change, pod: PodId, ticket: TicketId) -> None:
    """Adds the line of a ticket that landed, as the newest; a ticket that lands again has one line still."""
    entry = Entry(ticket=ticket, text=_words(change, pod, ticket))
    kept = tuple(old for old in change.state.unreleased if old.ticket != ticket)
    change.state = replace(change.state, unreleased=(entry, *kept)[:_MAX_ENTRIES])


def drop_entry(change: Change, ticket: TicketId) -> None:
    """Takes the line of a ticket back, with its landing."""
    kept = tuple(old for old in change.state.unreleased if old.ticket != ticket)
    change.state = replace(change.state, unreleased=kept)


def _words(change: Change, pod: PodId, ticket: TicketId) -> str:
    """What the agent wrote, else the ticket's title."""
    text = ""
    if pod in change.state.pods:
        try:
            data = read_bank(bank_folder(change.pod(pod))).get(FILE, b"")
        except (BadFile, OSError):
            data = b""
        lines = (line.strip().lstrip("-*• ") for line in data.decode("utf-8", "replace").splitlines())
        text = " ".join(line for line in lines if line and not line.startswith("#"))
    if not text:
        try:
            text = change.ticket(ticket).title
        except LmawepError:  # its file is gone: it has landed all the same
            text = f"Ticket {ticket}"
    return clean_line(text)[:_MAX_TEXT]
