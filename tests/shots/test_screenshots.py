"""The README's pictures show the screen as it is, and load nothing."""

from __future__ import annotations

import re

import pytest

from tests.shots.make_screenshots import FOLDER, PICTURES, draw


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_current(name: str) -> None:
    drawn = await draw(name)
    assert (FOLDER / f"{name}.svg").read_text("utf-8") == drawn, "renew: python -m tests.shots.make_screenshots"
    assert not re.search(r"url\((?!#)|@import|<image", drawn)
