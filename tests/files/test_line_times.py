"""When the lines of a plain log came, and which line came at a time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.files.line_times import LineTimes
from lmawep_tui.files.log_times import entry


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def times_of(path: Path) -> LineTimes:
    index = LineIndex(path)
    while not index.complete or not index.exists:
        index.poll()
    return LineTimes(index)


@pytest.mark.parametrize(
    "stamp",
    ["2026-01-15 {clock}", "[2026-01-15T{clock}Z]", "2026-01-15 {clock},123", "INFO 2026-01-15T{clock}.5+00:00"],
)
def test_stamps_at_the_beginning_of_lines(tmp_path: Path, stamp: str) -> None:
    path = tmp_path / "log"
    clocks = [f"{10 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(4000)]
    lines = [f"{stamp.format(clock=clock)} line {n}\n  more of it\n" for n, clock in enumerate(clocks)]
    path.write_text("".join(lines))
    times = times_of(path)
    assert times.began == 1_768_471_200.0
    for n in (0, 1, 1234, 3999):
        offset = times.offset(1_768_471_200.0 + n)
        assert offset is not None
        assert f"line {n}\n" in path.read_text()[offset : offset + 80]
    assert times.last >= times.began + 3600
    times.close()


def test_the_file_of_times_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("2026-01-15 10:00:00 a\n" * 100)
    path.with_name("output.times").write_bytes(entry(0, 100.0) + entry(500, 160.0) + entry(1500, 220.0))
    times = times_of(path)
    assert (times.began, times.at(499), times.at(501)) == (100.0, 160.0, 220.0)
    assert (times.offset(50.0), times.offset(160.0), times.offset(200.0)) == (0, 0, 500)
    times.close()


@pytest.mark.parametrize("data", [b"", b"no times\n", b"\xff\x00\n" * 50, b"9999-99-99 99:99:99 odd\n"])
def test_nobody_knows(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(data + b"x")
    times = times_of(path)
    assert times.began in (0.0, times.at(0))
    if not times.began:
        assert times.offset(5.0) is None
    times.close()
