"""The head of the review, and the page on what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from lmawep_tui.engine.review_view import ReviewView
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.evidence import believed
from lmawep_tui.model.pod import Pod, TestResult
from lmawep_tui.model.run import Role
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.ui.present.glyphs import BUSY, FLAG
from lmawep_tui.ui.present.review_tree import CHANGED, REVIEWED, SAID
from lmawep_tui.ui.present.styled import Segment, StyledLine
from lmawep_tui.ui.present.ticket_lines import ticket_lines

_ROOMY = 120
"""Columns from which on the head uses whole words."""
_CHECKS = (Role.CHECK, Role.TEST)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the review tells of."""

    pod_id: str
    pod: Pod | None
    view: ReviewView | None
    moved: str | None
    """A commit that is newer than the one shown."""
    doing: str
    """What this screen does with the pod now, such as "testing"."""
    width: int


_LEAST_TITLE = 10
"""Cells below which a title says less than the number before it."""


def review_left(head: Head) -> list[Segment]:
    """Return what is reviewed, how much of it is done, and whether it is the whole; what matters least stands last."""
    line: list[Segment] = [(" review ", "heading"), (f" {head.pod_id}", "strong")]
    view = head.view
    if view is not None:
        line.append((f" {view.commit[:7]}", "accent"))
        if view.since is not None:
            line.append((f"  only since {view.since.commit[:7]}", "warn"))
            if not view.exact:
                line.append((", main's changes mixed in", "warn"))
        if of := len(view.files):
            done = view.reviewed
            line.append((f"  {done}/{of} reviewed", "ok" if done == of else "muted"))
        if waiting := len(view.notes.open):
            line.append((f"  {SAID} {waiting}", "accent"))
    if head.pod is not None:
        line.append((f"  #{head.pod.ticket}", ""))
        room = head.width - sum(cell_len(text) for text, _ in (*line, *review_right(head)))
        line += [(f" {head.pod.title} ", "")] if room >= _LEAST_TITLE else []
    return line


def review_right(head: Head) -> list[Segment]:
    """Return what speaks for it and against it."""
    pod = head.pod
    if pod is None:
        return [(f"{FLAG} the pod is gone ", "blocked")]
    if head.moved:
        return [(f"{FLAG} new commit {head.moved[:7]}, not shown yet ", "blocked")]
    line: list[Segment] = []
    facts, roomy = pod.record.evidence, head.width >= _ROOMY
    if facts:
        good = believed(facts)
        words = "evidence" if not roomy else "evidence holds" if good else "evidence does not hold"
        line.append((f"{REVIEWED} {words}" if good else f"✗ {words}", "ok" if good else "error"))
    line.append(("  ", ""))
    line.append(_tests(head, pod))
    return [*line, (f"   {head.doing or pod.status} ", "muted")]


def _tests(head: Head, pod: Pod) -> Segment:
    tests, run = pod.record.tests, pod.run
    if head.doing == "testing" or (pod.live and run is not None and run.role in _CHECKS):
        return (f"{BUSY} tests run", "busy")
    if tests is None:
        return ("tests not run yet" if head.width >= _ROOMY else "no tests", "muted")
    if head.view is not None and tests.commit != head.view.commit:
        return (f"{CHANGED} tests of {tests.commit[:7]} {'green' if tests.green else 'red'}", "warn")
    if tests.green:
        return (f"{REVIEWED} tests green", "ok")
    name = tests.failing[0].rpartition("::")[2] if tests.failing and head.width >= _ROOMY else ""
    more = f" and {len(tests.failing) - 1} more" if name and len(tests.failing) > 1 else ""
    return ("✗ tests red" + (f": {name}{more}" if name else ""), "error")


def asked_lines(
    snapshot: Snapshot, ticket: Ticket | None, commits: Sequence[str], now: float, tests: TestResult | None = None
) -> list[StyledLine]:
    """Return what was asked for, the commits with which it was done, and what the tests said of it."""
    if ticket is None:
        return []
    lines: list[StyledLine] = [*ticket_lines(snapshot, ticket, now), [], [("Commits, newest first", "heading")]]
    lines += [[("  • ", "muted"), (subject, "")] for subject in commits] or [[("  none yet", "muted")]]
    if tests is not None:
        words = ("green", "ok") if tests.green else ("red", "error")
        lines += [[], [("Tests ", "heading"), words, (f" at {tests.commit[:7]}: {tests.summary}", "")]]
        lines += [[("  ✗ ", "error"), (name, "")] for name in tests.failing]
    return lines
