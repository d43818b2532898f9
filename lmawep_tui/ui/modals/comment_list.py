"""Every comment on a pod: where it is, what it says, what has become of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.comment_lines import comment_row, comments_count
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.table import Column, Table

if TYPE_CHECKING:
    from lmawep_tui.engine.review_view import Placed

_MOST_WIDE = 40


class CommentList(Dialog[tuple[str, int]]):
    """A list; it ends with what to do (`go`, `edit`, `delete`) and the comment's number."""

    DEFAULT_CSS = """
    CommentList > Vertical { width: 110; }
    CommentList Table { height: auto; max-height: 14; background: $panel; }
    CommentList Plain { margin-top: 1; max-height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,C", "cancel", "Back", show=False),
        Binding("e", "end('edit')", "Change", show=False),
        Binding("d,delete", "end('delete')", "Delete", show=False),
    ]
    keys = (("Enter", "go there", "end('go')"), ("e", "change", "end('edit')"), ("d", "delete", "end('delete')"),
            ("Esc", "back", "cancel"))  # fmt: skip

    def __init__(self, pod: str, placed: Sequence[Placed], now: float) -> None:
        """List these."""
        super().__init__()
        self._placed = {str(at.comment.number): at for at in placed}
        rows = [(key, comment_row(at, now)) for key, at in self._placed.items()]
        states = max(len(row[1][2][0]) for row in rows)
        wide = min(_MOST_WIDE, max(len(row[1][0][0]) for row in rows))
        self.heading = f"{comments_count(len(rows))} on {pod}"
        columns = (Column("where", width=wide, priority=3), Column("text", flex=1, priority=2),
                   Column("state", width=states, align="right", priority=1))  # fmt: skip
        self._table = Table(columns, show_header=False)
        self._table.set_rows(rows)
        self._table.styles.height = min(14, len(rows))
        self._whole = Plain("")

    def body(self) -> Iterable[Widget]:
        """Return the list, and the comment under the cursor as a whole."""
        yield self._table
        yield self._whole

    def entry(self) -> Widget:
        """Return the list."""
        return self._table

    def on_mount(self) -> None:
        """Show the first one."""
        super().on_mount()
        self._show()

    @on(Table.Selected)
    def _passed(self) -> None:
        self._show()

    def _show(self) -> None:
        at = self._placed.get(self._table.cursor_key or "")
        if at is not None:
            quoted = [f"> {line}" for line in at.comment.quoted[:3]]
            self._whole.show("\n".join([*quoted, at.comment.text]))

    @on(Table.Activated)
    def _taken(self) -> None:
        self.action_end("go")

    def action_end(self, what: str) -> None:
        """Do something with the comment under the cursor."""
        if self._table.cursor_key is not None:
            self.dismiss((what, int(self._table.cursor_key)))
