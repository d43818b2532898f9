"""Opening the ticket form: for a new ticket, and for the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.actions import Situation

if TYPE_CHECKING:
    from lmawep_tui.engine.ticket_form import Start
    from lmawep_tui.ui.screens.mission import MissionScreen


def new(screen: MissionScreen, s: Situation) -> None:
    """Ask for a new ticket, and go to it once it is made."""
    from lmawep_tui.engine.ticket_form import start_new
    from lmawep_tui.ui.modals.ticket_form import TicketForm

    def made(number: TicketId | None) -> None:
        if number is not None:
            screen.awaited = str(number)
            screen.bridge.look(screen.bridge.ws.layout.ticket(number))
            screen.focus_list(screen.tickets)

    start = start_new(screen.bridge.ws, screen.bridge.snapshot)
    screen.lmawep.ask(TicketForm(screen.bridge, start), made)


def edit(screen: MissionScreen, s: Situation) -> None:
    """Edit the ticket in a form; a file that is no ticket is opened in $EDITOR."""
    if s.ticket is None:
        edit_file(screen, s)
        return
    number = s.ticket.id
    opened: list[bool] = []
    screen.lmawep.key_line.hold_until(lambda: bool(opened))  # what is typed next belongs to the form

    async def open_form() -> None:
        from lmawep_tui.engine.ticket_form import start_edit

        try:
            start = await screen.bridge.reads.run(start_edit, screen.bridge.ws, screen.bridge.snapshot, number)
        except (LmawepError, FileNotFoundError) as error:
            screen.lmawep.say(str(error), "warning")
        else:
            _show(screen, start, number)
        finally:
            opened.append(True)

    screen.bridge.spawn_task(open_form(), f"edit {number}")


def _show(screen: MissionScreen, start: Start, number: TicketId) -> None:
    from lmawep_tui.ui.modals.ticket_form import TicketForm

    def saved(done: TicketId | None) -> None:
        if done is not None:
            screen.bridge.look(screen.bridge.ws.layout.ticket(number))

    screen.lmawep.ask(TicketForm(screen.bridge, start), saved)


def edit_file(screen: MissionScreen, s: Situation) -> None:
    """The command line's own `ticket edit`, on the terminal that is given to it meanwhile."""
    from lmawep_tui.ui.terminal import on_terminal

    number = s.ticket.id if s.ticket else s.invalid.id if s.invalid else None
    assert number is not None  # the action's `when` said so
    on_terminal(screen, "ticket", "edit", str(number))
    screen.bridge.look(screen.bridge.ws.layout.ticket(number))
