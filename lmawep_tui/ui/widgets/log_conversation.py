"""A log whose records are shown as the conversation they tell; the bytes themselves are one key away."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.ui.widgets.log_feed import Rows
from lmawep_tui.ui.widgets.log_file import LogFile

_PLAIN = "text"
_WIDTH = 80  # until the view has one


class LogConversation(LogFile):
    """Shows lines or records; of records the conversation, laid out anew for every width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "toggle_raw", "Raw", show=False, id="log.raw"),
        Binding("z", "toggle_fold", "Fold", show=False, id="log.fold"),
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
        self._format, self._root, self._over = _PLAIN, "", False

    @property
    def structured(self) -> bool:
        """Whether the file is one of records."""
        return self.index is not None and self._format != _PLAIN

    def open(self, path: Path | str, *, format_: str = _PLAIN, root: str = "", over: bool = False) -> None:
        """Show a file, from its end; it may not exist yet.

        `format_` says how its records are read, `root` is the folder that is left out of paths, `over` says that
        nothing more will come.
        """
        self._format, self._root, self._over = format_, root, over
        super().open(path)

    def end(self, over: bool) -> None:
        """Say whether nothing more will come."""
        if over != self._over:
            self._over = over
            if self.index is not None and not isinstance(self.index, LineIndex):
                self.index.over = over
                self._poll()

    def rows_of(self, path: Path | str) -> Rows:
        """Return the conversation of a file of records, else its lines."""
        if self.raw or self._format == _PLAIN:
            return LineIndex(path)
        from lmawep_tui.engine.conversation.index import ConversationIndex

        index = ConversationIndex(path, self._format, self._columns(), fold=self.fold, root=self._root)
        index.over = self._over
        return index

    def _columns(self) -> int:
        return self.scrollable_content_region.width or _WIDTH

    def on_resize(self, event: Resize) -> None:
        """Lay the conversation out for the new width."""
        index = self.index
        if index is not None and not isinstance(index, LineIndex) and index.width != self._columns():
            self._relay()

    def action_toggle_fold(self) -> None:
        """Show long output whole, or cut it short again."""
        self.fold = not self.fold
        self._relay()

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

    def _relay(self) -> None:
        """Make all rows anew, the reader staying at the same record."""
        index = self.index
        if index is None or isinstance(index, LineIndex):
            return
        keep = None if self.follow or not index.line_count else index.start_of(self.scroll_offset.y)
        index.relay(self._columns(), fold=self.fold, keep=keep)
        self.forget_strips()
        self._poll()
        if keep is not None:
            self.go_to(keep, on_top=True)
        self.refresh()
