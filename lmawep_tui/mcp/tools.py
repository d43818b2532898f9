"""The tools: one table for agents inside a run, one for the person's own program. Each returns words or JSON text.

None of them approves, lands, removes, answers or runs anything: those are the person's, on the screen and the command
line. A tool inside a run acts for the pod of that run; it takes no other pod's name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from lmawep_tui.engine import alerts, claims, memory_bank, tickets
from lmawep_tui.engine.agent_report import report
from lmawep_tui.engine.ask_person import ask_person
from lmawep_tui.engine.bank_write import write_memory
from lmawep_tui.engine.compare import main_commit
from lmawep_tui.engine.signals import give_signal
from lmawep_tui.mcp import arguments as a
from lmawep_tui.mcp.caller import Call
from lmawep_tui.model.claim import Severity
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import NotFound
from lmawep_tui.model.ids import TicketId, parse_pod_id, ticket_name
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.report import Alert, Report
from lmawep_tui.model.ticket import Priority, Status
from lmawep_tui.store.queries import filter_tickets, must_have_pod, must_have_ticket, waiting_words
from lmawep_tui.store.shapes import status_shape, ticket_shape


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: what it is called, what it is for, what it takes, what it does."""

    name: str
    text: str
    takes: type[a.Arguments]
    do: Callable[[Call, Any], str]
    reads: bool = False
    """Whether it changes nothing."""


def _report(call: Call, said: a.ReportArguments) -> str:
    call.live_run()
    run = report(call.ws, call.pod, Report(said.status, said.progress, said.blockers, said.next, said.question))
    return f"Reported {said.status} for {run.pod} {run.name}. A report that you print at the end goes before it."


def _alert(call: Call, said: a.AlertArguments) -> str:
    call.live_run()
    found = alerts.send(call.ws, call.pod, Alert("", said.file, said.change, said.affects, said.migration))
    if found is None:
        return "This alert was sent before."
    unknown = alerts.unknown_names(call.ws, found)
    there_is_none = f" affects names {', '.join(unknown)}, and there is none." if unknown else ""
    if not found.to:
        return f"Alert {found.number} is kept; no open ticket seems to use what changed.{there_is_none}"
    return f"Alert {found.number} is for {', '.join(f'#{ticket}' for ticket in found.to)}.{there_is_none}"


def _claim(call: Call, said: a.ClaimArguments) -> str:
    call.live_run()
    mine = claims.claim(call.ws, call.pod, said.paths, Severity(said.severity))
    return f"{call.pod} claims {', '.join(f'{c.pattern} ({c.severity})' for c in mine)}."


def _release(call: Call, said: a.ReleaseArguments) -> str:
    call.live_run()
    gone = claims.release(call.ws, call.pod, said.paths)
    return f"{call.pod} gave up {', '.join(c.pattern for c in gone)}."


def _signal(call: Call, said: a.SignalArguments) -> str:
    call.live_run()
    give_signal(call.ws, said.name, said.data, call.pod)
    waited_for = any(trigger.on == said.name for trigger in call.ws.config.triggers)
    return f"Signal {said.name} given." + ("" if waited_for else " No trigger waits for it, so nothing follows.")


def _memory_read(call: Call, said: a.MemoryReadArguments) -> str:
    return _memory(call.record(), said.file)


def _memory_of(call: Call, said: a.PodMemoryArguments) -> str:
    return _memory(must_have_pod(call.ws.snapshot(), parse_pod_id(said.pod)).record, said.file)


def _memory(record: PodRecord, file: str) -> str:
    texts = memory_bank.texts(record)
    if not file:
        sizes = [f"{name} ({len(text.encode('utf-8', 'replace')):,} bytes)" for name, text in texts.items()]
        return "\n".join(sizes) or "The memory bank is empty."
    if file not in texts:
        raise NotFound(f"{record.id} has no memory-bank file {file[:80]!r}.", f"It has {', '.join(texts) or 'none'}.")
    return texts[file]


def _memory_write(call: Call, said: a.MemoryWriteArguments) -> str:
    call.live_run()
    size = write_memory(call.record(), said.file, said.text, append=said.mode == "append")
    return f"{said.file} has {size:,} bytes now."


