"""The first screen in a repository that lmawep does not work in yet: what was found, and one key that accepts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.engine.first_look import FirstLook, settings_of, versions
from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.setting_shape import Shape, shape_of
from lmawep_tui.ui.actions import ACTIONS, Scope
from lmawep_tui.ui.footer import items_of
from lmawep_tui.ui.modals.pick import Item, Pick
from lmawep_tui.ui.modals.setting_editor import SettingEditor
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.list_table import ListTable
from lmawep_tui.ui.present.first_lines import Choices, choices_of, first_lines, first_rows
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.table import Group, Table

_WIDEST = 36
"""Cells that a value takes at most; the dialog that changes it shows it whole."""
_COLUMNS = (Column("name", width=15, priority=3), Column("value", width=16, priority=2),
            Column("why", flex=1, priority=1, min_width=20))  # fmt: skip
_SHAPES = {"tests": ("tests", "command"), "setup": ("worktree", "setup"), "copy": ("worktree", "copy")}


class FirstRunScreen(Screen[Path | None]):
    """Shows what was found; Enter writes it, and the answer is the project's folder."""

    CSS_PATH = "first_run.tcss"
    AUTO_FOCUS = "#first-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id, priority=a.id == "start.accept")
        for a in ACTIONS.values()
        if a.scope is Scope.START
    ]

    def __init__(self, look: FirstLook) -> None:
        """Show what was found by `look`."""
        super().__init__(id="first-run")
        self.look = look
        self.chosen: Choices = choices_of(look)
        self.versions: Mapping[str, str] | None = None
        self.pool = DaemonPool(2, "first")
        self.table = ListTable(_COLUMNS, show_header=False, id="first-list")
        self.more = LineView(id="first-more", wrap=True)
        self.header = Bar(id="first-header")
        self.footer = FooterBar(id="first-footer")
        self._working = False

    def compose(self) -> ComposeResult:
        """Put what was found above what would be written."""
        yield self.header
        new, how = "lmawep is new here. ", "Enter takes what it found, e changes a line."
        yield Plain([(new, "bold"), (how, "")], id="first-words")
        yield self.table
        yield self.more
        yield self.footer

    def on_mount(self) -> None:
        """Show what is known, and ask the agents for their versions meanwhile."""
        left = [(" lmawep ", "accent"), (f" {self.look.root.name}", "strong"), (f"  {self.look.root}", "muted")]
        self.header.show(left, [(f"git {self.look.git} ", "muted")])
        items = items_of((a for a in ACTIONS.values() if a.scope is Scope.START), {})
        self.footer.offer(items)
        self.show_rows()
        self.run_worker(self._ask_versions(), exit_on_error=False, group="versions")

    async def _ask_versions(self) -> None:
        self.versions = await self.pool.run(versions, self.look)
        self.show_rows()

    def show_rows(self) -> None:
        """Show what is chosen now."""
        rows = first_rows(self.look, self.chosen, self.versions)
        wide = max(cell_len(str(row[1][1][0])) for row in rows if not isinstance(row, Group))
        name, value, why = _COLUMNS
        self.table.columns = (name, replace(value, width=min(wide + 2, _WIDEST)), why)
        self.table.fold()
        self.table.set_rows(rows)
        self.more.show(first_lines(self.look, self.versions), keep_scroll=True)

    # -- keys -----------------------------------------------------------------------------------------------------

    async def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        if self._working:
            return  # it is being written: there is no leaving it half done
        DEEDS[name](self)

    @on(FooterBar.Pressed)
    async def _pressed(self, event: FooterBar.Pressed) -> None:
        await self.action_do(event.action)

    @on(Table.Activated, "#first-list")
    def _opened(self, event: Table.Activated) -> None:
        if not self._working:
            self.change(event.key)

    def change(self, row: str) -> None:
        """Ask what a line should be."""
        if row == "main":
            items = [Item(name, clean_line(name)) for name in self.look.branches]
            self._pick("Which branch does work land on?", items, "main")
        elif row == "agent":
            items = [Item(a.name, f"{a.name}  {clean_line(a.text)}", "installed" if a.path else "not installed",
                          "●" if a.path else "○", "ok" if a.path else "muted") for a in self.look.agents]  # fmt: skip
            self._pick("Which agent does the work?", items, "agent")
        elif row in _SHAPES:
            self._type(row, shape_of(_SHAPES[row]))

    def _pick(self, heading: str, items: list[Item], name: str) -> None:
        def taken(keys: tuple[str, ...] | None) -> None:
            if keys:
                self.take(name, keys[0])

        self.app.push_screen(Pick(heading, items, many=False), taken)

    def _type(self, name: str, shape: Shape) -> None:
        value = getattr(self.chosen, name)
        where = _SHAPES[name]

        async def check(text: str) -> str:
            return await self.pool.run(_wrong, self.look.root, where, text)

        def done(text: str | None) -> None:
            if text is not None:
                parts = tuple(part.strip() for part in text.split("\n") if part.strip())
                self.take(name, parts if name == "copy" else text.strip())

        text = "\n".join(value) if name == "copy" else value
        self.app.push_screen(SettingEditor(".".join(where), shape, text, check), done)

    def take(self, name: str, value: str | tuple[str, ...]) -> None:
        """Have a line as the person wants it."""
        self.chosen = replace(self.chosen, **{name: value})  # type: ignore[arg-type]
        self.show_rows()

    def accept(self) -> None:
        """Write it all; the screen says meanwhile that it does, and why when it cannot."""
        self._working = True
        self.footer.offer([("…", "setting it up", "none")])
        self.run_worker(self._accept(), exit_on_error=False, group="accept")

    async def _accept(self) -> None:
        from lmawep_tui.engine.init import init

        chosen = self.chosen
        settings = settings_of(main=chosen.main, agent=chosen.agent, tests=chosen.tests, setup=chosen.setup,
                               copy=chosen.copy)  # fmt: skip
        try:
            ws = await self.pool.run(init, self.look.root, None, settings)
        except (LmawepError, OSError) as error:
            self.notify(clean_text(str(error)), severity="error", markup=False, timeout=20)
            self._working = False
            items = items_of((a for a in ACTIONS.values() if a.scope is Scope.START), {})
            self.footer.offer(items)
        else:
            self.dismiss(ws.layout.root)


DEEDS: dict[str, Callable[[FirstRunScreen], object]] = {
    "start.accept": lambda screen: screen.accept(),
    "start.change": lambda screen: screen.change(screen.table.cursor_key or ""),
    "start.leave": lambda screen: screen.dismiss(None),
}


def _wrong(root: Path, where: tuple[str, ...], text: str) -> str:
    """What is wrong with a first setting, in words."""
    from lmawep_tui.engine.settings import wrong_with

    return wrong_with("", root / ".lmawep" / "config.yaml", where, text)
