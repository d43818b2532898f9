"""Every screen has a picture in every scene, or the table says truly why it cannot be opened there."""

from __future__ import annotations

import pytest

from tests.shots.refused import INSTEAD, REFUSED
from tests.shots.scenes import SCENES
from tests.shots.session import built, session
from tests.shots.tour import STOPS


def test_no_screen_is_left_out_of_a_scene() -> None:
    stops = {stop.name: stop for stop in STOPS}
    seen = {(name, scene) for name, stop in stops.items() for scene in stop.scenes}
    assert len(stops) == len(STOPS)
    assert not seen & (REFUSED.keys() | INSTEAD.keys()) and not REFUSED.keys() & INSTEAD.keys()
    met = seen | REFUSED.keys()
    assert {(INSTEAD[place], place[1]) for place in INSTEAD} <= met
    assert met | INSTEAD.keys() == {(name, scene) for name in stops for scene in SCENES}


@pytest.mark.parametrize("scene", SCENES)
async def test_what_is_refused_says_so_and_opens_nothing(scene: str) -> None:
    said, expected = {}, {}
    with built(SCENES[scene]) as world:
        async with session(world, (80, 24)) as here:
            for (name, where), (way, words) in REFUSED.items():
                if where == scene:
                    await way(here)
                    said[name] = here.app.screen.is_modal, " ".join(n.message for n in here.app._notifications)
                    expected[name] = False, words
                    await here.home()
    assert said == expected
