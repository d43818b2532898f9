"""Pictures of the screen, one for each thing that could look wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.ui.views import VIEWS
from tests.shots.scenes import app_of, settle

SIZES = {"80x24": (80, 24), "160x48": (160, 48)}
Compare = Callable[..., bool]


def picture(compare: Compare, folder: Path, scene: str, size: tuple[int, int], *keys: str, light: bool = False) -> bool:
    with app_of(folder, scene) as app:
        if light:
            app.theme = "lmawep-light"

        async def before(pilot: Any) -> None:
            await settle(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settle(app, pilot)

        return compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", ["empty", "busy", "trouble"])
def test_mission(snap_compare: Compare, tmp_path: Path, scene: str, size: str) -> None:
    assert picture(snap_compare, tmp_path, scene, SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_review(snap_compare: Compare, tmp_path: Path, size: str) -> None:
    assert picture(snap_compare, tmp_path, "busy", SIZES[size], "r")


@pytest.mark.parametrize("tab", ["log", "diff", "ticket", "evidence"])
def test_detail(snap_compare: Compare, tmp_path: Path, tab: str) -> None:
    number = str(["log", "diff", "memory", "ticket", "evidence"].index(tab) + 1)
    assert picture(snap_compare, tmp_path, "busy", SIZES["80x24"], "exclamation_mark", number)


DIALOGS = {"help": "question_mark", "palette": "colon", "new": "n", "answer": "i", "remove": "D"}


@pytest.mark.parametrize("dialog", DIALOGS)
def test_dialog(snap_compare: Compare, tmp_path: Path, dialog: str) -> None:
    assert picture(snap_compare, tmp_path, "trouble", (120, 36), DIALOGS[dialog])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", ["board", "graph", "train", "memory"])
def test_view(snap_compare: Compare, tmp_path: Path, view: str, size: str) -> None:
    assert picture(snap_compare, tmp_path, "busy", SIZES[size], "V", *["j"] * list(VIEWS).index(view), "enter")


def test_light_theme(snap_compare: Compare, tmp_path: Path) -> None:
    assert picture(snap_compare, tmp_path, "busy", (120, 36), light=True)
