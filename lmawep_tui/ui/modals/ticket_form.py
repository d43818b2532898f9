"""The form for a ticket, new or old: every field says in words what is wrong with it while one types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, TextArea

from lmawep_tui.engine.ticket_form import EditedMeanwhile, Start
from lmawep_tui.model.draft import FIELDS, Around, Draft, changed, faults
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.modals import ticket_pickers
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.modals.ticket_fields import FIELDS_ID, Field, fields_for, resolved
from lmawep_tui.ui.modals.ticket_meanwhile import Meanwhile, shortened
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.widgets.choice_line import ChoiceLine
from lmawep_tui.ui.widgets.plain import Plain

if TYPE_CHECKING:
    from lmawep_tui.ui.bridge import Bridge, Update

_ROOM = 7
"""Rows of the frame around the fields."""


class _Fields(VerticalScroll, can_focus=False):
    """The fields, as many as there is room for."""


class TicketForm(Dialog[TicketId]):
    """A ticket, field by field; it stays open until the ticket is saved. The answer is its number."""

    DEFAULT_CSS = """
    TicketForm {
        & > Vertical { width: 96; max-height: 100%; padding: 0 1; }
        & _Fields { height: auto; scrollbar-size-vertical: 1; background: $panel; }
        & .meanwhile { color: $text-warning; }
        & FooterBar { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Save", show=False, priority=True),
        Binding("ctrl+e", "editor", "Editor", show=False, priority=True),
        Binding("ctrl+t", "template", "Template", show=False, priority=True),
        Binding("ctrl+r", "theirs", "Take in", show=False, priority=True),
        Binding("ctrl+o", "pick", "Pick", show=False, priority=True),
        Binding("escape", "cancel", "Back", show=False),
    ]

    def __init__(self, bridge: Bridge, start: Start) -> None:
        """Show a form that starts from `start`."""
        super().__init__()
        self.bridge, self.start = bridge, start
        number = start.around.number
        self.new = number is None
        self.heading = "New ticket" if number is None else f"Ticket #{number}"
        self._fields = fields_for(start)
        self._base: Draft | None = None
        """What the fields hold when nothing has been typed."""
        self.meanwhile = Meanwhile(self)
        self._tried = False

    def body(self) -> Iterable[Widget]:
        """Return the fields, and above them what happened meanwhile."""
        yield self.meanwhile.line
        yield _Fields(*self._fields.values(), id=FIELDS_ID)
        yield Plain("", classes="trouble")

    def on_mount(self) -> None:
        """Remember what the fields hold before anything is typed."""
        super().on_mount()
        self._base = self._typed()
        self.judge()

    def entry(self) -> Widget:
        """Return the title, to begin with."""
        return self._fields["title"].control

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is: long texts get more rows, and what does not fit is scrolled."""
        height = event.size.height
        self.query_one(_Fields).styles.max_height = max(4, height - _ROOM)
        spare = max(0, height - _ROOM - 20)
        self._fields["description"].control.styles.height = min(14, 4 + spare * 2 // 3)
        self._fields["acceptance"].control.styles.height = min(8, 3 + spare // 3)

    # -- what was typed -------------------------------------------------------------------------------------------

    def _typed(self) -> Draft:
        return Draft(**{name: self._fields[name].value for name in FIELDS})

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the fields that were changed here."""
        return changed(self._typed(), self._base) if self._base is not None else ()

    @property
    def draft(self) -> Draft:
        """What the form stands for: what was typed, and the rest as it was read."""
        typed = self._typed()
        return replace(self.start.draft, **{name: getattr(typed, name) for name in self.touched})

    def fill(self, draft: Draft, names: Iterable[str] = FIELDS) -> None:
        """Put other texts into fields."""
        for name in names:
            self._fields[name].value = getattr(draft, name)

    @property
    def around(self) -> Around:
        """What the draft is judged by, as it is now."""
        return replace(self.start.around, tickets=self.bridge.snapshot.tickets)

    def judge(self) -> dict[str, str]:
        """Say beside each field what is wrong with it, or what it means; return what is wrong."""
        draft, about = self.draft, self.around
        wrong = faults(draft, about, None if self.new else self.start.draft)
        touched = self.touched
        for name, field in self._fields.items():
            clash = self.meanwhile.found.get(name)
            if name in wrong and (name in touched or self._tried):
                field.say(f"⚑ {wrong[name]}", wrong=True)
            elif clash is not None and name in touched:
                field.say(f"⚑ On disk now: {shortened(clash.now)}", wrong=True)
            else:
                field.say(resolved(name, getattr(draft, name), about))
        return wrong

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceLine.Changed)
    def _changed(self) -> None:
        if self._base is not None:
            self.judge()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The field with the focus stands out, and the footer says what its keys do."""
        for field in self._fields.values():
            field.set_class(field.control is event.widget, "-active")
        self.show_keys()

    def show_keys(self) -> None:
        """Say in the footer what the keys of the field with the focus do."""
        inside = next((field for field in self._fields.values() if field.control is self.focused), None)
        if inside is not None:
            self.query_one("#dialog-keys", FooterBar).offer(self._keys_of(inside))

    def _keys_of(self, field: Field) -> Sequence[tuple[str, str, str]]:
        save = "make it" if self.new else "save"
        keys = [("Ctrl+S" if isinstance(field.control, TextArea) else "Enter", save, "send")]
        if field.name in ticket_pickers.PICKERS:
            keys.append(("↓", "pick", "pick"))
        elif isinstance(field.control, ChoiceLine):
            keys.append(("← →", "choose", "none"))
        keys.append(("Tab", "next", "app.focus_next"))
        if self.new:
            keys.append(("Ctrl+T", "template", "template"))
        if self.meanwhile.told:
            keys.append(("Ctrl+R", "take it in", "theirs"))
        return [*keys, ("Ctrl+E", "$EDITOR", "editor"), ("Esc", "back", "cancel")]

    async def on_key(self, event: events.Key) -> None:
        """Enter saves from every field of one line; ↓ opens the list of those that have one."""
        focused = self.focused
        if isinstance(focused, ChoiceLine) and event.key == "enter":
            event.stop()
            self.action_send()
        elif isinstance(focused, Input) and event.key == "down":
            event.stop()
            self.action_pick()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter makes the ticket; in a text of several lines it begins a new line."""
        self.action_send()

    def action_pick(self) -> None:
        """Open the list of the field that has the focus, if it has one."""
        ticket_pickers.open_for(self, self._fields)

    def action_template(self) -> None:
        """Ask for a template, which fills what has not been typed in yet."""
        if self.new:
            ticket_pickers.ask_template(self)

    def take_template(self, start: Start) -> None:
        """Fill the fields that nobody typed in from a template, and keep what it says beyond them."""
        kept = self._typed()
        mine = self.touched
        self.start = replace(self.start, extra=start.extra)
        self.fill(start.draft, [name for name in FIELDS if name not in mine])
        assert self._base is not None
        self._base = replace(self._typed(), **{name: getattr(self._base, name) for name in mine})
        self.start = replace(self.start, draft=replace(start.draft, **{n: getattr(kept, n) for n in mine}))
        self.judge()

    # -- saving ---------------------------------------------------------------------------------------------------

    def action_send(self) -> None:
        """Save the ticket, or go to the first field that is wrong."""
        self._tried = True
        wrong = self.judge()
        if wrong:
            first = next(name for name in FIELDS if name in wrong)
            self._fields[first].control.focus()
            return
        self.send()

    def send(self, over: Iterable[str] = ()) -> None:
        """Save what was typed; `over` names fields to write over what somebody else wrote."""
        self.send_off(partial(self._send, tuple(over)))

    async def _send(self, over: tuple[str, ...]) -> None:
        from lmawep_tui.engine import ticket_form

        run, ws, number = self.bridge.verbs.run, self.bridge.ws, self.start.around.number
        try:
            if number is None:
                ticket = await run(ticket_form.save_new, ws, self.draft, self.start.extra)
            else:
                ticket = await run(ticket_form.save_edit, ws, number, self.start.text, self.draft, over)
        except EditedMeanwhile as error:
            ticket_pickers.ask_clash(self, error.clashes)
        except LmawepError as error:
            self.complain(str(error))
        else:
            self.dismiss(ticket.id)

    def complain(self, text: str) -> None:
        """Say what went wrong, below the fields."""
        line = self.query_one(".trouble", Plain)
        line.show(f"⚑ {text}" if text else "")
        line.set_class(bool(text), "-shown")

    def action_editor(self) -> None:
        """Open what was typed as a file."""
        from lmawep_tui.ui.ticket_editor import open_as_file

        open_as_file(self)

    def action_cancel(self) -> None:
        """Leave; what was typed is not thrown away without a word."""
        if not self.touched:
            self.dismiss(None)
            return
        from lmawep_tui.ui.modals.confirm import Confirm

        words = ", ".join(self._fields[name].label for name in self.touched)
        ask = Confirm("Leave without saving?", [f"You typed: {words}."], yes="throw it away", no="go on typing")
        self.lmawep.ask(ask, lambda yes: self.dismiss(None) if yes else None)

    # -- what happens meanwhile -----------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Somebody else may have changed the ticket, or one that it waits for."""
        number = self.start.around.number
        if self._base is None or update.tick or not (update.tickets or update.everything):
            return
        self.judge()
        if number is not None and not self.sending and (update.everything or number in update.tickets):
            look = partial(self.meanwhile.look, number)
            self.run_worker(look, exit_on_error=False, group="meanwhile", exclusive=True)  # type: ignore[arg-type]

    def action_theirs(self) -> None:
        """Show what is on disk now in the fields that were not changed here; the others stay as typed."""
        mine = self.touched
        self.take_in([name for name in self.meanwhile.found if name not in mine])

    def take_in(self, names: Iterable[str]) -> None:
        """Show what is on disk now in these fields."""
        assert self._base is not None
        found = self.meanwhile.found
        names = [name for name in names if name in found]
        theirs = replace(self.start.draft, **{name: found[name].now for name in names})
        for name in names:
            self._fields[name].value = getattr(theirs, name)
        shown = self._typed()
        self._base = replace(self._base, **{name: getattr(shown, name) for name in names})
        self.start = replace(self.start, draft=theirs)
        if not any(name in self.touched for name in found):
            self.meanwhile.tell("")
        self.judge()
