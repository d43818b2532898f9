"""The board: columns of the pipeline. A card moves by the same verbs as everywhere, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.store.queries import pod_of_ticket
from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, footer_actions, refusal, title_for
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.guard import Guarded
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.board_columns import COLUMNS, card, cards, columns_shown
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table import Table

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_CARD = (
    Column("glyph", width=1, priority=9),
    Column("ticket", width=4, priority=8),
    Column("title", flex=1, min_width=8, priority=7),
)
_LEAST = 27
"""Cells that a column should have; where there is no room for all, those next to the one with the focus are shown."""
_VERBS = (Scope.PODS, Scope.TICKETS)


def _is_verb(action: Action) -> bool:
    return action.scope in _VERBS and not action.by_widget


class BoardScreen(Guarded, Screen[str | None]):
    """Every ticket as a card; Enter leaves for it."""

    CSS_PATH = "board.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id) for a in ACTIONS.values() if _is_verb(a)],
        *[
            Binding(ACTIONS[name].keys, f"do('{name}')", show=False, id=name)
            for name in ("views.back", "help", "why", "undo", "autopilot")
        ],
        Binding(ACTIONS["board.left"].keys, "step(-1)", show=False, id="board.left"),
        Binding(ACTIONS["board.right"].keys, "step(1)", show=False, id="board.right"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        """Make the columns, with what is known by now in them."""
        super().__init__(id="board")
        self.bridge = bridge
        self.header = Bar(id="board-header")
        self.footer = FooterBar(id="board-footer")
        self.tables = {name: ListTable(_CARD, show_header=False, id=f"board-{n}") for n, name in enumerate(COLUMNS)}
        self._panes = {name: Pane(table) for name, table in self.tables.items()}
        self.column = "To do"
        """The column with the focus."""

    @property
    def lmawep(self) -> LmawepApp:
        """The app, by its own type."""
        from lmawep_tui.ui.app import LmawepApp

        assert isinstance(self.app, LmawepApp)
        return self.app

    def compose(self) -> ComposeResult:
        """Put the columns side by side."""
        self._fill()
        yield self.header
        yield Horizontal(*self._panes.values(), id="board-body")
        yield self.footer

    def on_mount(self) -> None:
        """Keys go to the first column that has a card."""
        first = next((name for name, table in self.tables.items() if table.rows), self.column)
        self.go_to_column(first)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many columns as there is room for."""
        self._fold(event.size.width)

    def _fold(self, width: int) -> None:
        full = [name for name, table in self.tables.items() if table.rows]
        seen = columns_shown(full, self.column, max(1, width // _LEAST))
        for name, pane in self._panes.items():
            pane.display = name in seen

    # -- what is shown --------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what changed; cards that look the same are not painted again."""
        self._fill()
        self._fold(self.size.width)
        self._show_bars()

    def _fill(self) -> None:
        snapshot, busy = self.bridge.snapshot, self.bridge.busy
        for name, table in self.tables.items():
            found = cards(snapshot, name)
            table.set_rows([(ticket_key(ticket.id), card(snapshot, ticket, busy)) for ticket in found])
            self._panes[name].name_it(f"{name} {len(found) or ''}".rstrip())

    def _show_bars(self) -> None:
        s, own, mission = self.situation(), self.lmawep.own_keys, self.lmawep.mission
        self.header.show(mission.header.left, mission.header.right)
        verbs = [a for a in footer_actions(s) if _is_verb(a)]
        items = [(shown(keys_of(a, own)[0]), title_for(a, s), a.id) for a in verbs]
        always = [(shown(keys_of(ACTIONS[name], own)[0]), ACTIONS[name].title, name) for name in ("help", "views.back")]
        self.footer.offer(items, always)

    @property
    def ticket(self) -> Ticket | None:
        """The card under the cursor."""
        key = self.tables[self.column].cursor_key
        return next((t for t in self.bridge.snapshot.tickets.values() if ticket_key(t.id) == key), None)

    def situation(self) -> Situation:
        """Return what a verb would act on: the same as on mission control."""
        snapshot, ticket = self.bridge.snapshot, self.ticket
        pod = pod_of_ticket(snapshot, TicketId(ticket.id)) if ticket else None
        return Situation(snapshot, ticket, None, pod, "pods" if pod else "tickets", busy=self.bridge.busy)

    # -- keys -----------------------------------------------------------------------------------------------------

    def go_to_column(self, name: str) -> None:
        """Let the keys go to a column."""
        self.column = name
        self._fold(self.size.width)
        self.tables[name].focus()
        self._show_bars()

    def action_step(self, by: int) -> None:
        """Go to the next column that has a card."""
        names = list(COLUMNS)
        here = names.index(self.column)
        rest = names[here + 1 :] if by > 0 else names[:here][::-1]
        goal = next((name for name in rest if self.tables[name].rows), None)
        if goal is not None:
            self.go_to_column(goal)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The column with the focus stands out."""
        for name, pane in self._panes.items():
            inside = pane in event.widget.ancestors
            pane.set_class(inside, "-active")
            if inside:
                self.column = name

    @on(Table.Selected)
    def _selected(self) -> None:
        self._show_bars()

    @on(Table.Activated)
    def _activated(self, event: Table.Activated) -> None:
        self.dismiss(event.key)

    def action_do(self, name: str) -> None:
        """Carry out a verb on the card, or a step of the board."""
        if name == "views.back":
            self.dismiss(None)
            return
        action, situation = ACTIONS[name], self.situation()
        if action.when(situation):
            self.lmawep.mission.carry_out(action, situation)
        else:
            self.lmawep.say(refusal(action, situation), "warning")

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
