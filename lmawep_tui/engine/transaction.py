"""One change to the state and the tickets, whole or not at all, whenever the process is killed.

Several files change together, so what is about to be written stands in a redo file first; whoever takes the lock next
finishes it (safety C1).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmawep_tui.files.atomic import sync_folder, write_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.read import read_text
from lmawep_tui.files.state_file import MAX_STATE_BYTES, parse_state, state_text
from lmawep_tui.files.ticket_file import change_ticket, parse_ticket
from lmawep_tui.model.errors import BadFile, NotFound
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.lifecycle import Event, move
from lmawep_tui.model.pod import Hold, HoldKind, PodRecord
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Status, Ticket

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace


class Change:
    """The state and tickets as read under the lock, and what is to be written. `save()` writes it all."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._read = _read_state(ws.layout)
        self.state = self._read
        self._texts: dict[Path, str] = {}
        self._was: dict[Path, str | None] = {}
        self._events: list[tuple[str, dict[str, Any]]] = []
        self.views_stale = False

    def pod(self, pod: PodId) -> PodRecord:
        """The pod's record; raises NotFound."""
        try:
            return self.state.pods[pod]
        except KeyError:
            have = ", ".join(self.state.pods)
            raise NotFound(f"There is no {pod}.", f"Pods: {have}." if have else "") from None

    def put_pod(self, record: PodRecord) -> PodRecord:
        """Stores a pod's record, new or changed."""
        self.state = replace(self.state, pods={**self.state.pods, record.id: record})
        return record

    def drop_pod(self, pod: PodId) -> None:
        """Forgets a pod, its place in the train and its claims."""
        pods = {key: value for key, value in self.state.pods.items() if key != pod}
        claims = tuple(claim for claim in self.state.claims if claim.pod != pod)
        train = tuple(car for car in self.state.train if car.pod != pod)
        self.state = replace(self.state, pods=pods, train=train, claims=claims)

    def ticket(self, ticket: TicketId) -> Ticket:
        """The ticket as this change would leave it; raises NotFound or BadFile."""
        path = self.ws.layout.ticket(ticket)
        return parse_ticket(self._text(path), path)

    def change_ticket(self, ticket: TicketId, **fields: Any) -> Ticket:
        """Sets fields of a ticket; everything else in its file stays."""
        path = self.ws.layout.ticket(ticket)
        text = change_ticket(self._text(path), path, fields)
        self._texts[path] = text
        return parse_ticket(text, path)

    def put_ticket_text(self, ticket: TicketId, text: str) -> None:
        """A whole ticket file, new or edited by a person."""
        path = self.ws.layout.ticket(ticket)
        parse_ticket(text, path)
        self._was.setdefault(path, read_text(path) if path.exists() else None)
        self._texts[path] = text

    def move(self, ticket: TicketId, event: Event, **fields: Any) -> Ticket:
        """Takes one step of the lifecycle; raises Refused when the table has no such step."""
        current = self.ticket(ticket)
        hold = self.state.holds.get(ticket)
        status = move(current.status, event, was=self._was_before(ticket))
        if current.status is Status.BLOCKED and status is not Status.BLOCKED:
            self.state = replace(self.state, holds={k: v for k, v in self.state.holds.items() if k != ticket})
            fields.setdefault("blockers", tuple(b for b in current.blockers if hold is None or b != hold.why))
        self.clear_refusal(ticket)
        changed = self.change_ticket(ticket, status=status, **fields)
        if status is not Status.MERGING:
            self.leave_train(ticket)
        self.note("moved", ticket=ticket, was=str(current.status), to=str(status), by=str(event))
        return changed

    def clear_refusal(self, ticket: TicketId) -> bool:
        """Forgets what autopilot was refused for this ticket; whether there was anything."""
        if ticket not in self.state.refused:
            return False
        self.state = replace(self.state, refused={k: v for k, v in self.state.refused.items() if k != ticket})
        return True

    def leave_train(self, ticket: TicketId) -> None:
        """Takes the ticket's pod out of the train: only what is about to land belongs there."""
        pods = {pod.id for pod in self.state.pods.values() if pod.ticket == ticket}
        if any(car.pod in pods for car in self.state.train):
            self.state = replace(self.state, train=tuple(car for car in self.state.train if car.pod not in pods))

    def block(self, ticket: TicketId, kind: HoldKind, why: str) -> None:
        """Stops a ticket until a person acts, and says why in the state and in the ticket."""
        current = self.ticket(ticket)
        was = current.status
        if was is Status.BLOCKED:
            was = self._was_before(ticket)
        blockers = tuple(dict.fromkeys((*current.blockers, why)))
        self.move(ticket, Event.BLOCKED, blockers=blockers)
        holds = {**self.state.holds, ticket: Hold(was=was, kind=kind, why=why, at=now())}
        self.state = replace(self.state, holds=holds)
        from lmawep_tui.engine.raise_signal import raise_signal

        pod = next((record.id for record in self.state.pods.values() if record.ticket == ticket), None)
        raise_signal(self, BuiltIn.BLOCKED, ticket, pod)

    def _was_before(self, ticket: TicketId) -> Status:
        """Where a blocked ticket returns to. Who set it to blocked in its file did not say: then what its pod does."""
        hold = self.state.holds.get(ticket)
        if hold is not None:
            return hold.was
        return Status.ASSIGNED if any(pod.ticket == ticket for pod in self.state.pods.values()) else Status.READY

    def note(self, event: str, **facts: Any) -> None:
        """A journal line, written when the change is."""
        self._events.append((event, facts))

    def save(self) -> None:
        """Writes everything, the journal last. Raises LmawepError; then nothing was changed or all will be."""
        layout = self.ws.layout
        if self.state is not self._read:
            self.state = replace(self.state, version=self._read.version + 1)
            self._texts[layout.state] = state_text(self.state)
        texts = {path: text for path, text in self._texts.items() if self._was.get(path, "") != text}
        if len(texts) > 1:
            _write_redo(layout, texts, self._was)
        for path, text in texts.items():
            write_text(path, text, mode=0o600 if path == layout.state else 0o644)
        if len(texts) > 1:
            clear_redo(layout)
        self._read = self.state
        self._was.update(texts)
        self._texts.clear()
        for event, facts in self._events:
            self.ws.journal(event, **facts)
        self._events.clear()
        self.views_stale = self.views_stale or bool(texts)

    def _text(self, path: Path) -> str:
        if path in self._texts:
            return self._texts[path]
        try:
            text = read_text(path)
        except FileNotFoundError:
            raise NotFound(f"There is no {path.stem.replace('-', ' ')}.", "`lmawep ticket list` shows them.") from None
        self._was[path] = text
        return text


