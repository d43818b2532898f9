"""The head of the review, and the rows of its files."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.model.evidence import believed
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.ui.present.diff_lines import DiffFile
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import Segment, StyledLine
from lmawep_tui.ui.present.ticket_lines import ticket_lines


def review_left(pod_id: str, pod: Pod | None, commit: str | None) -> list[Segment]:
    """Return what is reviewed."""
    line: list[Segment] = [(" review ", "heading"), (f" {pod_id}", "strong")]
    if pod is not None:
        line.append((f" #{pod.ticket} {pod.title}", ""))
    if commit:
        line.append((f"  {commit[:7]}", "accent"))
    return line


def review_right(pod: Pod | None, moved: str | None) -> list[Segment]:
    """Return what speaks for it and against it."""
    if pod is None:
        return [(f"{FLAG} the pod is gone ", "blocked")]
    if moved:
        return [(f"{FLAG} new commit {moved[:7]}, not shown yet ", "blocked")]
    line: list[Segment] = []
    facts = pod.record.evidence
    if facts:
        good = believed(facts)
        line.append(("✓ evidence holds" if good else "✗ evidence does not hold", "ok" if good else "error"))
    tests = pod.record.tests
    if tests is not None:
        line.append(("  ✓ tests green" if tests.green else "  ✗ tests red", "ok" if tests.green else "error"))
    else:
        line.append(("  tests not run yet", "muted"))
    return [*line, (f"   {pod.status} ", "muted")]


def asked_lines(snapshot: Snapshot, ticket: Ticket | None, commits: Sequence[str], now: float) -> list[StyledLine]:
    """Return what was asked for, and the commits with which it was done."""
    if ticket is None:
        return []
    lines: list[StyledLine] = [*ticket_lines(snapshot, ticket, now), [], [("Commits, newest first", "heading")]]
    lines += [[("  • ", "muted"), (subject, "")] for subject in commits] or [[("  none yet", "muted")]]
    return lines


def file_row(file: DiffFile) -> list[str | Segment]:
    """Return a file's path and its lines added and removed."""
    return [
        file.path or file.old_path,
        (f"+{file.added}" if file.added else "", "added"),
        (f"−{file.removed}" if file.removed else "", "removed"),
    ]
