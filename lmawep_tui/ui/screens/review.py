"""Review: the files and hunks of a pod, notes on them, and a verdict on exactly the commit that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui.actions import ACTIONS, Scope, Situation, footer_actions, refusal
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import items_of
from lmawep_tui.ui.keymap import keys_of
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.panes.file_tree import FileTree
from lmawep_tui.ui.present.review_lines import Head, review_left, review_right
from lmawep_tui.ui.remarks import Remarks
from lmawep_tui.ui.screens.review_panes import ReviewPanes

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.review_reading import Reading

_ALWAYS = ("help", "review.back")


class ReviewScreen(ReviewPanes):
    """One pod's diff with its files; `y` approves, `n` sends it back, `!` goes on to the next pod."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id, priority=a.id == "review.files")
            for a in ACTIONS.values()
            if a.scope is Scope.REVIEW and not a.by_widget
        ],
        Binding("question_mark", "do('help')", show=False),
    ]

    def __init__(self, bridge: Bridge, pod: Pod, *, at: str = "") -> None:
        """Prepare to review `pod`, from the file `at` on; its work is read once the screen is there."""
        super().__init__(bridge, pod)
        self._at = at
        self.problem = ""
        """Why nothing can be shown."""
        self.draft = ""
        """What has to change, as it was typed, until it is sent."""
        self.remarks = Remarks(self)
        self._asked = 0
        """How often something was asked to be read; only what was asked for last is shown."""

    def on_mount(self) -> None:
        """Read the work; keys go to it."""
        self.about.display = False
        self.watch(self.diff_view, "status_text", self.tell_place, init=False)
        self.diff_view.focus()
        self.load()
        self.take(Update())

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_pod(self, pod: PodId) -> None:
        """Go on to another pod."""
        self.pod_id, self.reading, self.problem, self.draft = pod, None, "", ""
        self.diff_view.empty, self.files.empty = "Reading…", "Reading…"
        self.diff_view.show_diff("")
        self.files.show(())
        self.read_diff()
        self.load()
        self.take(Update())

    def load(self, *, since_look: bool | None = None) -> None:
        """Read the pod's work as it is now: the whole, or what is new since the last look; by default as before."""
        from lmawep_tui.ui.panes.review_reading import problem_of, read_review

        before, pod, options = self.reading, self.pod_id, self.diff_view.options
        self._asked += 1
        asked = self._asked
        wanted = since_look if since_look is not None else before is not None and before.view.since is not None

        async def read() -> None:
            try:
                reading = await self.bridge.reads.run(read_review, self.bridge.ws, pod, since_look=wanted,
                                                      options=options)  # fmt: skip
            except (LmawepError, KeyError) as error:
                if self.is_attached and asked == self._asked:
                    self._cannot(problem_of(error, pod))
            else:
                if self.is_attached and asked == self._asked:
                    self._show(reading)

        self.bridge.spawn_task(read(), "read review")

    def on_diff_view_wanted(self) -> None:
        """Read the diff with other options."""
        self.load()

    def _cannot(self, why: str) -> None:
        """Say why nothing, or nothing else, can be shown."""
        self.lmawep.say(why, "warning")
        if self.reading is not None:
            return
        self.problem = self.diff_view.empty = why
        self.files.empty = "No files."

    def _show(self, reading: Reading) -> None:
        """Show a commit; the reader stays on the line they were on, where it is still there."""
        before, place, file = self.reading, self.diff_view.place(), self.diff_view.file
        self.reading, view = reading, reading.view
        nothing = f"Nothing of the pod's own is new since {view.since.commit[:7]}." if view.since else ""
        self.diff_view.empty = nothing or "Nothing differs from main."
        self.diff_view.show_diff(reading.lines, subject=view.pod)
        self.files.empty = "No files."
        if view.trouble and (before is None or before.view.trouble != view.trouble):
            self.lmawep.say(view.trouble, "warning")
        self.show_notes(reading)
        lost = place is None or reading.lines.line_of(place) is None
        if before is not None and file is not None and lost and reading.lines.files:
            self.go_to_file(reading.find(file.path) or 0)
        searched = bool(self.diff_view.needle)  # before it was there: then that is where to go
        if before is None and self._at and not searched and (wanted := reading.find(self._at)) is not None:
            self.call_after_refresh(self.go_to_file, wanted)

    def show_notes(self, reading: Reading) -> None:
        """Show the same diff with other notes."""
        self.reading = reading
        self.files.show(reading.files)
        self._show_comments()
        self.take(Update(tick=True))
        self.tell_place()

    def _show_comments(self) -> None:
        from lmawep_tui.ui.panes.review_reading import visible_lines
        from lmawep_tui.ui.present.comment_lines import notes_below

        if self.reading is None:
            return
        below, margin = notes_below(self.reading.placed, visible_lines(self.reading), self.bridge.clock())
        if below != self.diff_view.notes:
            self.diff_view.notes = below
        if margin != self.diff_view.margin:
            self.diff_view.margin = margin

    # -- facts and keys ----------------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what is known of the pod; new commits are said, not slipped in under the reader."""
        pod, view = self.pod, self.reading.view if self.reading else None
        tip = self.bridge.facts.tips.get(self.pod_id)
        moved = tip if view is not None and tip and tip != view.commit else None
        head = Head(self.pod_id, pod, view, moved, self.bridge.busy.get(self.pod_id, ""), self.size.width)
        self.header.show(review_left(head), review_right(head))
        done, of = self.reading.tally if self.reading else (0, 0)
        self.files_pane.name_it(f"Files {done}/{of} reviewed" if of else "Files")
        self._offer(moved=moved is not None)
        if update.other or update.everything:
            self.remarks.look()
            if self.about.display:
                self.tell_about()

    def _offer(self, *, moved: bool) -> None:
        """Offer what can be done now; the last look only where there was one."""
        own, titles = self.lmawep.own_keys, {"review.since": self._since_title()}
        actions = [ACTIONS["review.reload"]] if moved else []
        actions += [a for a in footer_actions(self.situation()) if titles.get(a.id, a.title) and a.id not in _ALWAYS]
        items = [(key, titles.get(name, title), name) for key, title, name in items_of(actions, own)]
        self.footer.offer(items, items_of(_ALWAYS, own))

    def _since_title(self) -> str:
        view = self.reading.view if self.reading else None
        if view is None or view.since is not None:
            return "whole" if view else ""
        look = view.notes.looked_before(view.commit)
        return f"since {look.commit[:7]}" if look else ""

    def situation(self) -> Situation:
        """Return what a verdict would be about."""
        pod = self.pod
        ticket = self.bridge.snapshot.tickets.get(pod.ticket) if pod else None
        searched = bool(self.diff_view.needle)
        return Situation(self.bridge.snapshot, ticket, None, pod, "review", searched, self.bridge.busy)

    def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        from lmawep_tui.ui import verdicts

        action, situation = ACTIONS[name], self.situation()
        if action.by_widget:
            self.read_diff()
            self.app.simulate_key(keys_of(action, self.lmawep.own_keys)[0])
        elif not action.when(situation):
            self.lmawep.refuse(action, refusal(action, situation))
        else:
            verdicts.DEEDS[name](self)

    @on(FileTree.Marked)
    def _marked(self, event: FileTree.Marked) -> None:
        from lmawep_tui.ui.reading_marks import toggle

        toggle(self, event.places)

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)
