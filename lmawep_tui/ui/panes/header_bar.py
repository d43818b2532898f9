"""The header: whole parts of it give way when there is no room, the least important first."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.ui.panes.bar import Bar
from lmawep_tui.ui.present.header import Part, fitted


class HeaderBar(Bar):
    """One row of parts that are shown whole or not at all."""

    _parts: tuple[Sequence[Part], Sequence[Part]] = ((), ())
    _arranged = 0

    def offer(self, left: Sequence[Part], right: Sequence[Part]) -> None:
        """Show these as far as they fit."""
        if (left, right) != self._parts:
            self._parts = (left, right)
            self._arranged = 0
            self.refresh()

    @property
    def text(self) -> str:
        """What it says."""
        self.fit_items(self.size.width)
        return super().text

    def fit_items(self, width: int) -> None:
        """Leave out what does not fit."""
        if self._arranged != width:
            self._arranged = width
            self.left, self.right = fitted(list(self._parts[0]), list(self._parts[1]), width)
