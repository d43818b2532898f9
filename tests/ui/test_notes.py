"""Notes on the screen: edited in place, nothing of anybody's lost, their history, and a search through all."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import TextArea

from lmawep_tui.engine.remove import remove
from lmawep_tui.ui.modals.note_editor import NoteClash, NoteEditor
from tests.ui.conftest import running
from tests.ui.test_views import look_at
from tests.world import World


async def test_a_note_is_edited_and_its_history_told(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    other = world.spawn(world.ticket("Pour"))
    remove(world.ws, other.id, force=True)
    file = Path(pod.path) / "memory-bank/progress.md"
    async with running(world) as ui:
        screen = await look_at(ui, "memory")
        await ui.sees("activeContext.md", "#101 Steep", "#102 Pour  (no pod")
        await ui.press("j", "e")
        await ui.until(lambda: isinstance(ui.app.screen, NoteEditor), "the editor")
        area = ui.app.screen.query_one(TextArea)
        area.load_text("# Progress\n\nBoiled [bold]twice[/]\n")
        await ui.press("escape")
        await ui.sees("Not saved.")
        await ui.press("ctrl+s")
        await ui.until(lambda: file.read_text() == "# Progress\n\nBoiled [bold]twice[/]\n", "the file")
        await ui.sees("Boiled [bold]twice[/]")
        await ui.press("v")
        await ui.sees("what changed it, newest first", "progress.md edited by you", "+Boiled [bold]twice[/]")
        await ui.press("escape", "slash")
        await ui.type("twice")
        await ui.sees("progress.md:3", "1 line with “twice”")
        await ui.press("enter", "escape")
        await ui.until(lambda: not screen.needle and "systemPatterns.md" in ui.text, "all notes")


async def test_what_somebody_wrote_meanwhile_is_shown_and_decided(world: World) -> None:
    pod = world.spawn(world.ticket("Steep"))
    file = Path(pod.path) / "memory-bank/activeContext.md"
    async with running(world) as ui:
        await look_at(ui, "memory")
        await ui.press("e")
        await ui.until(lambda: isinstance(ui.app.screen, NoteEditor), "the editor")
        editor = ui.app.screen
        area = editor.query_one(TextArea)
        area.load_text("mine\n")
        file.write_text("theirs\n")
        await ui.press("ctrl+s")
        await ui.until(lambda: isinstance(ui.app.screen, NoteClash), "both texts")
        await ui.sees("was changed meanwhile", "-theirs", "+mine")
        await ui.press("b")
        await ui.until(lambda: ui.app.screen is editor and area.text == "mine\n\ntheirs\n", "both in the editor")
        assert file.read_text() == "theirs\n"
        file.write_text("theirs again\n")
        await ui.press("ctrl+s")
        await ui.until(lambda: isinstance(ui.app.screen, NoteClash), "both texts again")
        await ui.press("m")
        await ui.until(lambda: file.read_text() == "mine\n\ntheirs\n", "mine")
        await ui.press("n")
        await ui.sees("New note for #101")
        await ui.type("water hints")
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, NoteEditor), "a new note")
        ui.app.screen.query_one(TextArea).load_text("soft\n")
        await ui.press("ctrl+s")
        await ui.until((file.parent / "water-hints.md").exists, "the note")
        await ui.sees("water-hints.md")
