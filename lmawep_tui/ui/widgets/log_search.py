"""The search in a log on the screen, which never holds it up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.files.line_search import LineSearch, MatchCount
from lmawep_tui.files.needle import BadPattern, Needle
from lmawep_tui.ui.pace import breathe
from lmawep_tui.ui.widgets.line_scroll import Mark
from lmawep_tui.ui.widgets.log_cursor import LogCursor
from lmawep_tui.ui.widgets.log_feed import SLICE_S, Rows
from lmawep_tui.ui.widgets.log_file import percent

if TYPE_CHECKING:
    from lmawep_tui.engine.conversation.search import ConversationCount, ConversationSearch

_LONGEST = 30  # characters of the pattern that are shown
_PATIENCE_S = 0.05  # between looks at whether the whole log is known, so that it can be counted in


class LogSearch(LogCursor):
    """A log with a search that never holds up the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_match", "Next match", show=False, id="log.next"),
        Binding("N", "previous_match", "Previous match", show=False, id="log.previous"),
    ]

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a view without a file."""
        self.needle: Needle | None = None
        self._run: LineSearch | ConversationSearch | None = None
        self._match: int | None = None  # place of the match the person is at
        self._matched = 0  # the index's generation, which that place is good for
        self._verdict = ""
        self._count: MatchCount | ConversationCount | None = None
        super().__init__(name=name, id=id, classes=classes)

    @property
    def searching(self) -> bool:
        """Whether a search is under way."""
        return self._run is not None

    def search(self, text: str, *, regex: bool = False) -> bool:
        """Look for a text or regular expression (`/…/` is one, too); return whether it is one.

        While following, the latest match counts, so the search goes backwards; otherwise it starts at the top of the
        screen. Small letters match capitals too.
        """
        self.clear_search()
        if not text or self.index is None:
            return True
        try:
            self.needle = Needle.make(text, regex=True) if regex else Needle.typed(text)
        except BadPattern as error:
            self._verdict = f"not a pattern, {clean_line(str(error))}"
            self._tell()
            return False
        backwards = self.follow
        index = self.index
        place = index.place_of(self.row_count() if backwards else self.rows_shown().start)
        if backwards and isinstance(index, LineIndex):
            place = index.size  # which may not be indexed to its end yet
        self._begin(_search(index, self.needle, place, backwards=backwards))
        return True

    def clear_search(self) -> None:
        """Forget what was looked for, and its marks."""
        self.needle = self._run = self._match = self._count = None
        self._verdict = ""
        self._remark()

    def close(self) -> None:
        """Show nothing, search nothing."""
        self._run = self._match = self._count = None
        self._verdict = ""
        super().close()

    def action_next_match(self) -> None:
        """Go to the next line that matches."""
        self._on_from(backwards=False)

    def action_previous_match(self) -> None:
        """Go to the previous line that matches."""
        self._on_from(backwards=True)

    def _on_from(self, *, backwards: bool) -> None:
        """Search on from the line of the present match, or from the screen if that is not on it any more."""
        if self.needle is None or self.index is None or self._run is not None:
            return
        shown = self.rows_shown()
        row = self._match_row()
        if row is not None and row in shown:
            row += not backwards
        else:
            row = min(shown.stop, self.row_count()) if backwards else shown.start
        self._begin(_search(self.index, self.needle, self.index.place_of(row), backwards=backwards))

    def _match_row(self) -> int | None:
        """Return the row of the match the person is at, if it is known."""
        index = self.index
        if index is None or self._match is None:
            return None
        if not isinstance(index, LineIndex) and index.generation != self._matched:
            return None  # laid out anew since
        return index.row_of(self._match)

    def _begin(self, run: LineSearch | ConversationSearch) -> None:
        """Begin a search that ends any other."""
        self._run = run
        self._remark()
        # Exclusive: a new search ends one that is under way.
        self.run_worker(self._search_on(self._run), group="log-search", exclusive=True, description="search a log")

    async def _search_on(self, run: LineSearch | ConversationSearch) -> None:
        """Search slice by slice, the rest of the program having its turn in between."""
        self.index_held = True
        try:
            while run is self._run and not run.done:
                run.step(SLICE_S)
                self._verdict = f"searching {percent(run.progress)}"
                self._tell()
                await breathe()
        finally:
            self.index_held = False
        if run is not self._run:
            return
        found = run.found if isinstance(run, LineSearch) or run.record is None else await self._known(run)
        if run is not self._run:
            return
        self._run = None
        self.took_search(run, found)
        self._remark()
        await self._count_on()

    async def _known(self, run: ConversationSearch) -> int | None:
        """Have the rows around a match read that lies in a part of the log not known yet; return its place."""
        assert run.record is not None
        self.go_to(run.record)
        while run is self._run and self.index is not None and self.index.row_at(run.record) is None:
            self._poll()
            await breathe()
        return run.place_in_record() if run is self._run else None

    def took_search(self, run: LineSearch | ConversationSearch, found: int | None) -> None:
        """Show what a search has found, or say that it has found nothing."""
        self._match, self._verdict = found, "" if found is not None else "no match"
        if found is not None and self.index is not None:
            self._matched = self.index.generation
            self._show_match(self.index, found)

    def _show_match(self, index: Rows, found: int) -> None:
        if isinstance(index, LineIndex):
            self.go_to(found)
        elif (row := index.row_of(found)) is not None:
            self.show_row(row)

    def _match_moved(self) -> None:
        self._match = self._count = None

    async def _count_on(self) -> None:
        """Count the lines that match, from where the last count ended."""
        if self.index is None or self._match is None or self.needle is None:
            return
        if self._count is None or self._count.stale:
            self._count = _counter(self.index, self.needle)
        count = self._count
        while count is self._count and not count.done:
            count.step(SLICE_S)
            self._tell()
            if isinstance(count, MatchCount) or not count.waiting:
                await breathe()
            else:
                await asyncio.sleep(_PATIENCE_S)
        self._tell()

    def _remark(self) -> None:
        """Paint the marks anew."""
        self.forget_strips()
        self.refresh()
        self._tell()

    def row_marks(self, row: int, text: str) -> Iterable[Mark]:
        """Return the matches in one line; those of the line the person is at stand out."""
        if self.needle is None or self.index is None:
            return ()
        style = "match-current" if self._match_row() == row else "match"
        matches = self.needle.pattern.finditer
        if isinstance(self.index, LineIndex):
            return [(found.start(), found.end(), style) for found in matches(text) if found[0]]
        place = self.index.line_at(row)
        if place is None:
            return ()
        line, start, stop, before = place  # a match may go on over the end of a row
        parts = [(max(start, found.start()), min(stop, found.end())) for found in matches(line.text)]
        return [(low - start + before, high - start + before, style) for low, high in parts if low < high]

    def describe(self) -> str:
        """Say what is looked for and how that goes, before where the view is."""
        place = super().describe()
        said = self._verdict or (self._count.words(self._match) if self._count is not None else "")
        if self.needle is not None:
            shown = clean_line(self.needle.text[:_LONGEST])
            said = f"{f'/{shown}/' if self.needle.regex else f'“{shown}”'} {said}".rstrip()
        return f"{said} · {place}" if said and place else place


def _search(index: Rows, needle: Needle, origin: int, *, backwards: bool) -> LineSearch | ConversationSearch:
    if isinstance(index, LineIndex):
        return LineSearch(index, needle, origin, backwards=backwards)
    from lmawep_tui.engine.conversation.search import ConversationSearch, text_of

    return ConversationSearch(index, text_of(needle), origin, backwards=backwards)


def _counter(index: Rows, needle: Needle) -> MatchCount | ConversationCount:
    if isinstance(index, LineIndex):
        return MatchCount(index, needle)
    from lmawep_tui.engine.conversation.search import ConversationCount

    return ConversationCount(index, needle)
