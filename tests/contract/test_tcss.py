"""Every style sheet parses, and none has a selector that restyles the whole screen at each focus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet

ROOT = Path(__file__).parents[2] / "lmawep_tui"
SHEETS = sorted(ROOT.rglob("*.tcss"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_parses(sheet: Path) -> None:
    from lmawep_tui.ui.theme import THEMES

    variables = {**THEMES[0].to_color_system().generate(), **THEMES[0].variables}
    styles = Stylesheet(variables=variables)
    styles.read(sheet)
    styles.parse()
    assert styles.rules


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_no_selector_matches_everything(sheet: Path) -> None:
    assert not re.search(r"(^|[\s>])\*[\s:{]", sheet.read_text("utf-8"), re.MULTILINE)


def test_there_are_sheets() -> None:
    assert SHEETS
