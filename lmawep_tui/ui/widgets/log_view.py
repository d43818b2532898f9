"""A log file on the screen: followed, searched, filtered, gone through by events and by time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType

from lmawep_tui.files.line_index import LineIndex
from lmawep_tui.files.line_search import LineSearch
from lmawep_tui.files.needle import Needle
from lmawep_tui.model.log_goal import Goal, ToLine, ToShare, ToStep, parse_goal
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.log_feed import Rows
from lmawep_tui.ui.widgets.log_search import LogSearch
from lmawep_tui.ui.widgets.plain import toast

if TYPE_CHECKING:
    from lmawep_tui.engine.conversation.search import ConversationSearch
    from lmawep_tui.files.line_times import LineTimes
    from lmawep_tui.ui.modals.dialog import Dialog

T = TypeVar("T")

_TROUBLE = (
    # "0 failed" and "no errors" are good news; a `-` before or a `.py` after makes it part of a name.
    r"(?<!\b0 )(?<!\bno )(?<![\w-])(?:errors?|fail(?:s|ed|ures?|ing)?|fatal|panic|exception|traceback)(?![\w-]|\.\w)"
)
_NO_TIMES = "When the lines of this log came is not known: nobody noted it, and they do not begin with date and time."
_NO_EVENTS = "A log of plain lines has no events. ) and ( go from error to error, / searches."
GOALS = "14:02 · 14:02:31 · -5m · +30s · 4200 (a line) · 50%"
"""What can be typed to go to a place."""


class LogView(LogSearch):
    """A log and all the ways through it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_parenthesis", "next_error", "Next error", show=False, id="log.next-error"),
        Binding("left_parenthesis", "previous_error", "Previous error", show=False, id="log.previous-error"),
        Binding("right_curly_bracket", "next_event", "Next event", show=False, id="log.next-event"),
        Binding("left_curly_bracket", "previous_event", "Previous event", show=False, id="log.previous-event"),
        Binding("T", "cycle_times", "Times", show=False, id="log.times"),
        Binding("F", "ask_kinds", "Filter", show=False, id="log.kinds"),
        Binding("at", "ask_place", "Go to", show=False, id="log.go-to"),
    ]

    _line_times: LineTimes | None = None
    _jump_words = ""
    """What is being gone to, while a search for it is under way."""

    def close(self) -> None:
        """Show nothing."""
        if self._line_times is not None:
            self._line_times.close()
            self._line_times = None
        super().close()

    @property
    def busy_or_pointing(self) -> bool:
        """Whether there is something that Escape ends: a way to somewhere, or a cursor."""
        return self.searching or self.cursor is not None

    def let_go(self) -> None:
        """End the search for an event, or take the cursor away."""
        if self.searching:
            self.clear_search()
        else:
            self.put_cursor(None)

    # -- asking ---------------------------------------------------------------------------------------------------

    def action_ask_kinds(self) -> None:
        """Ask which kinds of events are shown."""
        index = self.index
        if index is None or isinstance(index, LineIndex):
            toast(self, _NO_EVENTS)
            return
        from lmawep_tui.engine.conversation.kinds import EVERYTHING
        from lmawep_tui.ui.modals.log_kinds import LogKinds, Wanted

        shown = EVERYTHING if self.shown is None else self.shown

        def chosen(wanted: Wanted | None) -> None:
            if wanted is None:
                return
            self.show_kinds(None if wanted.shown == EVERYTHING else wanted.shown)
            if wanted.go is not None:
                self.go_to_event(wanted.go.bit, wanted.go.name)

        self._ask(LogKinds(shown, self.events(), complete=index.complete), chosen)

    def action_ask_place(self) -> None:
        """Ask for a time or a line to go to."""
        from lmawep_tui.ui.modals.go_to import GoTo

        if self.index is not None:
            self._ask(GoTo("Go to", GOALS, self.go_to_place), lambda _: None)

    def _ask(self, dialog: Dialog[T], then: Callable[[T | None], None]) -> None:
        # The program's own way holds keys back until the dialog takes them; the view lives in other programs, too.
        ask = getattr(self.app, "ask", self.app.push_screen)
        ask(dialog, then)

    # -- from event to event --------------------------------------------------------------------------------------

    def action_next_error(self) -> None:
        """Go to the next thing that went wrong."""
        self.go_to_error(backwards=False)

    def action_previous_error(self) -> None:
        """Go to the thing that went wrong before."""
        self.go_to_error(backwards=True)

    def action_next_event(self) -> None:
        """Go to the next event that is shown."""
        self._go_to_any(backwards=False)

    def action_previous_event(self) -> None:
        """Go to the event before."""
        self._go_to_any(backwards=True)

    def go_to_error(self, *, backwards: bool) -> None:
        """Go to the next line that tells of trouble, or the one before."""
        index = self.index
        if index is None:
            return
        if isinstance(index, LineIndex):
            needle = Needle.make(_TROUBLE, regex=True)
            self._go_by(LineSearch(index, needle, index.place_of(self._from(backwards)), backwards=backwards), "error")
            return
        from lmawep_tui.engine.conversation.kinds import ERROR

        self.go_to_event(ERROR, "error", backwards=backwards)

    def _go_to_any(self, *, backwards: bool) -> None:
        from lmawep_tui.engine.conversation.kinds import EVERYTHING

        self.go_to_event(EVERYTHING, "event", backwards=backwards)

    def go_to_event(self, kinds: int, word: str, *, backwards: bool = False) -> None:
        """Go to the next event of some kinds (bits of `conversation.kinds`), or the one before; `word` names it."""
        index = self.index
        if index is None or isinstance(index, LineIndex):
            toast(self, _NO_EVENTS)
            return
        from lmawep_tui.engine.conversation.search import ConversationSearch, event_of

        place = index.place_of(self._from(backwards))
        self._go_by(ConversationSearch(index, event_of(kinds), place, backwards=backwards, round_=False), word)

    def _from(self, backwards: bool) -> int:
        """Return the row from which to go on: after the cursor, or before it; without one, that of the screen."""
        shown = self.rows_shown()
        if self.cursor is not None and self.cursor in shown:
            return self.cursor + (not backwards)
        return shown.stop if backwards else shown.start

    def _go_by(self, run: LineSearch | ConversationSearch, word: str) -> None:
        self._jump_words = word
        self._begin(run)

    def took_search(self, run: LineSearch | ConversationSearch, found: int | None) -> None:
        """Show what was found; an event gets the cursor, so that the next jump goes on from it."""
        word, self._jump_words = self._jump_words, ""
        if not word:
            super().took_search(run, found)
            return
        self._verdict = ""
        around = isinstance(run, LineSearch) and run.wrapped
        if found is None or self.index is None or around:
            toast(self, f"There is no {'earlier' if run.backwards else 'further'} {word} in this log.")
        elif isinstance(self.index, LineIndex) and self.index.row_at(found) is None:
            self.go_to(found)
        elif (row := self._row_found(self.index, found)) is not None:
            self.put_cursor(row)

    def _row_found(self, index: Rows, found: int) -> int | None:
        return index.row_at(found) if isinstance(index, LineIndex) else index.row_of(found)

    def clear_search(self) -> None:
        """Forget what was looked for or gone to."""
        self._jump_words = ""
        super().clear_search()

    # -- times ----------------------------------------------------------------------------------------------------

    def action_cycle_times(self) -> None:
        """Show when lines came by the clock, since the start, or not at all."""
        from lmawep_tui.engine.conversation.look import Times

        if not self._began():
            toast(self, _NO_TIMES)
            return
        order = list(Times)
        now = Times(self.times) if self.times else Times.CLOCK if self.told else Times.OFF
        self.times = order[(order.index(now) + 1) % len(order)]
        self.relay()
        toast(self, "Times are off." if self.times == Times.OFF else f"Times by the {self.times}."
              if self.times == Times.CLOCK else "Times since the start.")  # fmt: skip

    def _began(self) -> float:
        """Return when the log began; 0 when nobody knows."""
        index = self.index
        if index is None:
            return 0.0
        if isinstance(index, LineIndex):
            return self._times_of(index).began
        from lmawep_tui.engine.conversation.clock import began

        return began(index)

    def _times_of(self, index: LineIndex) -> LineTimes:
        from lmawep_tui.files.line_times import LineTimes

        if self._line_times is None:
            self._line_times = LineTimes(index)
        return self._line_times

    def row_line(self, row: int) -> StyledLine:
        """Return one line, with its time before it where that is wanted."""
        line = super().row_line(row)
        index = self.index
        if not self.times or self.times == "off" or index is None or not isinstance(index, LineIndex):
            return line
        from lmawep_tui.engine.conversation.line import clock_words
        from lmawep_tui.engine.conversation.look import Look, Times

        times = self._times_of(index)
        at = times.at(index.start_of(row))
        look = Look(times=Times(self.times), began=times.began)
        return [(clock_words(at, look) if at else " " * 9, "muted"), *line]

    # -- going to a place -----------------------------------------------------------------------------------------

    def go_to_place(self, text: str) -> str:
        """Go to what a person typed (see `GOALS`); return in words why that is not possible, else nothing."""
        goal, index = parse_goal(text), self.index
        if goal is None:
            return f"“{text}” is no place in a log."
        if index is None or not index.size:
            return "The log is empty."
        offset, why = self._offset_of(goal, index)
        if offset is None:
            return why
        self.put_cursor(None)
        if offset >= index.size:
            self.action_scroll_end()
        else:
            self.go_to(offset, on_top=True)
        return ""

    def _offset_of(self, goal: Goal, index: Rows) -> tuple[int | None, str]:
        """Return the byte to go to, or why there is none."""
        if isinstance(goal, ToShare):
            return int(goal.part * index.size), ""
        if isinstance(goal, ToLine):
            if not index.numbered:
                return None, "The lines are not counted yet; try again in a moment."
            return index.start_of(min(goal.number, index.line_count) - 1), ""
        began = self._began()
        if not began:
            return None, _NO_TIMES
        if isinstance(goal, ToStep):
            shown = self.rows_shown()
            here = self._time_at(index, index.start_of(shown.stop - 1 if self.follow else shown.start))
            moment = (here or began) + goal.seconds
        else:
            moment = goal.moment(max(began, self._last(index)))
        if isinstance(index, LineIndex):
            return self._times_of(index).offset(moment), _NO_TIMES
        from lmawep_tui.engine.conversation.clock import offset_at

        return offset_at(index, moment), _NO_TIMES

    def _last(self, index: Rows) -> float:
        if isinstance(index, LineIndex):
            return self._times_of(index).last
        from lmawep_tui.engine.conversation.clock import last

        return last(index)

    def _time_at(self, index: Rows, offset: int) -> float:
        if isinstance(index, LineIndex):
            return self._times_of(index).at(offset)
        from lmawep_tui.engine.conversation.clock import time_near

        return time_near(index, offset)
