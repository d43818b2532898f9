"""Mission control: the tickets, the pods, and what the selected one is doing."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui import peeking
from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, refusal
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import Item, item_of, items_of
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.layouts import Layouts
from lmawep_tui.ui.offering import offered
from lmawep_tui.ui.panes.asking import AskingView
from lmawep_tui.ui.panes.bar import Bar, EventBar, FooterBar
from lmawep_tui.ui.panes.detail import DetailPane
from lmawep_tui.ui.panes.header_bar import HeaderBar
from lmawep_tui.ui.panes.pods import PodsPane
from lmawep_tui.ui.panes.tickets import TicketsPane
from lmawep_tui.ui.present.activity import activity
from lmawep_tui.ui.present.header import header_left, header_right, problems_line
from lmawep_tui.ui.prompt_paint import PromptScreen
from lmawep_tui.ui.selection import Selection, takes_many
from lmawep_tui.ui.widgets.table import Table

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.filter_line import FilterLine
    from lmawep_tui.ui.panes.peek import PeekPane

_FOLLOW_S = 0.1
"""How often at most the detail follows a cursor that moves on."""

_ALWAYS = ("palette", "help", "quit")


def bindings_of(*scopes: Scope) -> list[Binding]:
    """Return the bindings of the actions that a screen carries out itself."""
    return [
        Binding(action.keys, f"do('{action.id}')", action.title, show=False, id=action.id, tooltip=action.help,
                priority=action.id in ("pane.next", "pane.previous"))
        for action in ACTIONS.values()
        if action.scope in scopes and not action.by_widget
    ]  # fmt: skip


class MissionScreen(PromptScreen[None]):
    """The main screen. It shows what the bridge knows and hands every key to the action it stands for."""

    BINDINGS: ClassVar[list[Binding]] = bindings_of(Scope.TICKETS, Scope.PODS, Scope.LOG, Scope.GLOBAL)  # type: ignore[assignment]
    AUTO_FOCUS = ""

    def __init__(self, bridge: Bridge, *, hint: str = "") -> None:
        """Make the panes; `hint` is a line a person can dismiss."""
        super().__init__(id="mission")
        self.bridge = bridge
        self.hint = hint
        self.tickets = TicketsPane()
        self.pods = PodsPane()
        self.detail: DetailPane = DetailPane(bridge)
        self.header = HeaderBar(id="header")
        self.problems = Bar(id="problems")
        self.activity = EventBar(id="activity")
        self.footer = FooterBar(id="footer")
        self._hint_bar = Bar(id="hint")
        self.list_pane: TicketsPane | PodsPane = self.tickets
        """The list whose selection is shown."""
        self.prompt = AskingView(rows=2, fixed=True, id="prompt")
        """What the row under the cursor asks, else the first that needs the person, where the detail has no room."""
        self.left = Vertical(self.tickets, self.pods, self.prompt, id="left")
        self.picked = Selection(self)
        self.peek: PeekPane | None = None
        """What lies over a list while the person peeks at a pod."""
        self.layouts = Layouts(self)
        self.folded = False
        """Whether lists and detail take turns because there is no room for both."""
        self._guessed = False
        """Whether keys went to a list before it was known what is in them."""
        self._detail_due = False
        self._followed = 0.0
        self.awaited: str | None = None
        """Key of a row to go to as soon as it is there: a ticket or pod just made."""

    def compose(self) -> ComposeResult:
        """Put the panes together, with what is known by now in them: the first picture is the true one."""
        self.fill_list(self.tickets)
        self.fill_list(self.pods)
        self.list_pane = self.pods if self.bridge.snapshot.pods else self.tickets
        self._guessed = not self.bridge.loaded
        self._show_rest()
        yield self.header
        yield self.problems
        yield Horizontal(self.left, self.detail, id="body")
        yield self.activity
        if self.hint:
            self._hint_bar.show([(f" {self.hint}", "warn")], [("Esc hides this ", "muted")])
            yield self._hint_bar
        yield self.footer

    def on_mount(self) -> None:
        """Let keys go to the list that matters."""
        self.table.focus()

    @property
    def table(self) -> Table:
        """The list whose selection is shown."""
        return self.list_pane.table

    @property
    def hint_shown(self) -> bool:
        """Whether the hint is on the screen."""
        return self._hint_bar.is_attached and self._hint_bar.display

    def hide_hint(self) -> None:
        """Take the hint away."""
        self._hint_bar.display = False

    # -- what the bridge knows ------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what changed."""
        bridge, snapshot = self.bridge, self.bridge.snapshot
        with self.app.batch_update():
            self.picked.look()
            if update.everything or (update.other and not update.tickets and not update.pods):
                self.fill_list(self.tickets)
            elif update.tickets:
                self.tickets.guard(self.tickets.renew, snapshot, bridge.busy, update.tickets)
            self.fill_list(self.pods)
            self.picked.compare(self.awaited)
            self._go_to_awaited()
            if self._guessed and bridge.loaded:
                self._guessed = False
                if snapshot.pods and self.tickets.table.has_focus:
                    self.focus_list(self.pods)
            if update.tick:
                self.show_header()
                self.show_footer()  # what can be done may be a matter of time
                self.detail.guard(self.detail.tick)
            else:
                self._show_rest()

    def _show_rest(self) -> None:
        """Show everything that is no list."""
        self.show_header()
        self.show_detail()
        self.show_footer()
        bridge = self.bridge
        rowless = [word for key, word in bridge.busy.items() if not key.startswith(("pod-", "ticket-"))]
        self.activity.tell(activity(bridge.events, rowless))

    def fill_list(self, pane: TicketsPane | PodsPane) -> None:
        """Show a list anew; only rows that look different are painted."""
        bridge = self.bridge
        if isinstance(pane, PodsPane):
            pane.guard(pane.fill, bridge.snapshot, bridge.facts.changes, bridge.busy, bridge.clock())
        else:
            pane.guard(pane.fill, bridge.snapshot, bridge.busy)

    def _go_to_awaited(self) -> None:
        for pane in (self.tickets, self.pods):
            if self.awaited is not None and self.awaited in pane.table.rows:
                pane.table.move_to(self.awaited)
                self.awaited = None

    def show_header(self) -> None:
        """Show slots, train, attention and autopilot."""
        snapshot = self.bridge.snapshot
        left = header_left(self.bridge.ws.layout.root.name, snapshot, self.bridge.facts.main)
        self.header.offer(left, header_right(snapshot, self.lmawep.autopilot.words(), self.bridge.clock()))
        self.problems.show(problems_line(snapshot, str(self.bridge.ws.layout.root)))
        self.problems.display = bool(snapshot.problems)

    def show_footer(self) -> None:
        """Offer what can be done now."""
        situation, own = self.situation(), self.lmawep.own_keys
        items: dict[str, Item] = {}
        for action in offered(self, situation):
            if action.id not in _ALWAYS:
                item = item_of(action, own, situation)
                items.setdefault(item[0], item)
        self.footer.offer(list(items.values()), items_of(_ALWAYS, own))

    # -- what is selected -----------------------------------------------------------------------------------------

    def selection(self) -> tuple[Ticket | InvalidTicket | None, Pod | None]:
        """Return the ticket and pod that are selected, of which either may be missing."""
        return self.picked.now()

    def situation(self) -> Situation:
        """Return what an action would act on."""
        return self.picked.situation()

    def show_detail(self) -> None:
        """Show the selection in the detail pane."""
        self._detail_due = False
        self.detail.guard(self.detail.show, *self.selection())
        self.detail.guard(self._show_beside)

    def _show_beside(self) -> None:
        """Show what is asked where the detail has no room, and what is peeked at."""
        self.prompt.display = self.folded and attention_count(self.bridge.snapshot) > 0
        if self.prompt.display:
            self.prompt.tell(self.detail.asked() or self.detail.asked_next(), self.size.width)
        peeking.follow(self)

    @on(Table.Selected)
    def _selected(self, event: Table.Selected) -> None:
        """Follow the cursor at once; while a key is held, ten times a second, so that no row waits for a detail."""
        if event.table is not self.table or self._detail_due:
            return
        self._detail_due = True
        wait = self._followed + _FOLLOW_S - monotonic()
        if wait > 0:
            self.set_timer(wait, self._follow_cursor)
        else:
            self.call_after_refresh(self._follow_cursor)

    @on(Table.Marked)
    def _marked(self, event: Table.Marked) -> None:
        """Say how many are marked, and offer what can be done with them."""
        self.list_pane.tell_marks()
        self.show_footer()

    def _follow_cursor(self) -> None:
        self._followed = monotonic()
        self.show_detail()
        self.show_footer()

    @on(Table.Activated)
    def _activated(self, event: Table.Activated) -> None:
        """Enter goes into the detail of the row, and first to what its agent waits for."""
        self.focus_detail()
        situation, answer = self.situation(), ACTIONS["pod.answer"]
        if situation.pod is not None and situation.pod.asks and answer.when(situation):
            self.carry_out(answer, situation)  # of this row alone, whatever is marked

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out; the list it was in decides what is selected."""
        panes = (self.tickets, self.pods, self.detail)
        inside = next((pane for pane in panes if pane in event.widget.ancestors_with_self), None)
        if inside is None:
            return
        if inside is self.detail:
            peeking.end(self)  # the detail shows it all
        for pane in panes:
            pane.mark("-active", pane is inside)
        if isinstance(inside, TicketsPane | PodsPane) and inside is not self.list_pane:
            self.list_pane = inside
            self.show_detail()
        self.show_footer()

    # -- places ---------------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Fold lists and detail onto each other where there is no room for both."""
        self.layouts.put_on(event.size.width)
        self.call_after_refresh(self.show_detail)

    def fold(self, *, detail: bool) -> None:
        """Show the detail, or the lists, alone where they take turns."""
        self.left.display = not (self.folded and detail)
        self.detail.display = not self.folded or detail

    def next_layout(self) -> None:
        """Share the width in another way."""
        self.layouts.next()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the line between lists and detail."""
        self.layouts.grab(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Move that line."""
        self.layouts.drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Leave it there."""
        self.layouts.drop()

    def focus_detail(self) -> None:
        """Let the keys go to the detail."""
        self.fold(detail=True)
        self.show_detail()
        self.detail.view.focus()

    def focus_list(self, pane: TicketsPane | PodsPane | None = None) -> None:
        """Let the keys go to a list, or back to the one they were in."""
        self.fold(detail=False)
        (pane.table if pane else self.table).focus()

    def step_pane(self, step: int) -> None:
        """Go to the next pane: tickets, pods, detail."""
        places: list[Widget] = [self.tickets.table, self.pods.table, self.detail]
        if self.detail.view.has_focus:
            here = 2
        else:
            here = 1 if self.pods.table.has_focus else 0
        goal = places[(here + step) % 3]
        if goal is self.detail:
            self.focus_detail()
        else:
            self.focus_list(self.tickets if goal is self.tickets.table else self.pods)

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_do(self, name: str) -> None:
        """Carry out an action, or say why it is not possible."""
        action = ACTIONS[name]
        situation = self.situation()
        if action.by_widget:
            self.press(action)
        elif words := self.picked.warning(action, shown(keys_of(action, self.lmawep.own_keys)[0])):
            self.lmawep.refuse(action, words)
        elif situation.marked and takes_many(action):
            from lmawep_tui.ui.bulk import act

            act(self, action)
        elif action.when(situation):
            self.carry_out(action, situation)
        else:
            self.lmawep.refuse(action, refusal(action, situation))

    def press(self, action: Action) -> None:
        """Do what a view does by itself at that key: its item of the footer was clicked."""
        self.app.simulate_key(keys_of(action, self.lmawep.own_keys)[0])

    def carry_out(self, action: Action, situation: Situation) -> None:
        """Carry out an allowed action."""
        from lmawep_tui.ui.deeds import DEEDS

        DEEDS[action.id](self, situation)

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Filter, or search; by name and not by class, which is imported only when it is used."""
        from lmawep_tui.ui.navigation import filter_typed

        filter_typed(self, event.text, done=event.done)

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
