"""Lmawep's own signals: recorded with the fact itself, in one write, so that a kill neither loses nor doubles them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lmawep_tui.files.journal import now
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Role
from lmawep_tui.model.signal import MAX_WAITING, BuiltIn, Signal, role_in
from lmawep_tui.model.ticket import Ticket

if TYPE_CHECKING:
    from lmawep_tui.engine.transaction import Change


def raise_signal(
    change: Change, name: BuiltIn, ticket: TicketId | None = None, pod: PodId | None = None, commit: str = ""
) -> None:
    """Records a signal within the change that makes it true; the caller saves.

    Only what a trigger in the config waits for is kept.
    """
    try:
        wanted = any(trigger.on == name for trigger in change.ws.config.triggers)
    except LmawepError:  # a config that cannot be read stops no landing
        return
    if not wanted:
        return
    signal = Signal(name=str(name), ticket=ticket, pod=pod, commit=commit, at=now())
    if name is BuiltIn.MERGED and any(s.name == name and s.commit == commit for s in change.state.signals):
        return  # a landing that recovery records again
    waiting = (*change.state.signals, signal)
    if len(waiting) > MAX_WAITING:
        change.note("signal dropped", signal=waiting[0].name, ticket=waiting[0].ticket)
    change.state = replace(change.state, signals=waiting[-MAX_WAITING:])


def first_role(ticket: Ticket) -> Role:
    """What the first run on a ticket is for: a label `role:docs` says so, else the task itself."""
    found = role_in(ticket.labels)
    return Role(found) if found in (Role.TASK, Role.TEST, Role.DOCS) else Role.TASK
