"""Notes of a review, kept beside the pod: comments on lines, files marked as reviewed, commits looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import hold
from lmawep_tui.files.notes_file import read_notes, write_notes
from lmawep_tui.model import review_notes
from lmawep_tui.model.errors import NotFound, UsageError
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.review_notes import MAX_QUOTED, Comment, Look, ReviewNotes, Side, Spot
from lmawep_tui.model.state import State
from lmawep_tui.vcs.review import file_lines


def notes_of(ws: Workspace, pod: PodId) -> ReviewNotes:
    """The notes on a pod. Raises NotFound without such a pod, BadFile when its notes cannot be read."""
    return read_notes(ws.layout.review_notes(pod), pod, record_of(ws.state, pod).ticket)


def record_of(state: State, pod: PodId) -> PodRecord:
    """What the state has of a pod; raises NotFound."""
    if pod not in state.pods:
        raise NotFound(f"There is no {pod}.", f"Pods: {', '.join(state.pods)}." if state.pods else "")
    return state.pods[pod]


def comment(ws: Workspace, pod: PodId, spot: Spot, text: str, *, commit: Sha, source: Sha | None = None) -> ReviewNotes:
    """Adds a comment on lines as they are at the pod's `commit`, or at `source`, what that was compared with.

    Raises UsageError when the comment is empty or the lines are not there.
    """
    source = source or commit
    lines = file_lines(ws.git, source, spot.path)
    if lines is None:
        raise UsageError(f"{spot.path} is not a text file at {source[:7]}.")
    if spot.count < 1 or not 1 <= spot.line <= spot.last <= len(lines):
        raise UsageError(f"{spot.path} has {len(lines)} lines at {source[:7]}, so there is no {spot}.")
    quoted = tuple(lines[spot.line - 1 : spot.last][:MAX_QUOTED])

    def add(notes: ReviewNotes) -> ReviewNotes:
        return review_notes.with_comment(notes, spot, clean_text(text), quoted=quoted, commit=commit, source=source,
                                         at=now())  # fmt: skip

    notes = _change(ws, pod, add)
    ws.journal("commented", pod=pod, ticket=notes.ticket, on=str(spot))
    return notes


def edit_comment(ws: Workspace, pod: PodId, number: int, text: str) -> ReviewNotes:
    """Changes what a comment says; one that was sent is open again. Raises NotFound, UsageError when it is empty."""
    return _change(ws, pod, lambda notes: review_notes.with_text(notes, number, clean_text(text)))


def delete_comment(ws: Workspace, pod: PodId, number: int) -> ReviewNotes:
    """Deletes a comment; its words stay in the journal. Raises NotFound."""
    gone: list[Comment] = []

    def drop(notes: ReviewNotes) -> ReviewNotes:
        gone[:] = [notes.comment(number)]
        return review_notes.without_comment(notes, number)

    notes = _change(ws, pod, drop)
    ws.journal("comment deleted", pod=pod, ticket=notes.ticket, on=str(gone[0].spot), text=gone[0].text[:500])
    return notes


def mark_reviewed(ws: Workspace, pod: PodId, contents: Mapping[str, str]) -> ReviewNotes:
    """Marks files as read; path → content, as the diff that was read has it."""
    return _change(ws, pod, lambda notes: review_notes.with_reviewed(notes, contents))


def unmark_reviewed(ws: Workspace, pod: PodId, paths: Iterable[str]) -> ReviewNotes:
    """Takes such marks away."""
    gone = tuple(paths)
    return _change(ws, pod, lambda notes: review_notes.without_reviewed(notes, gone))


def looked(ws: Workspace, pod: PodId, commit: Sha, base: Sha) -> ReviewNotes:
    """Remembers that the person has looked at a commit, which parted from main at `base`."""

    def add(notes: ReviewNotes) -> ReviewNotes:
        if notes.looks and (notes.looks[-1].commit, notes.looks[-1].base) == (commit, base):
            return notes
        return review_notes.with_look(notes, Look(commit=commit, base=base, at=now()))

    return _change(ws, pod, add)


def sent(ws: Workspace, pod: PodId, numbers: Iterable[int]) -> ReviewNotes:
    """Remembers that an agent was told of these comments."""
    told = tuple(numbers)
    return _change(ws, pod, lambda notes: review_notes.with_sent(notes, told, now()))


def request_words(comments: Iterable[Comment], places: Mapping[int, Spot | None]) -> str:
    """Comments as the next agent reads them: `path:line`, the quoted lines, the words; in the order of the files.

    `places` says where the lines are now; of those that are gone it is said in which commit they were.
    """
    parts = []
    for said in sorted(comments, key=lambda c: (c.path, c.side is Side.OLD, c.line, c.number)):
        spot = places.get(said.number)
        note = " (removed)" if said.side is Side.OLD else "" if spot else f" in {said.commit[:7]} (changed since)"
        quoted = [f"> {line}".rstrip() for line in clean_text("\n".join(said.quoted)).split("\n")]
        if said.count > len(said.quoted):
            quoted.append("> …")
        parts.append("\n".join([f"{clean_line(str(spot or said.spot))}{note}", *quoted, said.text]))
    return "\n\n".join(parts)


def _change(ws: Workspace, pod: PodId, how: Callable[[ReviewNotes], ReviewNotes]) -> ReviewNotes:
    """Reads, changes and writes under the lock of these notes; raises BadFile and leaves a damaged file alone."""
    ws.layout.refuse_links()
    with hold(ws.layout.lock(f"review-{pod}"), what=f"The review of {pod}", timeout_s=10, doing="review"):
        before = notes_of(ws, pod)
        after = how(before)
        if after is not before:
            write_notes(ws.layout.review_notes(pod), after)
        return after
