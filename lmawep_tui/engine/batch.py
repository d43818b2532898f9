"""Building what is to land: one car, or several that touch different files, each put on the one before, in memory."""

from __future__ import annotations

from lmawep_tui.engine.landing import Arrival
from lmawep_tui.engine.review import outdated, reviewable
from lmawep_tui.engine.settle import settle_ended
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import merge
from lmawep_tui.vcs.diff import changed_kinds, own_paths
from lmawep_tui.vcs.merge import OwnChanges, Target
from lmawep_tui.vcs.repo import is_ancestor


@dataclass(frozen=True, slots=True)
class Car:
    """A pod that may land, as it was looked at under the lock."""

    pod: PodId
    ticket: TicketId
    branch: str
    title: str
    test: str | None
    tip: Sha


@dataclass(frozen=True, slots=True)
class Built:
    """A car as a commit on top of main, or of the car before it."""

    car: Car
    base: Sha
    commit: Sha
    tree: str
    changed: dict[str, str]
    """Path → git's letter: what it changes in its base."""

    @property
    def arrival(self) -> Arrival:
        return Arrival(self.car.pod, self.car.ticket, self.base, self.commit, self.tree)


class Conflict(Exception):
    """The car conflicts with main in these paths."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(", ".join(paths))
        self.paths = paths


def may_land(ws: Workspace, change: Change, pod: PodId) -> tuple[PodRecord, bool]:
    """The pod, and whether it still is approved for landing; an approval that no longer holds is taken back."""
    settle_ended(ws, change, pod)
    record = change.pod(pod)
    if change.ticket(record.ticket).status is not Status.MERGING or outdated(ws, change, record):
        change.leave_train(record.ticket)
        change.save()
        return record, False
    return record, True


def look_at(ws: Workspace, change: Change, pod: PodId) -> Car | None:
    """The car, or None when it is no longer approved for landing. Raises Refused when the pod is not in order."""
    record, approved = may_land(ws, change, pod)
    if not approved:
        return None
    ticket = change.ticket(record.ticket)
    return Car(pod, record.ticket, record.branch, ticket.title, ticket.test, reviewable(ws, record))


def look_at_followers(ws: Workspace, change: Change, head: Car, pods: tuple[PodId, ...]) -> list[Car]:
    """Cars that may be tested together with the head; one that is not in order waits for its own turn to say so."""
    found: list[Car] = []
    for pod in pods:
        try:
            car = look_at(ws, change, pod)
        except LmawepError:
            continue
        if car is not None and car.test == head.test:
            found.append(car)
    return found


def lands_nothing(ws: Workspace, target: Target, car: Car) -> bool:
    """Whether main already holds everything the pod has: there is nothing to commit and nothing to test."""
    return is_ancestor(ws.git, car.tip, target.old)


def build(ws: Workspace, target: Target, head: Car, followers: list[Car], limit: int) -> list[Built]:
    """The chain of commits from main on: the head, and up to `limit` cars in all.

    A follower joins only when it touches no file that another one does, merges cleanly, brings something, and meets no
    uncommitted change of the person's. Raises Conflict for the head, Refused when its way is blocked.
    """
    own = merge.own_changes(ws.git, target)
    first = _put_on(ws, target.old, head, own)
    if first is None:
        raise Conflict(merge.merge_trees(ws.git, target.old, head.tip).conflicts)
    chain = [first]
    for car in followers:
        if len(chain) >= limit:
            break
        paths = own_paths(ws.git, target.old, car.tip)
        if not paths or any(paths & built.changed.keys() for built in chain):
            continue
        try:
            built = _put_on(ws, chain[-1].commit, car, own)
        except LmawepError:  # it waits for its own turn, and is refused there in words
            continue
        if built is not None:
            chain.append(built)
    return chain


def _put_on(ws: Workspace, base: Sha, car: Car, own: OwnChanges) -> Built | None:
    """The car on top of `base`; None when it conflicts."""
    merged = merge.merge_trees(ws.git, base, car.tip)
    if merged.tree is None:
        return None
    message = f"Merge {car.branch}: {car.title}\n\nTicket: {car.ticket}\n"
    commit = merge.build_landing(ws.git, base, car.tip, merged.tree, message, ws.config.merge.style)
    kinds = changed_kinds(ws.git, base, commit)
    own.refuse(kinds)
    return Built(car, base, commit, merged.tree, kinds)
