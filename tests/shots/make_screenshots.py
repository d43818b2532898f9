"""Draws the README's pictures: `python -m tests.shots.make_screenshots`."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

from tests.shots.scenes import app_of, settle
from tests.world import IDENTITY

FOLDER = Path(__file__).parents[2] / "screenshots"
PICTURES: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "mission": ("busy", ("j", "j"), True),
    "review": ("busy", ("r",), False),
    "trouble": ("trouble", ("5",), False),
}
"""Name → scene, keys, whether autopilot is shown as on."""
SIZE = (132, 34)
_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def pin() -> None:
    """The same time zone, names and colours everywhere."""
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        os.environ.pop(name, None)
    os.environ.update({**IDENTITY, "TZ": "UTC"})
    time.tzset()


async def draw(name: str) -> str:
    """Return one picture as SVG that loads nothing from anywhere."""
    scene, keys, autopilot = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder, app_of(Path(folder), scene) as app:
        if autopilot:
            app.autopilot.words = lambda: "on"  # type: ignore[method-assign]
        async with app.run_test(size=SIZE) as pilot:
            await settle(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settle(app, pilot)
            svg = app.export_screenshot(title="lmawep", simplify=True)
    return _FONT_FACE.sub("", svg)


def main() -> None:
    pin()
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        (FOLDER / f"{name}.svg").write_text(asyncio.run(draw(name)), "utf-8")


if __name__ == "__main__":
    main()
