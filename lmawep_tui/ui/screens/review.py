"""Review: the files and hunks of a pod, and a verdict on exactly the commit that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui.actions import ACTIONS, Scope, Situation, footer_actions
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.guard import Guarded
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.documents import SeenDiff, read_diff
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.review_lines import asked_lines, file_row, review_left, review_right
from lmawep_tui.ui.widgets.diff_view import DiffView
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.table import Column, Table

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_NARROW = 110
_COLUMNS = (
    Column("path", flex=1, min_width=10, priority=3),
    Column("added", width=6, align="right", priority=2),
    Column("removed", width=6, align="right", priority=1),
)


class ReviewScreen(Guarded, Screen[None]):
    """One pod's diff with its files; `y` approves, `n` sends it back with a reason."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id)
            for a in ACTIONS.values()
            if a.scope is Scope.REVIEW and not a.by_widget
        ],
        Binding("question_mark", "do('help')", show=False),
        Binding("tab,shift+tab", "switch", show=False, priority=True),
    ]

    def __init__(self, bridge: Bridge, pod: Pod) -> None:
        """Prepare to review `pod`; its diff is read once the screen is there."""
        super().__init__(id="review")
        self.bridge = bridge
        self.pod_id: PodId = pod.id
        self.branch = pod.record.branch
        self.seen: SeenDiff | None = None
        self.header = Bar(id="review-header")
        self.footer = FooterBar(id="review-footer")
        self.files = Table(_COLUMNS, show_header=False, id="review-files", empty="Reading…")
        self.diff_view = DiffView(empty="Reading…", id="review-diff")
        self.about = LineView(wrap=True, empty="The ticket's file is gone.", id="review-about")
        self._files_pane = Pane(self.files, id="review-files-pane")
        self._diff_pane = Pane(self.diff_view, self.about, id="review-diff-pane")

    @property
    def lmawep(self) -> LmawepApp:
        """The app, by its own type."""
        from lmawep_tui.ui.app import LmawepApp

        assert isinstance(self.app, LmawepApp)
        return self.app

    @property
    def pod(self) -> Pod | None:
        """The pod as it is now."""
        return self.bridge.snapshot.pods.get(self.pod_id)

    def compose(self) -> ComposeResult:
        """Put files and diff side by side."""
        yield self.header
        yield Horizontal(self._files_pane, self._diff_pane, id="review-body")
        yield self.footer

    def on_mount(self) -> None:
        """Read the diff; keys go to it."""
        self._files_pane.name_it("Files")
        self.about.display = False
        self.watch(self.diff_view, "status_text", self._tell_place, init=False)
        self.diff_view.focus()
        self.load()
        self.take(Update())

    def on_resize(self, event: events.Resize) -> None:
        """Leave the list of files out where the diff needs the room."""
        self._files_pane.display = event.size.width >= _NARROW

    def turn(self) -> None:
        """Show what was asked for, and in which steps it was done; or the diff again."""
        reading = self.diff_view.display
        self.diff_view.display, self.about.display = not reading, reading
        (self.about if reading else self.diff_view).focus()
        if reading:
            self._tell_about()
        else:
            self._tell_place()

    def _tell_about(self) -> None:
        snapshot, pod = self.bridge.snapshot, self.pod
        ticket = snapshot.tickets.get(pod.ticket) if pod else None
        commits = self.seen.commits if self.seen else ()
        self.about.show(asked_lines(snapshot, ticket, commits, self.bridge.clock()), subject=self.pod_id)
        self._diff_pane.name_it("Ticket and commits")
        self._diff_pane.note_it("4 shows the diff")

    # -- the diff -------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the pod's diff as it is now."""

        async def read() -> None:
            self._show(await self.bridge.reads.run(read_diff, self.bridge.ws, self.pod_id, self.branch))

        self.bridge.spawn_task(read(), "read review")

    def _show(self, seen: SeenDiff) -> None:
        if not self.is_attached:
            return
        self.seen = seen
        self.diff_view.empty = seen.problem or "Nothing differs from main."
        self.diff_view.show_diff(seen.lines, subject=f"{self.pod_id} {seen.commit}")
        self.files.empty = "No files."
        self.files.set_rows([(str(place), file_row(file)) for place, file in enumerate(seen.lines.files)])
        self.take(Update())

    def _tell_place(self) -> None:
        if not self.diff_view.display:
            return
        self._diff_pane.note_it(self.diff_view.status_text)
        file = self.diff_view.file
        if file is not None and self.seen is not None:
            self._diff_pane.name_it(file.path)
            self.files.move_to(str(self.seen.lines.files.index(file)))

    @on(Table.Activated, "#review-files")
    def _opened(self, event: Table.Activated) -> None:
        """Go to the file's first line and let keys walk its hunks."""
        if self.seen is not None:
            if self.about.display:
                self.turn()
            file = self.seen.lines.files[int(event.key)]
            self.diff_view.jump(self.diff_view.row_of_line(file.row))
            self.diff_view.focus()

    def action_switch(self) -> None:
        """Go from the diff to the files, or back."""
        right = self.diff_view if self.diff_view.display else self.about
        (self.files if right.has_focus and self._files_pane.display else right).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus stands out."""
        for pane in (self._files_pane, self._diff_pane):
            pane.set_class(pane in event.widget.ancestors, "-active")

    # -- facts ----------------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what is known of the pod; new commits are said, not slipped in under the reader."""
        pod, facts = self.pod, self.bridge.facts
        commit = self.seen.commit if self.seen else None
        tip = facts.tips.get(self.pod_id)
        moved = tip if commit and tip and tip != commit else None
        self.header.show(review_left(self.pod_id, pod, commit), review_right(pod, moved))
        own = self.lmawep.own_keys
        items = [(shown(keys_of(a, own)[0]), a.title, a.id) for a in footer_actions(self.situation())]
        if moved:
            items.insert(0, (shown(keys_of(ACTIONS["review.reload"], own)[0]), "look again", "review.reload"))
        self.footer.offer(items, [("?", "help", "help")])

    def situation(self) -> Situation:
        """Return what a verdict would be about."""
        pod = self.pod
        ticket = self.bridge.snapshot.tickets.get(pod.ticket) if pod else None
        return Situation(self.bridge.snapshot, ticket, None, pod, "review", busy=self.bridge.busy)

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        from lmawep_tui.ui import verdicts

        action = ACTIONS[name]
        if not action.when(self.situation()):
            self.lmawep.say(f"{action.title.capitalize()} needs {action.needs}.", "warning")
        else:
            verdicts.DEEDS[name](self)

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
