"""Shows a log file of any size and follows it while it grows.

Nothing of the file is kept here but the pictures of the lines on the screen: the index knows where they are, the
kernel says when to look again, and a view that nobody sees does nothing at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from lmawep_tui.files.clean import clean_line, clean_output
from lmawep_tui.files.line_index import Change, LineIndex
from lmawep_tui.files.tail_wake import TailWake
from lmawep_tui.ui.present.log_line import log_line
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.line_scroll import LineScroll

SLICE_S = 0.005  # of the event loop at a time, for indexing and for searching
_HOPS = 8  # turns of the event loop between two slices: as many as a key takes to become a picture
_HOLD_S = 0.02  # between looks at whether indexing may go on
_LEAST_GAP_S = 0.008  # between two looks at a file that is flooded: twice a frame is enough
_SHOWN = 4_000  # characters of one line
_FAR = 4 * 1024 * 1024  # bytes between the known part and the end that are better skipped than indexed first
_WAITING = "waiting for output…"


class LogFile(LineScroll):
    """Shows a file and follows it.

    Apart from `LogView` so that following and searching can be read one at a time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "toggle_follow", "Follow", id="log.follow"),
    ]

    follow: reactive[bool] = reactive(True, repaint=False)
    """Whether the view stays at the end of the file; scrolling up stops it."""

    status_text: reactive[str] = reactive("", repaint=False)
    """What the pane's border says: "following", "paused · 1,204 new lines", "line 4,201/88,120"."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a file."""
        super().__init__(name=name, id=id, classes=classes)
        self.index: LineIndex | None = None
        self._wake: TailWake | None = None
        self._seen = False  # whether the view is laid out on the screen
        self._poll_due = False
        self._indexing = False
        self._index_held = False  # while something a person waits for needs the time
        self._missed = False
        self._last_poll = 0.0
        self._paused_at = 0  # bytes the file had when following stopped
        self._goal: int | None = None  # byte offset to go to once its row is known
        self._steady = False  # while the view itself moves, not the person

    # -- the file -------------------------------------------------------------------------------------------------

    def open(self, path: Path | str) -> None:
        """Show a file, from its end; it may not exist yet."""
        self.close()
        self.index = LineIndex(path)
        self.follow = True
        self.empty = _WAITING
        self._start()

    def close(self) -> None:
        """Show nothing and give every descriptor back."""
        self._stop()
        if self.index is not None:
            self.index.close()
            self.index = None
        self._goal, self._paused_at = None, 0
        self.empty = ""
        self.forget_strips()
        self.set_extent(0, 0)
        self._tell()
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
            self._wake = TailWake(self.index.path, self._on_wake)
            self._poll()

    def _stop(self) -> None:
        if self._wake is not None:
            self._wake.close()
            self._wake = None

    def _on_wake(self) -> None:
        """Look at the file soon: at once if it was at rest, at a steady pace if it is flooded."""
        if not self.screen.is_current:
            self._missed = True  # nothing is read under another screen; coming back paints, and that catches up
            return
        if self._poll_due:
            return
        gap = self._last_poll + _LEAST_GAP_S - monotonic()
        self._poll_again(max(0.0, gap))

    def _poll_again(self, after_s: float) -> None:
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
        if index.problem:
            self.empty = clean_line(index.problem)
        if change:
            self._take(change, before)
        if self.follow and index.lag > _FAR:
            self._bring(index.size)  # flooded faster than it can be indexed: what people want is the end
        if index.exists and not index.complete and not self._indexing:
            self._indexing = True
            self.run_worker(self._index_on(), group="log-index", description="index a log")
        self._tell()

    async def _index_on(self) -> None:
        """Index the rest of a big file, slice by slice."""
        try:
            while (index := self.index) is not None and not index.complete and not index.problem:
                await breathe()
                if self._index_held:
                    await asyncio.sleep(_HOLD_S)
                    continue
                self._poll()
                if self._wake is None:
                    return  # hidden or closed meanwhile
        finally:
            self._indexing = False

    def _take(self, change: Change, before: int) -> None:
        """Bring the view in line with a changed index."""
        index = self.index
        assert index is not None
        if change.reset:
            self.forget_strips()
            self._goal, self._paused_at = None, 0
        last_row = self.scroll_offset.y + self.size.height
        self._move(index.line_count, self.scroll_offset.y + change.shifted)
        if change.reset or change.shifted or before <= last_row or self.follow:
            self.refresh()
        if self._goal is not None:
            self.go_to(self._goal)

    def _move(self, rows: int, top: int) -> None:
        """Set the extent and the place in it, without that counting as scrolling by hand."""
        self._steady = True
        self.set_extent(self.virtual_size.width, rows)
        self.jump(rows if self.follow else top)
        self._steady = False

    def go_to(self, offset: int) -> bool:
        """Show the line that holds a byte of the file; if that part is not indexed yet, as soon as it is."""
        index = self.index
        assert index is not None
        self.follow = False
        row = index.row_at(offset)
        self._goal = offset if row is None and offset < index.size else None
        if row is None:
            self._bring(offset)
            return False
        self._steady = True  # the last line known so far may be near: being there is not following
        self.reveal(row)
        self._steady = False
        return True

    def _bring(self, offset: int) -> None:
        """Have another part of the file indexed next."""
        if self.index is not None and self.index.look_at(offset):
            self.forget_strips()
            self._poll_again(_LEAST_GAP_S)  # by the clock: two places asked for in turn must not starve the keys

    # -- rows -----------------------------------------------------------------------------------------------------

    def row_count(self) -> int:
        """Return the number of lines known."""
        return self.index.line_count if self.index else 0

    def row_line(self, row: int) -> StyledLine:
        """Read one line, as a terminal would have left it."""
        lines = self.index.read_lines(row, row + 1) if self.index else []
        if not lines:
            return ()
        text = clean_output(lines[0])
        return log_line(text) if len(text) <= _SHOWN else [*log_line(text[:_SHOWN]), (" …", "muted")]

    def row_key(self, row: int) -> Hashable:
        """Return the bytes a row is made of: rows move when the index is joined, and the last one may still grow."""
        assert self.index is not None
        return self.index.generation, self.index.start_of(row), self.index.start_of(row + 1)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines, and catch up if the file changed while another screen was in front."""
        if self._missed:
            self._missed = False
            self._poll_again(0)
        return super().render_lines(crop)

    # -- following ------------------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Stop following when a person scrolls up, go on when they come to the end."""
        super().watch_scroll_y(old_value, new_value)
        if self._steady or self.index is None:
            return
        if round(new_value) >= self.max_scroll_y:
            self.follow = self.index.lag <= _FAR  # the end of what is known need not be that of the file
        elif new_value < old_value:
            self.follow = False
        self._tell()

    def watch_follow(self, follow: bool) -> None:
        """Remember where following stopped, or go to the end."""
        index = self.index
        if follow:
            self._goal = None
            if index is not None and index.lag > _FAR:
                self._bring(index.size)
            if not self._steady:
                self._move(self.row_count(), 0)
        elif index is not None:
            self._paused_at = index.size
        self._tell()

    def on_resize(self, event: Resize) -> None:
        """Stay at the end in a view of another height."""
        if self.follow:
            self._move(self.row_count(), 0)

    def action_toggle_follow(self) -> None:
        """Follow the file, or stay here."""
        self.follow = not self.follow

    def action_scroll_end(self) -> None:
        """Go to the end and follow."""
        self.follow = True
        self._move(self.row_count(), 0)

    def action_scroll_home(self) -> None:
        """Go to the first line of the file."""
        super().action_scroll_home()
        if self.index is not None and self.index.exists:
            self.go_to(0)

    # -- what the border says -------------------------------------------------------------------------------------

    def _tell(self) -> None:
        self.status_text = self.describe()

    def describe(self) -> str:
        """Say where in the file the view is."""
        index = self.index
        if index is None:
            return ""
        if not index.exists:
            return clean_line(index.problem) or "waiting"
        if self.follow:
            return "following"
        fresh = index.rows_from(self._paused_at)
        if fresh and not index.lag:
            return f"paused · {fresh:,} new line{'s' if fresh != 1 else ''}"
        if not index.numbered:
            return f"indexing {percent(index.progress)}"
        total = f"{self.row_count():,}{'+' if index.lag else ''}"
        return f"line {min(self.scroll_offset.y + 1, self.row_count()):,}/{total}"


async def breathe() -> None:
    """Let the rest of the program have its turn, for as long as it has anything to do and no longer.

    A timer would wait for a millisecond even when nobody wants it, and one turn is not enough: a key passes through
    several queues before it is a picture.
    """
    for _ in range(_HOPS):
        await asyncio.sleep(0)


def percent(part: float) -> str:
    """Return a share in steps that do not repaint the border a hundred times."""
    return f"{int(part * 20) * 5}%"
