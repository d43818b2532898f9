"""Generated views for people without the program: assignments and the board, as Markdown."""

from __future__ import annotations

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.queries import pod_of_ticket, waiting_words

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


def board(snapshot: Snapshot) -> dict[str, str]:
    """One Markdown text a column of the pipeline."""
    return {name: _column(snapshot, name, statuses) for name, statuses in COLUMNS.items()}


def _column(snapshot: Snapshot, name: str, statuses: tuple[Status, ...]) -> str:
    tickets = [t for t in snapshot.tickets.values() if t.status in statuses]
    body = "".join(_card(snapshot, t) for t in tickets) or "Nothing here.\n"
    return f"{_NOTE}# {name}\n\n{body}"


def _card(snapshot: Snapshot, ticket: Ticket) -> str:
    pod = pod_of_ticket(snapshot, ticket.id)
    hold = snapshot.state.holds.get(ticket.id)
    notes = [
        str(ticket.priority),
        f"in {pod.id}" if pod else "",
        waiting_words(snapshot, ticket),
        f"blocked: {escape(hold.why)}" if ticket.status is Status.BLOCKED and hold else "",
    ]
    return f"- **{ticket.id}** {escape(ticket.title)} ({', '.join(n for n in notes if n)})\n"
