"""Draws the README's pictures: `python -m tests.shots.make_screenshots`."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from lmawep_tui.ui import navigation
from lmawep_tui.ui.theme import THEMES
from tests.shots.pinned import pinned
from tests.shots.scenes import SCENES
from tests.shots.session import Session, built, session
from tests.shots.story import STEPS
from tests.shots.tour import Way, at, keys, side_by_side, view

FOLDER = Path(__file__).parents[2] / "screenshots"
SIZE, SMALL = (132, 34), (88, 22)


async def _mission(s: Session) -> None:
    s.mission.lmawep.autopilot.words = lambda: "on"  # type: ignore[method-assign]
    await s.do(lambda: navigation.go_to(s.mission, "pod-5"))
    s.mission.show_header()
    await s.settle()
    del s.mission.lmawep.autopilot.words  # type: ignore[method-assign]


PICTURES: dict[str, tuple[str, Way]] = {
    "mission": ("busy", _mission),
    "review": ("busy", side_by_side),
    "board": ("busy", view("board")),
    "graph": ("busy", view("graph")),
    "timeline": ("busy", view("timeline")),
    "watch": ("busy", keys("W")),
    "trouble": ("trouble", at("pod-2", "5")),
}
"""Name → scene, and the way to it."""
_NAMES = re.compile(r'(?<=["#.])t-(?=[a-z])')
"""What ids and classes of a picture begin with."""
IN_STRIP = [theme for theme in THEMES if not theme.ansi]
"""Those that bring colours of their own, not the terminal's."""


async def _scene(name: str) -> dict[str, str]:
    drawn = {}
    with built(SCENES[name]) as world:
        async with session(world, SIZE) as here:
            for picture, (scene, way) in PICTURES.items():
                if scene == name:
                    await way(here)
                    drawn[picture] = await here.picture()
                    await here.home()
    return drawn


async def _story() -> dict[str, str]:
    drawn = {}
    for number, step in enumerate(STEPS, 1):
        with built(step.build) as world:
            async with session(world, SMALL) as here:
                await step.way(here)
                drawn[f"story-{number}-{step.name}"] = await here.picture()
    return drawn


async def _themes() -> dict[str, str]:
    """Mission control in every theme, as a strip of pictures beside and below each other."""
    found = []
    with built(SCENES["busy"]) as world:
        async with session(world, (64, 18)) as here:
            for theme in IN_STRIP:
                here.app.theme = theme.name
                await here.settle()
                found.append((theme.name.removeprefix("lmawep-"), await here.picture()))
    return {"themes": strip(found, columns=3)}


def strip(pictures: list[tuple[str, str]], *, columns: int) -> str:
    """One SVG of several, each with its name as title and class names and ids of its own."""
    parts, width, height = [], 0.0, 0.0
    for place, (name, svg) in enumerate(pictures):
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        assert found is not None
        width, height = float(found[1]), float(found[2])
        own = _NAMES.sub(f"{name}-", svg).replace(">lmawep</text>", f">{name}</text>", 1)
        at = f'x="{place % columns * (width + 16)}" y="{place // columns * (height + 16)}" width="{width}"'
        parts.append(own.replace("<svg ", f'<svg {at} height="{height}" ', 1))
    rows = -(-len(pictures) // columns)
    box = f"0 0 {columns * (width + 16) - 16} {rows * (height + 16) - 16}"
    return f'<svg viewBox="{box}" xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(parts) + "\n</svg>\n"


async def draw_all() -> dict[str, str]:
    """Every picture by name, as SVG that loads nothing from anywhere."""
    return {**await _scene("busy"), **await _scene("trouble"), **await _story(), **await _themes()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with pinned():
        drawn = asyncio.run(draw_all())
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    for name, svg in drawn.items():
        (FOLDER / f"{name}.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
