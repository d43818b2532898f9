"""Editing the notes of memory banks: here, or in the person's editor; never over what somebody else wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.views.memory import split_key

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.ui.screens.view import ViewScreen


def edit(screen: ViewScreen) -> None:
    """Open the note under the cursor, as it is now, for editing."""
    ticket, name, line = split_key(screen.row)

    def read(ws: Workspace) -> str:
        from lmawep_tui.engine.memory_notes import note

        return note(ws, ws.snapshot(), ticket, name)

    at = line if screen.needle else 1
    screen.bridge.do("memory", "reading", read, then=lambda text: _open(screen, ticket, name, text, line=at))


def _open(screen: ViewScreen, ticket: TicketId, name: str, was: str | None, *, line: int = 1) -> None:
    from lmawep_tui.ui.modals.note_editor import NoteEditor

    async def save(text: str, base: str | None) -> None:
        from lmawep_tui.engine.memory_notes import save_note

        changed = await screen.bridge.verbs.run(save_note, screen.bridge.ws, ticket, name, text, was=base)
        screen.lmawep.say(f"#{ticket} {name} is {'written' if changed else 'as it was'}.")
        screen.load()

    screen.lmawep.ask(NoteEditor(f"#{ticket} {name}", was, save, line=line))


def edit_outside(screen: ViewScreen) -> None:
    """The command line's own `memory edit`, on the terminal that is given to it meanwhile."""
    from lmawep_tui.ui.terminal import on_terminal

    ticket, name, _ = split_key(screen.row)
    on_terminal(screen, "memory", "edit", str(ticket), name)
    screen.load()


def new(screen: ViewScreen) -> None:
    """Ask for a name, then write a note into the bank of the row."""
    from lmawep_tui.ui.modals.prompt import Prompt

    ticket, _, _ = split_key(screen.row)

    def named(text: str | None) -> None:
        if text:
            name = "-".join(text.split())
            _open(screen, ticket, name if name.endswith(".md") else f"{name}.md", None)

    says = ["Its name: letters, digits, - and _. The next agent of the ticket finds it in its memory bank."]
    screen.lmawep.ask(Prompt(f"New note for #{ticket}", says, send="write it", line=True), named)
