"""The train: approved and tested pods land in order, main moving one tested step at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.review import outdated, reviewable
from lmawep_tui.engine.settle import settle_ended
from lmawep_tui.engine.testing import join_train, test
from lmawep_tui.engine.train_round import Landing as Landing
from lmawep_tui.engine.train_round import drive
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import hold, is_held
from lmawep_tui.model.errors import LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.model.train_order import in_order

_MERGE_WAIT_S = 3600.0

Told = Callable[[str], None]


def merge_pod(ws: Workspace, pod: PodId, *, now: bool = False, tell: Told = lambda _: None) -> Landing:
    """Lands a pod: tests it in its pod if that was not done, joins the train, and drives the train up to it.

    What stands before it lands first, as far as it can; nothing behind it does. `now` skips the queue, never the tests.
    Raises Refused when the pod is not approved.
    """
    if not _queue(ws, pod):
        tell(f"{pod}: testing in the pod")
        result = test(ws, pod)
        if all(car.pod != pod for car in ws.snapshot().state.train):
            return Landing(pod, _ticket(ws, pod), None, f"tests are red: {result.summary}")
    landings: list[Landing] = []
    if is_held(ws.layout.lock("merge")):
        tell(f"{pod}: waiting for what lands now")
    with hold(ws.layout.lock("merge"), what="The train", timeout_s=_MERGE_WAIT_S, doing=f"merge {pod}"):
        passed: set[PodId] = set()
        while True:
            cars = _landable(ws.snapshot(), pod)
            if pod not in cars:
                break
            before = cars[: cars.index(pod) + 1]
            ahead = [pod] if now else [car for car in before if car not in passed]
            passed.add(ahead[0])  # whatever becomes of it, it is tried once
            try:
                landings += drive(ws, ahead[0], tuple(ahead[1:]), tell)
            except LmawepError as error:
                if ahead[0] == pod:
                    raise
                tell(f"{ahead[0]} is passed by: {error}")
            if any(landing.pod == pod for landing in landings):
                break
    _tidy(ws, landings)
    return next((landing for landing in landings if landing.pod == pod), None) or _already(ws, pod)


def drive_train(ws: Workspace, head: PodId, *, tell: Told = lambda _: None) -> tuple[Landing, ...]:
    """One round of the train for autopilot: `head` and what may be tested together with it; says what became of whom.

    Raises Refused when the head cannot land as things stand; the others are none the worse for it.
    """
    with hold(ws.layout.lock("merge"), what="The train", timeout_s=_MERGE_WAIT_S, doing=f"land {head}"):
        cars = _landable(ws.snapshot())
        if head not in cars:
            return ()
        behind = tuple(cars[cars.index(head) + 1 :])
        landings = drive(ws, head, behind, tell)
    _tidy(ws, landings)
    return tuple(landings)


def _landable(snapshot: Snapshot, wanted: PodId | None = None) -> list[PodId]:
    """Cars that may land now, in order; unless it is the one that was asked for, a paused pod waits for the person, and
    one whose agent is to be told something for that.
    """
    cars = in_order(snapshot.state.train, snapshot.state.pods, snapshot.tickets)
    found = [pod for car in cars if (pod := snapshot.pods.get(car.pod)) is not None]
    waits = {pod.id for pod in found if pod.record.paused or pod.record.told or pod.sitting is not None}
    return [pod.id for pod in found if pod.id == wanted or (pod.status is Status.MERGING and pod.id not in waits)]


def _queue(ws: Workspace, pod: PodId) -> bool:
    """Puts an approved, tested pod into the train; False when its tests still have to run."""
    with ws.change(f"merge {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        status = change.ticket(record.ticket).status
        if status not in (Status.TESTING, Status.MERGING):
            hint = f"`lmawep review {pod} --approve` first." if status is Status.REVIEW else ""
            raise Refused(f"{pod} is {status}, not approved for landing.", hint)
        if outdated(ws, change, record):
            change.save()
            raise Refused(f"{pod} has new commits since it was approved.", "Look at them, then approve again.")
        if status is Status.TESTING:
            return False
        if all(car.pod != pod for car in change.state.train):
            join_train(change, record, reviewable(ws, record))
            change.save()
        return True


def _ticket(ws: Workspace, pod: PodId) -> TicketId:
    return ws.snapshot().pods[pod].ticket


def _already(ws: Workspace, pod: PodId) -> Landing:
    """The pod left the train while we waited: landed by another process, or sent back."""
    snapshot = ws.snapshot()
    found = snapshot.pods.get(pod)
    if found is not None and found.status is not Status.COMPLETE:
        return Landing(pod, found.ticket, None, f"{pod} left the train and is {found.status}")
    ticket = found.ticket if found is not None else _ticket_in_history(ws, pod)
    commit = snapshot.state.landed.get(ticket) if ticket is not None else None
    if ticket is None or commit is None:
        raise NotFound(f"{pod} was removed meanwhile.", "`git for-each-ref refs/lmawep/vault` shows what was kept.")
    return Landing(pod, ticket, Sha(commit), complete=True)


def _ticket_in_history(ws: Workspace, pod: PodId) -> TicketId | None:
    """Whose pod it was that is gone now."""
    from lmawep_tui.files import journal

    entries = [entry for entry in journal.read(ws.layout.journal, last=2000) if entry.get("pod") == pod]
    number = entries[-1].get("ticket") if entries else None
    return TicketId(number) if isinstance(number, int) else None


def _tidy(ws: Workspace, landings: Iterable[Landing]) -> None:
    """Removes landed pods when so configured; a failure to tidy up does not undo a landing.

    The next car need not wait for that: it happens when the merge lock is free again.
    """
    from lmawep_tui.engine.remove import remove

    for pod in [landing.pod for landing in landings if landing.complete]:
        try:
            if ws.config.merge.remove_pod:
                remove(ws, pod)
            else:
                memory_bank.keep(ws, ws.snapshot().pods[pod].record, "landed")
        except (NotFound, KeyError):  # somebody was quicker
            continue
        except (LmawepError, OSError) as error:
            ws.journal("pod kept", pod=pod, why=str(error))
