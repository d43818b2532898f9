"""`resolve --done`: a merge of main that a person resolved is committed, and the pod goes on from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.conflict_facts import find_conflict, merges_fact
from lmawep_tui.engine.conflict_view import stages_of
from lmawep_tui.engine.half_merged import finished, half_merged, pend, refuse_closed
from lmawep_tui.engine.review import reviewable
from lmawep_tui.engine.runs import ready_to_run
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.journal import now
from lmawep_tui.model.conflict import conflict_words, files_words
from lmawep_tui.model.errors import GitFailed, Refused
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import half_merge
from lmawep_tui.vcs.conflict import find_clashes, merges_clean
from lmawep_tui.vcs.half_merge import merge_heads
from lmawep_tui.vcs.repo import branch_ref, head_branch, is_ancestor, must_have
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import read_dirt


def finish(ws: Workspace, pod: PodId) -> PodRecord:
    """Commits the merge and lets the pod go on; the new commit is looked at and tested like any other.

    Files whose markers were edited away count as decided. Raises Refused while something is undecided, a marker is
    left, or there are files git does not know. Also records a merge that the person committed by hand.
    """
    with ws.change(f"resolve {pod} --done") as change:
        record = change.pod(pod)
        if not merge_heads(Path(record.path)):
            return _finished_by_hand(ws, change, record)
        record, git, other = half_merged(ws, change, pod)
        refuse_closed(change, record)
        if head_branch(git) != record.branch:
            raise Refused(f"{pod} is not on {record.branch}.", "Bring it back to its branch first.")
        main = branch_ref(change.state.main)
        if not is_ancestor(ws.git, other, main):
            raise Refused(f"The merge in {pod} is of {other[:7]}, which is not on {change.state.main}.",
                          f"`git commit` it yourself, or `lmawep resolve {pod} --abort`.")  # fmt: skip
        files = stages_of(ws, record, other)
        _decide_edited(git, other, pod, tuple(files))
        tip = must_have(git, "HEAD")
        pend(change, record, "done", tip, other)
        listed = "".join(f"- {clean_line(path)}\n" for path in files)
        message = f"Merge {change.state.main} into {record.branch}\n" + (f"\nResolved:\n{listed}" if listed else "")
        new = half_merge.commit(git, message)
        if half_merge.parents(git, new) != (tip, other):
            raise GitFailed(f"{new[:7]} in {pod} is not the merge of {tip[:7]} and {other[:7]}.")
        return _resolved(ws, change, record, new, other)


def _decide_edited(git: Git, other: Sha, pod: PodId, known: tuple[str, ...]) -> None:
    """Takes into the index what the person edited; raises Refused for what is not decided yet."""
    dirt = read_dirt(git)
    look = f"`lmawep resolve {pod}` shows what is to decide."
    marked = half_merge.left_markers(git, "HEAD", other, (*dirt.unmerged, *known))
    if marked:
        raise Refused(f"Conflict markers are left in {clean_line(files_words(marked))}.", look)
    open_ = {clash.path: clash for clash in find_clashes(git, "HEAD", other).files if clash.path in dirt.unmerged}
    edited = set(half_merge.edited(git, "HEAD", other, open_.values()))
    edited |= {path for path, clash in open_.items() if clash.hunks and (git.folder / path).is_file()}
    left = tuple(path for path in dirt.unmerged if path not in edited)
    if left:
        raise Refused(f"Not decided yet: {clean_line(files_words(left))}.", look)
    if dirt.untracked:
        raise Refused(f"git does not know {clean_line(files_words(dirt.untracked))} in {pod}.",
                      "`git add` what belongs to the merge, move the rest away.")  # fmt: skip
    half_merge.stage(git, edited)
    half_merge.stage_tracked(git)


def _finished_by_hand(ws: Workspace, change: Change, record: PodRecord) -> PodRecord:
    """A merge that is committed already: by the person's own git, or by a command of ours that was killed after it."""
    hold = change.state.holds.get(record.ticket)
    held = hold is not None and hold.kind is HoldKind.CONFLICT
    tip = must_have(ws.git, branch_ref(record.branch))
    if record.merging is None and record.conflict is None and not held:
        raise Refused(f"{record.id} has no merge half done.", f"`lmawep resolve {record.id} --start` begins one.")
    other = record.merging.main if record.merging else must_have(ws.git, branch_ref(change.state.main))
    if record.merging is not None and tip == record.merging.tip:
        raise Refused(f"The merge in {record.id} is gone, and nothing was committed.",
                      f"`lmawep resolve {record.id} --abort` clears it up.")  # fmt: skip
    if not merges_clean(ws.git, tip, other):
        raise Refused(f"{record.id} {conflict_words(find_conflict(ws, other, tip)[0], change.state.main)}.",
                      f"`lmawep resolve {record.id} --start` merges them.")  # fmt: skip
    ready_to_run(ws, record)
    refuse_closed(change, record)
    reviewable(ws, record)
    return _resolved(ws, change, record, tip, other)


def _resolved(ws: Workspace, change: Change, record: PodRecord, new: Sha, main: Sha) -> PodRecord:
    """The pod goes on from its new commit: to review when its work was believed before, else where it was."""
    status = change.ticket(record.ticket).status
    hold = change.state.holds.get(record.ticket)
    for_conflict = hold is not None and hold.kind is HoldKind.CONFLICT
    if status is Status.BLOCKED:
        on = for_conflict
    else:
        on = record.conflict is not None or status in (Status.REVIEW, Status.TESTING, Status.MERGING)
    facts = (Fact("merged by a person", True, f"{main[:7]} is in {new[:7]}", "git", now()),
             merges_fact(ws, record, change.state.main))  # fmt: skip
    record = replace(
        record, merging=None, paused=False, conflict=None, conflicts=0, attempts=0, verdict=None, tests=None
    )
    if on and allowed(status, Event.RESOLVED):
        record = replace(record, next_role=Role.TASK, brief="", setback="", evidence=facts)
        change.move(record.ticket, Event.RESOLVED)
    elif hold is not None and hold.was in (Status.TESTING, Status.MERGING):
        holds = {**change.state.holds, record.ticket: replace(hold, was=Status.REVIEW)}
        change.state = replace(change.state, holds=holds)
    record = change.put_pod(record)
    text = f"{change.state.main} ({main[:7]}) was merged by a person, in commit {new[:7]}. Nothing is in conflict."
    memory_bank.add_note(record, "blockers.md", f"Merged {change.state.main}", text)
    memory_bank.keep(ws, record, f"merged {change.state.main} as {new[:7]}")
    change.note("resolved", pod=record.id, ticket=record.ticket, commit=new, main=main)
    finished(change)
    return record
