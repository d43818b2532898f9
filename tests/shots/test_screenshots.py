"""The README's pictures show the screen as it is, and load nothing."""

from __future__ import annotations

import re

from tests.shots.make_screenshots import FOLDER, draw_all

README = FOLDER.parent / "README.md"
MOST_BYTES = 400_000


async def test_the_pictures_are_current_and_each_is_shown() -> None:
    drawn = await draw_all()
    there = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.svg")}
    old = sorted(name for name in {*drawn, *there} if drawn.get(name) != there.get(name))
    assert not old, f"{', '.join(old)} are not as the screen is: python -m tests.shots.make_screenshots"
    for name, svg in drawn.items():
        assert not re.search(r"url\((?!#)|@import|<image|<script|href=", svg), name
        assert len(svg.encode()) < MOST_BYTES, name
    shown = set(re.findall(r"\]\(screenshots/([\w-]+)\.svg\)", README.read_text("utf-8")))
    assert shown == set(drawn)
