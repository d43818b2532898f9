"""The log of one run, whether its pod is still there or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen

from lmawep_tui.files.run_file import OUTPUT, read_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.run import Run
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import item_of, items_of
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.views import RunAt
from lmawep_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.filter_line import FilterLine


class RunLogScreen(InApp, Screen[None]):
    """A log from end to end; Esc goes back to the view it was opened from."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    RunLogScreen { layout: vertical; }
    RunLogScreen Pane { height: 1fr; }
    RunLogScreen Bar { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", show=False, id="views.back"),
        Binding("slash", "search", show=False, id="filter"),
    ]

    def __init__(self, bridge: Bridge, run: RunAt) -> None:
        """Prepare to show the run's log."""
        super().__init__(id="run-log")
        self.bridge, self.run_at = bridge, run
        self.header = Bar(id="run-log-header")
        self.footer = FooterBar(id="run-log-footer")
        self.log_view = LogView(id="run-log-view")
        self.pane = Pane(self.log_view)

    def compose(self) -> ComposeResult:
        """Put the log under its name."""
        yield self.header
        yield self.pane
        yield self.footer

    def on_mount(self) -> None:
        """Open the log; keys go to it."""
        self.header.show([(" lmawep ", "accent"), (f" {self.run_at.pod} ", "strong"), (self.run_at.run, "")])
        own = self.lmawep.own_keys
        key, _, search = item_of("filter", own)
        self.footer.offer([(key, "search", search), *items_of(("log.follow", "log.go-to", "view.wrap"), own)],
                          items_of(("help", "views.back"), own))  # fmt: skip
        self.pane.add_class("-active")
        self.log_view.focus()
        self.bridge.spawn_task(self._open(), "open a run's log")

    def take(self, update: Update) -> None:
        """The log follows its file by itself."""

    async def _open(self) -> None:
        folder = self.bridge.ws.run_dir(PodId(self.run_at.pod), self.run_at.run)

        def read() -> Run | None:
            try:
                return read_run(folder)
            except (LmawepError, OSError):
                return None

        run = await self.bridge.reads.run(read)
        if not self.is_attached:
            return
        pod = self.bridge.snapshot.pods.get(PodId(self.run_at.pod))
        live = pod is not None and pod.live and pod.run is not None and pod.run.name == self.run_at.run
        format_, root = (run.format, run.cwd) if run else ("text", "")
        if run is None:
            self.log_view.empty = "Its folder is gone: old runs are tidied away."
        elif run.outcome is not None:
            self.pane.note_it(f"{run.end_words}{f': {run.reason}' if run.reason else ''}")
        try:
            self.log_view.open(folder / OUTPUT, format_=format_, root=root, over=not live)
        except LmawepError:  # a format of a newer lmawep
            self.log_view.open(folder / OUTPUT)

    def action_back(self) -> None:
        """Leave the search, or the log."""
        line = self._line()
        if line is not None:
            self.log_view.focus()
            line.remove()
        else:
            self.dismiss(None)

    def _line(self) -> FilterLine | None:
        from lmawep_tui.ui.panes.filter_line import FilterLine

        try:
            return self.query_one(FilterLine)
        except NoMatches:
            return None

    def action_search(self) -> None:
        """Ask what to look for."""
        from lmawep_tui.ui.panes.filter_line import FilterLine

        if self._line() is None:
            line = FilterLine("log", self.log_view.needle.text if self.log_view.needle else "")
            self.mount(line, before="#run-log-footer")
            self.lmawep.key_line.hold_until(lambda: line.takes_keys)

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Search when the person is done."""
        line = self._line()
        if event.done and line is not None:
            self.log_view.search(event.text)
            self.log_view.focus()
            line.remove()

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        from lmawep_tui.ui.reach import perform

        perform(self.lmawep, event.action)
