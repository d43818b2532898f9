"""A log file on the screen, with a search that never holds it up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.line_search import BadPattern, LineSearch, MatchCount, Needle
from lmawep_tui.ui.widgets.line_scroll import Mark
from lmawep_tui.ui.widgets.log_feed import SLICE_S, breathe
from lmawep_tui.ui.widgets.log_file import LogFile, percent

_LONGEST = 30  # characters of the pattern that are shown


class LogView(LogFile):
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
        self._run: LineSearch | None = None
        self._match: int | None = None  # byte offset of the match the person is at
        self._verdict = ""
        self._count: MatchCount | None = None
        super().__init__(name=name, id=id, classes=classes)

    @property
    def searching(self) -> bool:
        """Whether a search is under way."""
        return self._run is not None

    def search(self, text: str, *, regex: bool = False) -> bool:
        """Look for a text or regular expression; return whether it is one.

        While following, the latest match counts, so the search goes backwards; otherwise it starts at the top of the
        screen. Small letters match capitals too.
        """
        self.clear_search()
        if not text or self.index is None:
            return True
        try:
            self.needle = Needle.make(text, regex=regex)
        except BadPattern as error:
            self._verdict = f"not a pattern: {clean_line(str(error))}"
            self._tell()
            return False
        backwards = self.follow
        self._begin(self.index.size if backwards else self.index.start_of(self.scroll_offset.y), backwards=backwards)
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
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        row = self.index.row_at(self._match) if self._match is not None else None
        if row is not None and top <= row < top + height:
            row += not backwards
        else:
            row = min(top + height, self.row_count()) if backwards else top
        self._begin(self.index.start_of(row), backwards=backwards)

    def _begin(self, origin: int, *, backwards: bool) -> None:
        assert self.index is not None and self.needle is not None
        self._run = LineSearch(self.index, self.needle, origin, backwards=backwards)
        self._remark()
        # Exclusive: a new search ends one that is under way.
        self.run_worker(self._search_on(self._run), group="log-search", exclusive=True, description="search a log")

    async def _search_on(self, run: LineSearch) -> None:
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
        self._run = None
        self._match, self._verdict = run.found, "" if run.found is not None else "no match"
        if run.found is not None:
            self.go_to(run.found)
        self._remark()
        await self._count_on(run)

    async def _count_on(self, run: LineSearch) -> None:
        """Count the lines that match, from where the last count ended."""
        if self.index is None or run.found is None:
            return
        if self._count is None:
            self._count = MatchCount(self.index, run.needle)
        count = self._count
        while count is self._count and not count.done:
            count.step(SLICE_S)
            self._tell()
            await breathe()
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
        here = self._match is not None and self.index.row_at(self._match) == row
        style = "match-current" if here else "match"
        return [(found.start(), found.end(), style) for found in self.needle.pattern.finditer(text) if found[0]]

    def describe(self) -> str:
        """Say what is looked for and how that goes, before where the view is."""
        place = super().describe()
        said = self._verdict or (self._count.words(self._match) if self._count is not None else "")
        if self.needle is not None:
            said = f"“{clean_line(self.needle.text[:_LONGEST])}” {said}".rstrip()
        return f"{said} · {place}" if said and place else place
