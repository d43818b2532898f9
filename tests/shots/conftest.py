"""Snapshots lie in the top-level `snapshots/`, and nothing of the machine is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_textual_snapshot as plugin
from syrupy.assertion import SnapshotAssertion
from syrupy.location import PyTestLocation

from tests.shots.pinned import pinned

ROOT = Path(__file__).parents[2]


class TopLevel(plugin.SVGImageExtension):
    """Puts `test_x.py`'s pictures into `snapshots/test_x/`."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(ROOT / "snapshots" / test_location.basename)


@pytest.fixture(autouse=True)
def the_same_everywhere() -> Iterator[None]:
    """Clock, time zone, terminal and names."""
    with pinned():
        yield


class Album:
    """Compares pictures by name, and tells of all that differ at once."""

    def __init__(self, snapshot: SnapshotAssertion, aside: Path) -> None:
        self._snapshot, self._aside = snapshot, aside
        self._differ: list[str] = []

    def look(self, name: str, svg: str) -> None:
        if self._snapshot(name=name) != svg:
            (self._aside / f"{name}.svg").write_text(svg, "utf-8")
            self._differ.append(name)

    def close(self) -> None:
        assert not self._differ, (
            f"{len(self._differ)} pictures differ: {', '.join(self._differ)}. Look at them in {self._aside}; if they "
            "are better now: python -m pytest tests/shots/test_pictures.py --snapshot-update"
        )


@pytest.fixture
def album(snapshot: SnapshotAssertion, tmp_path: Path) -> Album:
    """The pictures of one test; those that differ lie in the test's own folder."""
    return Album(snapshot.use_extension(TopLevel), tmp_path)
