"""`resolve`: main brought into a pod by a person, file by file, finished or undone without loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.conflict_facts import conflict_brief, find_conflict
from lmawep_tui.engine.conflict_view import ConflictView, describe, stages_of
from lmawep_tui.engine.finish_merge import finish
from lmawep_tui.engine.half_merged import finished, half_merged, pend, refuse_closed
from lmawep_tui.engine.mend_merge import forget_merging
from lmawep_tui.engine.review import reviewable
from lmawep_tui.engine.runs import ready_to_run, start
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.journal import now
from lmawep_tui.model.conflict import Merging, Side, files_words
from lmawep_tui.model.errors import GitFailed, Refused, UsageError
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role, Run
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import half_merge, vault
from lmawep_tui.vcs.conflict import find_clashes
from lmawep_tui.vcs.half_merge import merge_heads
from lmawep_tui.vcs.repo import branch_ref, commit_of, is_ancestor, must_have
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.status import read_dirt

__all__ = ["ConflictView", "Side", "abort", "by_agent", "describe", "finish", "start_merge", "take", "to_edit"]


def start_merge(ws: Workspace, pod: PodId) -> ConflictView:
    """Merges main into the pod's worktree and stops before the commit, with or without conflicts.

    The pod is paused, the memory bank notes it. Raises Refused unless the pod is at rest, clean and on its branch, and
    when main is in it already or would overwrite a file git does not know.
    """
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"resolve {pod} --start") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        ready_to_run(ws, record)
        refuse_closed(change, record)
        tip = reviewable(ws, record)
        git = ws.pod_git(record.path)
        label = branch_ref(change.state.main)
        main = must_have(ws.git, label)
        if is_ancestor(ws.git, main, tip):
            raise Refused(f"{pod} has all of {change.state.main} already.", "There is nothing to merge.")
        clashes = find_clashes(git, "HEAD", main, texts=False)
        blocking = half_merge.in_the_way(git, tip, clashes)
        if blocking:
            raise Refused(f"{pod} has files git does not know, which the merge would overwrite: "
                          f"{clean_line(files_words(blocking))}.", "Move them away first.")  # fmt: skip
        files = tuple(clean_line(clash.path) for clash in clashes.files)
        note = memory_bank.note_text(f"Merging {change.state.main}", _note(change.state.main, main, files))
        newlines = memory_bank.trailing_newlines(record, "blockers.md")
        merging = Merging(main=main, tip=tip, paused=record.paused, note=note, trimmed=newlines, at=now())
        record = change.put_pod(replace(record, merging=merging, paused=True))
        pend(change, record, "start", tip, main)
        memory_bank.add_text(record, "blockers.md", note)
        _begin(ws, change, record, git, label)
        change.note("merge begun", pod=pod, ticket=record.ticket, main=main, files=list(files)[:50])
        finished(change)
    return describe(ws, pod)


def _note(branch: str, main: Sha, files: tuple[str, ...]) -> str:
    listed = "\n".join(f"- {name}" for name in files[:50])
    return f"A person merges {branch} ({main[:7]}) into this branch. In conflict:\n{listed or '- nothing'}"


def _begin(ws: Workspace, change: Change, record: PodRecord, git: Git, label: str) -> None:
    merging = record.merging
    assert merging is not None
    words = f"Nothing was changed in {record.id}."
    try:
        half_merge.begin(git, record.branch, label)
    except GitFailed as error:
        _undo_start(ws, change, record)
        raise Refused(f"git would not merge: {error}", words) from error
    if merge_heads(Path(record.path)) != (merging.main,):
        _undo_start(ws, change, record)
        raise Refused(f"{change.state.main} moved just now.", f"{words} Start again.")


def _undo_start(ws: Workspace, change: Change, record: PodRecord) -> None:
    """The worktree was clean a moment ago and the lock is ours: what is there now is git's."""
    half_merge.undo(ws.pod_git(record.path))
    forget_merging(change, record)
    finished(change)


def take(ws: Workspace, pod: PodId, files: Sequence[str], side: Side) -> ConflictView:
    """Decides files for one side: OURS is the pod's, THEIRS main's. A folder or `.` means all in conflict below it.

    Whatever a person had written into them is kept in the vault first. Raises Refused for files not in conflict.
    """
    with ws.change(f"resolve {pod} --{side}") as change:
        record, git, other = half_merged(ws, change, pod)
        stages = stages_of(ws, record, other)
        chosen = {path: stages[path] for path in chosen_files(files, tuple(stages), pod)}
        half_merge.refuse_links(git.folder, chosen)
        clashes = [clash for clash in find_clashes(git, "HEAD", other, texts=False).files if clash.path in chosen]
        if half_merge.edited(git, "HEAD", other, clashes):
            ref = vault.snapshot(git, pod, f"before taking {side}", record.branch)
            change.note("snapshot", pod=pod, ref=ref, why=f"before taking {side}")
        pend(change, record, "take", must_have(git, "HEAD"), other)
        half_merge.take(git, chosen, 2 if side is Side.OURS else 3)
        change.note("sides taken", pod=pod, side=str(side), files=[clean_line(path) for path in chosen][:50])
        finished(change)
    return describe(ws, pod)


