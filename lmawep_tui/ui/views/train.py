"""The merge queue: every car with its step, what its tests said, and why it waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lmawep_tui.engine.radar import radar
from lmawep_tui.engine.train_view import CarView, train_view
from lmawep_tui.model.age import ago, since
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.present.ticket_lines import field
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.radar import Radar
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_TESTS = 22
"""Cells that the words of the tests take at most."""
_COLUMNS = (
    Column("who", "car", width=10, priority=9),
    Column("ticket", "ticket", width=6, priority=6),
    Column("step", "step", width=8, priority=8),
    Column("since", "for", width=7, align="right", priority=5),
    Column("tests", "against main", width=_TESTS, priority=4),
    Column("words", "waits, or is with", flex=1, min_width=12, priority=7),
)
_UNTESTED = "not tested yet"
STEPS = {"testing": "busy", "landing": "ok", "building": "busy"}


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Cars in the order they land."""
    cars = train_view(ws, snapshot)
    found = _radar(ws, snapshot) if cars else None
    entries: list[Entry] = [(car.pod, _car(car, frame.now)) for car in cars]
    wide = max((len(car.tests or _UNTESTED) + 2 for car in cars), default=0)
    return Page(
        tuple(replace(column, width=min(wide, _TESTS)) if column.key == "tests" else column for column in _COLUMNS),
        entries,
        empty="The train is empty: an approved pod joins it with m, or by autopilot.",
        note=_note(cars),
        about={car.pod: _about(car, found, snapshot, frame.now) for car in cars},
        goes={car.pod: str(car.pod) for car in cars},
    )


def _radar(ws: Workspace, snapshot: Snapshot) -> Radar | None:
    try:
        return radar(ws, snapshot)
    except LmawepError:  # the train does not depend on it
        return None


def _note(cars: tuple[CarView, ...]) -> str:
    moving = [car for car in cars if str(car.step) != "waiting"]
    if not cars:
        return ""
    what = f"{', '.join(car.pod for car in moving)} {moving[0].step}" if moving else "nothing moves now"
    return f"{len(cars)} car{'s' if len(cars) != 1 else ''}, {what}"


def _car(car: CarView, now: float) -> list[tuple[str, str] | str]:
    step = str(car.step)
    return [
        (f"{car.place + 1}. {car.pod}", "strong"),
        f"#{car.ticket}" if car.ticket else "",
        (step, STEPS.get(step, "muted")),
        (since(car.since, now), "muted"),
        (f" {car.tests or _UNTESTED}", "" if car.tests else "muted"),
        (car.why or car.title, "warn" if "red" in car.why or "cannot" in car.why else ""),
    ]


def _about(car: CarView, found: Radar | None, snapshot: Snapshot, now: float) -> list[StyledLine]:
    lines: list[StyledLine] = [
        [(f"{car.pod} ", "accent"), (f"#{car.ticket} {car.title}", "strong")],
        [],
        field("commit", car.commit[:12]),
        field("joined", ago(car.joined, now)),
        field("step", f"{car.step}, for {since(car.since, now)}", STEPS.get(str(car.step), "")),
        field("tests", car.tests or "not on the combined tree yet"),
        *([field("waits", car.why, "warn")] if car.why else []),
    ]
    clashes = found.of(car.pod) if found is not None else ()
    for clash in clashes:
        other = clash.b if clash.a == car.pod else clash.a
        lines.append(field("conflict", f"with {other} in {', '.join(clash.files[:4])}", "warn"))
    pod = snapshot.pods.get(car.pod)
    if pod is not None and pod.record.verdict is not None:
        verdict = pod.record.verdict
        lines.append(field("approved", f"{verdict.commit[:7]} by {verdict.by}, {ago(verdict.at, now)}", "ok"))
    return lines


VIEW = View("Train", read, every_s=1.0, renew_s=5)
