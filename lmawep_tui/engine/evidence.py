"""Evidence: what git, the disk and the run itself say about a claim of "complete" (design: evidence)."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.bank_folder import read_bank
from lmawep_tui.files.journal import now
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.report import Claim
from lmawep_tui.model.run import Outcome, Run
from lmawep_tui.vcs.memory import load_memory
from lmawep_tui.vcs.repo import branch_ref, commit_of, head_branch
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import admin_dir, half_done, read_dirt
from lmawep_tui.vcs.worktree import check_links

_GOOD_ENDS = (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW)
_NOT_DONE = (Claim.PARTIAL, Claim.FAILED, Claim.BLOCKED, Claim.QUESTION, Claim.CHANGES_REQUESTED)


def collect(ws: Workspace, record: PodRecord, run: Run, main: str) -> tuple[Fact, ...]:
    """The lines of the done contract for a run that has ended, each with what was seen, where and when."""
    at = now()
    facts = (_ended(run), *_pod_facts(ws, record, run, main))
    return tuple(replace(fact, at=at) for fact in facts)


def by_hand(ws: Workspace, record: PodRecord, main: str) -> tuple[Fact, ...]:
    """The lines that hold for work a person hands in: no run, no claim, only what git says."""
    links = check_links(Path(record.path), ws.layout.git_dir)
    if not links.ok:
        return (Fact("pod in order", False, links.why, "disk", now()),)
    git = ws.pod_git(record.path)
    facts = (_on_branch(git, record), _commits(ws.git, record, None, main), _clean(git))
    return tuple(replace(fact, at=now()) for fact in facts)


def _pod_facts(ws: Workspace, record: PodRecord, run: Run, main: str) -> tuple[Fact, ...]:
    links = check_links(Path(record.path), ws.layout.git_dir)
    if not links.ok:
        return (Fact("pod in order", False, links.why, "disk"),)
    git = ws.pod_git(record.path)
    try:
        return (
            _claim(run),
            _on_branch(git, record),
            _commits(ws.git, record, run, main),
            _clean(git),
            _outside(ws, run),
            _memory(ws, record, run),
        )
    except LmawepError as error:
        return (Fact("pod in order", False, str(error), "git"),)


def _ended(run: Run) -> Fact:
    holds = run.outcome in _GOOD_ENDS
    words = f"{run.outcome}" + (f": {run.reason}" if run.reason else "")
    return Fact("run ended well", holds, words, f"run {run.name}")


def _claim(run: Run) -> Fact:
    """What the agent says of its own work; without a report its exit status is all there is."""
    if run.report is not None:
        return Fact("says it is done", run.report.claim not in _NOT_DONE, run.report.status, "its report")
    if run.outcome in _GOOD_ENDS:
        return Fact("says it is done", True, "no report, exit status 0", f"run {run.name}")
    return Fact("says it is done", False, "it never said so", f"run {run.name}")


def _on_branch(git: Git, record: PodRecord) -> Fact:
    branch = head_branch(git)
    operation = half_done(admin_dir(git))
    if operation:
        return Fact("on its branch", False, f"{operation} is half done", "git")
    return Fact("on its branch", branch == record.branch, branch or "detached HEAD", "git")


def _commits(git: Git, record: PodRecord, run: Run | None, main: str) -> Fact:
    """New commits since the run began; on a retry, work an earlier run committed counts, unless it was sent back."""
    tip = commit_of(git, branch_ref(record.branch))
    if tip is None:
        return Fact("new commits", False, f"the branch {record.branch} is gone", "git")
    ahead = int(git("rev-list", "--count", f"{branch_ref(main)}..{tip}").text)
    moved = run is not None and tip != run.head_before
    rejected = record.verdict is not None and not record.verdict.approved
    red = record.tests is not None and not record.tests.green
    sent_back = {record.verdict.commit if record.verdict and rejected else None,
                 record.tests.commit if record.tests and red else None}  # fmt: skip
    if run is not None and run.outcome is Outcome.NO_CHANGE:
        return Fact("new commits", True, "none, and none declared", "git")
    holds = ahead > 0 and (moved or tip not in sent_back)
    words = f"{ahead} ahead of {main}, now {tip[:7]}" if holds else f"none; the branch is still at {tip[:7]}"
    return Fact("new commits", holds, words, "git")


def _clean(git: Git) -> Fact:
    dirt = read_dirt(git)
    names = ", ".join(dirt.paths[:4]) + (" …" if len(dirt.paths) > 4 else "")
    return Fact("worktree clean", not dirt, "nothing uncommitted" if not dirt else f"uncommitted: {names}", "git")


def _outside(ws: Workspace, run: Run) -> Fact:
    """Whether your own checkout looks as it did before. It may have been you: told, and never held against it."""
    before, after = set(run.outside), set(outside(ws))
    new = sorted(after - before)
    if not new:
        return Fact("nothing outside changed", True, "your checkout is as it was", "git")
    names = ", ".join(new[:4]) + (" …" if len(new) > 4 else "")
    return Fact("nothing outside changed", True, f"in your checkout, by you or by it: {names}", "git")


_MAX_OUTSIDE = 200


def outside(ws: Workspace) -> tuple[str, ...]:
    """What is not committed in the person's own checkout now, by name, as far as it can be told."""
    with contextlib.suppress(LmawepError):
        return read_dirt(ws.git).paths[:_MAX_OUTSIDE]
    return ()


def _memory(ws: Workspace, record: PodRecord, run: Run) -> Fact:
    """The next agent finds what this one did: by its own notes, or by the report and commits noted for it."""
    try:
        files = read_bank(memory_bank.bank_folder(record))
    except BadFile as error:
        return Fact("memory bank kept", False, error.reason, "disk")
    if not files:
        return Fact("memory bank kept", False, "the memory-bank folder is gone or empty", "disk")
    if files != load_memory(ws.git, record.ticket):
        return Fact("memory bank kept", True, "updated by the agent", "disk")
    noted = "its report" if run.report else "its commits"
    return Fact("memory bank kept", True, f"not touched by the agent; {noted} noted in progress.md", "disk")
