"""Every setting with its value, what it means and where it comes from; changed here, it counts at once."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from lmawep_tui.engine.settings import Row
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.actions import ACTIONS, Scope, Situation, footer_actions, refusal
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import items_of
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.filter_line import FilterLine
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.setting_lines import setting_about, setting_entries
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.table import Table

_NARROW = 110
_COLUMNS = (Column("set", width=1, priority=3), Column("key", width=26, priority=5),
            Column("value", flex=2, priority=4, min_width=12),
            Column("doc", flex=3, priority=1, min_width=24))  # fmt: skip

_ALWAYS = ("help", "settings.back")


class SettingsScreen(InApp, Screen[None]):
    """A list of all settings, and beside it what the one under the cursor is."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id)
            for a in ACTIONS.values()
            if a.scope is Scope.SETTINGS and not a.by_widget
        ],
        Binding("question_mark", "do('help')", show=False),
        Binding("tab,shift+tab", "switch", show=False, priority=True),
    ]

    def __init__(self, bridge: Bridge, key: str = "") -> None:
        """Prepare to show the settings, with the cursor on `key` once they are read."""
        super().__init__()
        self.bridge = bridge
        self.rows: dict[str, Row] = {}
        self.needle = ""
        self.only_set = False
        self.header = Bar(id="settings-header")
        self.footer = FooterBar(id="settings-footer")
        self.table = ListTable(_COLUMNS, show_header=False, id="settings-list", empty="Reading…")
        self.about = LineView(wrap=True, id="settings-about")
        self._list_pane = Pane(self.table, id="settings-list-pane")
        self._about_pane = Pane(self.about, id="settings-about-pane")
        self._awaited = key
        self._trouble = ""
        self._waiting: list[tuple[str, ...]] = []

    def compose(self) -> ComposeResult:
        """Put list and explanation side by side."""
        yield self.header
        yield Horizontal(self._list_pane, self._about_pane, id="settings-body")
        yield self.footer

    def on_mount(self) -> None:
        """Read; keys go to the list."""
        self._list_pane.name_it("Settings")
        self.table.focus()
        self.show_bars()
        self.load()

    def on_resize(self, event: events.Resize) -> None:
        """Put the explanation below the list where both have no room side by side."""
        self.set_class(event.size.width < _NARROW, "-narrow")

    # -- what is shown --------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """The config may have changed on disk."""
        if update.other or update.everything:
            self.load()

    def load(self) -> None:
        """Read the settings in a worker."""
        self.run_worker(self._load, exit_on_error=False, group="settings", exclusive=True)  # type: ignore[arg-type]

    async def _load(self) -> None:
        from lmawep_tui.engine import accept, settings

        try:
            rows = await self.bridge.reads.run(settings.rows, self.bridge.ws)
            self._waiting = await self.bridge.reads.run(accept.not_accepted, self.bridge.ws)
            self._trouble = ""
        except LmawepError as error:
            rows, self._trouble = (
                list(self.rows.values()),
                str(error).replace(str(self.bridge.ws.layout.config), "config.yaml"),
            )
        self.rows = {row.key: row for row in rows}
        self.show_rows()

    def go_to(self, key: str) -> None:
        """Read again, and put the cursor on a key."""
        self._awaited = key
        self.load()

    def show_rows(self) -> None:
        """Show the settings that pass the filter."""
        self.table.empty = self._trouble or "No setting has that in it."
        self.table.set_rows(setting_entries(self.rows.values(), self.needle, only_set=self.only_set))
        if self._awaited and self._awaited in self.table.rows:
            self.table.move_to(self._awaited)
            self._awaited = ""
        count = sum(row.is_set for row in self.rows.values())
        self._list_pane.note_it(f"{count} set" + (f" · “{self.needle}”" if self.needle else ""))
        self._follow()

    @on(Table.Selected, "#settings-list")
    def _follow(self) -> None:
        row = self.row
        file = str(self.bridge.ws.layout.config.relative_to(self.bridge.ws.layout.root))
        self.about.show(setting_about(row, file) if row else [], subject=row.key if row else None)
        self.show_bars()

    @property
    def row(self) -> Row | None:
        """The setting under the cursor."""
        return self.rows.get(self.table.cursor_key or "")

    def show_bars(self) -> None:
        """Say where one is, what is wrong, and what the keys do."""
        left = [(" lmawep ", "accent"), (" Settings", "strong"), ("  every key of .lmawep/config.yaml", "muted")]
        waiting = f"⚑ {len(self._waiting)} not accepted, A accepts " if self._waiting else ""
        wrong = f"⚑ {self._trouble} " if self._trouble else waiting
        self.header.show(left[:2] if wrong else left, [(wrong, "blocked")] if wrong else [])
        own = self.lmawep.own_keys
        here = [action for action in footer_actions(self.situation()) if action.id not in _ALWAYS]
        self.footer.offer(items_of(here, own), items_of(_ALWAYS, own))

    def situation(self) -> Situation:
        """Return what an action would be about."""
        return Situation(self.bridge.snapshot, place="settings", busy=self.bridge.busy, row=self.table.cursor_key or "")

    # -- keys -----------------------------------------------------------------------------------------------------

    @on(Table.Activated, "#settings-list")
    def _activated(self, event: Table.Activated) -> None:
        self.action_do("settings.edit")

    def action_switch(self) -> None:
        """Go from the list to the explanation, or back."""
        (self.table if self.about.has_focus else self.about).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out."""
        for pane in (self._list_pane, self._about_pane):
            pane.set_class(pane in event.widget.ancestors, "-active")

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Filter while one types; Enter goes back to the list."""
        self.needle = event.text.strip()
        self.show_rows()
        if event.done:
            self.close_filter()

    def close_filter(self) -> bool:
        """Close the line of the filter; whether it was open."""
        found = self.query(FilterLine)
        for line in found:
            self.table.focus()
            line.remove()
        return bool(found)

    def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        from lmawep_tui.ui.setting_deeds import DEEDS

        action = ACTIONS[name]
        if action.when(self.situation()):
            DEEDS[name](self)
        else:
            self.lmawep.say(refusal(action, self.situation()), "warning")

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
