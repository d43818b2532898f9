"""The palette: every action that is possible now, and every ticket and pod, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from lmawep_tui.ui.actions import ACTIONS, Scope, Situation, title_for
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.glyphs import LOOKS
from lmawep_tui.ui.views import VIEWS
from lmawep_tui.ui.widgets.table import Column, Row, Table

_MOST = 60
_HIDDEN = ("palette", "back", "pane.next", "pane.previous")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing the palette offers."""

    key: str
    """`do:ACTION`, `ticket:101` or `pod:pod-1`."""
    words: str
    note: str
    glyph: str = ""
    style: str = ""


def offers(situation: Situation, own: Mapping[str, str]) -> list[Found]:
    """Return everything that can be done or gone to now."""
    snapshot = situation.snapshot
    about = f" {situation.pod.id}" if situation.pod else f" #{situation.ticket.id}" if situation.ticket else ""
    found = []
    for action in ACTIONS.values():
        if (
            (action.by_widget and not (situation.place == "log" and action.id.startswith("log.")))
            or action.scope in (Scope.REVIEW, Scope.VIEWS)
            or action.id in _HIDDEN
            or not action.when(situation)
        ):
            continue
        subject = about if action.scope in (Scope.PODS, Scope.TICKETS) and action.needs else ""
        keys = " ".join(shown(key) for key in keys_of(action, own))
        found.append(
            Found(f"do:{action.id}", f"{title_for(action, situation)}{subject}: {action.help}", keys, "›", "accent")
        )
    for name, means in VIEWS.items():
        found.append(Found(f"view:{name}", f"view {name}: {means}", "V", "›", "accent"))
    for pod in snapshot.pods.values():
        look = LOOKS[pod.status]
        found.append(
            Found(f"pod:{pod.id}", f"{pod.id} #{pod.ticket} {pod.title}", str(pod.status), look.glyph, look.style)
        )
    for ticket in snapshot.tickets.values():
        look = LOOKS[ticket.status]
        found.append(
            Found(f"ticket:{ticket.id}", f"#{ticket.id} {ticket.title}", str(ticket.status), look.glyph, look.style)
        )
    return found


def matching(found: Sequence[Found], query: str) -> list[Found]:
    """Return what has every word of the query in it, those that begin with it first."""
    words = query.casefold().split()
    hits = [item for item in found if all(word in f"{item.words} {item.note}".casefold() for word in words)]
    start = query.casefold().strip().removeprefix("#")
    hits.sort(key=lambda item: not item.words.casefold().removeprefix("#").startswith(start))
    return hits[:_MOST]


class Palette(Dialog[str]):
    """Type a few letters, take a row."""

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > Vertical { width: 90; margin-top: 2; padding: 0 1; }
    Palette Table { height: 16; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back", show=False, priority=True),
        Binding("down,ctrl+n,tab", "step(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "step(-1)", "Previous", show=False, priority=True),
        Binding("enter", "take", "Take", show=False, priority=True),
    ]
    heading = "What, or where to?"
    keys = (("Enter", "take it", "take"), ("↑ ↓", "choose", "step(1)"), ("Esc", "back", "cancel"))

    def __init__(self, found: Sequence[Found]) -> None:
        """Offer all of these."""
        super().__init__()
        self._found = found
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        """Return the line to type in, and the list."""
        yield Input(placeholder="an action, a ticket, a pod", id="query")
        yield Table(
            (Column("glyph", width=1, priority=3), Column("words", flex=1, priority=2), Column("note", width=12,
             align="right", priority=1)), show_header=False, empty="Nothing has that in it.",
        )  # fmt: skip

    def on_mount(self) -> None:
        """Begin with everything."""
        super().on_mount()
        self._show("")

    def entry(self) -> Widget:
        """Return the line to type in."""
        return self.query_one(Input)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, query: str) -> None:
        self._shown = query
        rows: list[Row] = [
            (item.key, [(item.glyph, item.style), item.words, (item.note, "muted")])
            for item in matching(self._found, query)
        ]
        table = self.query_one(Table)
        table.set_rows(rows)
        if rows:
            table.move_to(rows[0][0])

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        self.dismiss(event.key)

    def action_step(self, step: int) -> None:
        """Choose the next or previous row while typing goes on."""
        self.query_one(Table).action_move(step)

    def action_take(self) -> None:
        """Take the row under the cursor, of what has been typed by now."""
        typed = self.query_one(Input).value
        if typed != self._shown:
            self._show(typed)
        self.query_one(Table).action_activate()
