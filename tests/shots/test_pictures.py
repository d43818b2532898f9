"""Pictures of every screen in every scene: one session of the app walks through them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine.first_look import FirstLook, FoundAgent
from lmawep_tui.ui.first_run import FirstRunApp
from lmawep_tui.ui.theme import THEMES
from tests.shots.conftest import Album
from tests.shots.pinned import SEEN_AS
from tests.shots.scenes import SCENES
from tests.shots.session import Session, built, session
from tests.shots.tour import STOPS

SIZES = {"80x24": (80, 24), "160x48": (160, 48)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
async def test_screens(album: Album, scene: str, size: str) -> None:
    with built(SCENES[scene]) as world:
        async with session(world, SIZES[size]) as here:
            for stop in STOPS:
                if scene in stop.scenes:
                    await stop.way(here)
                    album.look(stop.name, await here.picture())
                    await here.home()
    album.close()


async def test_themes(album: Album) -> None:
    with built(SCENES["trouble"]) as world:
        async with session(world, (120, 30)) as here:
            for theme in THEMES:
                here.app.theme = theme.name
                await here.settle()
                album.look(theme.name, await here.picture())
    album.close()


ROOT = Path(SEEN_AS, "teahouse")
WRITES = ((".lmawep/", "settings and tickets"), ("lmawep-workspace/", "pods, runs and logs"),
          (".git/info/exclude", "keeps both out of git status"))  # fmt: skip
FOUND = {
    "busy": FirstLook(
        root=ROOT, git="2.47.1", main="main", branches=("main", "dev"), why_main="it is checked out",
        tests="pytest -q", why_tests="pyproject.toml has a pytest section", setup="npm ci", why_setup="package.json",
        copy=(".env*",), agents=(FoundAgent("claude", "Claude Code", None), FoundAgent("codex", "Codex", None)),
        writes=WRITES,
    ),
    "trouble": FirstLook(
        root=ROOT, git="2.38.0", main="trunk", branches=("trunk",), why_main="the only branch", tests="",
        why_tests="", setup="", why_setup="", copy=(), agents=(FoundAgent("claude", "Claude Code", None),),
        writes=WRITES,
    ),
}  # fmt: skip
"""What is found in a repository that has it all, and in one that has nothing."""


@pytest.mark.parametrize("size", SIZES)
async def test_first_run(album: Album, size: str) -> None:
    for name, look in FOUND.items():
        app = FirstRunApp(look)
        async with app.run_test(size=SIZES[size]) as pilot:
            here = Session(app, pilot, ROOT.parent)
            await here.settle()
            album.look(name, await here.picture())
    album.close()
