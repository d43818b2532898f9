"""What happened while the person was away, a line each; Enter goes there."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.model.age import age
from lmawep_tui.model.digest import Digest, Kind, Line
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.ticket_row import Cells
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.table import Column, Table

_LOOKS = {
    Kind.ASKS: (FLAG, "blocked"),
    Kind.FAILED: ("✗", "error"),
    Kind.UNDONE: ("↶", "warn"),
    Kind.LANDED: ("●", "ok"),
}
_MOST = 14
"""Rows it shows without scrolling."""


def digest_row(line: Line) -> Cells:
    """Return when, a sign and the words of one line."""
    when = time.strftime("%H:%M", time.localtime(line.at)) if line.at else ""
    return [(when, "muted"), _LOOKS[line.kind], (line.words, "warn" if line.kind is Kind.ASKS else "")]


class SinceYouLeft(Dialog[str]):
    """A list that is read and closed; no key of it does anything to a pod."""

    DEFAULT_CSS = """
    SinceYouLeft > Vertical { width: 100; padding: 0 1; }
    SinceYouLeft Table { background: $panel; }
    SinceYouLeft .foot { color: $text-muted; margin: 1 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,H", "cancel", "Back", show=False)]
    keys = (("Enter", "go there", "take"), ("Esc", "close", "cancel"))

    def __init__(self, digest: Digest, now: float, *, left: bool = True) -> None:
        """Show this digest; `now` is in seconds since the epoch, `left` says that the person has been away."""
        super().__init__()
        ago = age(now - digest.since).partition(" ")[0]
        self.heading = f"Since you left · {ago} ago" if left else f"The last {ago}"
        self._digest = digest

    def body(self) -> Iterable[Widget]:
        """Return the list, and below it what it all cost."""
        columns = (Column("when", width=5, priority=1), Column("sign", width=1, priority=3),
                   Column("words", flex=1, priority=2))  # fmt: skip
        table = Table(columns, show_header=False)
        table.set_rows([(f"{place} {line.goal}", digest_row(line)) for place, line in enumerate(self._digest.lines)])
        table.styles.height = min(_MOST, len(self._digest.lines))
        yield table
        if self._digest.foot:
            yield Plain(self._digest.foot, classes="foot")

    def entry(self) -> Widget:
        """Return the list."""
        return self.query_one(Table)

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        self.dismiss(event.key.partition(" ")[2])

    def action_take(self) -> None:
        """Go to the row under the cursor."""
        self.query_one(Table).action_activate()
