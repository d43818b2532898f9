"""The board: columns of the pipeline. A card moves by the same verbs as everywhere, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.screen import Screen

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.store.queries import attention_count, pod_of_ticket
from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, footer_actions, refusal
from lmawep_tui.ui.board_moves import move
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import items_of
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.panes.view_tabs import ViewTabs
from lmawep_tui.ui.present.board_columns import COLUMNS, EMPTY, MOST, aside, card, cards, columns_shown
from lmawep_tui.ui.present.header import needs_words
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.views import VIEWS
from lmawep_tui.ui.widgets.card_list import CardList

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.filter_line import FilterLine

_LEAST = 25
"""Cells that a column should have; where there is no room for all, those next to the one with the focus are shown."""
_VERBS = (Scope.PODS, Scope.TICKETS)
_OTHERS = ("views.back", "views.next", "views.previous", "views.filter", "help", "why", "undo", "next",
           "autopilot", "board.move-left", "board.move-right")  # fmt: skip
_OFFERED = ("board.move-left", "board.move-right", "help", "views.back")


def _is_verb(action: Action) -> bool:
    return action.scope in _VERBS and not action.by_widget


class BoardScreen(InApp, Screen[None]):
    """Every ticket as a card; Enter leaves for it, H and L move it."""

    CSS_PATH = "board.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id) for a in ACTIONS.values() if _is_verb(a)],
        *[Binding(ACTIONS[name].keys, f"do('{name}')", show=False, id=name) for name in _OTHERS],
        *[Binding(str(number), f"number({number})", show=False) for number in range(1, len(VIEWS) + 1)],
    ]

    def __init__(self, bridge: Bridge) -> None:
        """Make the columns, with what is known by now in them."""
        super().__init__()
        self.bridge = bridge
        self.view_name = "board"
        self.header = ViewTabs(id="board-header")
        self.footer = FooterBar(id="board-footer")
        self.lists = {name: CardList(id=f"board-{n}", empty=EMPTY[name]) for n, name in enumerate(COLUMNS)}
        self._panes = {name: Pane(column) for name, column in self.lists.items()}
        self.column = "To do"
        """The column with the focus."""
        self.needle = ""
        self._found: dict[str, list[Ticket]] = {}
        """The tickets of each column, in their order."""
        self._sorted: tuple[object, str] | None = None
        """The tickets that they were sorted from, and the filter: as long as those are the same, so is the order."""

    def compose(self) -> ComposeResult:
        """Put the columns side by side."""
        self._fill()
        yield self.header
        yield Horizontal(*self._panes.values(), id="board-body")
        yield self.footer

    def on_mount(self) -> None:
        """Keys go to the card that was selected on mission control, else to the first column that has one."""
        ticket, _ = self.lmawep.mission.selection()
        key = ticket_key(ticket.id) if isinstance(ticket, Ticket) else ""
        here = next((name for name, column in self.lists.items() if key in column.keys), None)
        first = next((name for name, column in self.lists.items() if column.cards), self.column)
        self.lists[here or first].move_to(key)
        self.go_to_column(here or first)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many columns as there is room for."""
        self._fold(event.size.width)

    def _fold(self, width: int) -> None:
        full = [name for name, column in self.lists.items() if column.cards]
        seen = columns_shown(full, self.column, max(1, width // _LEAST))
        for name, pane in self._panes.items():
            pane.display = name in seen
        self.query_one("#board-body").set_class(bool(full), "-some")

    # -- what is shown --------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what changed; the cursor stays on its card, also when that goes to another column."""
        key = self.lists[self.column].cursor_key
        self._fill(sort=not update.tick)
        moved = next((name for name, column in self.lists.items() if key and key in column.keys), None)
        if moved is not None and moved != self.column and self.lists[self.column].has_focus:
            self.lists[moved].move_to(key)
            self.go_to_column(moved)
        self._fold(self.size.width)
        self._show_bars()

    def _fill(self, *, sort: bool = True) -> None:
        """Draw the cards; when only time has passed, those that are there."""
        snapshot, busy, now = self.bridge.snapshot, self.bridge.busy, self.bridge.clock()
        wanted = (snapshot.tickets, self.needle)
        if sort and (self._sorted is None or wanted[0] is not self._sorted[0] or wanted[1] != self._sorted[1]):
            self._found, self._sorted = cards(snapshot, self.needle), wanted
        pods = {pod.ticket: pod for pod in snapshot.pods.values()}
        for name, column in self.lists.items():
            found, pane = self._found[name], self._panes[name]
            column.set_cards([(ticket_key(t.id), card(snapshot, t, pods.get(t.id), busy, now)) for t in found[:MOST]])
            pane.name_it(f"{name} {len(found) or ''}".rstrip())
            pane.note_it(f"{MOST} shown, / finds others" if len(found) > MOST else "")
            pane.set_class(not found, "-empty")

    def _show_bars(self) -> None:
        s, own = self.situation(), self.lmawep.own_keys
        right = [*aside(self._counts(), self.column), *needs_words(attention_count(self.bridge.snapshot))]
        self.header.tell("board", f"Board  /{self.needle}" if self.needle else "Board", right)
        verbs = [a for a in footer_actions(s) if _is_verb(a)]
        self.footer.offer(items_of(verbs, own, s), items_of(_OFFERED, own))

    def _counts(self) -> dict[str, int]:
        """The cards of each column that there is no room for; 0 for those that are seen."""
        return {name: 0 if pane.display else len(self._found[name]) for name, pane in self._panes.items()}

    @property
    def ticket(self) -> Ticket | None:
        """The card under the cursor."""
        key = self.lists[self.column].cursor_key
        return self.bridge.snapshot.tickets.get(TicketId(int(key))) if key else None

    def situation(self) -> Situation:
        """Return what a verb would act on: the same as on mission control."""
        snapshot, ticket = self.bridge.snapshot, self.ticket
        pod = pod_of_ticket(snapshot, TicketId(ticket.id)) if ticket else None
        return Situation(snapshot, ticket, None, pod, "pods" if pod else "tickets", busy=self.bridge.busy)

    # -- columns and cards ----------------------------------------------------------------------------------------

    def go_to_column(self, name: str) -> None:
        """Let the keys go to a column."""
        self.column = name
        self._fold(self.size.width)
        self.lists[name].focus()
        self._show_bars()

    def action_step(self, by: int) -> None:
        """Go to the next column that has a card."""
        names = list(COLUMNS)
        here = names.index(self.column)
        rest = names[here + 1 :] if by > 0 else names[:here][::-1]
        goal = next((name for name in rest if self.lists[name].cards), None)
        if goal is not None:
            self.go_to_column(goal)

    def carry(self, goal: str) -> None:
        """Move the card under the cursor to a column, by the verb that brings it there."""
        from lmawep_tui.ui.board_deeds import carry_out

        s = self.situation()
        carry_out(self, s, move(s, goal, self.column))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The column with the focus stands out."""
        for name, pane in self._panes.items():
            inside = pane in event.widget.ancestors
            pane.set_class(inside, "-active")
            if inside:
                self.column = name

    @on(CardList.Selected)
    def _selected(self) -> None:
        self._show_bars()

    @on(CardList.Activated)
    def _activated(self, event: CardList.Activated) -> None:
        from lmawep_tui.ui.board_keys import show_details

        show_details(self, event.key)

    @on(CardList.Dragged)
    def _dragged(self, event: CardList.Dragged) -> None:
        shown_panes = {name: pane for name, pane in self._panes.items() if pane.display}
        over = next((name for name, pane in shown_panes.items() if pane.region.contains_point(event.at)), None)
        for name, pane in shown_panes.items():
            pane.set_class(name == over and not event.done and name != self.column, "-over")
        if event.done and over is not None and over != self.column:
            self.carry(over)

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_do(self, name: str) -> None:
        """Carry out a verb on the card, or a step of the board."""
        from lmawep_tui.ui.board_keys import KEYS

        action, situation = ACTIONS[name], self.situation()
        if name in KEYS:
            KEYS[name](self)
        elif action.when(situation):
            self.lmawep.mission.carry_out(action, situation)
        else:
            self.lmawep.refuse(action, refusal(action, situation))

    def action_number(self, number: int) -> None:
        """Go to the view of that number."""
        from lmawep_tui.ui.navigation import switch_view

        switch_view(self, list(VIEWS)[number - 1])

    @on(ViewTabs.Chosen)
    def _tab(self, event: ViewTabs.Chosen) -> None:
        self.action_number(list(VIEWS).index(event.name) + 1)

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)

    def filter_line(self) -> FilterLine | None:
        """Return the filter line, if it is open."""
        from lmawep_tui.ui.panes.filter_line import FilterLine

        try:
            return self.query_one(FilterLine)
        except NoMatches:
            return None

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Show only cards with that in them."""
        from lmawep_tui.ui.board_keys import typed

        typed(self, event.text, done=event.done)