def chosen_files(files: Sequence[str], known: tuple[str, ...], pod: PodId) -> tuple[str, ...]:
    """The conflicted paths that are meant: a path itself, everything in a folder, `.` for all."""
    if not files:
        raise UsageError("Say which files.", "`.` means all of them.")
    found: dict[str, None] = {}
    for name in files:
        wanted = name.removeprefix("./").rstrip("/") or "."
        hits = [path for path in known if wanted in (".", path) or path.startswith(f"{wanted}/")]
        if not hits:
            raise Refused(f"{clean_line(name)} is not in conflict.", f"`lmawep resolve {pod}` lists what is.")
        found.update(dict.fromkeys(hits))
    return tuple(found)


def to_edit(ws: Workspace, pod: PodId, files: Sequence[str] = ()) -> tuple[Path, ...]:
    """The files to open in an editor, as absolute paths: those named, or all with markers that are still there.

    Raises Refused when no merge is half done, or nothing is left to edit.
    """
    with ws.change(f"resolve {pod} --edit") as change:
        record, git, other = half_merged(ws, change, pod)
        stages = stages_of(ws, record, other)
        if files:
            chosen = chosen_files(files, tuple(stages), pod)
        else:
            chosen = half_merge.left_markers(git, "HEAD", other, stages)
        half_merge.refuse_links(git.folder, chosen)
    there = tuple(git.folder / path for path in chosen if (git.folder / path).is_file())
    if not there:
        raise Refused(f"{pod} has no file with conflict markers.", f"`lmawep resolve {pod}` shows what is to decide.")
    return there


def abort(ws: Workspace, pod: PodId) -> str | None:
    """Undoes a merge that is half done: the pod is as it was before. Returns the vault ref of what was decided already.

    None when nothing had been. Raises Refused when there is no merge, or it is committed.
    """
    with ws.change(f"resolve {pod} --abort") as change:
        record = change.pod(pod)
        if not merge_heads(Path(record.path)):
            _forget_gone(ws, change, record)
            return None
        record, git, other = half_merged(ws, change, pod)
        tip = must_have(git, "HEAD")
        ours = record.merging is not None and (record.merging.main, record.merging.tip) == (other, tip)
        kept = None
        if not ours or _decided_something(git, other):
            kept = vault.snapshot(git, pod, "merge of main aborted", record.branch)
            change.note("snapshot", pod=pod, ref=kept, why="merge of main aborted")
        pend(change, record, "abort", tip, other)
        if ours or not half_merge.undo_gently(git):  # a merge begun by other means may have begun on a dirty worktree
            half_merge.undo(git)
        left = read_dirt(git)
        if ours and (*left.staged, *left.changed, *left.unmerged):
            raise GitFailed(f"{pod} is not as it was before the merge.", f"What it held is kept in {kept}.")
        record = forget_merging(change, record)
        change.note("merge aborted", pod=pod, ticket=record.ticket, vault=kept)
        finished(change)
        return kept


def _decided_something(git: Git, other: Sha) -> bool:
    """Whether the worktree is no longer just what git's merge left."""
    clashes = find_clashes(git, "HEAD", other, texts=False)
    paths = {clash.path for clash in clashes.files}
    dirt = read_dirt(git)
    if dirt.untracked or set(dirt.changed) - paths or set(dirt.unmerged) != paths:
        return True
    staged = git("diff-index", "--cached", "--name-only", "-z", "--no-renames", clashes.tree).fields
    return bool(set(staged) - paths) or bool(half_merge.edited(git, "HEAD", other, clashes.files))


def _forget_gone(ws: Workspace, change: Change, record: PodRecord) -> None:
    if record.merging is None:
        raise Refused(f"{record.id} has no merge half done.", f"`lmawep resolve {record.id} --start` begins one.")
    if commit_of(ws.git, branch_ref(record.branch)) != record.merging.tip:
        raise Refused(
            f"The merge in {record.id} is committed already.", f"`lmawep resolve {record.id} --done` ends it."
        )
    record = forget_merging(change, record)
    change.note("merge aborted", pod=record.id, ticket=record.ticket, vault=None)
    finished(change)


def by_agent(ws: Workspace, pod: PodId, *, message: str = "", agent: str | None = None) -> Run:
    """Gives the conflict with main to an agent of role resolve, once more; the person's word starts the count anew."""
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"resolve {pod} --agent") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        ready_to_run(ws, record)
        refuse_closed(change, record)
        main = must_have(ws.git, branch_ref(change.state.main))
        found, files = find_conflict(ws, main, must_have(ws.git, branch_ref(record.branch)))
        if not found.count:
            raise Refused(f"{pod} merges with {change.state.main} as it is.", "There is nothing to resolve.")
        brief = conflict_brief(found, files, change.state.main)
        change.put_pod(replace(record, conflict=found, conflicts=0, attempts=0, next_role=Role.RESOLVE, brief=brief))
        if change.ticket(record.ticket).status is Status.MERGING:
            change.move(record.ticket, Event.CONFLICT)
        change.save()
    return start(ws, pod, role=Role.RESOLVE, message=message, agent=agent)
