"""Asks for one of a few things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.table import Column, Table


class Choose(Dialog[str]):
    """A short list; Enter takes the row under the cursor."""

    DEFAULT_CSS = """
    Choose Table { height: auto; max-height: 16; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Back", show=False),
        # Not by way of the list, whose message would be read after the keys that follow: they are for what comes next.
        Binding("enter", "take", "Take", show=False, priority=True),
    ]
    keys = (("Enter", "take it", "take"), ("Esc", "back", "cancel"))

    def __init__(self, heading: str, rows: Sequence[tuple[str, str]]) -> None:
        """Ask under `heading`; each row is a value and what it means."""
        super().__init__()
        self.heading = heading
        self._rows = rows

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        columns = (Column("value", width=max(len(value) for value, _ in self._rows)), Column("means", flex=1))
        table = Table(columns, show_header=False)
        table.set_rows([(value, [(value, "strong"), (means, "muted")]) for value, means in self._rows])
        table.styles.height = len(self._rows)
        yield table

    def entry(self) -> Widget:
        """Return the list."""
        return self.query_one(Table)

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        self.dismiss(event.key)

    def action_take(self) -> None:
        """Take the row under the cursor."""
        if (key := self.query_one(Table).cursor_key) is not None:
            self.dismiss(key)
