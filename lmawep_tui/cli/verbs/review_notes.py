"""`review --comment`, `--reviewed`, `--comments`, `--since-look`: what the review screen notes, from a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lmawep_tui.cli.output import warn, write, write_json, write_styled
from lmawep_tui.engine import review_notes
from lmawep_tui.engine.review_view import Placed, ReviewView, placed_comments, review_view
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.plain import to_plain
from lmawep_tui.model.errors import NotFound, UsageError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.review_notes import Mark, Side, Spot

_SPOT = re.compile(r"(.+):([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?", re.ASCII | re.DOTALL)
_GLYPHS = {Mark.REVIEWED: ("✓", "ok"), Mark.CHANGED: ("≠", "warn"), Mark.NEW: ("·", "muted")}


def parse_spot(text: str, side: Side = Side.NEW) -> Spot:
    """`src/a.py:12` or `src/a.py:12-15` as lines of a file; raises UsageError for anything else."""
    match = _SPOT.fullmatch(text)
    if match is None or (match[3] and int(match[3]) < int(match[2])):
        raise UsageError(f"{text!r} names no line.", "Lines are named as in src/a.py:12 or src/a.py:12-15.")
    first = int(match[2])
    return Spot(match[1], first, int(match[3] or first) - first + 1, side)


def change(
    ws: Workspace,
    pod: PodId,
    said: Sequence[tuple[str, str]],
    *,
    old: bool,
    uncomment: Sequence[int],
    reviewed: Sequence[str],
    unreviewed: Sequence[str],
) -> None:
    """Adds and deletes comments and marks; raises UsageError or NotFound for lines, files and comments that are not."""
    spots = [(parse_spot(where, Side.OLD if old else Side.NEW), text) for where, text in said]
    view = review_view(ws, pod)
    missing = next((path for path in (*reviewed, *unreviewed) if path not in view.contents), None)
    if missing is not None:
        raise NotFound(f"{pod} does not change {missing}.", f"`lmawep review {pod}` lists what it changes.")
    for spot, text in spots:
        source = view.base if spot.side is Side.OLD else view.commit
        notes = review_notes.comment(ws, pod, spot, text, commit=view.commit, source=source)
        write(f"{pod} comment {notes.comments[-1].number} on {spot}")
    for number in uncomment:
        review_notes.delete_comment(ws, pod, number)
        write(f"{pod} comment {number} deleted")
    if reviewed:
        review_notes.mark_reviewed(ws, pod, {path: view.content(path) for path in reviewed})
    if unreviewed:
        review_notes.unmark_reviewed(ws, pod, unreviewed)
    if reviewed or unreviewed:
        view = review_view(ws, pod)
        write(f"{pod} {view.reviewed}/{len(view.files)} reviewed")


def tell(ws: Workspace, pod: PodId, *, comments: bool, since_look: bool, json_: bool) -> None:
    """Prints how far the review has come, its comments, or what is new since the last look."""
    view = review_view(ws, pod, since_look=since_look)
    if view.trouble:
        warn(view.trouble)
    placed = placed_comments(ws, view, view.notes)
    if json_:
        write_json(review_shape(view, placed, patch=since_look))
    elif since_look:
        _tell_patch(view)
    else:
        if not comments:
            _tell_files(view)
        _tell_comments(placed)
        if comments and not placed:
            write(f'No comments. `lmawep review {pod} --comment PATH:LINE "…"` makes one.')


def review_shape(view: ReviewView, placed: Sequence[Placed], *, patch: bool) -> dict[str, Any]:
    """A review: `pod commit base since exact reviewed files comments`, and `patch` where that was asked for.

    A file has `path old_path mark` (new, reviewed, changed), a comment its fields and `now`: where its lines are,
    null when they are gone.
    """
    shape: dict[str, Any] = {
        "pod": view.pod,
        "commit": view.commit,
        "base": view.base,
        "since": view.since.commit if view.since else None,
        "exact": view.exact,
        "reviewed": view.reviewed,
        "files": [{"path": f.path, "old_path": f.old_path, "mark": str(view.mark(f.path))} for f in view.files],
        "comments": [
            {**to_plain(p.comment), "last": p.comment.spot.last, "now": to_plain(p.shown) if p.shown else None}
            for p in placed
        ],
    }
    return {**shape, "patch": view.patch} if patch else shape


def _tell_files(view: ReviewView) -> None:
    last = f", last looked at {view.notes.looks[-1].commit[:7]}" if view.notes.looks else ""
    write(f"{view.pod} at {view.commit[:7]}: {view.reviewed}/{len(view.files)} reviewed{last}")
    for file in view.files:
        mark = view.mark(file.path)
        note = "  changed since you looked" if mark is Mark.CHANGED else ""
        was = f"{file.old_path} → " if file.old_path != file.path else ""
        write_styled((f"  {_GLYPHS[mark][0]} ", _GLYPHS[mark][1]), f"{was}{file.path}", (note, "warn"))


def _tell_comments(placed: Sequence[Placed]) -> None:
    for at in placed:
        said = at.comment
        state = "sent" if said.sent else "open"
        note = f", the line has changed since {said.commit[:7]}" if at.gone else ""
        side = " (removed)" if said.side is Side.OLD else ""
        write_styled((f"[{said.number}] {at.shown or said.spot}{side}", "strong"), (f"  {state}{note}", "muted"))
        for line in said.quoted[:3]:
            write_styled((f"    > {line}", "muted"))
        for line in said.text.splitlines():
            write(f"    {line}")


def _tell_patch(view: ReviewView) -> None:
    if view.since is not None:
        mixed = "" if view.exact else "; what main brought into the same files is among it"
        write_styled((f"Since {view.since.commit[:7]}, which you looked at{mixed}:", "muted"))
    if not view.patch:
        write("Nothing of the pod's own has changed.")
    for line in view.patch.splitlines():
        write_styled((line, {"+": "ok", "-": "blocked", "@": "busy"}.get(line[:1], "")))
