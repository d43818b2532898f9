"""Every screen there is, each by the way that leads to it from mission control."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lmawep_tui.model.ids import PodId
from lmawep_tui.ui import navigation
from lmawep_tui.ui.modals.fault import FaultScreen
from lmawep_tui.ui.screens.review import ReviewScreen
from lmawep_tui.ui.views import VIEWS
from tests.shots.session import Session

Way = Callable[[Session], Awaitable[None]]
ALL = ("empty", "busy", "trouble")
PODS = ("busy", "trouble")


@dataclass(frozen=True)
class Stop:
    """A picture: its name, the way to it, and the scenes in which there is such a thing."""

    name: str
    way: Way
    scenes: tuple[str, ...] = ALL


def keys(*pressed: str) -> Way:
    async def way(s: Session) -> None:
        await s.press(*pressed)

    return way


def view(name: str) -> Way:
    async def way(s: Session) -> None:
        await s.do(lambda: navigation.open_view(s.mission, name))

    return way


def at(row: str, *pressed: str) -> Way:
    """Keys on a pod or ticket."""

    async def way(s: Session) -> None:
        await s.do(lambda: navigation.go_to(s.mission, row))
        await s.press(*pressed)

    return way


async def review(s: Session) -> None:
    pods = s.mission.bridge.snapshot.pods
    await s.do(lambda: s.app.push_screen(ReviewScreen(s.mission.bridge, pods[PodId("pod-2")])))


async def side_by_side(s: Session) -> None:
    await review(s)
    await s.press("s")


async def run_log(s: Session) -> None:
    await at("pod-2", "6")(s)
    await s.do(s.mission.focus_detail)
    await s.press("enter")


async def fault_card(s: Session) -> None:
    await s.do(lambda: s.mission.pods.break_down("KeyError: 'pod-3'"))


async def last_screen(s: Session) -> None:
    live = s.mission.bridge.snapshot.slots_used
    await s.do(lambda: s.app.push_screen(FaultScreen("KeyError: 'pod-3'", live)))


async def card(s: Session) -> None:
    await view("board")(s)
    await s.press("enter")


async def past_run(s: Session) -> None:
    """The log of a run whose pod is gone."""
    await view("timeline")(s)
    await s.press("enter")


def inside(row: str, *pressed: str) -> Way:
    """Keys in the log of a pod."""

    async def way(s: Session) -> None:
        await at(row, "1")(s)
        await s.do(s.mission.focus_detail)
        await s.press(*pressed)

    return way


def then(way: Way, *pressed: str) -> Way:
    """Keys on the screen to which a way leads."""

    async def whole(s: Session) -> None:
        await way(s)
        await s.press(*pressed)

    return whole


STOPS = (
    Stop("mission", keys()),
    *(Stop(f"mission-{tab}", at("pod-2", str(number)), PODS)
      for number, tab in enumerate(("log", "diff", "memory", "ticket", "evidence", "runs"), 1)),
    Stop("ticket-alone", at("105", "4"), PODS),
    *(Stop(name, view(name)) for name in VIEWS),
    Stop("card", card, PODS),
    Stop("conflict-hunks", then(view("radar"), "j", "enter"), PODS),
    Stop("note", then(view("memory"), "e"), ("busy",)),
    Stop("bring-back", then(view("vault"), "R"), ("busy",)),
    Stop("mend", then(view("doctor"), "f"), ("trouble",)),
    Stop("past-run", past_run, PODS),
    Stop("watch", keys("W")),
    Stop("watch-zoomed", keys("W", "enter"), PODS),
    Stop("review", review, PODS),
    Stop("review-split", side_by_side, PODS),
    Stop("review-files", then(review, "tab"), PODS),
    Stop("review-ticket", then(review, "4"), PODS),
    Stop("comment", then(review, "j", "j", "c"), PODS),
    Stop("comments", then(review, "C"), ("busy",)),
    Stop("request-changes", then(review, "n"), ("busy",)),
    Stop("run-log", run_log, PODS),
    Stop("log-events", inside("pod-5"), PODS),
    Stop("log-kinds", inside("pod-5", "F"), ("busy",)),
    Stop("log-search", inside("pod-5", "slash", "d", "e", "enter"), PODS),
    Stop("log-go-to", inside("pod-5", "at"), PODS),
    Stop("settings", keys("comma")),
    Stop("setting", keys("comma", "enter")),
    Stop("ticket-form", keys("n")),
    Stop("ticket-edit", at("105", "E"), PODS),
    Stop("waits-for", then(keys("n"), *["tab"] * 5, "ctrl+o")),
    Stop("templates", keys("n", "ctrl+t")),
    Stop("palette", keys("colon")),
    Stop("palette-pods", keys("colon", "at")),
    Stop("theme", keys("ctrl+t")),
    Stop("help", keys("question_mark")),
    Stop("help-review", then(review, "question_mark"), PODS),
    Stop("views", keys("V")),
    Stop("since-you-left", keys("H")),
    Stop("snooze", keys("Z"), PODS),
    Stop("marked", keys("space", "j", "space"), PODS),
    Stop("peek", keys("K")),
    Stop("why", keys("w")),
    Stop("tell", at("pod-2", "i"), PODS),
    Stop("answer", at("pod-1", "i"), ("trouble",)),
    Stop("decide", at("pod-2", "b"), ("trouble",)),
    Stop("permission", at("pod-5", "i"), ("trouble",)),
    Stop("confirm", at("pod-2", "D"), PODS),
    Stop("filter", keys("slash", "m", "e")),
    Stop("fault-card", fault_card),
    Stop("last-screen", last_screen),
)  # fmt: skip
