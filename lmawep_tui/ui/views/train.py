"""The merge queue, and below it what the radar predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.engine.radar import radar
from lmawep_tui.engine.train_view import CarView, train_view
from lmawep_tui.model.age import since
from lmawep_tui.ui.present.ticket_lines import field
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.radar import Clash
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (
    Column("who", width=15, priority=9),
    Column("ticket", width=5, priority=6),
    Column("step", width=9, priority=8),
    Column("since", width=7, align="right", priority=5),
    Column("words", flex=1, min_width=12, priority=7),
)


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """Cars in the order they land; pairs of pods, and pods with main, that would conflict."""
    cars = train_view(ws, snapshot)
    found = radar(ws, snapshot)
    entries: list[Entry] = [Group(f" Train {len(cars) or ''}".rstrip(), "accent")]
    entries += [(f"car {car.pod}", _car(car, frame.now)) for car in cars] or [("no car", [("empty", "muted")])]
    entries.append(Group(f" Would conflict {len(found.pairs) or ''}".rstrip(), "warn" if found.pairs else "muted"))
    clashes: list[Entry] = [(f"clash {clash.a} {clash.b}", _clash(clash)) for clash in found.pairs]
    entries += clashes or [("no clash", [("nothing", "muted")])]
    about = {f"car {car.pod}": _about_car(car) for car in cars}
    about |= {f"clash {clash.a} {clash.b}": _about_clash(clash) for clash in found.pairs}
    goes = {f"car {car.pod}": str(car.pod) for car in cars}
    goes |= {f"clash {clash.a} {clash.b}": str(clash.a) for clash in found.pairs}
    looked = f"uncommitted work of {', '.join(found.pods)} included" if found.pods else ""
    return Page(_COLUMNS, entries, note=looked, about=about, goes=goes)


def _car(car: CarView, now: float) -> list[tuple[str, str] | str]:
    style = "muted" if car.step == "waiting" else "busy"
    return [(f"{car.place + 1}. {car.pod}", "strong"), f"#{car.ticket}" if car.ticket else "", (str(car.step), style),
            (since(car.since, now), "muted"), (car.why or car.title, "warn" if "red" in car.why else "")]  # fmt: skip


def _clash(clash: Clash) -> list[tuple[str, str] | str]:
    more = f" and {len(clash.files) - 3} more" if len(clash.files) > 3 else ""
    return [(f"{clash.a} × {clash.b}", "warn"), "", (clash.kind, ""), "", f"{', '.join(clash.files[:3])}{more}"]


def _about_car(car: CarView) -> list[StyledLine]:
    return [
        [(f"{car.pod} ", "accent"), (f"#{car.ticket} {car.title}", "strong")],
        [],
        field("commit", car.commit[:12]),
        field("joined", car.joined),
        field("step", str(car.step), _STEPS.get(str(car.step), "")),
        field("tests", car.tests or "not on the combined tree yet"),
        *([field("waits", car.why, "warn")] if car.why else []),
    ]


_STEPS = {"testing": "busy", "landing": "ok", "building": "busy"}


def _about_clash(clash: Clash) -> list[StyledLine]:
    head: list[StyledLine] = [[(f"{clash.a} and {clash.b} ", "strong"), (f"({clash.kind})", "muted")], []]
    return [*head, *([("  ", ""), (path, "")] for path in clash.files)]


VIEW = View("Train and radar", read, every_s=2.0)
