"""One tile: the newest run's log of a pod, in a frame that says how the pod is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.style import Style

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui.panes.log_tab import LogTab
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.present.tile_words import tile_note, tile_title

if TYPE_CHECKING:
    from lmawep_tui.ui.bridge import Bridge

_EDGE = 6  # cells of the frame that its title cannot have
_LOOKS = {
    "muted": "$text-muted", "strong": "bold", "accent": "$text-accent", "ok": "$text-success", "warn": "$text-warning",
    "error": "bold $text-error", "busy": "$text-primary", "blocked": "bold $text-warning",
}  # fmt: skip
"""Style names as a frame writes them: a title is no line of a view, and is drawn by Textual."""


class Tile(Pane):
    """Shows one pod at a time; which one is the wall's business."""

    def __init__(self, bridge: Bridge) -> None:
        """Make an empty tile."""
        super().__init__(classes="tile")
        self._bridge = bridge
        self.log_tab = LogTab(bridge.ws)
        self.view = self.log_tab.view
        self.pod_id: PodId | None = None
        self.number = 0
        self.pinned = False
        self._pod: Pod | None = None
        self._told: tuple[Sequence[Segment], Sequence[Segment]] = ((), ())

    def compose(self) -> ComposeResult:
        """Put the log into the frame."""
        yield self.view

    def on_mount(self) -> None:
        """Let the frame say where in the log the reader is, in the colours that are worn."""
        self.watch(self.view, "status_text", self.tell, init=False)
        self.app.theme_changed_signal.subscribe(self, self._wear)

    def _wear(self, theme: object) -> None:
        self._told = ((), ())
        self.tell()

    def show(self, of: PodId, pod: Pod | None, number: int, *, pinned: bool, renew: bool) -> None:
        """Show a pod, `pod` being what is known of it; its runs are looked for when it is another one, or `renew`."""
        other = of != self.pod_id or pod is not self._pod
        self.pod_id, self._pod, self.number, self.pinned = of, pod, number, pinned
        if other or renew:
            self.log_tab.show(of, pod)
        self.tell()

    def on_resize(self) -> None:
        """Give the frame's words the room there is now."""
        self.tell()

    def tell(self) -> None:
        """Write the frame: it is drawn anew only when it says something else."""
        of, bridge = self.pod_id, self._bridge
        if of is None:
            return
        now, width = bridge.clock(), self.size.width - _EDGE + 2
        spent = bridge.snapshot.costs.pods.get(of)
        head = tile_title(self.number, of, self._pod, spent, bridge.busy, now, width, pinned=self.pinned)
        foot = tile_note(self._pod, self.view.status_text, now, width)
        if (head, foot) != self._told:
            self._told = head, foot
            self._put_title(_content(head))
            self._put_note(_content(foot))

    @property
    def words(self) -> str:
        """What the frame says."""
        return "".join(text for part in self._told for text, _ in part)


def _content(line: Sequence[Segment]) -> Content:
    """Return a line as content; the texts may come from outside, the styles are ours."""
    return Content.assemble(*[(clean_line(text), Style.parse(_LOOKS.get(name, ""))) for text, name in line if text])
