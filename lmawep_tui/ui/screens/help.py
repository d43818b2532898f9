"""`?`: every key, from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.actions import ACTIONS
from lmawep_tui.ui.key_table import HEADINGS
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.help_lines import help_lines
from lmawep_tui.ui.widgets.line_view import LineView


class HelpScreen(Dialog[None]):
    """All keys in one page that scrolls."""

    DEFAULT_CSS = """
    HelpScreen > Vertical { width: 104; height: 90%; padding: 0 1; }
    HelpScreen LineView { height: 1fr; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "cancel", "Back", show=False),
    ]
    heading = "Keys"
    keys = (("j k", "scroll", "none"), ("Esc", "back", "cancel"))

    def __init__(self, own: Mapping[str, str]) -> None:
        """Show the keys as they are now, the person's own included."""
        super().__init__()
        sections = [
            (heading, [(" ".join(shown(key) for key in keys_of(a, own)), a.help, a.id)
                       for a in ACTIONS.values() if a.scope is scope])
            for scope, heading in HEADINGS.items()
        ]  # fmt: skip
        self.lines = help_lines(sections)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield LineView(self.lines, id="help")

    def entry(self) -> Widget:
        """Return the page, so that keys scroll."""
        return self.query_one(LineView)
