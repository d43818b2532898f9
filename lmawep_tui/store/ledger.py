"""The ledger: what every run used, read from the journal as it grows, so that asking again costs one look at a file."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.read import Stamp, open_regular, read_regular, stamp
from lmawep_tui.model.budget_config import PriceConfig
from lmawep_tui.model.costs import Booking, Costs, booking
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.usage import Price, Usage

_SIGN = b'"usage": {'
"""Stands in every line that books something, and as good as never in others: only such lines are parsed."""
_PIECE = 1 << 20
_MARK = 64
_KEEP_BYTES = 256 * 1024
"""Journal read since the cache file was written, beyond which it is written anew."""
_MAX_CACHE = 64 * 1024 * 1024
_FORMAT = 1

Key = tuple[str, str, str]


class Ledger:
    """Shared by all stores of a process; may be asked from any thread.

    The journal alone is true. The cache file says what stood in its first so many bytes, and counts only as long as
    those end in what they ended in.
    """

    def __init__(self, layout: Layout) -> None:
        self._journal = layout.journal
        self._cache = layout.cache / "costs.json"
        self._lock = threading.Lock()
        self._seen: Stamp | None = None
        self._begin(0, b"", {})
        self._tried_cache = False
        self._costs = Costs()
        self._prices: Mapping[str, PriceConfig] | None = None

    def costs(self, prices: Mapping[str, PriceConfig]) -> Costs:
        """Everything booked so far, priced; the very same object as long as nothing was added.

        A journal that cannot be read leaves what was known.
        """
        with self._lock:
            news = self._look()
            if news or prices is not self._prices:
                self._prices = prices
                self._costs = Costs(tuple(self._booked.values()), listed(prices))
            return self._costs

    def _begin(self, offset: int, mark: bytes, booked: dict[Key, Booking]) -> None:
        self._offset, self._mark, self._booked, self._unkept = offset, mark, booked, 0

    def _look(self) -> bool:
        """Takes in what the journal has gained; whether anything was booked."""
        found = stamp(self._journal)
        if found is None or found == self._seen:
            return False
        before = self._booked
        try:
            fd = open_regular(self._journal)
        except (OSError, BadFile):
            return False
        try:
            if not self._tried_cache:
                self._tried_cache = True
                self._recall()
            if not self._goes_on(fd):
                self._begin(0, b"", {})
            news = self._read(fd)
        except OSError:
            return False
        finally:
            os.close(fd)
        self._seen = found
        self._keep()
        return news or self._booked is not before

    def _goes_on(self, fd: int) -> bool:
        """Whether this is the journal that was read so far, and perhaps more."""
        return os.pread(fd, len(self._mark), self._offset - len(self._mark)) == self._mark

    def _read(self, fd: int) -> bool:
        """Reads whole lines from where it stopped; a last line without its end is read when it has one."""
        news, at, rest = False, self._offset, b""
        while piece := os.pread(fd, _PIECE, at):
            at += len(piece)
            block = rest + piece
            whole = block.rfind(b"\n") + 1
            for line in _telling(block, whole):
                news = self._book(line) or news
            rest = block[whole:]
            if whole:
                self._mark = block[max(0, whole - _MARK) : whole]
        self._unkept += at - len(rest) - self._offset
        self._offset = at - len(rest)
        return news

    def _book(self, line: bytes) -> bool:
        """Told of the same run again, it counts once: with what was said last, on the day it was said first."""
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            return False
        told = booking(entry) if isinstance(entry, dict) else None
        if told is None:
            return False
        known = self._booked.get(told.key)
        if known is not None and known.at != told.at:
            told = replace(told, at=known.at)
        self._booked[told.key] = told
        return told != known

    def _recall(self) -> None:
        with contextlib.suppress(OSError, BadFile, ValueError, TypeError, KeyError, AttributeError):
            kept = json.loads(read_regular(self._cache, _MAX_CACHE))
            offset, mark = int(kept["offset"]), bytes.fromhex(kept["mark"])
            if kept["format"] == _FORMAT and len(mark) == min(offset, _MARK):
                self._begin(offset, mark, {row.key: row for row in map(_booking, kept["booked"])})

    def _keep(self) -> None:
        """Spares the next process the reading; a disk may refuse."""
        if self._unkept < _KEEP_BYTES:
            return
        rows = [_row(booked) for booked in self._booked.values()]
        kept = {"format": _FORMAT, "offset": self._offset, "mark": self._mark.hex(), "booked": rows}
        with contextlib.suppress(LmawepError, OSError):
            self._cache.parent.mkdir(mode=0o700, exist_ok=True)
            write_text(self._cache, json.dumps(kept, separators=(",", ":")), durable=False)
            self._unkept = 0


def _telling(block: bytes, whole: int) -> Iterator[bytes]:
    """The lines in the first `whole` bytes that may book something."""
    at = block.find(_SIGN, 0, whole)
    while at >= 0:
        end = block.find(b"\n", at)
        yield block[block.rfind(b"\n", 0, at) + 1 : end]
        at = block.find(_SIGN, end, whole)


def _row(booked: Booking) -> list[object]:
    used = booked.usage
    return [booked.pod, booked.run, booked.began, booked.ticket, booked.role, booked.agent, booked.model, booked.at,
            used.input, used.cached, used.output, used.cost]  # fmt: skip


def _booking(row: list[object]) -> Booking:
    pod, run, began, ticket, role, agent, model, at, *usage = row
    kinds = (str, str, str, int, str, str, str, float, int, int, int)
    if [type(value) for value in row[:-1]] != list(kinds) or not isinstance(row[-1], float | None):
        raise TypeError("not a booking")
    return Booking(PodId(str(pod)), str(run), str(began), TicketId(ticket), str(role), str(agent), str(model), at,  # type: ignore[arg-type]
                   Usage(*usage))  # type: ignore[arg-type]  # fmt: skip


def listed(prices: Mapping[str, PriceConfig]) -> tuple[Price, ...]:
    """The prices of the config, in its order: the first pattern that fits a model counts."""
    return tuple(Price(model, price.input, price.output, price.cached) for model, price in prices.items())
