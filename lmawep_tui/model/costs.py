"""What runs used, each counted once, and sums of it: tokens, and money where it is told or can be estimated."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from lmawep_tui.model.age import epoch
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Run
from lmawep_tui.model.usage import Price, Usage


@dataclass(frozen=True, slots=True)
class Booking:
    """What one run used, as the journal tells it."""

    pod: PodId
    run: str
    began: str
    """When its order was written. With pod and run it says which run it is, also should a number ever come again."""
    ticket: TicketId
    role: str
    agent: str
    model: str
    at: float
    """When that was first told, in seconds since the epoch; the day it counts for."""
    usage: Usage

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for every line that tells of the same run."""
        return self.pod, self.run, self.began


def usage_facts(run: Run) -> dict[str, Any]:
    """What a journal line about the end of a run says of its costs; nothing when nothing was told."""
    used = run.usage
    if not used:
        return {}
    usage = {"input": used.input, "cached": used.cached, "output": used.output, "cost": used.cost}
    return {"agent": run.agent, "model": run.model, "began": run.created, "usage": usage}


def booking(entry: Mapping[str, Any]) -> Booking | None:
    """The booking in a journal line; None for lines without one, or with one that cannot be."""
    usage, at, ticket = entry.get("usage"), epoch(_text(entry.get("at"))), entry.get("ticket")
    if not isinstance(usage, dict) or at is None or type(ticket) is not int:
        return None
    tokens = {name: _count(usage.get(name)) for name in ("input", "cached", "output")}
    used = Usage(**tokens, cost=_money(usage.get("cost")))
    if not used:
        return None
    pod, run, began, role, agent, model = (
        _text(entry.get(name)) for name in ("pod", "run", "began", "role", "agent", "model")
    )
    return Booking(PodId(pod), run, began, TicketId(ticket), role or run[5:], agent, model, at, used)


def _text(value: object) -> str:
    return value[:200] if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value < 10**15 else 0


def _money(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(value) if good else None  # type: ignore[arg-type]


@dataclass(slots=True)
class Spending:
    """A sum over runs."""

    runs: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    cost: float | None = None
    """US dollars, as far as known; None when no run of the sum told, and none could be estimated."""
    estimated: bool = False
    """Whether part of the cost is worked out from `prices` in the config."""
    unpriced: int = 0
    """Tokens of runs whose cost nobody knows."""

    @property
    def tokens(self) -> int:
        """All of them, those from a cache included."""
        return self.input + self.cached + self.output

    def __bool__(self) -> bool:
        return bool(self.tokens or self.cost)

    def add(self, usage: Usage, cost: float | None, *, estimated: bool) -> None:
        """Takes in one run."""
        self.runs += 1
        self.input += usage.input
        self.cached += usage.cached
        self.output += usage.output
        if cost is None:
            self.unpriced += usage.tokens
        else:
            self.cost = (self.cost or 0.0) + cost
            self.estimated |= estimated

    @property
    def words(self) -> str:
        """`$1.84`, `~$1.84` when estimated, `412k tok` without a cost, both where only a part is known; or nothing."""
        money = "" if self.cost is None else ("~" if self.estimated else "") + dollars(self.cost)
        tokens = token_words(self.unpriced) if self.unpriced else ""
        return " + ".join(part for part in (money, tokens) if part)


@dataclass(frozen=True, eq=False)
class Costs:
    """All bookings, oldest first. Sums are made when they are asked for, and once."""

    bookings: tuple[Booking, ...] = ()
    prices: tuple[Price, ...] = ()
    _days: dict[str, Spending] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short, and another one whenever something was added: a snapshot is compared by it."""
        return f"Costs({len(self.bookings)} runs, {self.total.tokens} tokens, {self.total.cost})"

    @cached_property
    def total(self) -> Spending:
        return self.sum(self.bookings)

    @cached_property
    def tickets(self) -> dict[TicketId, Spending]:
        return self.by(lambda booked: booked.ticket)

    @cached_property
    def pods(self) -> dict[PodId, Spending]:
        return self.by(lambda booked: booked.pod)

    @cached_property
    def runs(self) -> dict[tuple[PodId, str], Spending]:
        """By pod and run."""
        return self.by(lambda booked: (booked.pod, booked.run))

    def on(self, day: str) -> Spending:
        """Of one day on the person's calendar, as `day_of` writes it."""
        if day not in self._days:
            self._days[day] = self.sum(self.since(_begin(day), _begin(day, 1)))
        return self._days[day]

    def since(self, begin: float, end: float = math.inf) -> list[Booking]:
        """The bookings of a time."""
        return [booked for booked in self.bookings if begin <= booked.at < end]

    def sum(self, bookings: Iterable[Booking]) -> Spending:
        """Them all added up."""
        total = Spending()
        for booked in bookings:
            self._add(total, booked)
        return total

    def by(self, key: Callable[[Booking], Any], bookings: Iterable[Booking] | None = None) -> dict[Any, Spending]:
        """Sums by whatever `key` says of a booking, in order of appearance."""
        sums: dict[Any, Spending] = {}
        for booked in self.bookings if bookings is None else bookings:
            self._add(sums.setdefault(key(booked), Spending()), booked)
        return sums

    def _add(self, total: Spending, booked: Booking) -> None:
        cost, estimated = priced(booked.usage, booked.model, self.prices)
        total.add(booked.usage, cost, estimated=estimated)


def priced(usage: Usage, model: str, prices: Iterable[Price]) -> tuple[float | None, bool]:
    """The cost of a use in US dollars, and whether it is an estimate.

    A program that says its tokens cost nothing does not know their price: several do so for models new to them.
    """
    if usage.cost or not usage.tokens:
        return usage.cost, False
    for price in prices:
        if fnmatchcase(model, price.model):
            cached = price.input if price.cached is None else price.cached
            cost = usage.input * price.input + usage.cached * cached + usage.output * price.output
            return cost / 1e6, True
    return None, False


KEYS: dict[str, Callable[[Booking], str]] = {
    "ticket": lambda booked: f"#{booked.ticket}",
    "pod": lambda booked: booked.pod,
    "role": lambda booked: booked.role,
    "agent": lambda booked: " ".join(filter(None, (booked.agent or "a command", booked.model))),
    "day": lambda booked: day_of(booked.at),
    "run": lambda booked: f"{booked.pod} {booked.run}",
}
"""What costs can be summed by."""


def day_of(at: float) -> str:
    """`2026-01-15`, on the person's calendar."""
    return time.strftime("%Y-%m-%d", time.localtime(at))


def _begin(day: str, later: int = 0) -> float:
    """The first moment of a day, or of one so many days later: time.mktime knows days of 23 hours, too."""
    year, month, number = (int(part) for part in day.split("-"))
    return time.mktime((year, month, number + later, 0, 0, 0, 0, 0, -1))


def dollars(amount: float) -> str:
    """`$1.84`, `$1,204.00`; `<$0.01` for what is more than nothing."""
    return "<$0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"


def token_words(count: int) -> str:
    """`950 tok`, `412k tok`, `3.2M tok`."""
    if count < 1000:
        return f"{count} tok"
    if count < 999_500:
        return f"{count / 1000:.0f}k tok" if count >= 9_950 else f"{count / 1000:.1f}k tok"
    return f"{count / 1e6:.1f}M tok"
