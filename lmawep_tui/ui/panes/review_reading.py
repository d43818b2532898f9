"""What the review screen has to fetch before it can show it: the diff, its files, and where the comments are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lmawep_tui.engine.review_view import Placed, ReviewView, placed_comments, review_view
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.review_notes import Mark, ReviewNotes
from lmawep_tui.ui.present.diff_lines import DiffFile, DiffLines, Place, diff_lines
from lmawep_tui.ui.present.review_tree import ReviewFile

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reading:
    """A pod's work as it is read: at one commit, with what was noted on it."""

    view: ReviewView
    lines: DiffLines
    placed: tuple[Placed, ...]
    paths: tuple[str, ...]
    """Of each file of `lines` its path in the repository; the diff's own may be written in quotes."""
    committed: int
    """How many of the files are committed; the others stand behind them."""

    @property
    def tally(self) -> tuple[int, int]:
        """How many files are reviewed, of how many."""
        return self.view.reviewed, len(self.view.files)

    @property
    def files(self) -> list[ReviewFile]:
        """The files as the tree shows them."""
        said = Counter((at.shown or at.comment.spot).path for at in self.placed if not (at.comment.sent and at.gone))
        return [self._file(place, file, said) for place, file in enumerate(self.lines.files)]

    def _file(self, place: int, file: DiffFile, said: Counter[str]) -> ReviewFile:
        path, committed = self.paths[place], place < self.committed
        return ReviewFile(
            path=path,
            old_path=file.old_path,
            added=file.added,
            removed=file.removed,
            note=file.note,
            mark=self.view.mark(path) if committed else Mark.NEW,
            comments=said[path] if committed else 0,
            committed=committed,
        )

    def place_of(self, file: DiffFile) -> int:
        """Where a file is among all of them."""
        return next(place for place, known in enumerate(self.lines.files) if known is file)

    def shown_lines(self, place: int) -> list[tuple[int, Place]]:
        """The lines of a file that the diff shows: position in the diff, and which line it is."""
        files = self.lines.files
        stop = files[place + 1].row if place + 1 < len(files) else len(self.lines)
        found = ((line, self.lines.place(line)) for line in range(files[place].row, stop))
        return [(line, spot) for line, spot in found if spot is not None]

    def find(self, path: str) -> int | None:
        """Where the committed file of this path is, by its name now or before."""
        if path in self.paths[: self.committed]:
            return self.paths.index(path)
        old = [file.old_path for file in self.lines.files[: self.committed]]
        return old.index(path) if path in old else None


def read_review(ws: Workspace, pod: PodId, *, since_look: bool = False, options: DiffOptions = AS_USUAL) -> Reading:
    """Blocks on git; raises LmawepError when the pod, its branch or the earlier look is gone."""
    view = review_view(ws, pod, since_look=since_look, options=options)
    lines = diff_lines(view.patch + (f"\nNot committed:\n\n{view.not_committed}" if view.not_committed else ""))
    committed = len(diff_lines(view.patch).files) if view.not_committed else len(lines.files)
    own = [file.path for file in view.files]
    shown = [file.path or file.old_path for file in lines.files]
    paths = (*own, *shown[committed:]) if len(own) == committed else tuple(shown)
    return Reading(view, lines, placed_comments(ws, view, view.notes), paths, committed)


def with_notes(ws: Workspace, reading: Reading, notes: ReviewNotes) -> Reading:
    """The same work with other notes; blocks on git for comments of other commits."""
    view = replace(reading.view, notes=notes)
    return replace(reading, view=view, placed=placed_comments(ws, view, notes))


def visible_lines(reading: Reading) -> dict[str, Sequence[Place]]:
    """For each file with comments, by its name now and before, the lines that the diff shows of it."""
    found: dict[str, Sequence[Place]] = {}
    for path in {(at.shown or at.comment.spot).path for at in reading.placed}:
        place = reading.find(path)
        if place is not None:
            found[path] = [spot for _, spot in reading.shown_lines(place)]
    return found


def problem_of(error: LmawepError | KeyError, pod: PodId) -> str:
    """What to say of a pod that cannot be read."""
    return str(error) if isinstance(error, LmawepError) else f"{pod} is gone."
