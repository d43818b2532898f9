"""`?`: every key, what it does, whether that is possible now and why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from lmawep_tui.ui.actions import ACTIONS, Scope
from lmawep_tui.ui.key_table import HEADINGS
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.help_lines import HelpEntry, Item, help_entries, whole
from lmawep_tui.ui.widgets.columns import place
from lmawep_tui.ui.widgets.table import Column, Entry, Group, Table
from lmawep_tui.ui.widgets.table_view import GUTTER

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_COLUMNS = (
    Column("keys", width=14, priority=3),
    Column("text", flex=1, min_width=20, priority=2),
    Column("id", width=20, priority=1, from_width=92),
)


class _Page(Table):
    """Rows that are written anew when the width is another."""

    def __init__(self, write: Callable[[], None], *, id: str) -> None:  # noqa: A002 - Textual's name
        """Make an empty page; `write` is called for its rows."""
        super().__init__(_COLUMNS, show_header=False, id=id, empty="No key has that.")
        self._write = write

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew; who is at the top stays there."""
        top = self.rows.cursor == self.rows.edge(last=False)
        self._write()
        if top:
            self.action_edge(last=False)


class HelpScreen(Dialog[str]):
    """All keys by area, those of the screen one comes from first; Enter does what the row says."""

    DEFAULT_CSS = """
    HelpScreen > Vertical { width: 132; height: 90%; padding: 0 1; }
    HelpScreen Table { height: 1fr; background: $panel; }
    HelpScreen Input { display: none; border: none; height: 1; padding: 0 1; margin: 0; }
    HelpScreen Input:focus { border: none; }
    HelpScreen.-searching Input { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False, priority=True),
        Binding("q,question_mark", "cancel", "Back", show=False),
        Binding("slash", "search", "Search", show=False),
        Binding("down", "step(1)", "Next", show=False, priority=True),
        Binding("up", "step(-1)", "Previous", show=False, priority=True),
    ]
    heading = "Keys"
    keys = (("/", "search", "search"), ("Enter", "do it", "take"), ("j k", "move", "none"), ("Esc", "back", "leave"))

    def __init__(self, own: Mapping[str, str]) -> None:
        """Show the keys as they are now, the person's own included."""
        super().__init__()
        self._own = own
        self._areas = areas(own)

    def entries(self, needle: str = "") -> list[HelpEntry]:
        """Return what is shown of it."""
        return help_entries(self._areas, needle)

    def body(self) -> Iterable[Widget]:
        """Return the line to type in, and the page."""
        yield Input(placeholder="a word, a key or an id", id="help-search")
        yield _Page(self._show, id="help")

    def on_mount(self) -> None:
        """Begin with the area of the screen one comes from."""
        from lmawep_tui.ui.app import LmawepApp

        if isinstance(self.app, LmawepApp) and len(self.app.screen_stack) > 1:
            self._areas = areas_from(self.app, self.app.screen_stack[-2], self._own)
        super().on_mount()
        self._show()

    def entry(self) -> Widget:
        """Return what the keys go to: the page, or the line while one types in it."""
        return self.query_one(Input) if self.has_class("-searching") else self.query_one(Table)

    def _show(self) -> None:
        table = self.query_one(Table)
        placed = place(_COLUMNS, table.scrollable_content_region.width - GUTTER, 1)
        wide = next((column.width for column in placed if column.index == 1), 20)
        rows: list[Entry] = []
        for entry in self.entries(self.query_one(Input).value):
            rows += [Group(f" {entry}", "heading")] if isinstance(entry, str) else whole(entry, wide)
        table.set_rows(rows)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()
        self.query_one(Table).action_edge(last=False)

    @on(Input.Submitted)
    def _found(self) -> None:
        self.query_one(Table).focus()

    @on(Table.Activated)
    def _taken(self, event: Table.Activated) -> None:
        if event.key in ACTIONS:
            self.dismiss(event.key)

    def action_search(self) -> None:
        """Ask what to look for."""
        self.add_class("-searching")
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Leave the search, or the help."""
        if self.has_class("-searching"):
            self.remove_class("-searching")
            self.query_one(Input).value = ""
            self.query_one(Table).focus()
        else:
            self.dismiss(None)

    def action_step(self, step: int) -> None:
        """Go up or down, also while one types."""
        self.query_one(Table).action_move(step)

    def action_take(self) -> None:
        """Do what the row under the cursor says."""
        self.query_one(Table).action_activate()


def areas(
    own: Mapping[str, str],
    why: Mapping[str, str] | None = None,
    first: Iterable[Scope] = (),
    elsewhere: Collection[str] = (),
) -> list[tuple[str, list[Item]]]:
    """Return every action by area, those of `first` before the others; keys of `elsewhere` do not work here."""
    ahead = list(dict.fromkeys(first))
    scopes = sorted(HEADINGS, key=lambda scope: ahead.index(scope) if scope in ahead else len(ahead))
    why = why or {}
    return [
        (HEADINGS[scope], [
            Item(a.id, " ".join(shown(key) for key in keys_of(a, own)), a.help, a.id in own, why.get(a.id, ""),
                 a.id in elsewhere)
            for a in ACTIONS.values() if a.scope is scope
        ]) for scope in scopes
    ]  # fmt: skip


def areas_from(app: LmawepApp, screen: Screen[Any], own: Mapping[str, str]) -> list[tuple[str, list[Item]]]:
    """Return every action by area as it is for a screen: what it can do first, and why it cannot do the rest."""
    from lmawep_tui.ui.reach import reach, situation_of, why_not

    s, parts = situation_of(app, screen), reach(screen)
    why = {name: why_not(action, s, parts, home=screen is app.mission) for name, action in ACTIONS.items()}
    first = [Scope.LOG] if s.place in ("log", "diff", "memory", "ticket", "evidence") else []
    first += [Scope.PODS if s.place == "pods" else Scope.TICKETS] if screen is app.mission else []
    here = [ACTIONS[name].scope for name, (node, _) in parts.items() if node is screen]
    if screen is not app.mission:
        shared = (Scope.PODS, Scope.TICKETS, Scope.LOG)  # verbs it has besides its own
        first = sorted((scope for scope in here if scope is not Scope.GLOBAL), key=lambda scope: scope in shared)
    elsewhere = () if screen is app.mission else {name for name in ACTIONS if name not in parts}
    return areas(own, why, [*first, Scope.GLOBAL], elsewhere)
