"""What a review shows: a pod's work at one commit, whole or since the last look, and what was noted on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lmawep_tui.engine.review_notes import notes_of, record_of
from lmawep_tui.engine.review_places import places
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.errors import BadFile, GitFailed, Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.review_notes import Comment, Look, Mark, ReviewNotes, Side, Spot, mark_of
from lmawep_tui.vcs.diff import flags, subjects, uncommitted_patch
from lmawep_tui.vcs.repo import branch_ref, fork_point, must_have
from lmawep_tui.vcs.review import FileChange, Since, file_changes, since, tree_patch

_SAME_AS_MAIN = "as on main"


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One commit of a pod as a person reviews it."""

    pod: PodId
    commit: Sha
    """The pod's tip: what a verdict is bound to."""
    base: Sha
    """Where it parted from main."""
    start: Sha
    """The commit or tree that the diff begins at: `base`, or the work looked at before."""
    patch: str
    files: tuple[FileChange, ...]
    """The files of `patch`, in its order."""
    contents: Mapping[str, str]
    """Path → content of every file in which the pod differs from main: what marks are bound to."""
    not_committed: str = ""
    """The diff of what is not committed in the pod; no verdict is about that."""
    commits: tuple[str, ...] = ()
    """Subjects of the pod's own commits, newest first."""
    since: Look | None = None
    """The look that the diff begins at; None when it is the whole."""
    exact: bool = True
    """Whether only the pod's own changes are in it; else what main brought into the same files meanwhile is, too."""
    notes: ReviewNotes = field(default_factory=lambda: ReviewNotes(pod=PodId(""), ticket=0))  # type: ignore[arg-type]

    trouble: str = ""
    """Why the notes are none, when their file cannot be read; nothing can be noted then."""

    def mark(self, path: str) -> Mark:
        """Whether the person has read this file as it is."""
        return mark_of(self.notes, path, self.content(path))

    def content(self, path: str) -> str:
        """What a mark on this file is bound to."""
        return self.contents.get(path, _SAME_AS_MAIN)

    @property
    def reviewed(self) -> int:
        """How many of the files shown are reviewed."""
        return sum(self.mark(file.path) is Mark.REVIEWED for file in self.files)


def review_view(ws: Workspace, pod: PodId, *, since_look: bool = False, options: DiffOptions = AS_USUAL) -> ReviewView:
    """Reads a pod's work; blocks on git. `since_look` leaves out what was there when the person last looked at another
    commit of it.

    Raises NotFound without such a pod, Refused when there is no earlier look, or nothing is left of it.
    """
    state = ws.state
    record, trouble = record_of(state, pod), ""
    try:
        notes = notes_of(ws, pod)
    except BadFile as error:  # the work can be read all the same
        notes, trouble = ReviewNotes(pod=pod, ticket=record.ticket), str(error)
    main, tip = (must_have(ws.git, branch_ref(branch)) for branch in (state.main, record.branch))
    base = fork_point(ws.git, main, tip) or main
    look = _earlier(notes, tip) if since_look else None
    begin = _since(ws, look, tip, base) if look is not None else Since(base)
    whole = file_changes(ws.git, base, tip)
    shown = whole if look is None else file_changes(ws.git, begin.tree, tip, begin.paths)
    return ReviewView(
        pod=pod,
        commit=tip,
        base=base,
        start=Sha(begin.tree),
        patch=tree_patch(ws.git, begin.tree, tip, *flags(options), paths=begin.paths),
        files=tuple(shown),
        contents={change.path: change.content for change in whole},
        not_committed=uncommitted_patch(ws.pod_git(record.path), options) if Path(record.path).is_dir() else "",
        commits=tuple(subjects(ws.git, base, tip)),
        since=look,
        exact=begin.exact,
        notes=notes,
        trouble=trouble,
    )


def _earlier(notes: ReviewNotes, tip: Sha) -> Look:
    look = notes.looked_before(tip)
    if look is None:
        raise Refused(f"You have not looked at an earlier commit of {notes.pod}.", "The whole diff is all that is new.")
    return look


def _since(ws: Workspace, look: Look, tip: Sha, base: Sha) -> Since:
    try:
        return since(ws.git, look.commit, look.base, tip, base)
    except GitFailed as error:
        raise Refused(f"What you looked at then ({look.commit[:7]}) cannot be compared any more: {error.message}",
                      "The whole diff still can.") from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment and where its lines are now."""

    comment: Comment
    shown: Spot | None
    """Where they are in what is shown."""
    gone: bool
    """Whether the lines are no longer in the pod's work: they were changed, or removed."""

    @property
    def moved(self) -> bool:
        """Whether they stand elsewhere than when it was said."""
        return self.shown is not None and self.shown != self.comment.spot


def placed_comments(ws: Workspace, view: ReviewView, notes: ReviewNotes) -> tuple[Placed, ...]:
    """Every comment with its place, in the order of the files; blocks on git where a commit has come since."""
    whole = places(ws, notes.comments, new=view.commit, old=view.base)
    shown = whole if view.start == view.base else places(ws, notes.comments, new=view.commit, old=view.start)
    found = [Placed(c, shown[c.number], whole[c.number] is None and shown[c.number] is None) for c in notes.comments]
    found.sort(key=_order)
    return tuple(found)


def _order(placed: Placed) -> tuple[str, bool, int, int]:
    spot = placed.shown or placed.comment.spot
    return spot.path, spot.side is Side.OLD, spot.line, placed.comment.number
