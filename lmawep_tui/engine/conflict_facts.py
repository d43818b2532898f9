"""What is known of a pod's conflict with main: found, told, and forgotten when it is no longer true."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.files.journal import now
from lmawep_tui.model.conflict import MAX_FILES, MAX_TEXT, Conflict, ConflictFile, conflict_words
from lmawep_tui.model.errors import GitFailed, Refused
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs.conflict import Clash, find_clashes, merges_clean
from lmawep_tui.vcs.half_merge import merge_heads
from lmawep_tui.vcs.repo import branch_ref, commit_of

_BRIEF_HUNKS = 6000


def find_conflict(ws: Workspace, main: Sha, tip: Sha) -> tuple[Conflict, tuple[Clash, ...]]:
    """How a pod's commit conflicts with one of main: as it is recorded, and in full. No files: it merges clean."""
    files = find_clashes(ws.git, tip, main).files
    listed = tuple(
        ConflictFile(path=clean_line(f.path), kind=f.kind, hunks=f.hunks, text=clean_text(f.text)[:MAX_TEXT])
        for f in files[:MAX_FILES]
    )
    return Conflict(main=main, tip=tip, files=listed, count=len(files), at=now()), files


def conflict_brief(conflict: Conflict, files: tuple[Clash, ...], main: str) -> str:
    """What the resolve agent is told, and what stands in blockers.md."""
    names = ", ".join(f"{file.path} ({file.kind})" for file in conflict.files)
    more = conflict.count - len(conflict.files)
    names += f" and {more} more" if more > 0 else ""
    hunks = "\n\n".join(f"{clean_line(f.path)}:\n{clean_text(f.text)}" for f in files if f.text)
    return (
        f"This branch conflicts with {main} ({conflict.main[:7]}) in: {names or 'the layout of folders'}.\n"
        f"Merge {main} into this branch, keep what both sides meant, run the tests, commit.\n\n{hunks[:_BRIEF_HUNKS]}"
    )


def still_true(ws: Workspace, record: PodRecord) -> bool:
    """Whether the recorded conflict is one of the branch as it stands now; when git cannot tell, it is."""
    tip = commit_of(ws.git, branch_ref(record.branch))
    if record.conflict is None or tip is None:
        return False
    try:
        return not merges_clean(ws.git, tip, record.conflict.main)
    except GitFailed:  # that commit of main is gone: main was rewritten
        return True


def refreshed(ws: Workspace, record: PodRecord) -> PodRecord:
    """The record without its conflict when the branch has come to contain that commit of main, or merges clean."""
    return replace(record, conflict=None) if record.conflict and not still_true(ws, record) else record


def merges_fact(ws: Workspace, record: PodRecord, main: str) -> Fact:
    """The line of the done contract for a run that was to mend the recorded conflict."""
    conflict = record.conflict
    if conflict is None or not still_true(ws, record):
        return Fact("merges with main", True, f"no conflict with {main}", "git")
    words = conflict_words(conflict, main)
    with contextlib.suppress(GitFailed):
        tip = commit_of(ws.git, branch_ref(record.branch))
        if tip is not None:
            words = conflict_words(find_conflict(ws, conflict.main, tip)[0], main)
    return Fact("merges with main", False, f"still {words}", "git")


def refuse_half_merged(record: PodRecord) -> None:
    """Raises Refused while a merge that a person began in the pod is neither finished nor aborted."""
    if record.merging is not None and merge_heads(Path(record.path)):
        raise Refused(f"{record.id} has a merge with main half done.",
                      f"`lmawep resolve {record.id}` shows it; `--done` or `--abort` ends it.")  # fmt: skip
