"""Asks for one of a few things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.table import Column, Table


class Choose(Dialog[str]):
    """A short list; Enter takes the row under the cursor, a digit the row with that number where they have numbers."""

    DEFAULT_CSS = """
    Choose Table { height: auto; max-height: 16; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Back", show=False),
        # Not by way of the list, whose message would be read after the keys that follow: they are for what comes next.
        Binding("enter", "take", "Take", show=False, priority=True),
    ]
    keys = (("Enter", "take it", "take"), ("Esc", "back", "cancel"))

    def __init__(self, heading: str, rows: Sequence[tuple[str, str]], *, numbered: bool = False) -> None:
        """Ask under `heading`; each row is a value and what it means; `numbered` gives the first nine a digit."""
        super().__init__()
        self.heading = heading
        self._rows, self._numbered = rows, numbered

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        columns = (
            Column("number", width=1, bare=not self._numbered),
            Column("value", width=max(len(value) for value, _ in self._rows)),
            Column("means", flex=1),
        )
        table = Table(columns, show_header=False)
        table.set_rows([
            (value, [(str(number) if number < 10 else "", "subheading"), (value, "strong"), (means, "muted")])
            for number, (value, means) in enumerate(self._rows, 1)
        ])  # fmt: skip
        table.styles.height = len(self._rows)
        yield table

    def entry(self) -> Widget:
        """Return the list."""
        return self.query_one(Table)

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        self.dismiss(event.key)

    def on_key(self, event: events.Key) -> None:
        """A digit takes its row."""
        if self._numbered and event.key in "123456789" and int(event.key) <= len(self._rows):
            event.stop()
            self.dismiss(self._rows[int(event.key) - 1][0])

    def action_take(self) -> None:
        """Take the row under the cursor."""
        if (key := self.query_one(Table).cursor_key) is not None:
            self.dismiss(key)
