"""Asks which kinds of events a log shows, and goes to the next one of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.engine.conversation.kinds import EVERYTHING, KINDS, Kind, is_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.table import Column, Row, Table


@dataclass(frozen=True, slots=True)
class Wanted:
    """The answer: the kinds that are shown, and one whose next event is gone to."""

    shown: int
    go: Kind | None = None


class LogKinds(Dialog[Wanted]):
    """The kinds with their counts; a small letter shows or hides one, a capital one goes to the next of it."""

    DEFAULT_CSS = """
    LogKinds Table { height: 8; background: $panel; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,F", "cancel", "Back", show=False),
        Binding("space", "turn", "Show or hide", show=False, priority=True),
        Binding("x", "only", "Only this", show=False),
        Binding("a", "all", "All or none", show=False),
    ]
    heading = "Show which events?"
    keys = (
        ("Enter", "show these", "take"), ("Space", "show or hide", "turn"), ("x", "only this", "only"),
        ("a", "all", "all"), ("Esc", "back", "cancel"),
    )  # fmt: skip

    def __init__(self, shown: int, counts: Counter[int], *, complete: bool) -> None:
        """`counts` are events by all the kinds that each is of; not `complete`, there may be more."""
        super().__init__()
        self.shown = shown
        self._counts = {kind.bit: sum(n for bits, n in counts.items() if is_of(bits, kind.bit)) for kind in KINDS}
        self._more = "" if complete else "+"

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        yield Plain([("A letter shows or hides its kind; a capital one goes to the next event of it.", "$text-muted")])
        columns = (Column("shown", width=3), Column("key", width=1), Column("name", width=10),
                   Column("count", width=9, align="right"), Column("means", flex=1))  # fmt: skip
        table = Table(columns, show_header=False)
        table.set_rows(self._rows())
        yield table

    def entry(self) -> Widget:
        """Return the list."""
        return self._table

    @property
    def _table(self) -> Table:
        return self.query_one(Table)

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for kind in KINDS:
            inside = bool(kind.bit & self.shown)
            name = (kind.name, "strong" if inside else "muted")
            count = (f"{self._counts[kind.bit]:,}{self._more}", "" if self._counts[kind.bit] else "muted")
            rows.append((kind.key, [("[x]" if inside else "[ ]", "accent" if inside else "muted"),
                                    (kind.key, "subheading"), name, count, (kind.means, "muted")]))  # fmt: skip
        return rows

    def _show(self, shown: int) -> None:
        self.shown = shown
        self._table.set_rows(self._rows())

    def on_key(self, event: events.Key) -> None:
        """Take a letter for its kind."""
        kind = next((kind for kind in KINDS if kind.key == (event.character or "").lower()), None)
        if kind is None or event.character is None:
            return
        event.stop()
        event.prevent_default()
        if event.character.isupper():
            self.dismiss(Wanted(self.shown if self.shown & kind.bit else EVERYTHING, kind))
        else:
            self._show(self.shown ^ kind.bit)

    def _here(self) -> Kind:
        key = self._table.cursor_key
        return next((kind for kind in KINDS if kind.key == key), KINDS[0])

    def action_turn(self) -> None:
        """Show the kind under the cursor, or hide it."""
        self._show(self.shown ^ self._here().bit)

    def action_only(self) -> None:
        """Show nothing but the kind under the cursor."""
        self._show(self._here().bit)

    def action_all(self) -> None:
        """Show all kinds, or none if all are shown."""
        self._show(0 if self.shown == EVERYTHING else EVERYTHING)

    @on(Table.Activated)
    def action_take(self) -> None:
        """Show these; none at all means all."""
        self.dismiss(Wanted(self.shown or EVERYTHING))
