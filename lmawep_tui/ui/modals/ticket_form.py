"""The form for a new ticket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId, parse_ticket_id
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Priority
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.present.glyphs import PRIORITIES
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.semantic import SemanticView, to_strip


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket as the person wants it."""

    title: str
    priority: Priority
    estimate: str
    depends_on: tuple[TicketId, ...]
    description: str


class PriorityLine(SemanticView, can_focus=True):
    """All priorities in one row; the arrow keys choose."""

    DEFAULT_CSS = """
    PriorityLine {
        height: 3; padding: 0 1; border: tall $border-blurred; background: $background; overflow: hidden;
        &:focus { border: tall $border; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,up,k", "step(-1)", show=False),
        Binding("right,l,down,j,space", "step(1)", show=False),
    ]

    def __init__(self) -> None:
        """Start at the ordinary priority."""
        super().__init__(id="priority")
        self.value = Priority.MEDIUM

    def action_step(self, step: int) -> None:
        """Choose the next or previous priority."""
        values = list(Priority)
        self.value = values[(values.index(self.value) + step) % len(values)]
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the next one."""
        self.action_step(1)

    def render_line(self, y: int) -> Strip:
        """Paint the row; the choice is marked by shape as well as colour."""
        parts: list[Segment] = []
        for value in Priority:
            chosen = value is self.value
            parts.append(
                (f"‹{value}›" if chosen else f" {value} ", PRIORITIES[value][1] or "strong" if chosen else "muted")
            )
        return to_strip(self.pieces(parts, self._base)).crop_extend(0, self.size.width, self._base)


class TicketForm(Dialog[Draft]):
    """Title, priority, estimate, dependencies and description; it stays open until the ticket is made."""

    DEFAULT_CSS = """
    TicketForm {
        & Horizontal { height: auto; }
        & Horizontal > Vertical { width: 1fr; height: auto; margin-right: 1; }
        & Horizontal > Vertical.wide { width: 2fr; }
        & TextArea { height: 6; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Make it", show=False, priority=True),
        Binding("escape", "cancel", "Back", show=False),
    ]
    heading = "New ticket"
    keys = (("Enter", "make it", "send"), ("Tab", "next field", "app.focus_next"), ("Esc", "back", "cancel"))
    _in_description = (("Ctrl+S", "make it", "send"), *keys[1:])

    def __init__(self, snapshot: Snapshot, make: Callable[[Draft], Awaitable[None]]) -> None:
        """Ask for a ticket; `make` makes it and raises LmawepError when it cannot."""
        super().__init__()
        self._snapshot, self._make = snapshot, make
        self._sending = False

    def body(self) -> Iterable[Widget]:
        """Return the fields."""
        yield Plain("Title", classes="label")
        yield Input(placeholder="What to do", id="title")
        yield Horizontal(
            Vertical(Plain("Priority  ← →", classes="label"), PriorityLine(), classes="wide"),
            Vertical(Plain("Estimate", classes="label"), Input(placeholder="2h", id="estimate")),
            Vertical(Plain("Waits for", classes="label"), Input(placeholder="103, 104", id="depends")),
        )
        yield Plain("Description", classes="label")
        yield TextArea(id="description", tab_behavior="focus")
        yield Plain("", classes="trouble")

    def entry(self) -> Widget:
        """Return the title, to begin with."""
        return self.query_one("#title")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say which key makes the ticket: in the description Enter begins a new line."""
        inside = isinstance(event.widget, TextArea)
        self.query_one("#dialog-keys", FooterBar).offer(self._in_description if inside else self.keys)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter makes the ticket; in the description it begins a new line."""
        self.action_send()

    def action_send(self) -> None:
        """Make the ticket, or say what is wrong with it."""
        try:
            draft = self._draft()
        except LmawepError as error:
            self._complain(str(error))
            return
        if not self._sending:
            self._sending = True
            self.run_worker(self._send(draft), exit_on_error=False, group="form", description="make a ticket")

    async def _send(self, draft: Draft) -> None:
        try:
            await self._make(draft)
        except LmawepError as error:
            self._complain(str(error))
        else:
            self.dismiss(draft)
        finally:
            self._sending = False

    def _draft(self) -> Draft:
        """Return what was filled in; raises LmawepError with what is wrong."""
        title = " ".join(self.query_one("#title", Input).value.split())
        if not title:
            raise LmawepError("A ticket needs a title.")
        words = self.query_one("#depends", Input).value.replace(",", " ").split()
        depends = tuple(dict.fromkeys(parse_ticket_id(word) for word in words))
        missing = [number for number in depends if number not in self._snapshot.tickets]
        if missing:
            raise LmawepError(f"There is no ticket {missing[0]} to wait for.")
        return Draft(
            title,
            self.query_one(PriorityLine).value,
            self.query_one("#estimate", Input).value.strip(),
            depends,
            self.query_one("#description", TextArea).text.strip(),
        )

    def _complain(self, text: str) -> None:
        line = self.query_one(".trouble", Plain)
        line.show(f"⚑ {text}")
        line.add_class("-shown")
