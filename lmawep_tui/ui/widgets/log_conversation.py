"""A log whose records are shown as the conversation they tell; the bytes themselves are one key away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from lmawep_tui.files.line_index import Change, LineIndex
from lmawep_tui.ui.widgets.log_feed import WAITING, Rows
from lmawep_tui.ui.widgets.log_file import LogFile

if TYPE_CHECKING:
    from collections import Counter

    from lmawep_tui.engine.conversation.look import Look

_PLAIN = "text"
_NOTHING = "It ended without printing anything."
_WIDTH = 80  # until the view has one


class LogConversation(LogFile):
    """Shows lines or records; of records the conversation, laid out anew for every width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "toggle_raw", "Raw", show=False, id="log.raw"),
        Binding("z", "toggle_fold", "Fold", show=False, id="log.fold"),
        Binding("w", "toggle_wrap", "Wrap", show=False, id="view.wrap"),
    ]

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a file."""
        super().__init__(name=name, id=id, classes=classes)
        self.raw = False
        """Whether records are shown as the bytes they are."""
        self.fold = True
        """Whether long output is cut short."""
        self.wrap = False
        """Whether long lines go on in the next row; an agent's own words always do."""
        self.shown: int | None = None
        """The kinds of events that are shown, as bits of `conversation.kinds`; None for all."""
        self.times = ""
        """What tells when a line came, a value of `look.Times`; empty for what is usual: the clock among events."""
        self._format, self._root, self._over = _PLAIN, "", False

    @property
    def structured(self) -> bool:
        """Whether the file is one of records."""
        return self.index is not None and self._format != _PLAIN

    @property
    def told(self) -> bool:
        """Whether records are shown as events now."""
        return self.index is not None and not isinstance(self.index, LineIndex)

    def open(self, path: Path | str, *, format_: str = _PLAIN, root: str = "", over: bool = False) -> None:
        """Show a file, from its end; it may not exist yet.

        `format_` says how its records are read, `root` is the folder that is left out of paths, `over` says that
        nothing more will come.
        """
        self._format, self._root, self._over = format_, root, over
        super().open(path)
        self._say_empty()

    def end(self, over: bool) -> None:
        """Say whether nothing more will come."""
        if over != self._over:
            self._over = over
            self._say_empty()
            if self.index is not None and not isinstance(self.index, LineIndex):
                self.index.over = over
                self._poll()

    def _say_empty(self) -> None:
        if self.empty in (WAITING, _NOTHING):
            self.empty = _NOTHING if self._over else WAITING

    def rows_of(self, path: Path | str) -> Rows:
        """Return the conversation of a file of records, else its lines."""
        if self.raw or self._format == _PLAIN:
            return LineIndex(path)
        from lmawep_tui.engine.conversation.index import ConversationIndex

        index = ConversationIndex(path, self._format, self._look(), root=self._root)
        index.over = self._over
        return index

    def _look(self) -> Look:
        """Return how the conversation is to be laid out."""
        from lmawep_tui.engine.conversation.kinds import EVERYTHING
        from lmawep_tui.engine.conversation.look import Look, Times

        shown = EVERYTHING if self.shown is None else self.shown
        times = Times(self.times) if self.times else Times.CLOCK
        began = 0.0
        if times is Times.SINCE and self.index is not None and not isinstance(self.index, LineIndex):
            from lmawep_tui.engine.conversation.clock import began as began_at

            began = began_at(self.index)
        return Look(self._columns(), self.fold, self.wrap, shown, times, began)

    def _columns(self) -> int:
        return self.scrollable_content_region.width or _WIDTH

    def on_resize(self, event: Resize) -> None:
        """Lay the conversation out for the new width."""
        index = self.index
        if index is not None and not isinstance(index, LineIndex) and index.look.width != self._columns():
            self.relay()

    def action_toggle_fold(self) -> None:
        """Show long output whole, or cut it short again."""
        self.fold = not self.fold
        if self.index is not None and not isinstance(self.index, LineIndex):
            self.index.records.turned.clear()
        self.relay()

    def action_toggle_wrap(self) -> None:
        """Let long lines go on in the next row, or cut them at the right."""
        self.wrap = not self.wrap
        self.relay()

    def action_toggle_raw(self) -> None:
        """Show the bytes of the records, or what they say."""
        index = self.index
        if index is None or self._format == _PLAIN:
            return
        self.raw = not self.raw
        keep = None if self.follow else index.start_of(self.scroll_offset.y)
        self.open(index.file.path, format_=self._format, root=self._root, over=self._over)
        if keep is not None:
            self.go_to(keep, on_top=True)

    # -- what is shown --------------------------------------------------------------------------------------------

    def show_kinds(self, shown: int | None) -> None:
        """Show only events of these kinds (bits of `conversation.kinds`), or all."""
        if shown != self.shown:
            self.shown = shown
            self.relay()

    def events(self) -> Counter[int]:
        """Return how many events are known so far, by the kinds that each is of; nothing for a log of plain lines."""
        from collections import Counter

        index = self.index
        return Counter() if index is None or isinstance(index, LineIndex) else index.events()

    def relay(self) -> None:
        """Make all rows anew, the reader staying at the same record."""
        index = self.index
        if index is None:
            return
        if isinstance(index, LineIndex):
            self.forget_strips()
            self.refresh()
            return
        keep = None if self.follow or not index.line_count else index.start_of(self.scroll_offset.y)
        index.relay(self._look(), keep=keep)
        self.forget_strips()
        self._poll()
        if keep is not None:
            self.go_to(keep, on_top=True)
        self.refresh()
        self._tell()

    def _adjust(self, index: Rows, change: Change, before: int) -> None:
        """Lay everything out anew when a log of which no time was known tells one."""
        super()._adjust(index, change, before)
        if change.relaid:
            self.call_next(self.relay)

    def describe(self) -> str:
        """Say what is left out, before where the view is."""
        place = super().describe()
        if self.shown is None or not self.told or not place:
            return place
        from lmawep_tui.engine.conversation.kinds import shown_words

        return " · ".join(part for part in (shown_words(self.shown), place) if part)
