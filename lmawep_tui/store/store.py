"""What is true now: tickets, pods and state by id, read from disk and kept in step with it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lmawep_tui.files.config_file import read_config
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.parse_cache import ParseCache
from lmawep_tui.files.read import stamp
from lmawep_tui.files.run_file import RUN_JSON, read_run
from lmawep_tui.files.state_file import read_state
from lmawep_tui.files.ticket_file import read_ticket
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId, TicketId, ticket_of_file
from lmawep_tui.model.pod import Pod, PodRecord
from lmawep_tui.model.run import Run, RunState
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.model.train_order import in_order
from lmawep_tui.store.attention import attention

K = TypeVar("K")
IsLive = Callable[[Path, Run], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """What one `apply` changed: ids, and whether anything that belongs to no id did."""

    tickets: frozenset[TicketId] = frozenset()
    pods: frozenset[PodId] = frozenset()
    other: bool = False

    def __bool__(self) -> bool:
        return bool(self.tickets or self.pods or self.other)


class Store:
    """Owned by one thread. `is_live` says whether a run's process lives; it is handed in from the floor above."""

    def __init__(self, layout: Layout, is_live: IsLive, cache: ParseCache) -> None:
        self.layout = layout
        self._is_live = is_live
        self._cache = cache
        self._tickets: dict[TicketId, Ticket] = {}
        self._invalid: dict[str, InvalidTicket] = {}
        self._state = State()
        self._config = Config()
        self._problems: dict[str, str] = {}
        self.snapshot = Snapshot()

    def load(self) -> Snapshot:
        """Reads everything; unreadable files become problems and invalid tickets, never exceptions."""
        self._load_config()
        self._load_state()
        self._tickets.clear()
        self._invalid.clear()
        for name in self._ticket_files():
            self._load_ticket(name)
        self._cache.save()
        self.snapshot = self._build()
        return self.snapshot

    def apply(self, paths: Iterable[Path]) -> Change:
        """Takes in what changed at `paths` (more is allowed than did) and says which ids look different now."""
        for path in paths:
            if path.parent == self.layout.tickets:
                self._load_ticket(path.name)
            elif path == self.layout.state:
                self._load_state()
            elif path == self.layout.config:
                self._load_config()
        before, self.snapshot = self.snapshot, self._build()
        return _compare(before, self.snapshot)

    def ticket_files(self) -> list[Path]:
        """All ticket files, by number."""
        return [self.layout.tickets / name for name in self._ticket_files()]

    def _ticket_files(self) -> list[str]:
        with contextlib.suppress(OSError):
            names = [name for name in os.listdir(self.layout.tickets) if ticket_of_file(name) is not None]
            return sorted(names, key=lambda name: ticket_of_file(name) or 0)
        return []

    def _load_ticket(self, name: str) -> None:
        number = ticket_of_file(name)
        if number is None:
            return
        self._tickets.pop(number, None)
        self._invalid.pop(name, None)
        try:
            self._tickets[number] = self._cache.get(Ticket, self.layout.tickets / name, read_ticket)
        except FileNotFoundError:
            return
        except BadFile as error:
            self._invalid[name] = InvalidTicket(number, name, error.line, error.reason)

    def _load_state(self) -> None:
        self._problems.pop("state", None)
        try:
            self._state = self._cache.get(State, self.layout.state, read_state)
        except FileNotFoundError:
            self._state = State()
            self._problems["state"] = f"{self.layout.state.name} is missing. `lmawep doctor --fix` rebuilds it."
        except BadFile as error:
            self._problems["state"] = str(error)

    def _load_config(self) -> None:
        self._problems.pop("config", None)
        try:
            self._config = self._cache.get(Config, self.layout.config, read_config)
        except FileNotFoundError:
            self._config = Config()
        except BadFile as error:
            self._problems["config"] = str(error)

    def _build(self) -> Snapshot:
        train = in_order(self._state.train, self._state.pods, self._tickets) if self._state.train else ()
        places = {car.pod: place for place, car in enumerate(train)}
        pods = {pod: self._pod(record, places.get(pod)) for pod, record in self._state.pods.items()}
        return Snapshot(
            config=self._config,
            state=self._state,
            tickets=dict(sorted(self._tickets.items())),
            invalid=tuple(self._invalid[name] for name in sorted(self._invalid)),
            pods=pods,
            autopilot=is_held(self.layout.lock("conductor")),
            problems=tuple(self._problems.values()),
        )

    def _pod(self, record: PodRecord, place: int | None) -> Pod:
        ticket = self._tickets.get(record.ticket)
        status = ticket.status if ticket else Status.ASSIGNED
        run = self.newest_run(record.id)
        live = run is not None and run.state is not RunState.ENDED and self._lives(record.id, run)
        hold = self._state.holds.get(record.ticket)
        return Pod(
            record=record,
            status=status,
            title=ticket.title if ticket else "",
            run=run,
            live=live,
            hold=hold,
            attention=attention(record, status, hold, run, self._config, self._state.refused.get(record.ticket)),
            in_train=place,
        )

    def _lives(self, pod: PodId, run: Run) -> bool:
        return self._is_live(self.layout.run_dir(pod, run.name), run)

    def newest_run(self, pod: PodId) -> Run | None:
        """The pod's newest run that can be read."""
        for name in reversed(run_names(self.layout, pod)):
            with contextlib.suppress(OSError, BadFile):
                return self._cache.get(Run, self.layout.run_dir(pod, name) / RUN_JSON, lambda p: read_run(p.parent))
        return None


def run_names(layout: Layout, pod: PodId) -> list[str]:
    """Names of the pod's run folders, oldest first."""
    with contextlib.suppress(OSError):
        return sorted(name for name in os.listdir(layout.runs / pod) if name[:4].isdigit())
    return []


def is_settled(pod: Pod) -> bool:
    """Whether the newest run's result was acted on."""
    return pod.run is None or pod.record.settled >= pod.run.number


def disk_version(layout: Layout) -> object:
    """Something that changes whenever the state file does."""
    return stamp(layout.state)


def _differing(old: Mapping[K, Any], new: Mapping[K, Any]) -> set[K]:
    """Keys whose values differ; most are the very same object, and only the rest is compared field by field."""
    found = {key for key in old.keys() | new.keys() if old.get(key) is not new.get(key)}
    return {key for key in found if old.get(key) != new.get(key)}


def _compare(old: Snapshot, new: Snapshot) -> Change:
    tickets = _differing(old.tickets, new.tickets)
    tickets |= {i for i in old.state.holds.keys() | new.state.holds.keys()
                if old.state.holds.get(i) != new.state.holds.get(i)}  # fmt: skip
    tickets |= _differing(old.state.refused, new.state.refused)
    pods = _differing(old.pods, new.pods)
    other = (old.invalid, old.problems, old.config, old.autopilot, old.state.train, old.state.limited) != (
        new.invalid, new.problems, new.config, new.autopilot, new.state.train, new.state.limited)  # fmt: skip
    return Change(frozenset(tickets), frozenset(pods), other)
