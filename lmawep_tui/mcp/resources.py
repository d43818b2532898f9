"""Documents that a program may attach by itself: the ticket and the memory bank."""

from __future__ import annotations

import json

from lmawep_tui.engine import memory_bank
from lmawep_tui.mcp.caller import Call
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import NotFound
from lmawep_tui.model.ids import TicketId, parse_ticket_id
from lmawep_tui.store.queries import must_have_ticket
from lmawep_tui.store.shapes import ticket_shape

_TICKET, _MEMORY = "lmawep://ticket/", "lmawep://memory/"
_MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class Document:
    """One resource."""

    uri: str
    name: str
    text: str
    mime: str


def documents(call: Call) -> list[Document]:
    """Inside a run its ticket and its pod's memory bank, else the open tickets; without their content."""
    snapshot = call.ws.snapshot()
    if not call.caller.inside:
        shown = [ticket for ticket in snapshot.tickets.values() if not ticket.status.closed][:_MAX_LISTED]
        return [_about(ticket.id, ticket.title) for ticket in shown]
    ticket = must_have_ticket(snapshot, call.ticket())
    files = memory_bank.texts(call.record())
    return [
        _about(ticket.id, ticket.title),
        *(Document(_MEMORY + name, name, "from the memory bank of your pod", "text/markdown") for name in files),
    ]


def content(call: Call, uri: str) -> Document:
    """A document with its content as `text`; raises NotFound for one that is not there."""
    if uri.startswith(_TICKET):
        ticket = must_have_ticket(call.ws.snapshot(), parse_ticket_id(uri.removeprefix(_TICKET)))
        return Document(uri, f"ticket {ticket.id}", json.dumps(ticket_shape(ticket), indent=1), "application/json")
    if uri.startswith(_MEMORY) and call.caller.inside:
        name = uri.removeprefix(_MEMORY)
        text = memory_bank.texts(call.record()).get(name)
        if text is not None:
            return Document(uri, name, text, "text/markdown")
    raise NotFound(f"There is no document {uri[:200]!r}.", "Those that are there can be listed.")


def _about(ticket: TicketId, title: str) -> Document:
    return Document(f"{_TICKET}{ticket}", f"ticket {ticket}", title, "application/json")
