"""The table of a pane."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from lmawep_tui.ui.widgets.table import Table


class ListTable(Table):
    """A table whose very first picture has its rows: it shares out its width before it is told of it."""

    _folded_for = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines."""
        width = self.scrollable_content_region.width
        if width != self._folded_for:
            self._folded_for = width
            self.fold()
        return super().render_lines(crop)
