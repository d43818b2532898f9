"""The ticket files as they were read last, and which of them changed since."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.files.parse_cache import ParseCache, may_change_unseen
from lmawep_tui.files.read import Stamp, stamp
from lmawep_tui.files.ticket_file import read_ticket
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import TicketId, ticket_of_file
from lmawep_tui.model.ticket import InvalidTicket, Ticket


class TicketFiles:
    """All tickets by id. `tickets` and `invalid` stay the very same objects until something changed."""

    def __init__(self, folder: Path, cache: ParseCache) -> None:
        self._folder = folder
        self._prefix = f"{folder}/"
        self._cache = cache
        self._good: dict[TicketId, Ticket] = {}
        self._bad: dict[str, InvalidTicket] = {}
        self._stamps: dict[str, Stamp] = {}
        self._unsure: set[str] = set()
        """Files written so lately that the next write may leave the same stamp."""
        self._listed: Stamp | None = None
        self._swept = 0.0
        self._dirty = False
        self.tickets: Mapping[TicketId, Ticket] = {}
        self.invalid: tuple[InvalidTicket, ...] = ()

    def names(self) -> list[str]:
        """Names of all ticket files, by number."""
        found: list[tuple[int, str]] = []
        with contextlib.suppress(OSError):
            found = [(number, name) for name in os.listdir(self._folder) if (number := ticket_of_file(name))]
        return [name for _, name in sorted(found)]

    def load(self) -> None:
        """Reads everything that changed since it was read last, by whatever process."""
        self._listed = self._folder_stamp()
        self._sweep(self.names())
        self._publish()

    def look_at(self, name: str) -> None:
        """Reads one file anew, if it is a ticket's."""
        if ticket_of_file(name) is not None:
            self._read(name, stamp(self._prefix + name))
            self._publish()

    def touched(self, name: str) -> None:
        """Somebody wrote this file: the next refresh reads it."""
        if ticket_of_file(name) is not None:
            self._unsure.add(name)

    def refresh(self, sweep_after_s: float) -> None:
        """Reads what changed: files that came, went or were replaced at once, others when a sweep is due."""
        for name in tuple(self._unsure):
            self._read(name, stamp(self._prefix + name))
        listed = self._folder_stamp()
        if time.monotonic() - self._swept >= sweep_after_s:
            self._listed = listed
            self._sweep(self.names())
        elif listed is None or listed != self._listed or may_change_unseen(listed):
            self._listed = listed
            self._take_moves()
        self._publish()

    def _folder_stamp(self) -> Stamp | None:
        return stamp(self._folder)

    def _take_moves(self) -> None:
        """Which names are there and which inode each has, without asking for every file: a tenth of a sweep."""
        found: dict[str, int] = {}
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            found = {entry.name: entry.inode() for entry in entries if entry.name.startswith("ticket-")}
        gone = [name for name in self._stamps if name not in found]
        moved = [n for n, inode in found.items() if (old := self._stamps.get(n)) is None or old.inode != inode]
        for name in (*gone, *moved):
            if ticket_of_file(name) is not None:
                self._read(name, stamp(self._prefix + name))

    def _sweep(self, names: list[str]) -> None:
        """Asks for the stamp of every file."""
        self._swept = time.monotonic()
        stamps, prefix = self._stamps, self._prefix
        for name in set(stamps).difference(names):
            self._read(name, None)
        lstat = os.lstat
        for name in names:
            try:
                info = lstat(prefix + name)
            except OSError:
                self._read(name, None)
                continue
            found = (info.st_mtime_ns, info.st_size, info.st_ino)
            if stamps.get(name) != found:
                self._read(name, Stamp(*found))

    def _read(self, name: str, found: Stamp | None) -> None:
        number = ticket_of_file(name)
        assert number is not None
        if found is None:
            self._forget(name, number)
            return
        if self._stamps.get(name) == found and name not in self._unsure:
            return
        self._stamps[name] = found
        (self._unsure.add if may_change_unseen(found) else self._unsure.discard)(name)
        try:
            ticket = self._cache.get_at(Ticket, self._prefix + name, found, read_ticket)
        except FileNotFoundError:
            self._forget(name, number)
        except BadFile as error:
            bad = InvalidTicket(number, name, error.line, error.reason)
            if self._good.pop(number, None) is not None or self._bad.get(name) != bad:
                self._bad[name], self._dirty = bad, True
        else:
            if self._bad.pop(name, None) is not None or self._good.get(number) != ticket:
                self._good[number], self._dirty = ticket, True

    def _forget(self, name: str, number: TicketId) -> None:
        self._stamps.pop(name, None)
        self._unsure.discard(name)
        was = self._good.pop(number, None), self._bad.pop(name, None)
        self._dirty = self._dirty or was != (None, None)

    def _publish(self) -> None:
        if self._dirty:
            self._dirty = False
            self.tickets = dict(sorted(self._good.items()))
            self.invalid = tuple(self._bad[name] for name in sorted(self._bad))
