"""The panes of the review: the tree of files beside the diff, or in turns with it; and the page on the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui.bridge import Bridge
from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.file_tree import FileTree
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.review_lines import asked_lines
from lmawep_tui.ui.widgets.diff_view import DiffView
from lmawep_tui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.review_reading import Reading

_NARROW = 110
"""Columns below which files and diff take turns."""


class ReviewPanes(InApp, Screen[None]):
    """Files, diff and ticket of one pod, and the ways between them."""

    def __init__(self, bridge: Bridge, pod: Pod) -> None:
        """Make the panes, with nothing in them yet."""
        super().__init__()  # without an id: another pod's review may come while this one goes
        self.bridge = bridge
        self.pod_id: PodId = pod.id
        self.reading: Reading | None = None
        """What is shown; None while it is read."""
        self.header = Bar(id="review-header")
        self.footer = FooterBar(id="review-footer")
        self.files = FileTree(id="review-files")
        self.diff_view = DiffView(empty="Reading…", in_review=True, id="review-diff")
        self.about = LineView(wrap=True, empty="The ticket's file is gone.", id="review-about")
        self.files_pane = Pane(self.files, id="review-files-pane")
        self.diff_pane = Pane(self.diff_view, self.about, id="review-diff-pane")

    @property
    def pod(self) -> Pod | None:
        """The pod as it is now."""
        return self.bridge.snapshot.pods.get(self.pod_id)

    def compose(self) -> ComposeResult:
        """Put files and diff side by side."""
        yield self.header
        yield Horizontal(self.files_pane, self.diff_pane, id="review-body")
        yield self.footer

    def tell_place(self) -> None:
        """Say where the reader is, and let the tree follow."""
        if not self.diff_view.display or self.reading is None:
            return
        self.diff_pane.note_it(self.diff_view.status_text)
        file = self.diff_view.file
        if file is not None:
            place = self.reading.place_of(file)
            self.diff_pane.name_it(file.path)
            if not self.files.has_focus:
                self.files.follow(place)

    def turn(self) -> None:
        """Show what was asked for, in which steps it was done and what the tests said; or the diff again."""
        if self.diff_view.display:
            self.diff_view.display, self.about.display = False, True
            self._unfold(files=False)
            self.about.focus()
            self.tell_about()
        else:
            self.read_diff()

    def read_diff(self) -> None:
        """Let the keys go to the diff."""
        self.diff_view.display, self.about.display = True, False
        self._unfold(files=False)
        self.diff_view.focus()
        self.tell_place()

    def tell_about(self) -> None:
        """Show the ticket as it is now."""
        snapshot, pod = self.bridge.snapshot, self.pod
        ticket = snapshot.tickets.get(pod.ticket) if pod else None
        commits = self.reading.view.commits if self.reading else ()
        lines = asked_lines(snapshot, ticket, commits, self.bridge.clock(), pod.record.tests if pod else None)
        self.about.show(lines, subject=self.pod_id)
        self.diff_pane.name_it("Ticket and commits")
        self.diff_pane.note_it("4 shows the diff")

    # -- the way around ----------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Let files and diff take turns where there is no room for both."""
        self._unfold(files=self.files.has_focus)

    def _unfold(self, *, files: bool) -> None:
        narrow = self.size.width < _NARROW
        self.files_pane.set_class(narrow, "-alone")
        self.files_pane.display = files or not narrow
        self.diff_pane.display = not (files and narrow)

    def switch(self) -> None:
        """Go from the diff to the files, or back."""
        files = not self.files.has_focus
        self._unfold(files=files)
        (self.files if files else self.diff_view if self.diff_view.display else self.about).focus()

    @on(FileTree.Selected)
    def _passed(self, event: FileTree.Selected) -> None:
        """Show the file that the cursor in the tree passes."""
        if self.files.has_focus and (row := self.files.row) is not None and row.folder is None:
            self.go_to_file(row.places[0])

    @on(FileTree.Picked)
    def _picked(self, event: FileTree.Picked) -> None:
        self.diff_view.display, self.about.display = True, False
        self.go_to_file(event.place)
        if event.go:
            self.read_diff()

    def go_to_path(self, path: str) -> None:
        """Show the file of that name, if the diff has it."""
        place = self.reading.find(path) if self.reading is not None else None
        if place is not None:
            self.read_diff()
            self.go_to_file(place)

    def go_to_file(self, place: int) -> None:
        """Show a file from its first line on."""
        if self.reading is not None:
            self.diff_view.go_to_file(self.reading.lines.files[place])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out."""
        for pane in (self.files_pane, self.diff_pane):
            pane.set_class(pane in event.widget.ancestors, "-active")
