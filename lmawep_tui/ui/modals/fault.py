"""The last screen there is: the others failed, the agents did not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.faults import ANEW, last_words
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain


class FaultScreen(Dialog[None]):
    """Says what happened and that nothing is lost; the screen can be made anew, or left."""

    heading = "The screen failed, your agents did not"
    keys = (("Enter", "make the screen anew", "anew"), ("q", "leave, agents go on", "leave"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "anew", show=False),
        Binding("q,escape", "leave", show=False),
    ]

    def __init__(self, words: str, live: int) -> None:
        """Tell what failed, and how many runs are under way."""
        super().__init__()
        self._words, self._live = words, live

    def body(self) -> Iterable[Widget]:
        """Return the sentences."""
        runs = f"{self._live} run{'s are' if self._live != 1 else ' is'} under way and go{'es' * (self._live == 1)} on."
        yield Plain(
            f"Too much of what it should show made it stumble, at last:\n\n{self._words}\n\n"
            f"{runs if self._live else 'No run is under way.'} All there is lies in files; nothing of it depends on "
            "this screen.\n\nWhat happened in full: lmawep-workspace/screen-faults.log"
        )

    def action_anew(self) -> None:
        """End this app; `run_app` makes another."""
        self.app.exit(return_code=ANEW)

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit(return_code=1, message=last_words(self._words))
