"""Snapshots lie in the top-level `snapshots/`, and nothing of the machine is in them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import pytest_textual_snapshot as plugin
from syrupy.location import PyTestLocation

from tests.world import IDENTITY

ROOT = Path(__file__).parents[2]


class TopLevel(plugin.SVGImageExtension):
    """Puts `test_x.py`'s pictures into `snapshots/test_x/`."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(ROOT / "snapshots" / test_location.basename)


plugin.SVGImageExtension = TopLevel


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same time zone, names and colours everywhere."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
