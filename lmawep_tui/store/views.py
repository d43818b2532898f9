"""Generated views for people without the program: assignments and the board, as Markdown."""

from __future__ import annotations

from typing import Any

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Hold, HoldKind, Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.queries import waiting_words

_NOTE = "<!-- Made by lmawep from the tickets and lmawep-state.yaml. Changes here are lost. -->\n"
COLUMNS = {
    "TODO": (Status.READY, Status.BLOCKED),
    "IN_PROGRESS": (Status.ASSIGNED, Status.WORKING),
    "REVIEW": (Status.REVIEW,),
    "TESTING": (Status.TESTING, Status.MERGING),
}


def escape(text: str) -> str:
    """A title as plain text in Markdown: on one line, nothing in it taken for markup."""
    line = clean_line(" ".join(text.split()))
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in line)


def assignments(snapshot: Snapshot) -> str:
    """Who works on what."""
    lines = [_NOTE, f"# Sprint {snapshot.state.sprint}: assignments\n",
             "| pod | ticket | title | status | branch |", "|---|---|---|---|---|"]  # fmt: skip
    for pod in snapshot.pods.values():
        lines.append(f"| {pod.id} | {pod.ticket} | {escape(pod.title)} | {pod.status} | {pod.record.branch} |")
    return "\n".join(lines) + "\n"


class Board:
    """One Markdown text a column of the pipeline; a card of which nothing changed is not made again."""

    def __init__(self) -> None:
        self._cards: dict[TicketId, tuple[tuple[Any, ...], str]] = {}

    def texts(self, snapshot: Snapshot) -> dict[str, str]:
        """The columns by name."""
        pods = {pod.ticket: pod for pod in snapshot.pods.values()}
        columns: dict[Status, list[str]] = {status: [] for status in Status}
        for ticket in snapshot.tickets.values():
            if ticket.status in _SHOWN:
                columns[ticket.status].append(self._card(snapshot, ticket, pods.get(ticket.id)))
        texts = {name: _column(name, [columns[status] for status in COLUMNS[name]]) for name in COLUMNS}
        return {**texts, "CHANGELOG": _changelog(snapshot)}

    def _card(self, snapshot: Snapshot, ticket: Ticket, pod: Pod | None) -> str:
        hold = snapshot.state.holds.get(ticket.id) if ticket.status is Status.BLOCKED else None
        mark = _mark(pod, hold)
        made_of = (ticket, pod.id if pod else None, mark, hold.why if hold else None, waiting_words(snapshot, ticket))
        known = self._cards.get(ticket.id)
        if known is not None and known[0][0] is ticket and known[0][1:] == made_of[1:]:
            return known[1]
        card = _card(*made_of)
        self._cards[ticket.id] = (made_of, card)
        return card


_SHOWN = frozenset(status for statuses in COLUMNS.values() for status in statuses)


def board(snapshot: Snapshot) -> dict[str, str]:
    """One Markdown text a column of the pipeline."""
    return Board().texts(snapshot)


def _column(name: str, cards: list[list[str]]) -> str:
    body = "".join(card for some in cards for card in some) or "Nothing here.\n"
    return f"{_NOTE}# {name}\n\n{body}"


def _mark(pod: Pod | None, hold: Hold | None) -> str:
    """What a reader of the board should notice: work that failed once, and work that waits for a person."""
    if hold is not None:
        return "[ESCALATED] " if hold.kind in (HoldKind.FAILED, HoldKind.CONFLICT) else ""
    return "[RETRY] " if pod is not None and pod.record.attempts else ""


def _changelog(snapshot: Snapshot) -> str:
    """What has landed, newest first, in the words its agents wrote."""
    lines = (f"- {escape(entry.text)} (#{entry.ticket})\n" for entry in snapshot.state.unreleased)
    return f"{_NOTE}# Changelog\n\n## Unreleased\n\n{''.join(lines) or 'Nothing has landed yet.' + chr(10)}"


def _card(ticket: Ticket, pod: PodId | None, mark: str, held: str | None, waits: str) -> str:
    notes = [str(ticket.priority), f"in {pod}" if pod else "", waits, f"blocked: {escape(held)}" if held else ""]
    return f"- {mark}**{ticket.id}** {escape(ticket.title)} ({', '.join(n for n in notes if n)})\n"
