"""Where a view of a log stands: at the end and following, or wherever a person put it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.reactive import reactive

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.line_index import Change
from lmawep_tui.ui.widgets.log_feed import LEAST_GAP_S, LogFeed, Rows

_FAR = 4 * 1024 * 1024  # bytes between the known part and the end that are better skipped than indexed first


class LogFile(LogFeed):
    """Shows a file and follows it; `LogView` adds the search."""

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
        self._paused_at = 0  # where the file ended when following stopped
        self._goal: int | None = None  # byte offset to go to once its row is known
        self._goal_on_top = False  # whether that row is to be the first one on the screen
        self._steady = False  # while the view itself moves, not the person

    def open(self, path: Path | str) -> None:
        """Show a file, from its end; it may not exist yet."""
        self.close()
        self.follow = True
        self.scroll_to(x=0, animate=False, force=True)
        super().open(path)

    def close(self) -> None:
        """Show nothing."""
        self._goal, self._paused_at = None, 0
        super().close()
        self._tell()

    def took(self, change: Change, before: int) -> None:
        """Follow, or stay, when the file has changed."""
        index = self.index
        assert index is not None
        if change:
            self._adjust(index, change, before)
        if self.follow and index.lag > _FAR:
            self._bring(index.size)  # flooded faster than it can be indexed: what people want is the end
        self._tell()

    def _adjust(self, index: Rows, change: Change, before: int) -> None:
        """Keep what is on the screen there while the rows around it change."""
        if change.reset:
            self.forget_strips()
            self._goal, self._paused_at = None, 0
        last_row = self.scroll_offset.y + self.size.height
        self._move(index.line_count, self.scroll_offset.y + change.shifted)
        if change.reset or change.shifted or before <= last_row or self.follow:
            self.refresh()
        if self._goal is not None:
            self.go_to(self._goal, on_top=self._goal_on_top)

    def _move(self, rows: int, top: int) -> None:
        """Set the extent and the place in it, without that counting as scrolling by hand."""
        self._steady = True
        self.set_extent(self.virtual_size.width, rows)
        self.jump(rows if self.follow else top)
        self._steady = False

    def go_to(self, offset: int, *, on_top: bool = False) -> bool:
        """Show the line that holds a byte of the file; if that part is not indexed yet, as soon as it is."""
        index = self.index
        assert index is not None
        self.follow = False
        row = index.row_at(offset)
        self._goal = offset if row is None and offset < index.size else None
        self._goal_on_top = on_top
        if row is None:
            self._bring(offset)
            return False
        self.show_row(row, on_top=on_top)
        return True

    def show_row(self, row: int, *, on_top: bool = False) -> None:
        """Bring a row to the screen and stay there."""
        self.follow = False
        self._steady = True  # the last line known so far may be near: being there is not following
        if on_top:
            self.jump(row)
        else:
            self.reveal(row)
        self._steady = False

    def _bring(self, offset: int) -> None:
        """Have another part of the file indexed next."""
        if self.index is not None and self.index.look_at(offset):
            self.forget_strips()
            self.poll_again(LEAST_GAP_S)  # by the clock: two places asked for in turn must not starve the keys

    def hurried(self) -> bool:
        """Who follows looks at the end, which is known; what lies before it has time."""
        return not self.follow

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
            self._paused_at = index.end_mark()
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
        fresh = index.rows_since(self._paused_at)
        if fresh and not index.lag:
            return f"paused · {fresh:,} new line{'s' if fresh != 1 else ''}"
        if not index.numbered:
            return f"indexing {percent(index.progress)}"
        total = f"{self.row_count():,}{'+' if index.lag else ''}"
        return f"line {min(self.scroll_offset.y + 1, self.row_count()):,}/{total}"


def percent(part: float) -> str:
    """Return a share in steps that do not repaint the border a hundred times."""
    return f"{int(part * 20) * 5}%"
