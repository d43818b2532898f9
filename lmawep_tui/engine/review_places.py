"""Where the lines that comments are on stand in the commit that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.anchor import find, moved
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.review_notes import Comment, Side, Spot
from lmawep_tui.vcs.repo import objects_of
from lmawep_tui.vcs.review import FileChange, file_changes, file_lines, hunks_between


def places(ws: Workspace, comments: Iterable[Comment], *, new: str, old: str) -> dict[int, Spot | None]:
    """By number, where the lines of each comment are: in `new`, or for removed lines in `old`; None when they are gone.

    Asks git nothing of comments that were made on just these trees.
    """
    seeker = _Seeker(ws)
    return {said.number: seeker.place(said, old if said.side is Side.OLD else new) for said in comments}


class _Seeker:
    """Asks git once for each pair of trees."""

    def __init__(self, ws: Workspace) -> None:
        self._git = ws.git
        self._changes: dict[tuple[str, str], Mapping[str, FileChange] | None] = {}

    def place(self, said: Comment, tree: str) -> Spot | None:
        if said.source == tree:
            return said.spot
        changes = self._between(said.source, tree)
        if changes is None:
            return self._by_text(said, tree)
        change = changes.get(said.path)
        if change is None:
            return said.spot  # the file is the same
        if objects_of(self._git, f"{tree}:{change.path}")[0] is None:
            return None
        hunks = hunks_between(self._git, said.source, said.path, tree, change.path)
        line = moved(said.line, said.count, hunks)
        if line is None:
            lines = file_lines(self._git, tree, change.path) or []
            line = find(said.quoted, lines, said.line, hunks) if said.quoted else None
        return None if line is None else replace(said.spot, path=change.path, line=line)

    def _between(self, old: str, new: str) -> Mapping[str, FileChange] | None:
        """Old path → change; None when the old tree is gone from the repository."""
        if (old, new) not in self._changes:
            try:
                found = {change.old_path: change for change in file_changes(self._git, old, new)}
            except GitFailed:
                found = None
            self._changes[old, new] = found
        return self._changes[old, new]

    def _by_text(self, said: Comment, tree: str) -> Spot | None:
        lines = file_lines(self._git, tree, said.path) or []
        line = find(said.quoted, lines, said.line) if said.quoted else None
        return None if line is None else replace(said.spot, line=line)
