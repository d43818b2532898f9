"""Waking up when one file changes, by the kernel and by looking."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lmawep_tui.files.tail_wake import TailWake

PATIENCE_S = 5.0  # only ever waited for in full by a test that fails


class Watched:
    """A watch whose calls can be awaited."""

    def __init__(self, path: Path, *, use_inotify: bool) -> None:
        self.calls = 0
        self._called = asyncio.Event()
        self.wake = TailWake(path, self._on_call, use_inotify=use_inotify)

    def _on_call(self) -> None:
        self.calls += 1
        self._called.set()

    async def called(self) -> None:
        """Wait until it has called since the last time this was asked."""
        await asyncio.wait_for(self._called.wait(), PATIENCE_S)
        self._called.clear()


@pytest.fixture(params=["kernel", "poll"])
async def watch(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[type[Watched]]:
    """A maker of watches, once by inotify and once without."""
    if request.param == "kernel" and not sys.platform.startswith("linux"):
        pytest.skip("inotify is Linux's")
    made: list[Watched] = []

    def make(path: Path) -> Watched:
        watched = Watched(path, use_inotify=request.param == "kernel")
        assert watched.wake.by_kernel is (request.param == "kernel")
        made.append(watched)
        return watched

    yield make  # type: ignore[misc]
    for watched in made:
        watched.wake.close()


def append(path: Path, data: str) -> None:
    with path.open("a") as file:
        file.write(data)


async def test_growth_wakes(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("a")
    watched = watch(path)
    for _ in range(3):
        append(path, "more")
        await watched.called()


async def test_truncation_wakes(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("a")
    watched = watch(path)
    os.truncate(path, 0)
    await watched.called()


async def test_a_file_that_appears_wakes_and_is_watched_from_then_on(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    watched = watch(path)
    path.write_text("")
    await watched.called()
    append(path, "more")
    await watched.called()


async def test_a_file_whose_folder_appears_later_wakes(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "runs" / "7" / "log"
    watched = watch(path)
    path.parent.mkdir(parents=True)
    path.write_text("hello")
    await watched.called()
    append(path, "more")
    await watched.called()


async def test_a_rotated_file_wakes_and_the_new_one_is_watched(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("old")
    watched = watch(path)
    path.rename(tmp_path / "log.1")
    path.write_text("new")
    await watched.called()
    append(path, "more")
    await watched.called()


async def test_a_file_replaced_by_renaming_over_it_is_watched(watch: type[Watched], tmp_path: Path) -> None:
    path, other = tmp_path / "log", tmp_path / "other"
    path.write_text("old")
    with path.open():  # as the line index holds it, so the kernel does not report the old file as gone
        watched = watch(path)
        other.write_text("new")
        other.replace(path)
        await watched.called()
        append(path, "more")
        await watched.called()


async def test_a_deleted_file_that_comes_back_wakes(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("old")
    watched = watch(path)
    path.unlink()
    path.write_text("back again")
    await watched.called()


async def test_many_changes_in_one_turn_call_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("")
    watched = Watched(path, use_inotify=True)
    for _ in range(500):
        append(path, "x")
    await watched.called()
    assert watched.calls == 1
    watched.wake.close()


async def test_a_closed_watch_never_calls_and_gives_its_descriptor_back(watch: type[Watched], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("")
    open_before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    watched = watch(path)
    other = watch(path)
    watched.wake.close()
    append(path, "x")
    await other.called()  # the same change has been delivered to one that still listens
    assert watched.calls == 0
    other.wake.close()
    watched.wake.close()
    if open_before:
        assert len(os.listdir("/proc/self/fd")) == open_before


async def test_without_watches_left_it_looks_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmawep_tui.files.tail_wake.Inotify.add", lambda self, path, mask: None)
    path = tmp_path / "log"
    path.write_text("")
    watched = Watched(path, use_inotify=True)
    assert not watched.wake.by_kernel
    append(path, "x")
    await watched.called()
    watched.wake.close()
