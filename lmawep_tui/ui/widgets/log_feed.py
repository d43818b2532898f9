"""The lines of a log file as rows of a view, kept up to date while the view can be seen.

Nothing of the file is kept here but the pictures of the lines on the screen: the index knows where they are, the
kernel says when to look again, and a view that nobody sees does nothing at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from textual.geometry import Region
from textual.strip import Strip

from lmawep_tui.files.clean import clean_line, clean_output
from lmawep_tui.files.line_index import Change, LineIndex
from lmawep_tui.files.tail_wake import TailWake
from lmawep_tui.ui.pace import BACKLOG, HELD_S, Pace, backlog, breathe
from lmawep_tui.ui.present.log_line import log_line
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_scroll import LineScroll

if TYPE_CHECKING:
    from lmawep_tui.engine.conversation.index import ConversationIndex

Rows: TypeAlias = "LineIndex | ConversationIndex"
"""What knows the rows of a log: its lines as they are, or the conversation that its records tell."""

SLICE_S = 0.005  # of the event loop at a time, for indexing and for searching
LEAST_GAP_S = 0.008  # between two looks at a file: twice a frame is enough
FLOOD_GAP_S = 0.033  # when more than a screen comes between two looks: nobody can read it, but somebody may press a key

_HOLD_S = 0.02  # between looks at whether indexing may go on
_SHOWN = 4_000  # characters of one line
WAITING = "waiting for output…"


class LogFeed(LineScroll):
    """Reads a log file that grows, is replaced or does not exist yet; where the view stands is its heirs' business."""

    grows = True
    """Whether it changes by itself all the time: then the picture of a key does not wait for it."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a file."""
        super().__init__(name=name, id=id, classes=classes)
        self.index: Rows | None = None
        self.index_held = False
        """Set while something a person waits for needs the time that indexing takes."""
        self._wake: TailWake | None = None
        self._seen = False  # whether the view is laid out on the screen
        self._poll_due = False
        self._indexing = False
        self._missed = False  # whether the file changed while another screen was in front
        self._last_poll = 0.0
        self.pace = Pace()
        """How often a flood is painted; where several views are seen at once, each gets its share."""
        self._gap = LEAST_GAP_S

    def took(self, change: Change, before: int) -> None:
        """Bring the view in line with the index after a poll; `before` is how many lines were known."""
        raise NotImplementedError

    # -- the file -------------------------------------------------------------------------------------------------

    def open(self, path: Path | str) -> None:
        """Show a file, from its end; it may not exist yet."""
        self.close()
        self.index = self.rows_of(path)
        self.empty = WAITING
        self._start()

    def rows_of(self, path: Path | str) -> Rows:
        """Return what will know the rows of a file; the lines as they are, unless an heir knows better."""
        return LineIndex(path)

    def close(self) -> None:
        """Show nothing and give every descriptor back."""
        self._stop()
        if self.index is not None:
            self.index.close()
            self.index = None
        self.empty = ""
        self.forget_strips()
        self.set_extent(0, 0)
        self.refresh()

    def on_show(self) -> None:
        """Catch up with the file when the view comes to the screen."""
        self._seen = True
        self._start()

    def on_hide(self) -> None:
        """Let the file be while nobody looks."""
        self._seen = False
        self._stop()

    def on_unmount(self) -> None:
        """Give every descriptor back."""
        self._stop()
        if self.index is not None:
            self.index.close()

    def _start(self) -> None:
        if self.index is not None and self._seen and self._wake is None:
            self._wake = TailWake(self.index.file.path, self._on_wake)
            self._poll()

    def _stop(self) -> None:
        if self._wake is not None:
            self._wake.close()
            self._wake = None

    def _on_wake(self) -> None:
        """Look at the file soon: at once if it was at rest, at a steady pace if it is flooded."""
        if not self._in_sight():
            self._missed = True  # nothing is read under another screen; coming back paints, and that catches up
            return
        if self._poll_due:
            return
        now = monotonic()
        gap = self._last_poll + self._gap - now
        if backlog(self.app) >= BACKLOG:
            gap = HELD_S  # a slow terminal gets fewer pictures, not later ones
        self.poll_again(max(0.0, gap, self.pace.next_s(now)))

    def _in_sight(self) -> bool:
        """Tell whether no other screen hides the view; Textual's `is_current` counts the one below as seen, always."""
        for screen in reversed(self.app.screen_stack):
            if screen is self.screen:
                return True
            if not screen.is_modal and screen.styles.background.a == 1:
                break
        return False

    def poll_again(self, after_s: float) -> None:
        """Look at the file after some time, or as the next thing."""
        self._poll_due = True
        if after_s:
            self.set_timer(after_s, self._poll)
        else:
            self.call_next(self._poll)

    def _poll(self) -> None:
        """Take in what the file has more, a slice at a time."""
        self._poll_due = False
        index = self.index
        if index is None or self._wake is None:
            return
        before = index.line_count
        change = index.poll(SLICE_S)
        self._last_poll = monotonic()
        flooded = change.grew and not change.shifted and index.line_count - before > self.size.height > 0
        self._gap = FLOOD_GAP_S if flooded else LEAST_GAP_S
        if index.problem:
            self.empty = clean_line(index.problem)
        self.took(change, before)
        if index.exists and not index.complete and not self._indexing:
            self._indexing = True
            self.run_worker(self._index_on(), group="log-index", description="index a log")

    async def _index_on(self) -> None:
        """Index the rest of a big file, slice by slice."""
        try:
            while (index := self.index) is not None and not index.complete and not index.problem:
                if self.hurried():
                    await breathe()
                else:
                    await asyncio.sleep(self._gap)  # the other half of the time is for the writer, and for keys
                if self.index_held:
                    await asyncio.sleep(_HOLD_S)
                    continue
                self._poll()
                if self._wake is None:
                    return  # hidden or closed meanwhile
        finally:
            self._indexing = False

    def hurried(self) -> bool:
        """Tell whether somebody waits until all lines are known."""
        return True

    # -- rows -----------------------------------------------------------------------------------------------------

    def row_count(self) -> int:
        """Return the number of lines known."""
        return self.index.line_count if self.index else 0

    def row_line(self, row: int) -> StyledLine:
        """Read one line, as a terminal would have left it."""
        if self.index is None:
            return ()
        if not isinstance(self.index, LineIndex):
            return self.index.row(row)
        lines = self.index.read_lines(row, row + 1)
        if not lines:
            return ()
        text = clean_output(lines[0])
        return log_line(text) if len(text) <= _SHOWN else [*log_line(text[:_SHOWN]), (" …", "muted")]

    def row_key(self, row: int) -> Hashable:
        """Return the bytes a row is made of: rows move when the index is joined, and the last one may still grow."""
        index = self.index
        assert index is not None
        if not isinstance(index, LineIndex):
            return index.generation, index.place_of(row), index.row(row)
        return index.generation, index.start_of(row), index.start_of(row + 1)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines, and catch up if the file changed while another screen was in front.

        What is painted is seen. Textual tells of it by `Show`, but not when it was asked where the widget lies before
        the first layout of its screen, as a change of focus may do.
        """
        if not self._seen:
            self._seen = True
            self.call_next(self._start)
        if self._missed:
            self._missed = False
            self.poll_again(0)
        return super().render_lines(crop)
