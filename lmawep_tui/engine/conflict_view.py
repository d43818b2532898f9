"""A pod's merge with main, as it stands: for the screen and `lmawep resolve`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.conflict import files_words
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.store.queries import must_have_pod
from lmawep_tui.vcs.conflict import Clash, Stage, find_clashes
from lmawep_tui.vcs.half_merge import left_markers, merge_heads, unmerged
from lmawep_tui.vcs.repo import branch_ref, commit_of, is_ancestor, must_have
from lmawep_tui.vcs.run import Git


class MergeState(StrEnum):
    """How a pod stands to main."""

    UP_TO_DATE = "up to date"
    """All of main is in it."""
    CLEAN = "merges clean"
    CONFLICT = "conflict"
    MERGING = "merging"
    """A merge is half done in its worktree."""
    COMMITTED = "committed"
    """A merge that was begun is committed, and lmawep has not been told."""
    GONE = "merge gone"
    """A merge that was begun was undone by other means."""


class FileState(StrEnum):
    """Where one file of a conflict stands."""

    CONFLICT = "in conflict"
    """No merge has been begun."""
    OPEN = "to decide"
    MARKERS = "markers left"
    EDITED = "no markers left"
    """Somebody edited it; `--done` takes it as it is."""
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class FileView:
    """One file in conflict. `path` and `text` are as git has them: clean them before they are shown."""

    path: str
    kind: str
    hunks: int
    text: str
    state: FileState


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A pod and main."""

    pod: PodId
    branch: str
    path: str
    main: str
    """Main's branch name."""
    main_commit: Sha
    """The commit of main that is, or would be, merged."""
    tip: Sha
    state: MergeState
    files: tuple[FileView, ...] = ()
    tried: int = 0
    """Runs of role resolve that did not mend it."""
    by_lmawep: bool = False
    """Whether the merge was begun by `resolve --start`."""

    @property
    def left(self) -> tuple[FileView, ...]:
        """Files that are not decided yet."""
        return tuple(file for file in self.files if file.state not in (FileState.DECIDED, FileState.EDITED))

    @property
    def headline(self) -> str:
        """One sentence without its full stop."""
        names = files_words(tuple(file.path for file in self.files))
        left = f"{len(self.left)} of {len(self.files)} files to decide" if self.left else "everything is decided"
        return {
            MergeState.UP_TO_DATE: f"{self.pod} has all of {self.main}",
            MergeState.CLEAN: f"{self.pod} merges with {self.main} without a conflict",
            MergeState.CONFLICT: f"{self.pod} conflicts with {self.main} in {names}",
            MergeState.MERGING: f"{self.pod} has {self.main} half merged: {left}",
            MergeState.COMMITTED: f"{self.pod} has its merge with {self.main} committed, and is paused",
            MergeState.GONE: f"{self.pod} has its merge with {self.main} undone, and is paused",
        }[self.state]

    @property
    def choices(self) -> tuple[str, ...]:
        """What `lmawep resolve POD` can do now, as its options."""
        some = ("--ours FILE…", "--theirs FILE…", "--edit") if self.files else ()
        return {
            MergeState.UP_TO_DATE: (),
            MergeState.CLEAN: ("--start",),
            MergeState.CONFLICT: ("--start", "--agent"),
            MergeState.MERGING: (*some, "--done", "--abort"),
            MergeState.COMMITTED: ("--done",),
            MergeState.GONE: ("--abort",),
        }[self.state]


def describe(ws: Workspace, pod: PodId) -> ConflictView:
    """How the pod stands to main, file by file. Takes no lock and changes nothing.

    Raises NotFound without such a pod, GitFailed when its branch is gone.
    """
    snapshot = ws.snapshot()
    record = must_have_pod(snapshot, pod).record
    main, tip = snapshot.state.main, must_have(ws.git, branch_ref(record.branch))
    heads = merge_heads(Path(record.path))
    other = heads[0] if heads else must_have(ws.git, branch_ref(main))
    tried = record.conflict.tried if record.conflict else 0

    def view(state: MergeState, files: tuple[FileView, ...] = ()) -> ConflictView:
        return ConflictView(pod, record.branch, record.path, main, other, tip, state, files, tried,
                            record.merging is not None)  # fmt: skip

    if heads:
        return view(MergeState.MERGING, _half_done(ws, record, other))
    if record.merging is not None:
        return view(MergeState.GONE if tip == record.merging.tip else MergeState.COMMITTED)
    if is_ancestor(ws.git, other, tip):
        return view(MergeState.UP_TO_DATE)
    clashes = find_clashes(ws.git, tip, other)
    files = tuple(FileView(f.path, f.kind, f.hunks, f.text, FileState.CONFLICT) for f in clashes.files)
    return view(MergeState.CLEAN if clashes.clean else MergeState.CONFLICT, files)


def _half_done(ws: Workspace, record: PodRecord, other: Sha) -> tuple[FileView, ...]:
    git = ws.pod_git(record.path)
    open_ = unmerged(git)
    clashes = _clashes(ws, git, other, open_)
    marked = set(left_markers(git, "HEAD", other, clashes))
    return tuple(FileView(f.path, f.kind, f.hunks, f.text, _state(git, f, open_, marked)) for f in clashes.values())


def _state(git: Git, clash: Clash, open_: dict[str, dict[int, Stage]], marked: set[str]) -> FileState:
    if clash.path in marked:
        return FileState.MARKERS
    if clash.path not in open_:
        return FileState.DECIDED
    return FileState.EDITED if clash.hunks and (git.folder / clash.path).is_file() else FileState.OPEN


def stages_of(ws: Workspace, record: PodRecord, other: Sha) -> dict[str, dict[int, Stage]]:
    """The sides of every file in conflict in a merge that is half done, decided ones too."""
    git = ws.pod_git(record.path)
    open_ = unmerged(git)
    return {path: open_.get(path, dict(clash.stages)) for path, clash in _clashes(ws, git, other, open_).items()}


def _clashes(ws: Workspace, git: Git, other: Sha, open_: dict[str, dict[int, Stage]]) -> dict[str, Clash]:
    """The conflicts of the merge in the worktree by path: those git predicts, and whatever else is undecided there.

    The merge called main by its ref, and git puts that into some file names (`name~refs_heads_main`). When main has
    moved since, such names cannot be told again: then only what the index still has counts.
    """
    label = branch_ref(ws.snapshot().state.main)
    same = commit_of(ws.git, label) == other
    try:
        found = {clash.path: clash for clash in find_clashes(git, "HEAD", label if same else other).files}
    except GitFailed:
        found = {}
    if not same:
        found = {path: clash for path, clash in found.items() if "~" not in path or path in open_}
    rest = {path: Clash(path, "undecided", stages) for path, stages in open_.items() if path not in found}
    return {**found, **rest}
