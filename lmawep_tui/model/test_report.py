"""What a test run says test by test, and how that differs from the same tests elsewhere. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from lmawep_tui.model.dataclass import dataclass

SHOWN = 3
"""Names of tests in a sentence; more are counted."""


@dataclass(frozen=True, slots=True)
class Report:
    """A test report: tests by their id, `file::class::name` as far as the runner says it."""

    __test__ = False

    passed: frozenset[str] = frozenset()
    failing: Mapping[str, str] = field(default_factory=dict)
    """Id to the first line of what went wrong."""
    skipped: int = 0

    @property
    def total(self) -> int:
        return len(self.passed) + len(self.failing) + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Failures beside those of the base."""

    new: tuple[str, ...]
    fixed: tuple[str, ...]
    known: tuple[str, ...]


def join(reports: Iterable[Report]) -> Report:
    """Several files of one run as one report; a test that failed anywhere has failed."""
    passed: set[str] = set()
    failing: dict[str, str] = {}
    skipped = 0
    for report in reports:
        passed |= report.passed
        failing.update(report.failing)
        skipped += report.skipped
    return Report(frozenset(passed - failing.keys()), failing, skipped)


def difference(passed: Iterable[str], failing: Iterable[str], failing_on_base: Iterable[str]) -> Difference:
    """A failure is known when it fails on the base too; fixed is what fails there and passes here."""
    base, now = set(failing_on_base), set(failing)
    return Difference(
        new=tuple(sorted(now - base)), fixed=tuple(sorted(base & set(passed))), known=tuple(sorted(now & base))
    )


def names(ids: Iterable[str]) -> str:
    """`a, b, c, …`"""
    listed = list(ids)
    return ", ".join([*listed[:SHOWN], *(["…"] if len(listed) > SHOWN else [])])


def failures(number: int) -> str:
    return f"{number} new failure{'' if number == 1 else 's'}"


def difference_words(found: Difference) -> str:
    """`2 new failures (a, b), 1 fixed, 3 known`, or `0 new, 2 fixed, 376 known`."""
    new = f"{failures(len(found.new))} ({names(found.new)})" if found.new else "0 new"
    return f"{new}, {len(found.fixed)} fixed, {len(found.known)} known"
