"""The fields of the ticket form: what each is called, how it is typed, and what it says beside itself."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, TextArea

from lmawep_tui.engine.ticket_form import Start
from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.model.draft import FIELDS, Around, ticket_numbers
from lmawep_tui.model.ticket import Priority, ReviewPolicy
from lmawep_tui.ui.present.glyphs import LOOKS, PRIORITIES
from lmawep_tui.ui.widgets.choice_line import ChoiceLine
from lmawep_tui.ui.widgets.plain import Plain

LABELS = {
    "title": "Title", "priority": "Priority", "status": "Status", "description": "Description",
    "acceptance": "Done when", "dependencies": "Waits for", "touches": "Files", "labels": "Labels", "agent": "Agent",
    "review": "Review by", "budget": "Budget $", "estimate": "Estimate", "test": "Tests",
}  # fmt: skip
_HINTS = {
    "title": "What to do", "description": "What it asks for, as an agent should read it",
    "acceptance": "What has to hold at the end, a line each", "dependencies": "103, 104   ↓ picks",
    "touches": "src/limits.py, tests/**",
    "labels": "ui, urgent   ↓ picks", "agent": "the project's   ↓ picks", "budget": "no limit of its own",
    "estimate": "2h", "test": "the project's",
}  # fmt: skip


FIELDS_ID = "ticket-fields"
"""Of what holds the fields, and their notes between them."""
_MOST_TITLE = 40
"""Characters of a title that is named beside others."""


class Field(Horizontal):
    """A label, what is typed in, and below it a line that says what is wrong or what it means."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > .label { width: 12; height: 1; color: $text-muted; background: $panel; }
        & ChoiceLine, & Input, & TextArea { width: 1fr; }
        & Input, & Input:focus { height: 1; border: none; padding: 0 1; background: $background; }
        & TextArea, & TextArea:focus { height: 4; border: none; padding: 0 1; background: $background; }
        & Input:focus, & TextArea:focus { background-tint: $foreground 8%; }
        &.-active > .label { color: $text-accent; text-style: bold; }
    }
    """

    def __init__(self, name: str, control: Input | TextArea | ChoiceLine) -> None:
        """Show `control` under the label of the field `name`."""
        super().__init__(name=name)
        self.label = LABELS[name]
        self.control = control
        self._note: _Note | None = None
        """Made when there is something to say: most fields never have anything, and the form is there the sooner."""
        self._said = ("", False)

    def compose(self) -> ComposeResult:
        """Put the label beside what is typed in."""
        yield Plain(self.label, classes="label")
        if isinstance(self.control, TextArea):
            self.control.show_line_numbers = False
        yield self.control

    @property
    def value(self) -> str:
        """What stands in it."""
        return self.control.text if isinstance(self.control, TextArea) else self.control.value

    @value.setter
    def value(self, text: str) -> None:
        if isinstance(self.control, TextArea):
            if self.control.text != text:
                self.control.load_text(clean_text(text))
        else:
            self.control.value = clean_line(text)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say what is wrong with it, or what it means; nothing takes no room."""
        if (text, wrong) != self._said:
            self._said = (text, wrong)
            if self._note is None:
                self._note = _Note(text)
                self.screen.query_one(f"#{FIELDS_ID}").mount(self._note, after=self)
            self._note.show(text)
            self._note.display = bool(text)
            self._note.set_class(wrong, "-wrong")
            if text and self.has_class("-active"):
                self.call_after_refresh(self._note.scroll_visible, animate=False)

    @property
    def note(self) -> str:
        """What it says."""
        return self._said[0]


class _Note(Plain):
    """What a field says, below what is typed in."""

    DEFAULT_CSS = """
    _Note { height: auto; max-height: 3; color: $text-muted; margin-left: 12; padding: 0 1; background: $panel; }
    _Note.-wrong { color: $text-error; text-style: bold; }
    """


def fields_for(start: Start) -> dict[str, Field]:
    """The fields of a form by name, filled with what it starts from."""
    return {name: Field(name, _control(name, getattr(start.draft, name), start)) for name in FIELDS}


def _control(name: str, text: str, start: Start) -> Input | TextArea | ChoiceLine:
    if name == "priority":
        return ChoiceLine([(str(p), str(p), PRIORITIES[p][1]) for p in Priority], text, id=name)
    if name == "status":
        found = [(str(s), str(s), LOOKS[s].style) for s in start.around.statuses]  # type: ignore[index]
        return ChoiceLine(found, text, id=name)
    if name == "review":
        return ChoiceLine([("", "as set", ""), *((str(p), str(p), "") for p in ReviewPolicy)], text, id=name)
    if name in ("description", "acceptance"):
        return TextArea(clean_text(text), id=name, tab_behavior="focus", placeholder=_HINTS[name])
    return Input(clean_line(text), placeholder=_HINTS[name], id=name, select_on_focus=False)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TITLE else f"{text[: _MOST_TITLE - 1].rstrip()}…"


def resolved(name: str, text: str, about: Around) -> str:
    """What a field that is right means, where that is not plain: the titles of tickets."""
    if name != "dependencies":
        return ""
    try:
        numbers = ticket_numbers(text)
    except ValueError:
        return ""
    found = (about.tickets.get(number) for number in numbers)
    return " · ".join(f"#{t.id} {_short(clean_line(t.title))} ({t.status})" for t in found if t is not None)
