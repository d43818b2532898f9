"""Asks before something that cannot simply be done again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain


class Confirm(Dialog[bool]):
    """A question with one way forward: `y`. Enter alone does nothing, so that no reflex removes a pod."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n,escape,q", "cancel", "No", show=False),
    ]

    def __init__(self, question: str, says: Sequence[str], *, yes: str, no: str = "leave it") -> None:
        """Ask `question` and say what would happen; `yes` and `no` name the two ways."""
        super().__init__()
        self.heading = question
        self.keys = (("y", yes, "yes"), ("n", no, "cancel"))
        self._says = says

    def body(self) -> Iterable[Widget]:
        """Return what would happen, in sentences."""
        yield Plain("\n".join(self._says))

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)
