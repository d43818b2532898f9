"""The tree of a review's files: folders fold, Space marks what was read."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from lmawep_tui.ui.present.review_tree import ReviewFile, TreeRow, row_cells, tree_rows
from lmawep_tui.ui.widgets.table import Column, Table

_COLUMNS = (
    Column("mark", width=1, priority=5),
    Column("path", flex=1, min_width=12, priority=4),
    Column("said", width=2, align="right", priority=1),
    Column("added", width=5, align="right", priority=3),
    Column("removed", width=5, align="right", priority=2),
)


class FileTree(Table):
    """A table whose rows are folders and files, in the order of the diff."""

    class Marked(Message):
        """Files were marked, or unmarked, by Space."""

        def __init__(self, places: tuple[int, ...]) -> None:
            """Say which: their places in the diff."""
            super().__init__()
            self.places = places

    class Picked(Message):
        """A file is to be read: its place in the diff."""

        def __init__(self, place: int, *, go: bool) -> None:
            """Say which, and whether the keys go along."""
            super().__init__()
            self.place, self.go = place, go

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        """Make an empty tree."""
        super().__init__(_COLUMNS, show_header=False, id=id, empty="Reading…")
        self._files: Sequence[ReviewFile] = ()
        self._folded: set[str] = set()
        self._tree: dict[str, TreeRow] = {}

    def show(self, files: Sequence[ReviewFile]) -> None:
        """Show these files; the cursor and what is folded stay."""
        self._files = files
        self._fill()

    def _fill(self) -> None:
        rows = tree_rows([file.path for file in self._files], self._folded)
        self._tree = {row.key: row for row in rows}
        self.set_rows([(row.key, row_cells(row, self._files, self._folded)) for row in rows])

    def follow(self, place: int) -> None:
        """Put the cursor on a file, or on the folded folder it is in."""
        folders = [row.key for row in self._tree.values() if row.folder is not None and place in row.places]
        self.move_to(f"f:{place}" if f"f:{place}" in self._tree else folders[-1] if folders else None)

    @property
    def row(self) -> TreeRow | None:
        """The row under the cursor."""
        return self._tree.get(self.cursor_key or "")

    def action_mark(self) -> None:
        """Mark what is under the cursor as reviewed, and go on."""
        if (row := self.row) is not None:
            self.post_message(self.Marked(row.places))
            self.action_move(1)

    def action_activate(self) -> None:
        """Go into a file, fold or unfold a folder."""
        row = self.row
        if row is None:
            return
        if row.folder is None:
            self.post_message(self.Picked(row.places[0], go=True))
        else:
            self._folded.symmetric_difference_update({row.folder})
            self._fill()

    def on_click(self, event: events.Click) -> None:
        """Show the file that was clicked at once, and fold the folder."""
        super().on_click(event)
        event.prevent_default()
        row = self.row
        if row is None or self.rows.key_at(self.scroll_offset.y + event.y) != row.key or event.chain > 1:
            return
        if row.folder is None:
            self.post_message(self.Picked(row.places[0], go=False))
        else:
            self.action_activate()
