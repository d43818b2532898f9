"""The ticket form by keys: validation as one types, pickers, templates, and two who edit at once."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from lmawep_tui.model.ticket import Priority
from lmawep_tui.ui.modals.confirm import Confirm
from lmawep_tui.ui.modals.pick import Pick
from lmawep_tui.ui.modals.ticket_form import TicketForm
from lmawep_tui.ui.widgets.plain import Plain
from tests.ui.conftest import Ui, running
from tests.world import World


async def _open(ui: Ui, key: str) -> TicketForm:
    await ui.press(key)
    await ui.until(lambda: isinstance(ui.app.screen, TicketForm), "the form")
    form = ui.app.screen
    assert isinstance(form, TicketForm)
    return form


async def _to(ui: Ui, form: TicketForm, name: str) -> None:
    await ui.until(lambda: form.focused is not None, "a focus")
    while form.focused is not None and form.focused.id != name:
        await ui.press("tab")


async def test_a_new_ticket_says_what_is_wrong_while_one_types(world: World) -> None:
    world.ticket("Steep", labels=("tea",))
    async with running(world, (80, 24)) as ui:
        form = await _open(ui, "n")
        assert "⚑" not in ui.text
        await ui.press("enter")
        await ui.sees("⚑ A ticket needs a title.")
        await ui.type("Pour")
        await ui.until(lambda: "⚑" not in ui.text, "no fault")
        await _to(ui, form, "priority")
        await ui.press("right")
        await _to(ui, form, "dependencies")
        await ui.type("999")
        await ui.sees("⚑ There is no ticket 999.")
        await ui.press("ctrl+s")
        assert ui.app.screen is form
        assert world.ws.snapshot().tickets.keys() == {101}
        await ui.press(*["backspace"] * 3)
        await ui.press("down")
        await ui.sees("What does it wait for?", "#101 Steep")
        await ui.type("ste")
        await ui.press("space", "enter")
        await ui.sees("#101 Steep (ready)")
        await _to(ui, form, "budget")
        await ui.type("x")
        await ui.sees("⚑ US dollars")  # scrolled into sight
        await ui.press("backspace", "2")
        await ui.press("ctrl+s")
        await ui.until(lambda: 102 in world.ws.snapshot().tickets, "the ticket")
        await ui.until(lambda: ui.mission.table.cursor_key == "102", "the cursor on it")
    made = world.ws.snapshot().tickets[102]  # type: ignore[index]
    assert (made.title, made.priority, made.dependencies, made.budget) == ("Pour", Priority.HIGH, (101,), 2.0)


async def test_a_template_fills_what_nobody_typed_in(world: World) -> None:
    async with running(world) as ui:
        form = await _open(ui, "n")
        await ui.type("Leaks")
        await ui.press("ctrl+t")
        await ui.sees("From which template?", "bug")
        await ui.press("enter")
        await ui.sees("What should happen:", "a test that failed before passes now")
        await ui.until(lambda: form.focused is not None and form.focused.id == "title", "the title again")
        assert form.touched == ("title",)
        await ui.press("escape")
        await ui.sees("Leave without saving?", "You typed: Title.")
        await ui.press("n")
        await ui.until(lambda: ui.app.screen is form, "the form again")
        await ui.press("enter")
        await ui.until(lambda: world.ws.snapshot().tickets, "the ticket")
    made = world.ws.snapshot().tickets[101]  # type: ignore[index]
    assert (made.title, made.priority, made.labels) == ("Leaks", Priority.HIGH, ("bug",))


async def test_editing_keeps_the_file_and_refuses_a_cycle(world: World) -> None:
    world.ticket("Steep")
    world.ticket("Pour", depends_on=[101])
    path = world.ws.layout.ticket(101)  # type: ignore[arg-type]
    path.write_text(path.read_text() + "severity: grave  # not ours\n")
    async with running(world) as ui:
        form = await _open(ui, "E")
        await ui.sees("Ticket #101", "Steep")
        await ui.press("escape")  # nothing typed: nothing asked
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        form = await _open(ui, "E")
        await _to(ui, form, "dependencies")
        await ui.press("ctrl+o")
        await ui.until(lambda: isinstance(ui.app.screen, Pick), "the picker")
        await ui.press("space")
        await ui.sees("#102 cannot be waited for: that closes the cycle 101 → 102 → 101.", "Nothing is taken.")
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is form, "the form")
        await ui.press("ctrl+o")
        await ui.type("pour")
        await ui.press("enter")  # found by its name: Enter takes it, or says why it cannot be
        await ui.sees("#102 cannot be waited for")
        assert isinstance(ui.app.screen, Pick)
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is form, "the form")
        await _to(ui, form, "agent")
        await ui.press("down")
        await ui.sees("Which agent works on it?", "as the project has it")
        await ui.type("sh ")
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen is form, "the form")
        assert form.query_one("#agent", Input).value == "sh"
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
    text = path.read_text()
    assert "severity: grave  # not ours" in text
    assert world.ws.snapshot().tickets[101].agent == "sh"  # type: ignore[index]


async def test_what_somebody_else_writes_meanwhile_is_said_and_not_lost(world: World) -> None:
    world.ticket("Steep")
    path = world.ws.layout.ticket(101)  # type: ignore[arg-type]
    async with running(world) as ui:
        form = await _open(ui, "E")
        await _to(ui, form, "title")
        await ui.type(" long")
        path.write_text(path.read_text().replace("priority: medium", "priority: low").replace('"Steep"', '"Brew"'))
        await ui.sees("Changed on disk meanwhile: Title Steep → Brew; Priority medium → low.", "On disk now: Brew")
        await ui.press("ctrl+r")
        await ui.sees("‹low›", "Steep long")
        await ui.press("ctrl+s")
        await ui.sees("Somebody else changed the same. Whose counts?")
        await ui.press("j", "enter")
        await ui.until(lambda: form.query_one("#title", Input).value == "Brew", "theirs")
        await ui.until(lambda: form.focused is not None and form.focused.id == "title", "the title")
        await ui.type(" long")
        await ui.press("enter")
        await ui.sees("Whose counts?")
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
    ticket = world.ws.snapshot().tickets[101]  # type: ignore[index]
    assert (ticket.title, ticket.priority) == ("Brew long", Priority.LOW)


async def test_hostile_titles_stay_text_and_untouched(world: World) -> None:
    world.ticket("[@click=app.quit]x[/] list[int]")
    path = world.ws.layout.ticket(101)  # type: ignore[arg-type]
    path.write_text(path.read_text().replace('estimate: ""', 'estimate: "a\\e[2Jb"'))
    async with running(world) as ui:
        await _open(ui, "E")
        await ui.sees("[@click=app.quit]x[/] list[int]")
        assert "\x1b" not in ui.text
        await ui.press("tab", "right", "enter")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
    assert world.ws.snapshot().tickets[101].estimate == "a\x1b[2Jb"  # type: ignore[index]


async def test_the_editor_gets_what_was_typed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setenv("EDITOR", "sed -i 's/^title: .*/title: Edited/'")
    async with running(world) as ui:
        monkeypatch.setattr(ui.app, "suspend", nullcontext)  # a pilot has no terminal to hand over
        await _open(ui, "n")
        await ui.type("Typed")
        await ui.press("ctrl+e")
        await ui.until(lambda: world.ws.snapshot().tickets, "the ticket")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
        assert world.ws.snapshot().tickets[101].title == "Edited"  # type: ignore[index]
        monkeypatch.setenv("EDITOR", "sed -i 's/^id: .*/id: [/'")
        await _open(ui, "E")
        await ui.press("ctrl+e")
        form = ui.app.screen
        said = lambda: str(form.query_one(".trouble", Plain).content)  # noqa: E731 - on the screen it may be wrapped
        await ui.until(lambda: "is not valid YAML" in said() and "Your text is kept in" in said(), "what is wrong")
        await ui.press("x", "escape")
        await ui.until(lambda: isinstance(ui.app.screen, Confirm), "the question")
        await ui.press("y")
        await ui.until(lambda: ui.app.screen is ui.mission, "mission control")
