"""When a log grew is noted beside it, at most once a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.agents import log_clock
from lmawep_tui.agents.log_clock import LogClock
from lmawep_tui.files.log_times import TIMES, LogTimes


def test_a_byte_has_the_time_of_the_first_entry_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_clock, "_GAP_S", 0.0)
    clock = LogClock(tmp_path)
    clock.saw(100)
    clock.saw(100)
    clock.saw(250)
    clock.close(300)
    lines = (tmp_path / TIMES).read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["0", "100", "250", "300"]
    times = LogTimes(tmp_path / "output.log")
    times.look()
    stamps = [float(line.split()[1]) for line in lines]
    assert [times.at(offset) for offset in (0, 99, 100, 260)] == [stamps[1], stamps[1], stamps[2], stamps[3]]
    assert times.at(10_000) == stamps[3]
    times.close()


def test_growth_within_a_second_is_one_entry(tmp_path: Path) -> None:
    clock = LogClock(tmp_path)
    for size in range(1, 1000):
        clock.saw(size)
    clock.close(1000)
    assert [line.split()[0] for line in (tmp_path / TIMES).read_text().splitlines()] == ["0", "1000"]


def test_a_folder_that_is_gone_costs_the_times_only(tmp_path: Path) -> None:
    clock = LogClock(tmp_path / "gone")
    clock.saw(5)
    clock.close(6)
