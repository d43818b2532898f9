"""Told of what changes in a few folders, whoever writes and however."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.folder_wake import FolderWake


class Ear:
    """Hears the callback and keeps all that was told."""

    def __init__(self, *folders: Path, **more: frozenset[str]) -> None:
        self._heard = threading.Event()
        self.told: set[Path] = set()
        self.lost = False
        self.wake = FolderWake(folders, self._heard.set, **more)  # type: ignore[arg-type]

    def hear(self, path: Path) -> bool:
        """Whether `path` is told within some seconds."""
        for _ in range(20):
            if path in self.told:
                return True
            self.listen()
        return False

    def listen(self) -> None:
        """Waits for the next callback and takes what it has."""
        self._heard.wait(1.0)
        self._heard.clear()
        changed, lost = self.wake.take()
        self.told |= changed
        self.lost |= lost


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    (tmp_path / "old").write_text("x")
    made = Ear(tmp_path, ignore=frozenset({"noise"}))
    if not made.wake.by_kernel:
        pytest.skip("no inotify here")
    yield made
    made.wake.close()


def _in_place(path: Path) -> None:
    with path.open("a") as file:
        file.write("more")


WAYS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "made": ("new", lambda path: path.write_text("x")),
    "in place": ("old", _in_place),
    "atomically": ("old", lambda path: write_text(path, "y")),
    "moved away": ("old", lambda path: path.rename(path.with_name("older"))),
    "removed": ("old", lambda path: path.unlink()),
    "a name that is no text": ("caf\udce9", lambda path: path.write_text("x")),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_is_told(tmp_path: Path, ear: Ear, way: str) -> None:
    name, write = WAYS[way]
    write(tmp_path / name)
    assert ear.hear(tmp_path / name)
    assert not any(path.name.startswith(".tmp-") for path in ear.told), "temporary files are nobody's business"


def test_what_is_to_be_ignored_is(tmp_path: Path, ear: Ear) -> None:
    (tmp_path / "noise").write_text("x")
    (tmp_path / "signal").write_text("x")
    assert ear.hear(tmp_path / "signal")
    assert tmp_path / "noise" not in ear.told


def test_a_folder_that_goes_means_look_at_everything(tmp_path: Path, ear: Ear) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    other = Ear(folder)
    folder.rmdir()
    for _ in range(20):
        if not other.lost:
            other.listen()
    assert other.lost
    other.wake.close()


def test_a_folder_that_is_not_there_is_not_watched(tmp_path: Path) -> None:
    wake = FolderWake([tmp_path / "absent"], lambda: None)
    assert not wake.by_kernel
    assert wake.take() == (set(), False)
    wake.close()