def _read_state(layout: Layout) -> State:
    try:
        return parse_state(read_text(layout.state, MAX_STATE_BYTES), layout.state)
    except FileNotFoundError:
        raise BadFile(layout.state, "is missing", hint="`lmawep doctor --fix` rebuilds it.") from None


def _digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _write_redo(layout: Layout, texts: dict[Path, str], was: dict[Path, str | None]) -> None:
    writes = [
        {"path": str(path.relative_to(layout.root)), "was": _digest(was.get(path)), "text": text}
        for path, text in texts.items()
    ]
    write_text(layout.redo, json.dumps({"writes": writes}))


def clear_redo(layout: Layout) -> None:
    layout.redo.unlink(missing_ok=True)
    sync_folder(layout.redo.parent)


def finish_redo(layout: Layout) -> bool:
    """Finishes what a killed process had begun to write; False when there was nothing.

    A ticket that a person changed since is left as the person wants it.
    """
    writes = read_redo(layout)
    if writes is None:
        return False
    for path, was, text in writes:
        current = read_text(path, MAX_STATE_BYTES) if path.exists() else None
        if path == layout.state or _digest(current) == was:
            write_text(path, text)
    clear_redo(layout)
    return True


def read_redo(layout: Layout) -> list[tuple[Path, str | None, str]] | None:
    """What a killed process had begun to write: file, digest of what it was, new text. None when there is nothing."""
    hint = "`lmawep doctor --fix` sets it aside."
    try:
        entries = json.loads(read_text(layout.redo, 64 * 1024 * 1024))["writes"]
        writes = [(layout.root / str(entry["path"]), entry["was"], str(entry["text"])) for entry in entries]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(layout.redo, "is damaged", hint=hint) from error
    if any(path.parent != layout.tickets and path != layout.state for path, _, _ in writes):
        raise BadFile(layout.redo, "names a file that is not ours", hint=hint)
    return writes
