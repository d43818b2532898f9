"""Finds the colours of a diff that a frame had no time for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lmawep_tui.ui.pace import breathe
from lmawep_tui.ui.present.diff_syntax import lexer_for
from lmawep_tui.ui.widgets.diff_paint import DiffPaint

if TYPE_CHECKING:
    from lmawep_tui.engine.daemon_pool import DaemonPool

_SLICE_S = 0.004


class DiffColours(DiffPaint):
    """Paints a diff at once, and its colours a moment later where they take longer."""

    _colouring = False

    def want_decor(self) -> None:
        """Find the colours of what is on the screen, slice by slice."""
        if not self._colouring:
            self._colouring = True
            self.run_worker(self._colour(), group="diff-colours", description="colour a diff")

    async def _colour(self) -> None:
        try:
            lines = self._visible()
            for path in self.decor.unknown_languages(lines):
                await _languages().run(lexer_for, path)  # imports
            decor = self.decor
            for line in lines:
                while decor is self.decor:
                    deadline = time.perf_counter() + _SLICE_S
                    if decor.colours(line, deadline) is not None and decor.words(line, deadline) is not None:
                        break
                    await breathe()
        finally:
            self._colouring = False
            self.refresh()

    def _visible(self) -> list[int]:
        """Return the lines on the screen, then those of the next page."""
        layout, top = self.layout_of_rows, self.scroll_offset.y
        last = min(layout.rows, top + 2 * self.size.height)
        entries = dict.fromkeys(layout.entry_at(row)[0] for row in range(top, last))
        return [line for entry in entries for line in dict.fromkeys(layout.lines(entry)) if line >= 0]


_pool: DaemonPool | None = None


def _languages() -> DaemonPool:
    """Return the thread in which languages are imported: the first one takes as long as five frames."""
    global _pool
    if _pool is None:
        from lmawep_tui.engine.daemon_pool import DaemonPool

        _pool = DaemonPool(1, "languages")
    return _pool
