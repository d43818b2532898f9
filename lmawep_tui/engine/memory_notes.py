"""The memory banks of the whole project: read, searched, edited by the person, and what each run changed in them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.bank_write import check_note, write_memory
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.bank_folder import MAX_FILE, read_bank
from lmawep_tui.files.layout import MEMORY_FILES
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.vcs.memory import load_memory, save_memory
from lmawep_tui.vcs.memory_history import Version, file_at, remembered, versions


@dataclass(frozen=True, slots=True)
class Bank:
    """The notes for one ticket: those in its pod, or, without a pod, those that were kept last."""

    ticket: TicketId
    pod: PodId | None
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
    kept: int | None = None
    """When it was committed to its ref last, in seconds since the epoch."""
    problem: str = ""
    """Why the pod's bank cannot be read."""

    @property
    def name(self) -> str:
        """`pod-3`, or `ticket-103` without a pod."""
        return self.pod or f"ticket-{self.ticket}"


class NoteChanged(Refused):
    """Somebody wrote to the note since it was read; `now` is what it says, None when it is gone."""

    def __init__(self, name: str, now: str | None) -> None:
        how = "was removed" if now is None else "was changed by somebody else"
        super().__init__(f"{name} {how} since you opened it.", "Nothing was written.")
        self.now = now


def banks(ws: Workspace, snapshot: Snapshot) -> list[Bank]:
    """Every bank: pods by their number, then tickets whose pod is gone, the newest first. Reads only."""
    kept = {bank.ticket: bank for bank in remembered(ws.git)}
    found: list[Bank] = []
    for pod in sorted(snapshot.pods.values(), key=lambda pod: int(pod.id[4:])):
        old = kept.pop(pod.ticket, None)
        files, problem = _of_pod(pod.record)
        if not files and old is not None and old.files:
            files = in_order({name: data.decode("utf-8", "replace") for name, data in old.files.items()})
            problem = f"{problem} These are the notes as they were kept last.".lstrip()
        found.append(Bank(pod.ticket, pod.id, pod.title, files, old.at if old else None, problem))
    for bank in sorted(kept.values(), key=lambda bank: (-bank.at, -bank.ticket)):
        ticket = snapshot.tickets.get(bank.ticket)
        texts = in_order({name: data.decode("utf-8", "replace") for name, data in bank.files.items()})
        found.append(Bank(bank.ticket, None, ticket.title if ticket else "", texts, bank.at))
    return found


def _of_pod(record: PodRecord) -> tuple[dict[str, str], str]:
    try:
        return memory_bank.texts(record), ""
    except (LmawepError, OSError) as error:
        return {}, str(error)


def in_order(files: Mapping[str, str]) -> dict[str, str]:
    """The four files that every bank has first, then others by name."""
    names = [*(n for n in MEMORY_FILES if n in files), *sorted(n for n in files if n not in MEMORY_FILES)]
    return {name: files[name] for name in names}


def note(ws: Workspace, snapshot: Snapshot, ticket: TicketId, name: str) -> str:
    """What a note says now; raises NotFound without it."""
    files = _files(ws, _pod_of(snapshot.state.pods.values(), ticket), ticket)
    if name not in files:
        have = f"It has {', '.join(in_order(dict.fromkeys(files, '')))}." if files else "It has none."
        raise NotFound(f"The memory bank of ticket {ticket} has no {name!r}.", have)
    return files[name].decode("utf-8", "replace")


def _pod_of(records: Iterable[PodRecord], ticket: TicketId) -> PodRecord | None:
    return next((record for record in records if record.ticket == ticket), None)


def _files(ws: Workspace, record: PodRecord | None, ticket: TicketId) -> dict[str, bytes]:
    return load_memory(ws.git, ticket) if record is None else read_bank(memory_bank.bank_folder(record))


# -- editing -----------------------------------------------------------------------------------------------------------


