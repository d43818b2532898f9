"""Pods as they are now: their records with their tickets, newest runs, and whether those live."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lmawep_tui.files.layout import Layout
from lmawep_tui.files.parse_cache import ParseCache, may_change_unseen
from lmawep_tui.files.question_file import read_waiting
from lmawep_tui.files.read import Stamp, stamp
from lmawep_tui.files.run_file import RUN_JSON, read_run
from lmawep_tui.files.sitting import who_sits
from lmawep_tui.model.budget import ticket_used_up
from lmawep_tui.model.config import Config
from lmawep_tui.model.costs import Costs
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Pod, PodRecord
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Run, RunState
from lmawep_tui.model.sitting import Sitting
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.model.train_order import in_order
from lmawep_tui.store.attention import attention

IsLive = Callable[[Path, Run], bool]


@dataclass(slots=True)
class _Seen:
    """What was seen of a pod last: the pod, and all that it was made of."""

    made_of: tuple[Any, ...] = ()
    pod: Pod | None = None


class PodLook:
    """Makes pods of records; a pod of which nothing changed stays the very same object."""

    def __init__(self, layout: Layout, is_live: IsLive, cache: ParseCache) -> None:
        self._layout = layout
        self._runs = f"{layout.runs}/"
        self._is_live = is_live
        self._cache = cache
        self._seen: dict[PodId, _Seen] = {}
        self._autopilot = False
        self._red: tuple[PodId, str] | None = None
        """The head of the train, when it waits until main is mended, and why."""
        self._costs = Costs()
        self._names: dict[PodId, tuple[Stamp, list[str]]] = {}
        self._asks: dict[PodId, tuple[str, Stamp, tuple[Question, ...]]] = {}
        self._sitting: dict[PodId, Sitting] = {}

    def look(
        self, state: State, tickets: Mapping[TicketId, Ticket], config: Config, costs: Costs, *, autopilot: bool
    ) -> dict[PodId, Pod]:
        """All pods of the state."""
        self._autopilot, self._costs = autopilot, costs
        train = in_order(state.train, state.pods, tickets) if state.train else ()
        places = {car.pod: place for place, car in reversed(tuple(enumerate(train)))}
        self._red = (train[0].pod, train[0].red_why) if train and train[0].red_main else None
        found = {
            pod: self._pod(record, tickets.get(record.ticket), state, config, places.get(pod))
            for pod, record in state.pods.items()
        }
        for gone in self._seen.keys() - found.keys():
            del self._seen[gone]
            self._names.pop(gone, None)
            self._asks.pop(gone, None)
        return found

    def newest_run(self, pod: PodId) -> Run | None:
        """The pod's newest run that can be read."""
        for name in reversed(self._run_names(pod)):
            path = f"{self._runs}{pod}/{name}/{RUN_JSON}"
            found = stamp(path)
            if found is not None:
                with contextlib.suppress(OSError, BadFile):
                    return self._cache.get_at(Run, path, found, lambda p: read_run(p.parent))
        return None

    def _run_names(self, pod: PodId) -> list[str]:
        folder = self._runs + pod
        found = stamp(folder)
        if found is None:
            return []
        known = self._names.get(pod)
        if known is not None and known[0] == found:
            return known[1]
        names = run_names(self._layout, pod)
        if not may_change_unseen(found):
            self._names[pod] = (found, names)
        return names

    def _pod(self, record: PodRecord, ticket: Ticket | None, state: State, config: Config, place: int | None) -> Pod:
        run = self.newest_run(record.id)
        live = run is not None and run.state is not RunState.ENDED and self._lives(record.id, run)
        asks = self._questions(record.id, run) if live and run is not None and run.role.by_agent else ()
        hold = state.holds.get(record.ticket)
        seen = self._seen.setdefault(record.id, _Seen())
        refused = state.refused.get(record.ticket)
        red = self._red[1] if self._red and self._red[0] == record.id else None
        own = ticket.budget if ticket is not None else None
        dear = ticket_used_up(config.budgets, self._costs, record.ticket, own)
        limit = state.limited.get(run.agent) if run is not None else None
        autopilot = self._autopilot
        sitting = self._who_sits(record.id)
        made_of = (
            *(record, ticket, run, live, hold, refused, place, red, config, autopilot, sitting, asks, dear, limit),
        )
        if seen.pod is not None and _alike(seen.made_of, made_of):
            return seen.pod
        status = ticket.status if ticket else Status.ASSIGNED
        wants = attention(
            record, status, hold, run, config, refused, autopilot=autopilot, asks=asks, dear=dear, limit=limit,
            review=ticket.review if ticket is not None else None, live=live,
        )  # fmt: skip
        pod = Pod(
            record=record,
            status=status,
            title=ticket.title if ticket else "",
            run=run,
            live=live,
            hold=hold,
            attention=wants or red,
            sitting=sitting,
            in_train=place,
            asks=asks,
        )
        seen.made_of, seen.pod = made_of, pod if pod != seen.pod else seen.pod
        return seen.pod

    def _questions(self, pod: PodId, run: Run) -> tuple[Question, ...]:
        """What the run waits for; the very same tuple as long as nothing was asked or answered and no time is up."""
        folder = f"{self._runs}{pod}/{run.name}"
        found = stamp(folder)
        if found is None:
            return ()
        known = self._asks.get(pod)
        if known is not None and known[:2] == (run.name, found):
            asks = known[2]
        else:
            asks = tuple(read_waiting(Path(folder)))
            if not may_change_unseen(found):
                self._asks[pod] = (run.name, found, asks)
        return tuple(q for q in asks if not q.expired()) if any(q.expired() for q in asks) else asks

    def _who_sits(self, pod: PodId) -> Sitting | None:
        """Who is attached to the pod; the same object as long as it is the same."""
        found = who_sits(self._layout.sitting(pod), pod)
        known = self._sitting.get(pod)
        if found is None:
            self._sitting.pop(pod, None)
        elif found != known:
            self._sitting[pod] = known = found
        return known if found is not None else None

    def _lives(self, pod: PodId, run: Run) -> bool:
        return self._is_live(self._layout.run_dir(pod, run.name), run)


def _alike(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    return all(a is b for a, b in zip(old, new, strict=True))


def run_names(layout: Layout, pod: PodId) -> list[str]:
    """Names of the pod's run folders, oldest first."""
    with contextlib.suppress(OSError):
        return sorted(name for name in os.listdir(layout.runs / pod) if name[:4].isdigit())
    return []
