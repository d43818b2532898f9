"""Shows what a live agent asks permission for, and takes the answer among the agent's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.question import Question
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.plain import Plain

_MOST = 9
"""Answers that a key can name."""
_KEYS = ("escape", "q", *map(str, range(1, _MOST + 1)))
_TALLEST = 14
_STYLES = {"+": "added", "-": "removed", "@": "muted"}


class Permission(Dialog[str]):
    """A key a permission's answer; Esc leaves it waiting. Enter does nothing: no reflex lets an agent do something."""

    DEFAULT_CSS = """
    Permission LineView {
        height: 1; margin-top: 1; background: $background; scrollbar-background: $background;
    }
    Permission .options { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Leave it", show=False),
        *(Binding(str(n), f"choose({n})", show=False) for n in range(1, _MOST + 1)),
    ]

    def __init__(self, bridge: Bridge, pod: PodId, ticket: int, question: Question) -> None:
        """Show `question` of the pod's live run; it closes by itself once that waits no more."""
        super().__init__()
        self.question, self.pod = question, pod
        self._bridge = bridge
        self._options = question.options[:_MOST]
        self._detail = detail_lines(question)
        self.heading = f"{pod} · #{ticket} asks permission" + (f" · {question.tool}" if question.tool else "")
        range_ = f"1–{len(self._options)}" if len(self._options) > 1 else "1"
        self.keys = ((range_, "answer", "none"), ("Esc", "leave it waiting", "cancel"))

    def body(self) -> Iterable[Widget]:
        """Return what is asked, the command or change, and the answers."""
        yield Plain([(self.question.title, "bold $text-warning")])
        if self._detail:
            view = LineView(self._detail, wrap=True, id="detail")
            view.styles.height = min(len(self._detail) + 1, _TALLEST)
            yield view
        rows: list[tuple[str, str]] = []
        for place, (_, label) in enumerate(self._options, 1):
            rows += [(f" {place}  ", "bold $text-accent"), (f"{clean_line(label)}\n", "")]
        yield Plain(rows, classes="options")

    def entry(self) -> Widget | None:
        """Return the detail, which scrolls, if there is any."""
        return self.query_one("#detail") if self._detail else None

    def action_choose(self, place: int) -> None:
        """Take one of the answers."""
        if place <= len(self._options):
            self.dismiss(self._options[place - 1][0])

    def take(self, update: Update) -> None:
        """Close when it was answered elsewhere, or nobody waits for the answer any more."""
        if self.answered or not self.is_current:
            return
        pod = self._bridge.snapshot.pods.get(self.pod)
        if pod is None or all(asked.number != self.question.number for asked in pod.asks):
            self._bridge.say(f"{self.pod} waits for this answer no more.")
            self.lmawep.key_line.closed(_KEYS)  # a q that is on its way was to leave this, and would end the screen
            self.dismiss(None)


def detail_lines(question: Question) -> Sequence[StyledLine]:
    """Return the lines of what is to be done; none when the title says it all. A change is shown in its colours."""
    text = question.detail.strip("\n")
    if not text or text in question.title:
        return []
    lines = [clean_line(line) for line in text.split("\n")]
    change = any(line.startswith("@@ ") for line in lines)
    return [[(line, _STYLES.get(line[:1], "") if change else "")] for line in lines]
