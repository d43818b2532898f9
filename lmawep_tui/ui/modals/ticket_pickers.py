"""The lists that the ticket form opens: tickets to wait for, agents, labels, templates, and whose change counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine.ticket_form import Difference, start_new
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.draft import cycle_words, listed, ticket_numbers
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import parse_ticket_id
from lmawep_tui.ui.modals.choose import Choose
from lmawep_tui.ui.modals.pick import Item, Pick
from lmawep_tui.ui.present.glyphs import LOOKS

if TYPE_CHECKING:
    from lmawep_tui.ui.modals.ticket_fields import Field
    from lmawep_tui.ui.modals.ticket_form import TicketForm


def open_for(form: TicketForm, fields: Mapping[str, Field]) -> None:
    """Open the list of the field with the focus; what is taken there stands in the field then."""
    field = next((field for field in fields.values() if field.control is form.focused), None)
    if field is None or field.name not in PICKERS:
        return
    form.run_worker(PICKERS[field.name](form, field), exit_on_error=False, group="pick", exclusive=True)


async def _tickets(form: TicketForm, field: Field) -> None:
    about = form.around
    items = [
        Item(str(t.id), f"#{t.id} {clean_line(t.title)}", str(t.status), LOOKS[t.status].glyph, LOOKS[t.status].style)
        for t in sorted(about.tickets.values(), key=lambda t: (t.status.closed, -t.id))
        if t.id != about.number
    ]
    try:
        taken = [str(number) for number in ticket_numbers(field.value)]
    except ValueError:
        taken = []

    def refuse(keys: tuple[str, ...]) -> str:
        cycle = cycle_words(about.number, [parse_ticket_id(key) for key in keys], about.tickets)
        return f"#{keys[-1]} cannot be waited for: that closes the cycle {cycle}." if cycle else ""

    _ask(form, field, Pick("What does it wait for?", items, taken, refuse=refuse))


async def _labels(form: TicketForm, field: Field) -> None:
    used = Counter(label for ticket in form.around.tickets.values() for label in ticket.labels)
    known = {**used, **{label: used[label] for label in listed(field.value)}}
    items = [Item(label, clean_line(label), f"on {count}" if count else "new") for label, count in known.items()]
    items.sort(key=lambda item: (-known[item.key], item.key))
    if not items:
        form.complain("No ticket has a label yet: type one.")
        return
    _ask(form, field, Pick("Labels", items, listed(field.value)))


async def _agents(form: TicketForm, field: Field) -> None:
    from lmawep_tui.engine.agent_list import listed as agents

    found = await form.bridge.reads.run(agents, form.bridge.ws)
    default = form.bridge.snapshot.config.agent
    items = [Item("-", "as the project has it", default)]
    for agent in sorted(found, key=lambda agent: agent.path is None):
        words = f"{agent.name}  {clean_line(agent.profile.text)}" if agent.profile else agent.name
        state = agent.version or "installed" if agent.path else "not installed"
        items.append(Item(agent.name, words, state, "●" if agent.path else "○", "ok" if agent.path else "muted"))
    _ask(form, field, Pick("Which agent works on it?", items, many=False), lambda key: "" if key == "-" else key)


def _ask(form: TicketForm, field: Field, pick: Pick, text_of: Callable[[str], str] = str) -> None:
    def taken(keys: tuple[str, ...] | None) -> None:
        if keys is not None:
            field.value = ", ".join(map(text_of, keys))
        field.control.focus()

    form.lmawep.ask(pick, taken)


PICKERS = {"dependencies": _tickets, "labels": _labels, "agent": _agents}
"""By field: what opens its list."""


def ask_template(form: TicketForm) -> None:
    """Ask for a template, and fill the form from it."""
    form.run_worker(_templates(form), exit_on_error=False, group="pick", exclusive=True)


async def _templates(form: TicketForm) -> None:
    from lmawep_tui.engine.templates import templates

    found = await form.bridge.reads.run(templates, form.bridge.ws.layout)
    rows = [(t.name, t.about or ("your own" if t.own else "")) for t in found]

    async def fill(name: str) -> None:
        try:
            start = await form.bridge.reads.run(start_new, form.bridge.ws, form.bridge.snapshot, name)
        except LmawepError as error:
            form.complain(str(error))
        else:
            form.take_template(start)

    def chosen(name: str | None) -> None:
        if name:
            form.run_worker(fill(name), exit_on_error=False, group="pick")

    form.lmawep.ask(Choose("From which template?", rows), chosen)


def ask_clash(form: TicketForm, clashes: Sequence[Difference]) -> None:
    """Ask whose change counts where both the form and somebody else changed the same field."""
    names = [clash.field for clash in clashes]
    rows = [("mine", f"write mine; theirs stays in the journal ({', '.join(names)})"),
            ("theirs", "show theirs in these fields; nothing is saved yet")]  # fmt: skip

    def chosen(answer: str | None) -> None:
        if answer == "mine":
            form.send(over=names)
        elif answer == "theirs":
            form.meanwhile.know(clashes)
            form.take_in(names)
        else:
            form.meanwhile.know(clashes)

    form.lmawep.ask(Choose("Somebody else changed the same. Whose counts?", rows), chosen)
