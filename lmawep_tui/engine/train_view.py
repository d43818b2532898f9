"""The train as a person looks at it: every car, its step, and why it is not moving."""

from __future__ import annotations

from datetime import UTC, datetime

from lmawep_tui.engine.train_steps import Step, Steps, read_steps
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now as stamp
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Car, Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.model.train_order import in_order


@dataclass(frozen=True, slots=True)
class CarView:
    """One car of the train, head first; times are UTC texts, `elapsed_s` is seconds in its step."""

    pod: PodId
    ticket: TicketId | None
    title: str
    commit: Sha
    place: int
    joined: str
    step: Step
    since: str
    elapsed_s: float
    tests: str
    """What the last tests said, in their own line."""
    why: str
    """Why it waits, or with whom it is tested."""


def train_view(ws: Workspace, snapshot: Snapshot | None = None) -> tuple[CarView, ...]:
    """The cars as they will land. Takes no lock and runs no git."""
    snapshot = snapshot or ws.snapshot()
    cars = in_order(snapshot.state.train, snapshot.state.pods, snapshot.tickets)
    steps = read_steps(ws) if cars else None
    now = datetime.now(UTC)
    found: list[CarView] = []
    ahead = 0
    for place, car in enumerate(cars):
        pod = snapshot.pods.get(car.pod)
        under_way = steps is not None and car.pod in steps.cars
        step = steps.step if steps is not None and under_way else Step.WAITING
        since = steps.since if steps is not None and under_way else car.since
        waits = car.waits_for(None, stamp())
        why = _together(steps, car) if under_way else _why(snapshot, pod, ahead, driven=steps is not None)
        if waits and not under_way and pod is not None and not pod.record.paused:
            why = f"{car.red_why} at {str(car.red_main)[:7]}; it lands when main is mended"
        tests = pod.record.tests.summary if pod is not None and pod.record.tests is not None else ""
        found.append(
            CarView(car.pod, pod.ticket if pod else None, pod.title if pod else "", car.commit, place, car.since, step,
                    since, _seconds_since(since, now), tests, why)
        )  # fmt: skip
        ahead += not waits and pod is not None and pod.status is Status.MERGING and not pod.record.paused
    return tuple(found)


def _together(steps: Steps | None, car: Car) -> str:
    others = [pod for pod in steps.cars if pod != car.pod] if steps is not None else []
    return f"together with {', '.join(others)}" if others else ""


def _why(snapshot: Snapshot, pod: Pod | None, ahead: int, *, driven: bool) -> str:
    if pod is None or pod.ticket not in snapshot.tickets:
        return "its ticket file is missing or invalid" if pod is not None else "its pod is gone"
    if snapshot.state.stuck is not None:
        return f"an earlier landing cannot be settled: {snapshot.state.stuck.get('why', '')}"
    if pod.record.paused:
        return "paused"
    if pod.status is not Status.MERGING:
        return pod.attention or f"it is {pod.status}"
    refusal = snapshot.state.refused.get(pod.ticket)
    if refusal is not None:
        return refusal.why
    if ahead:
        return f"{ahead} before it"
    if driven:
        return "the train is busy with another landing"
    return "next" if snapshot.autopilot else f"autopilot is off; `lmawep merge {pod.id}` lands it"


def _seconds_since(at: str, now: datetime) -> float:
    try:
        then = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    return max(0.0, (now - then).total_seconds())