def save_note(ws: Workspace, ticket: TicketId, name: str, text: str, *, was: str | None) -> bool:
    """Writes a note for the person, in the pod or, without one, for the ticket's next pod; False when nothing changes.

    `was` is what it said when the person began, None for a new note: when it says something else now, NoteChanged is
    raised and nothing is written. The change is committed to the bank's history. Raises Refused for a note that is too
    large or no text, UsageError for a name that is none.
    """
    with ws.change(f"memory edit {ticket}") as change:
        record = _pod_of(change.state.pods.values(), ticket)
        if record is None:
            change.ticket(ticket)  # a bank for a ticket that does not exist would be found by nobody
        files = _files(ws, record, ticket)
        _must_be(name, files.get(name), was)
        if files.get(name) == text.encode("utf-8", "replace"):
            return False
        why = f"{name} {'written' if was is None else 'edited'} by you"
        if record is not None:
            # What a run wrote and nobody has kept yet goes first: the history says who changed what.
            memory_bank.keep(ws, record, "as it stood")
            write_memory(record, name, text, append=False)
            memory_bank.keep(ws, record, why)
        else:
            data = check_note(files, name, text)
            save_memory(ws.git, ticket, {**files, name: data}, why)
        _tell(change, record, ticket, name)
        return True


def _must_be(name: str, data: bytes | None, was: str | None) -> None:
    now = None if data is None else data.decode("utf-8", "replace")
    if now != was:
        raise NoteChanged(name, now)
    if data is not None and len(data) >= MAX_FILE:
        raise Refused(f"{name} is too large to be edited here: only its beginning was read.", "Use an editor.")
    if data is not None and now is not None and now.encode("utf-8") != data:
        raise Refused(f"{name} is not UTF-8 text.", "Saving it would lose what cannot be shown.")


def _tell(change: Change, record: PodRecord | None, ticket: TicketId, name: str) -> None:
    change.note("memory edited", ticket=ticket, file=name, **({"pod": record.id} if record else {}))
    change.save()


# -- history and search ------------------------------------------------------------------------------------------------


def history(ws: Workspace, ticket: TicketId, name: str = "") -> list[Version]:
    """What each run, or the person, changed in a bank or one of its notes: newest first, what nobody kept yet on top.

    Raises GitFailed.
    """
    found = versions(ws.git, ticket, name)
    record = _pod_of(ws.snapshot().state.pods.values(), ticket)
    if record is not None and (patch := _not_kept(ws, record, name)):
        found.insert(0, Version("", int(time.time()), "not kept yet: it is committed when a run ends", patch))
    return found


def _not_kept(ws: Workspace, record: PodRecord, name: str) -> str:
    """How the pod's bank differs from the one that was kept last."""
    from difflib import unified_diff

    try:
        now = read_bank(memory_bank.bank_folder(record))
    except (LmawepError, OSError):
        return ""
    was = load_memory(ws.git, record.ticket)
    if not was:
        return ""
    lines: list[str] = []
    for path in sorted(now.keys() | was.keys()):
        if name and path != name:
            continue
        old, new = (files.get(path, b"").decode("utf-8", "replace").splitlines() for files in (was, now))
        lines += unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "\n".join(lines)


def note_at(ws: Workspace, ticket: TicketId, name: str, commit: str) -> str:
    """What a note said in an earlier version, by the beginning of its commit; raises NotFound."""
    found = next((v for v in versions(ws.git, ticket, limit=1000) if v.commit.startswith(commit)), None)
    data = file_at(ws.git, found.commit, name) if found is not None else None
    if data is None:
        hint = f"`lmawep memory history ticket-{ticket}` lists the versions."
        raise NotFound(f"The memory bank of ticket {ticket} has no {name!r} at {commit[:12]!r}.", hint)
    return data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of a note in which something was found."""

    bank: Bank
    file: str
    line: int
    """From 1."""
    text: str


def search(found: Sequence[Bank], needle: str) -> list[Hit]:
    """Every line that holds `needle`; small letters match capitals too, unless there are capitals in it."""
    fold = needle == needle.lower()
    hits: list[Hit] = []
    for bank in found:
        for name, text in bank.files.items():
            for number, line in enumerate(text.splitlines(), 1):
                if needle and needle in (line.lower() if fold else line):
                    hits.append(Hit(bank, name, number, line.strip()))
    return hits
