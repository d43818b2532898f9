"""Which changes on disk are told, and which wake nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.files.atomic import write_text
from lmawep_tui.ui import watching
from lmawep_tui.ui.watching import Watching


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("by_kernel", [True, False])
async def test_what_is_complete_is_told_and_a_log_that_grows_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_kernel: bool
) -> None:
    if not by_kernel:
        monkeypatch.setattr(watching.Inotify, "open", lambda: None)
    tickets, run, told = tmp_path / "tickets", tmp_path / "run", set[Path]()
    for folder in (tickets, run):
        folder.mkdir()
    watch = Watching(DaemonPool(1, "test"), told.update, print)
    watch.follow("project", [tickets])
    watch.follow("runs", [run, tmp_path / "not there"])
    await asyncio.sleep(0.3)  # the one without the kernel begins in a thread
    with (run / "output.log").open("w", buffering=1) as log:
        for number in range(100):
            log.write(f"line {number}\n")
        (tickets / "ticket-101.yaml").write_text("in place")
        write_text(tickets / "ticket-102.yaml", "replaced")
        (tickets / "x.lock").write_text("")
        write_text(run / "run.json", "{}")
        wanted = {tickets / "ticket-101.yaml", tickets / "ticket-102.yaml", run / "run.json"}
        await until(lambda: wanted <= told)
    (tickets / "ticket-101.yaml").unlink()
    told.clear()
    await until(lambda: tickets / "ticket-101.yaml" in told or not by_kernel)
    watch.follow("runs", [])
    watch.close()
    assert {path.name for path in told} <= {"ticket-101.yaml", "ticket-102.yaml", "run.json"}


async def test_when_it_was_too_much_for_the_kernel_every_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "ticket-101.yaml").write_text("one")
    told = set[Path]()
    watch = Watching(DaemonPool(1, "test"), told.update, print)

    class Flooded:
        def events(self) -> list[tuple[int, int, bytes]]:
            return [(-1, watching.OVERFLOW, b"")]

    watch._take(Flooded(), {1: tmp_path, 2: tmp_path / "gone"})  # type: ignore[arg-type]
    assert told == {tmp_path / "ticket-101.yaml"}
