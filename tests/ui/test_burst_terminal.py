"""The same as type-ahead, from a real terminal that delivers the keys as one read."""

from __future__ import annotations

import sys

from tests.e2e.keyboard import Keyboard
from tests.world import World

SCREEN = [sys.executable, "-m", "lmawep_tui"]


def test_a_filter_in_one_read_never_starts_the_tests(world: World) -> None:
    for title in ("test the kettle", "other"):
        world.work(world.spawn(world.ticket(title)).id)
    with Keyboard(SCREEN, world.root) as person:
        person.until("pod-1", "pod-2", "+1")
        person.press("/test\r")
        person.until("/test", gone="pod-2  #102")
        person.press("/\x1b")
        person.until("pod-2  #102")
        person.press(":#102\r")
        person.until("#102 other")
        person.press("nBrew D e s t\r")
        person.until("Brew D e s t")
        person.press("q")
        assert person.ended() == 0
    snapshot = world.ws.snapshot()
    assert [pod.run.number for pod in snapshot.pods.values() if pod.run] == [1, 1]
    assert snapshot.tickets[103].title == "Brew D e s t"  # type: ignore[index]
