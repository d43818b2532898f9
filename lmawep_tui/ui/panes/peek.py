"""The last lines of a pod over the lists: a look at what it does without leaving the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.geometry import Region

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui.panes.log_tab import LogTab
from lmawep_tui.ui.panes.pane import Pane

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace


class PeekPane(Pane):
    """Lies over the list that the cursor is not in; it takes no keys, so every key goes on doing what it did."""

    DEFAULT_CSS = """
    PeekPane { layer: peek; border: round $primary; background: $panel; }
    PeekPane LogView {
        background: $panel;
        scrollbar-background: $panel; scrollbar-background-hover: $panel; scrollbar-background-active: $panel;
    }
    """

    def __init__(self, ws: Workspace) -> None:
        """Show nothing yet."""
        super().__init__(id="peek")
        self._log = LogTab(ws, id="peek-log")
        self._log.view.can_focus = False

    def compose(self) -> ComposeResult:
        """Put the log into the frame."""
        yield self._log.view

    def on_mount(self) -> None:
        """Let the frame say which run it is."""
        self.watch(self._log.view, "status_text", lambda: self.note_it(self._log.place()), init=False)

    def lie_over(self, region: Region) -> None:
        """Cover this part of the screen."""
        self.styles.offset = region.offset
        self.styles.width, self.styles.height = region.width, region.height

    def show(self, pod: Pod | None, of: PodId | None, title: str) -> None:
        """Follow the newest run of this pod; `of` alone is known of one that was removed."""
        name = f"{pod.id} #{pod.ticket} " if pod else f"{of} " if of else ""
        self.name_it(f"{name}{clean_line(title)}" if of else "no pod, so nothing to peek at")
        self._log.show(of, pod)
        self.note_it(self._log.place())
