"""Timing helpers: interleaved runs, medians, a row of the report."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, against what, and the target; times in seconds, other things in their unit."""

    what: str
    measured: float
    against: float | None
    target: str
    note: str = ""
    unit: str = "ms"

    def line(self) -> str:
        """The row as text."""
        scale = 1000 if self.unit == "ms" else 1
        base = f"{self.against * scale:9.1f} {self.unit}" if self.against else "–"
        ratio = f"{self.measured / self.against:.2f}×" if self.against else "–"
        note = f"   ({self.note})" if self.note else ""
        return f"{self.what:<44} {self.measured * scale:9.1f} {self.unit} {base:>12} {ratio:>7}   {self.target}{note}"


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians of two pieces of work done in turn, after one warm-up of each."""
    first(), second()
    pairs = [(timed(first), timed(second)) for _ in range(rounds)]
    return median([a for a, _ in pairs]), median([b for _, b in pairs])
