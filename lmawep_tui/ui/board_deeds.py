"""What a card does when it is moved, where that is more than one verb or wants a word from the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.actions import ACTIONS, Situation
from lmawep_tui.ui.board_moves import Move

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import TicketId
    from lmawep_tui.ui.screens.board import BoardScreen


def carry_out(screen: BoardScreen, s: Situation, move: Move) -> None:
    """Do what a move stands for, or say why there is nothing to do."""
    if move.why:
        screen.lmawep.say(move.why, "warning")
    elif move.action:
        screen.lmawep.mission.carry_out(ACTIONS[move.action], s)
    elif move.deed:
        _DEEDS[move.deed](screen, s)


def _start_run(ws: Workspace, ticket: TicketId) -> PodId:
    """Make the pod and start its agent; where a conductor drives, that starts it."""
    from lmawep_tui.engine import runs
    from lmawep_tui.engine.driven import is_driven
    from lmawep_tui.engine.spawn import spawn

    record = spawn(ws, ticket)
    if not is_driven(ws):
        runs.start(ws, record.id)
    return record.id


def _start(screen: BoardScreen, s: Situation) -> None:
    assert s.ticket is not None
    screen.bridge.do(f"ticket-{s.ticket.id}", "starting", _start_run, s.ticket.id)


def _block(screen: BoardScreen, s: Situation) -> None:
    from lmawep_tui.engine import tickets
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    assert s.ticket is not None
    ticket, key = s.ticket, s.pod.id if s.pod else f"ticket-{s.ticket.id}"

    async def send(why: str) -> None:
        await carried_out(screen.bridge, key, "blocking", tickets.set_status, ticket.id, Status.BLOCKED, why=why)

    says = [ticket.title, "Nobody works on it until you let it go on."]
    screen.lmawep.ask(Prompt(f"Why is #{ticket.id} blocked?", says, send="block it", deliver=send))


def _request_changes(screen: BoardScreen, s: Situation) -> None:
    from lmawep_tui.engine.review import reject
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    assert s.pod is not None
    pod = s.pod

    async def send(why: str) -> None:
        await carried_out(screen.bridge, pod.id, "sending back", reject, pod.id, why)

    says = [f"#{pod.ticket} {pod.title}", "It goes back to work; its next agent reads this before anything else."]
    screen.lmawep.ask(Prompt(f"What has to change in {pod.id}?", says, send="request changes", deliver=send))


def _hand_in(screen: BoardScreen, s: Situation) -> None:
    from lmawep_tui.engine import escalation

    assert s.pod is not None
    screen.bridge.do(s.pod.id, "handing in", escalation.hand_in, s.pod.id)


_DEEDS = {"start": _start, "block": _block, "request changes": _request_changes, "hand in": _hand_in}
