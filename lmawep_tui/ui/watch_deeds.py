"""What the actions of the wall of logs do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmawep_tui.store.queries import needing_you
from lmawep_tui.ui.tiling import Shape

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.watch import WatchScreen
    from lmawep_tui.ui.wall import Wall

Deed = Callable[["WatchScreen"], object]


def _zoom(screen: WatchScreen) -> None:
    if screen.wall.chosen is not None:
        screen.wall.zoomed = not screen.wall.zoomed
    screen.show()


def _go(where: Callable[[Wall], object]) -> Deed:
    def go(screen: WatchScreen) -> None:
        where(screen.wall)
        screen.show()

    return go


def _turn(by: int) -> Deed:
    def turn(screen: WatchScreen) -> None:
        if not screen.wall.turn(by):
            screen.lmawep.say("There are no more pods." if by > 0 else "These are the first.")
        screen.show()

    return turn


def _pin(screen: WatchScreen) -> None:
    screen.wall.pin()
    screen.show()


def _shape(screen: WatchScreen) -> None:
    shapes = list(Shape)
    screen.wall.cut(shapes[(shapes.index(screen.wall.shape) + 1) % len(shapes)])
    screen.show()


def _give_way(screen: WatchScreen) -> None:
    screen.gives_way = not screen.gives_way
    words = "makes room for the next after a while" if screen.gives_way else "stays"
    screen.lmawep.say(f"A tile whose run has ended {words}.")


def _next(screen: WatchScreen) -> None:
    """The next pod that needs the person, most urgent first, then round again."""
    pods = [pod.id for pod in needing_you(screen.bridge.snapshot)]
    if not pods:
        screen.lmawep.say("No pod needs you now.", "warning")
        return
    here = screen.wall.chosen
    place = pods.index(here) + 1 if here in pods else 0
    screen.wall.choose(pods[place % len(pods)])
    screen.show()


def _back(screen: WatchScreen) -> None:
    """Leave one thing: the line that is typed into, a search, the zoom, the wall."""
    if screen.leave_search():
        return
    if screen.wall.zoomed:
        _zoom(screen)
    else:
        screen.dismiss(None)


def _details(screen: WatchScreen) -> None:
    screen.leave_for("ticket", screen.wall.chosen or "")


def _help(screen: WatchScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


DEEDS: dict[str, Deed] = {
    "watch.zoom": _zoom,
    "watch.next": _go(lambda wall: wall.step(1)),
    "watch.previous": _go(lambda wall: wall.step(-1)),
    "watch.left": _go(lambda wall: wall.move(-1, 0)),
    "watch.right": _go(lambda wall: wall.move(1, 0)),
    "watch.up": _go(lambda wall: wall.move(0, -1)),
    "watch.down": _go(lambda wall: wall.move(0, 1)),
    "watch.page-next": _turn(1),
    "watch.page-previous": _turn(-1),
    "watch.pin": _pin,
    "watch.shape": _shape,
    "watch.who": lambda screen: screen.next_who(),
    "watch.give-way": _give_way,
    "watch.go": _details,
    "watch.back": _back,
    "next": _next,
    "filter": lambda screen: screen.open_search(),
    "help": _help,
    "views": lambda screen: screen.leave_for("view", ""),
}
"""Its own actions, and those of mission control that mean something else here."""
