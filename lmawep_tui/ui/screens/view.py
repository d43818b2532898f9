"""One of the views: a list, and beside it what the row under the cursor is about."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui.actions import ACTIONS, Scope, Situation, footer_actions, refusal
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.guard import Guarded
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.views import VIEWS, Frame, Page, view_of
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.table import Table

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_NARROW = 110


class ViewScreen(Guarded, Screen[str | None]):
    """Shows a view and keeps it true; Enter leaves for the pod or ticket of the row."""

    CSS_PATH = "view.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id)
            for a in ACTIONS.values()
            if a.scope is Scope.VIEWS and not a.by_widget
        ],
        Binding("question_mark", "do('help')", show=False),
        Binding("tab,shift+tab", "switch", show=False, priority=True),
    ]

    def __init__(self, bridge: Bridge, name: str) -> None:
        """Prepare to show the view of that name; it is read once the screen is there."""
        super().__init__(id="view")
        self.bridge = bridge
        self.view_name = name
        self.view = view_of(name)
        self.page = Page((Column("row", flex=1),), (), empty="Reading…")
        self.header = Bar(id="view-header")
        self.footer = FooterBar(id="view-footer")
        self.table: ListTable = ListTable(self.page.columns, show_header=False, id="view-list", empty=self.page.empty)
        self.about = LineView(wrap=True, id="view-about")
        self._list_pane = Pane(self.table, id="view-list-pane")
        self._about_pane = Pane(self.about, id="view-about-pane")
        self.frame: Frame = Frame()
        self._wake = asyncio.Event()
        """Set when there is something new to read."""
        self._pause = asyncio.Event()
        """Set when that must not wait."""
        self._reads = False
        self._looked: str | None = None

    @property
    def lmawep(self) -> LmawepApp:
        """The app, by its own type."""
        from lmawep_tui.ui.app import LmawepApp

        assert isinstance(self.app, LmawepApp)
        return self.app

    def compose(self) -> ComposeResult:
        """Put list and reading side by side."""
        yield self.header
        yield Horizontal(self._list_pane, self._about_pane, id="view-body")
        yield self.footer

    def on_mount(self) -> None:
        """Read; keys go to the list."""
        self._list_pane.name_it(self.view.title)
        self.table.focus()
        self.load()
        self._show_bars()

    def on_resize(self, event: events.Resize) -> None:
        """Put the reading below the list where both have no room side by side."""
        self.set_class(event.size.width < _NARROW or self.view.zooms, "-narrow")
        if self.view.zooms:
            self.look_through(replace(self.frame, width=event.size.width - 3))

    # -- what is shown --------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Something changed on disk: read again, no more often than the view allows."""
        self._show_bars()
        if not update.tick:
            self.load()

    def look_through(self, frame: Frame) -> None:
        """See more or less of it, or another part; the person waits for that, so it is read at once."""
        if frame != self.frame:
            self.frame = frame
            self._pause.set()
            self.load()

    def _framed(self) -> Frame:
        return replace(self.frame, now=self.bridge.clock())

    def load(self) -> None:
        """Read the view in a worker; what changes meanwhile is read when its time has come."""
        self._wake.set()
        if not self._reads:
            self._reads = True
            self.bridge.spawn_task(self._read_on(), f"read {self.view_name}")

    async def _read_on(self) -> None:
        try:
            while self._wake.is_set() and self.is_attached:
                self._wake.clear()
                self._pause.clear()
                try:
                    ws, snapshot = self.bridge.ws, self.bridge.snapshot
                    page = await self.bridge.reads.run(self.view.read, ws, snapshot, self._framed())
                except LmawepError as error:
                    page = Page(self.page.columns, (), empty=str(error))
                if self.is_attached:
                    self._show(page)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._pause.wait(), self.view.every_s)
        finally:
            self._reads = False

    def _show(self, page: Page) -> None:
        if page.columns != self.page.columns:
            self.table.columns = page.columns
            self.table.fold()
        self.page = page
        self.table.empty = page.empty
        self.table.set_rows(page.entries)
        self._list_pane.note_it(page.note)
        self._looked = None
        self._follow()

    @on(Table.Selected, "#view-list")
    def _selected(self) -> None:
        self._follow()

    def _follow(self) -> None:
        """Show what the row under the cursor is about."""
        key = self.table.cursor_key
        beside = bool(self.page.entries) and (self.view.look is not None or bool(self.page.about))
        self._about_pane.display = beside
        self.set_class(not beside, "-alone")
        self._show_bars()
        if key == self._looked:
            return
        self._looked = key
        if key is None or key in self.page.about or self.view.look is None:
            self._tell(key, self.page.about.get(key or "", ()))
            return
        look = self.view.look

        async def read() -> None:
            lines = await self.bridge.reads.run(look, self.bridge.ws, key, self._framed())
            if self.is_attached and self._looked == key:
                self._tell(key, lines)

        self.bridge.spawn_task(read(), f"look at {self.view_name}")

    def _tell(self, key: str | None, lines: object) -> None:
        shown_lines: list[StyledLine] = list(lines)  # type: ignore[call-overload]
        self.about.show(shown_lines, subject=key)

    def _show_bars(self) -> None:
        left = [(" lmawep ", "accent"), (f" {self.view.title}", "strong"), (f"  {VIEWS[self.view_name]}", "muted")]
        waits = attention_count(self.bridge.snapshot)
        self.header.show(left, [(f"{FLAG} {waits} need{'s' if waits == 1 else ''} you ", "blocked")] if waits else [])
        own = self.lmawep.own_keys
        items = [(shown(keys_of(a, own)[0]), a.title, a.id) for a in footer_actions(self.situation())]
        self.footer.offer(items, [("?", "help", "help")])

    def situation(self) -> Situation:
        """Return what an action would be about."""
        return Situation(self.bridge.snapshot, place=f"view {self.view_name}", busy=self.bridge.busy,
                         row=self.table.cursor_key or "")  # fmt: skip

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_switch(self) -> None:
        """Go from the list to the reading, or back."""
        (self.table if self.about.has_focus or not self._about_pane.display else self.about).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out."""
        for pane in (self._list_pane, self._about_pane):
            pane.set_class(pane in event.widget.ancestors, "-active")

    @on(Table.Activated, "#view-list")
    def _activated(self, event: Table.Activated) -> None:
        self.go(event.key)

    def go(self, row: str) -> None:
        """Leave for the row's pod or ticket; a row without one is read."""
        goal = self.page.goes.get(row)
        if goal is not None:
            self.dismiss(goal)
        elif self._about_pane.display:
            self.about.focus()

    def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        from lmawep_tui.ui import view_deeds

        action = ACTIONS[name]
        if action.when(self.situation()):
            view_deeds.DEEDS[name](self)
        else:
            self.lmawep.say(refusal(action, self.situation()), "warning")

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
