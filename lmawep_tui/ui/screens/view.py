"""One of the views: a list, and beside it what the row under the cursor is about."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
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
from lmawep_tui.ui.footer import items_of
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.panes.grid_table import GridTable
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.panes.view_tabs import ViewTabs
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.header import needs_words
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.view_rows import with_needle
from lmawep_tui.ui.views import VIEWS, Frame, Page, Reading, view_of
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.table import Table

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.filter_line import FilterLine

_NARROW = 110

_ALWAYS = ("help", "views.back")


class ViewScreen(InApp, Screen[None]):
    """Shows a view and keeps it true; Enter leaves for the pod or ticket of the row, or reads what stands beside."""

    CSS_PATH = "view.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id)
            for a in ACTIONS.values()
            if a.scope is Scope.VIEWS and not a.by_widget
        ],
        *[Binding(str(number), f"number({number})", show=False) for number in range(1, len(VIEWS) + 1)],
        Binding("question_mark", "do('help')", show=False),
        Binding("tab,shift+tab", "switch", show=False, priority=True),
    ]

    def __init__(self, bridge: Bridge, name: str) -> None:
        """Prepare to show the view of that name; it is read once the screen is there."""
        super().__init__()
        self.bridge = bridge
        self.view_name = name
        self.view = view_of(name)
        self.page = Page((Column("row", flex=1),), (), empty="Reading…")
        self.header = ViewTabs(id="view-header")
        self.footer = FooterBar(id="view-footer")
        kind = GridTable if self.view.grid else ListTable
        self.table: ListTable = kind(self.page.columns, show_header=self.view.grid, id="view-list", empty="Reading…")
        self.about = LineView(wrap=True, id="view-about")
        self._list_pane = Pane(self.table, id="view-list-pane")
        self._about_pane = Pane(self.about, id="view-about-pane")
        self.frame: Frame = Frame()
        self.needle = ""
        """What the rows are filtered by."""
        self._wake = asyncio.Event()
        """Set when there is something new to read."""
        self._pause = asyncio.Event()
        """Set when that must not wait."""
        self._reads = False
        self._looked: tuple[str | None, Frame] | None = None

    @property
    def row(self) -> str:
        """The row, or in a grid the cell, under the cursor."""
        return (self.table.cell_key if isinstance(self.table, GridTable) else self.table.cursor_key) or ""

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
        self.show_bars()

    def on_resize(self, event: events.Resize) -> None:
        """Put the reading below the list where both have no room side by side."""
        self.set_class(event.size.width < _NARROW or self.view.zooms, "-narrow")
        if self.view.zooms:
            self.look_through(replace(self.frame, width=event.size.width - 3))

    # -- what is shown --------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Something changed on disk: read again, no more often than the view allows."""
        self.show_bars()
        lasts = self.view.renew_s and self.page.entries and int(self.bridge.clock()) % self.view.renew_s == 0
        if not update.tick or lasts:
            self.load()

    def look_through(self, frame: Frame) -> None:
        """See more or less of it, or another part; the person waits for that, so it is read at once."""
        if frame != self.frame:
            self.frame = frame
            self._pause.set()
            self.load()

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
                frame = replace(self.frame, now=self.bridge.clock())
                try:
                    page = await self.bridge.reads.run(self.view.read, self.bridge.ws, self.bridge.snapshot, frame)
                except LmawepError as error:
                    page = Page(self.page.columns, (), empty=f"{FLAG} {error}")
                except Exception as error:  # noqa: BLE001 - a view that cannot be read says so, and r tries again
                    page = Page(self.page.columns, (), empty=f"{FLAG} {type(error).__name__}: {error}  (r tries again)")
                if self.is_attached:
                    self.page = page
                    self.show_rows()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._pause.wait(), self.view.every_s)
        finally:
            self._reads = False

    def show_rows(self) -> None:
        """Show the page, or the part of it that passes the filter."""
        page = self.page
        if self.view.grid or page.columns != self.table.columns:
            self.table.columns = page.columns
            self.table.fold()
        entries, empty = page.entries, page.empty
        if self.needle and not self.view.searches:
            entries = with_needle(entries, self.needle)
            empty = f"Nothing here has “{self.needle}” in it: / and an empty line show all." if page.entries else empty
        self.table.empty = empty
        self.table.set_rows(entries)
        filtered = f"/{self.needle}  " if self.needle else ""
        self._list_pane.note_it(f"{filtered}{page.note}")
        self._looked = None
        self._follow()

    @on(Table.Selected, "#view-list")
    def _selected(self) -> None:
        self._follow()

    def _follow(self) -> None:
        """Show what the row under the cursor is about."""
        key = self.row
        beside = self.table.cursor_key is not None and (self.view.look is not None or bool(self.page.about))
        self._about_pane.display = beside
        self.set_class(not beside, "-alone")
        self.show_bars()
        if (key, self.frame) == self._looked:
            return
        self._looked = (key, self.frame)
        if not key or key in self.page.about or self.view.look is None:
            self._tell(key, self.page.about.get(key, ()))
            return
        look, frame = self.view.look, self.frame

        async def read() -> None:
            try:
                found = await self.bridge.reads.run(look, self.bridge.ws, key, replace(frame, now=self.bridge.clock()))
            except Exception as error:  # noqa: BLE001 - said where it would have stood
                found = [[(f"{type(error).__name__}: {error}", "warn")]]
            if self.is_attached and self._looked == (key, frame):
                self._tell(key, found)

        self.bridge.spawn_task(read(), f"look at {self.view_name}")

    def _tell(self, key: str, found: Sequence[StyledLine] | Reading) -> None:
        reading = found if isinstance(found, Reading) else Reading(found)
        self.about.show(list(reading.lines), subject=f"{key} {self.frame.history} {self.frame.needle}")
        if reading.at:
            self.about.reveal(self.about.row_of_line(reading.at))

    def show_bars(self) -> None:
        """Say where one is, what waits, and what can be done."""
        needs = needs_words(attention_count(self.bridge.snapshot))
        self.header.tell(self.view_name, self.view.title, needs)
        own = self.lmawep.own_keys
        situation = self.situation()
        here = [action for action in footer_actions(situation) if action.id not in _ALWAYS]
        self.footer.offer(items_of(here, own, situation), items_of(_ALWAYS, own))

    def situation(self) -> Situation:
        """Return what an action would be about."""
        row = self.row if self.table.cursor_key else ""
        return Situation(self.bridge.snapshot, place=f"view {self.view_name}", busy=self.bridge.busy, row=row)

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_switch(self) -> None:
        """Go from the list to the reading, or back."""
        (self.table if self.about.has_focus or not self._about_pane.display else self.about).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out."""
        for pane in (self._list_pane, self._about_pane):
            pane.set_class(pane in event.widget.ancestors, "-active")

    @on(Table.Activated, "#view-list")
    def _activated(self) -> None:
        from lmawep_tui.ui import view_deeds

        view_deeds.go(self, self.row)

    def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        from lmawep_tui.ui import view_deeds

        action = ACTIONS[name]
        if action.when(self.situation()):
            view_deeds.DEEDS[name](self)
        else:
            self.lmawep.refuse(action, refusal(action, self.situation()))

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

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Filter while the person types; by name and not by class, which is imported only when it is used."""
        from lmawep_tui.ui.view_filter import filter_typed

        filter_typed(self, event.text, done=event.done)
