"""What is true now: tickets, pods and state by id, read from disk and kept in step with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from lmawep_tui.files.config_file import read_config
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.parse_cache import ParseCache, may_change_unseen
from lmawep_tui.files.read import Stamp, stamp
from lmawep_tui.files.state_file import read_state
from lmawep_tui.files.triage_file import read_triage
from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.graph import dead_ends
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.run import Run
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.model.triage import Triage, in_force
from lmawep_tui.store.asks import INVALID, asks_of
from lmawep_tui.store.ledger import Ledger
from lmawep_tui.store.pod_look import IsLive, PodLook, run_names
from lmawep_tui.store.ticket_files import TicketFiles

__all__ = ["Change", "Store", "disk_version", "is_settled", "run_names"]

K = TypeVar("K")


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

    def __init__(self, layout: Layout, is_live: IsLive, cache: ParseCache, ledger: Ledger | None = None) -> None:
        self.layout = layout
        self._ledger = ledger or Ledger(layout)
        self._cache = cache
        self._files = TicketFiles(layout.tickets, cache)
        self._pods = PodLook(layout, is_live, cache)
        self._state = State()
        self._config = Config()
        self._triage = Triage()
        self.clock: Callable[[], float] = time.time
        """Says when a snooze is over, in seconds since the epoch."""
        self._stamps: dict[Path, Stamp | None] = {}
        self._problems: dict[str, str] = {}
        self._dead_ends: Mapping[TicketId, str] = {}
        self._looked_for_dead_ends: Mapping[TicketId, Ticket] | None = None
        self.snapshot = Snapshot()

    def load(self) -> Snapshot:
        """Reads everything; unreadable files become problems and invalid tickets, never exceptions."""
        self._load_config()
        self._load_state()
        self._load_triage()
        self._files.load()
        self._cache.save()
        self.snapshot = self._build()
        return self.snapshot

    def apply(self, paths: Iterable[Path]) -> Change:
        """Takes in what changed at `paths` (more is allowed than did) and says which ids look different now."""
        for path in paths:
            if path.parent == self.layout.tickets:
                self._files.look_at(path.name)
            elif path == self.layout.state:
                self._load_state()
            elif path == self.layout.config:
                self._load_config()
            elif path == self.layout.triage:
                self._load_triage()
        return self._compared()

    def refresh(self, *, sweep_after_s: float = 1.0) -> Change:
        """Finds out by itself what changed since the last look; next to nothing when nothing did.

        A file replaced, made or removed is seen at once, one written in place when every ticket file was last asked
        for more than `sweep_after_s` seconds ago: a caller who is told of such writes may ask for it seldom.
        """
        if self._changed(self.layout.config):
            self._load_config()
        if self._changed(self.layout.state):
            self._load_state()
        if self._changed(self.layout.triage):
            self._load_triage()
        self._files.refresh(sweep_after_s)
        self._cache.save()
        return self._compared()

    def touched(self, name: str) -> None:
        """The next refresh looks at this ticket file, whatever else it looks at."""
        self._files.touched(name)

    def newest_run(self, pod: PodId) -> Run | None:
        """The pod's newest run that can be read."""
        return self._pods.newest_run(pod)

    def _compared(self) -> Change:
        before, after = self.snapshot, self._build()
        if _same(before, after):
            return Change()
        self.snapshot = after
        return _compare(before, after)

    def _changed(self, path: Path) -> bool:
        found = stamp(path)
        return found != self._stamps.get(path, _NEVER) or (found is not None and may_change_unseen(found))

    def _load_state(self) -> None:
        path = self.layout.state
        self._problems.pop("state", None)
        self._stamps[path] = stamp(path)
        try:
            self._state = self._cache.get(State, path, read_state)
        except FileNotFoundError:
            self._state = State()
            self._problems["state"] = f"{path.name} is missing. `lmawep doctor --fix` rebuilds it."
        except BadFile as error:
            self._problems["state"] = str(error)

    def _load_config(self) -> None:
        path = self.layout.config
        self._problems.pop("config", None)
        self._stamps[path] = stamp(path)
        try:
            self._config = self._cache.get(Config, path, read_config)
        except FileNotFoundError:
            self._config = Config()
        except BadFile as error:
            self._problems["config"] = str(error)

    def _load_triage(self) -> None:
        path = self.layout.triage
        self._problems.pop("triage", None)
        self._stamps[path] = stamp(path)
        try:
            self._triage = read_triage(path)
        except FileNotFoundError:
            self._triage = Triage()
        except BadFile as error:
            self._triage = Triage()
            self._problems["triage"] = str(error)

    def _build(self) -> Snapshot:
        tickets = self._files.tickets
        if tickets is not self._looked_for_dead_ends:
            if not _wait_alike(self._looked_for_dead_ends, tickets):
                self._dead_ends = dead_ends(tickets)
            self._looked_for_dead_ends = tickets
        autopilot = is_held(self.layout.lock("conductor"))
        costs = self._ledger.costs(self._config.prices)
        found = Snapshot(
            config=self._config,
            state=self._state,
            tickets=tickets,
            invalid=self._files.invalid,
            pods=self._pods.look(self._state, tickets, self._config, costs, autopilot=autopilot),
            costs=costs,
            autopilot=autopilot,
            dead_ends=self._dead_ends,
            pinned=self._triage.pinned,
            problems=tuple(self._problems.values()),
        )
        if not self._triage.snoozed:
            return found
        return replace(found, snoozed=in_force(self._triage, lambda key: asks_of(found, key), self.clock()))


def _wait_alike(old: Mapping[TicketId, Ticket] | None, new: Mapping[TicketId, Ticket]) -> bool:
    """Whether nobody waits for anything else: ten thousand are compared in a tenth of the time they are walked in."""
    if old is None or len(old) != len(new):
        return False
    for number, ticket in new.items():
        was = old.get(number)
        if was is ticket:
            continue
        if was is None or (was.status, was.dependencies) != (ticket.status, ticket.dependencies):
            return False
    return True


_NEVER = Stamp(-1, -1, -1)


def _same(old: Snapshot, new: Snapshot) -> bool:
    """Whether nothing was read anew: what did not change is the very same object."""
    return (
        old.tickets is new.tickets
        and old.state is new.state
        and old.config is new.config
        and old.costs is new.costs
        and (old.autopilot, old.problems, old.invalid) == (new.autopilot, new.problems, new.invalid)
        and (old.pinned, old.snoozed) == (new.pinned, new.snoozed)
        and all(pod is old.pods.get(key) for key, pod in new.pods.items())
    )


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
    tickets |= _differing(old.dead_ends, new.dead_ends)
    pods = _differing(old.pods, new.pods)
    put_aside = _differing(old.snoozed, new.snoozed) | set(old.pinned) ^ set(new.pinned)
    tickets |= {TicketId(int(key)) for key in put_aside if key.isdigit()}
    pods |= {PodId(key) for key in put_aside if key.startswith("pod-")}
    tickets |= {pod.ticket for key, pod in new.pods.items() if key in put_aside}
    other = old.costs is not new.costs or (
        (old.invalid, old.problems, old.config, old.autopilot, old.state.train, old.state.limited)
        != (new.invalid, new.problems, new.config, new.autopilot, new.state.train, new.state.limited)
        or any(key.startswith(INVALID) for key in put_aside))  # fmt: skip
    return Change(frozenset(tickets), frozenset(pods), other)