def _ticket_show(call: Call, said: a.TicketShowArguments | a.TicketNumberArguments) -> str:
    number = TicketId(said.id) if said.id is not None else call.ticket()
    return _json(ticket_shape(must_have_ticket(call.ws.snapshot(), number)))


def _ticket_list(call: Call, said: a.TicketListArguments) -> str:
    snapshot = call.ws.snapshot()
    status = Status(said.status) if said.status else None
    found = filter_tickets(snapshot.tickets.values(), status=status, priority=None, label=None, text=said.text)
    shown = [ticket for ticket in found if status is not None or not ticket.status.closed]
    rows = [
        {"id": t.id, "title": t.title, "status": str(t.status), "priority": str(t.priority), "pod": t.assigned_to,
         "dependencies": list(t.dependencies), "waits": waiting_words(snapshot, t)}
        for t in shown[: said.limit]
    ]  # fmt: skip
    return _json({"tickets": rows, "more": max(0, len(shown) - said.limit)})


def _ticket_create(call: Call, said: a.TicketCreateArguments) -> str:
    depends = [TicketId(number) for number in said.depends_on]
    made = tickets.create(call.ws, said.title, priority=Priority(said.priority), depends_on=depends,
                          description=said.description)  # fmt: skip
    return f"{ticket_name(made.id)} is made."


def _ask_person(call: Call, said: a.AskPersonArguments) -> str:
    answer = ask_person(
        call.ws, call.pod, call.caller.run, said.question, said.options, wait_s=said.wait_seconds,
        give_up=call.given_up,
    )  # fmt: skip
    if answer is not None:
        return f"The person answers: {answer}"
    return (
        "Nobody has answered, and nobody will while this run goes on. Do not guess: commit what is done, write the "
        "memory bank, and end your run now with STATUS: QUESTION and your question. The answer goes to the next run."
    )


def _status(call: Call, said: a.Nothing) -> str:
    snapshot = call.ws.snapshot()
    commit = main_commit(call.ws, snapshot.state.main)
    return _json(status_shape(snapshot, call.ws.layout.root.name, commit, day_of(time.time())))


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=True)


_LIST = Tool("ticket_list", "List the project's tickets.", a.TicketListArguments, _ticket_list, reads=True)

INSIDE: tuple[Tool, ...] = (
    Tool("report", "Say how the run went. Call it last, once, then end your turn.", a.ReportArguments, _report),
    Tool("ask_person", "Ask the person something you cannot decide, and wait for the answer.", a.AskPersonArguments,
         _ask_person),
    Tool("memory_read", "Read your pod's memory bank: what earlier agents left for you.", a.MemoryReadArguments,
         _memory_read, reads=True),
    Tool("memory_write", "Write your pod's memory bank: what the next agent has to know.", a.MemoryWriteArguments,
         _memory_write),
    Tool("ticket_show", "Show a ticket whole; yours when no id is given.", a.TicketShowArguments, _ticket_show,
         reads=True),
    _LIST,
    Tool("alert", "Announce a change that breaks others, to whom it concerns.", a.AlertArguments, _alert),
    Tool("claim", "Say which paths you work on, so that others keep away.", a.ClaimArguments, _claim),
    Tool("release", "Give up paths that you claimed.", a.ReleaseArguments, _release),
    Tool("signal", "Give a signal that a trigger of the project waits for.", a.SignalArguments, _signal),
)  # fmt: skip
"""For an agent that lmawep started."""

OUTSIDE: tuple[Tool, ...] = (
    Tool("status", "The whole fleet: tickets by status, pods, what waits for the person.", a.Nothing, _status,
         reads=True),
    _LIST,
    Tool("ticket_show", "Show a ticket whole.", a.TicketNumberArguments, _ticket_show, reads=True),
    Tool("ticket_create", "Make a ticket.", a.TicketCreateArguments, _ticket_create),
    Tool("memory_read", "Read a pod's memory bank.", a.PodMemoryArguments, _memory_of, reads=True),
)  # fmt: skip
"""For a program that the person started by hand: what reads, and making tickets."""
