"""The README's story in six pictures: a ticket on its way to main."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.pod import Car, Hold, HoldKind, TestResult, Verdict
from lmawep_tui.model.run import Outcome, Role
from lmawep_tui.model.ticket import Priority, Status
from tests.shots import texts
from tests.shots.scene import DAY, Scene
from tests.shots.scenes import GOOD, LANDED
from tests.shots.session import Session
from tests.shots.tour import Way, at, keys, review

POD = PodId("pod-2")


@dataclass(frozen=True)
class Step:
    """One picture: what is on disk by then, and the way to what is shown of it."""

    name: str
    build: Callable[[Scene], None]
    way: Way


def _tickets(scene: Scene, **of_the_menu: object) -> None:
    t = scene.ticket
    t(101, "Sign in with a password", estimate="2h")
    t(102, "Sort the menu by season", **{"priority": Priority.HIGH, "estimate": "1h", **of_the_menu})  # type: ignore[arg-type]
    t(103, "Rate limits for orders", estimate="3h", dependencies=(TicketId(101),))
    t(104, "Export the takings as CSV", estimate="1h", dependencies=(TicketId(103),))
    scene.on_main({"src/menu.py": texts.MENU}, "The menu")


def tickets(scene: Scene) -> None:
    _tickets(scene)


def at_work(scene: Scene) -> None:
    _tickets(scene, status=Status.WORKING, assigned_to=POD)
    scene.pod(2, 102, {"src/menu.py": texts.MENU_SORTED})
    scene.run(POD, log=texts.MENU_TALK, live=True, format="claude-stream", started=f"{DAY}14:01:10Z")


def asks(scene: Scene) -> None:
    _tickets(scene, status=Status.BLOCKED, assigned_to=POD)
    why = "A tea of all seasons: first, or last?"
    scene.holds = {TicketId(102): Hold(was=Status.WORKING, kind=HoldKind.QUESTION, why=why, at=f"{DAY}14:02:00Z")}
    scene.pod(2, 102, {"src/menu.py": texts.MENU_SORTED})
    scene.run(POD, outcome=Outcome.QUESTION, reason=why, log=texts.MENU_TALK, format="claude-stream")


def to_review(scene: Scene) -> None:
    _tickets(scene, status=Status.REVIEW, assigned_to=POD)
    scene.pod(2, 102, {"src/menu.py": texts.MENU_SORTED, "tests/test_menu.py": texts.MENU_TEST}, evidence=GOOD)
    scene.run(POD, log=texts.MENU_TALK, format="claude-stream")
    scene.comment(POD, ("src/menu.py", 8, "`index` fails for a tea of all seasons: they come last."))


def green(scene: Scene) -> None:
    _tickets(scene, status=Status.MERGING, assigned_to=POD)
    scene.pod(2, 102, {"src/menu.py": texts.MENU_SORTED, "tests/test_menu.py": texts.MENU_TEST}, evidence=GOOD)
    commit = scene.tip(POD)
    scene.change(
        POD,
        settled=2,
        verdict=Verdict(commit=commit, approved=True, by="you", at=f"{DAY}14:01:30Z"),
        tests=TestResult(commit=commit, green=True, summary="0 new failures, 1 fixed, 33 passed", run="0002-check",
                         at=f"{DAY}14:02:20Z", passed=33, fixed=1),
    )  # fmt: skip
    scene.run(POD, log=texts.MENU_TALK, format="claude-stream")
    scene.run(POD, number=2, role=Role.CHECK, agent="", log="$ pytest -q\n33 passed in 1.92s\n")
    scene.train = (Car(pod=POD, commit=commit, since=f"{DAY}14:02:20Z"),)


def landed(scene: Scene) -> None:
    _tickets(scene, status=Status.COMPLETE)
    scene.landed = {TicketId(102): LANDED}
    scene.event("14:02:30", "landed", pod=POD, ticket=102, commit=LANDED)


async def _answered(s: Session) -> None:
    await at("pod-2", "i")(s)
    await s.press(*["space" if char == " " else char for char in "last"])


STEPS = (
    Step("tickets", tickets, keys("j")),
    Step("at-work", at_work, at("pod-2", "1")),
    Step("asks", asks, _answered),
    Step("review", to_review, review),
    Step("green", green, at("pod-2", "5")),
    Step("landed", landed, at("102")),
)
