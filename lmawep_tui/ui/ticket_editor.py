"""What was typed in the ticket form, as a file in the person's editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from lmawep_tui.model.errors import LmawepError

if TYPE_CHECKING:
    from lmawep_tui.ui.modals.ticket_form import TicketForm


def open_as_file(form: TicketForm) -> None:
    """Open the file that the form stands for in $EDITOR; it is stored when it is valid, and kept when it is not."""
    form.run_worker(_edit(form), exit_on_error=False, group="form", description="edit a ticket as a file")


async def _edit(form: TicketForm) -> None:
    from lmawep_tui.engine import editor, ticket_form, tickets

    bridge, start = form.bridge, form.start
    number = start.around.number
    copy: Path | None = None
    try:
        text = await bridge.reads.run(ticket_form.text_of, bridge.ws, start, form.draft)
        name = bridge.ws.layout.ticket(number).name if number is not None else "new-ticket.yaml"
        copy = await bridge.reads.run(editor.copy_for_editor, text, name)
        with form.app.suspend():
            editor.run_editor(editor.editor_command(copy))
        form.app.refresh()
        new = await bridge.reads.run(editor.edited, copy)
        if new == text and not form.touched:
            await bridge.reads.run(editor.forget, copy)
            return
        if number is None:
            if new == text and not form.draft.title.strip():
                raise LmawepError("A ticket needs a title.")
            ticket = await bridge.verbs.run(ticket_form.store_new, bridge.ws, new)
        else:
            ticket = await bridge.verbs.run(tickets.replace_text, bridge.ws, number, start.text, new)
    except SuspendNotSupported:
        form.complain("This terminal cannot be given to an editor.")
    except LmawepError as error:
        form.complain(f"{error} Your text is kept in {copy}." if copy is not None else str(error))
    else:
        await bridge.reads.run(editor.forget, copy)
        form.dismiss(ticket.id)
