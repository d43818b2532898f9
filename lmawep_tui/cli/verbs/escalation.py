"""`unblock`, `submit`: what a person does about work that went wrong."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.model.errors import Refused, UsageError
from lmawep_tui.model.ids import PodId, TicketId, parse_pod_id, parse_ticket_id


@click.command("unblock")
@click.argument("what", metavar="ID|POD")
@click.option("--message", metavar="TEXT", default="", help="What the next agent should know.")
@click.option("--fix", is_flag=True, help="Fix by hand: the pod is yours until you `lmawep submit` it.")
@click.option("--rescope", metavar="TEXT", help="Ask for less, or for something else.")
@click.option("--later", is_flag=True, help="Deprioritise: lowest priority, another try in its turn.")
@click.option("--abandon", is_flag=True, help="Give it up; its work stays in the vault.")
def unblock_command(what: str, message: str, fix: bool, rescope: str | None, later: bool, abandon: bool) -> None:
    from lmawep_tui.engine import escalation

    refuse_agents("unblock a ticket")
    if sum((fix, rescope is not None, later, abandon)) > 1:
        raise UsageError("--fix, --rescope, --later and --abandon exclude each other.", "Choose one.")
    ws = workspace()
    ticket, pod = _both(what)
    if fix:
        if pod is None:
            raise Refused(f"Ticket {ticket} has no pod to fix by hand.", f"`lmawep spawn {ticket}` makes one.")
        record = escalation.take_over(ws, pod)
        write(f"{pod} is yours: {record.path}\nCommit there, then: lmawep submit {pod}")
    elif rescope is not None:
        escalation.rescope(ws, ticket, rescope)
        write(f"Ticket {ticket} is re-scoped and goes on.")
    elif later:
        escalation.postpone(ws, ticket)
        write(f"Ticket {ticket} has the lowest priority now and goes on in its turn.")
    elif abandon:
        ref = escalation.abandon(ws, ticket)
        write(f"Ticket {ticket} is abandoned." + (f" Its work is kept in {ref}." if ref else ""))
    else:
        found = escalation.unblock(ws, ticket, message)
        write(f"Ticket {ticket} is {found.status} again.")


@click.command("submit")
@click.argument("pod")
def submit_command(pod: str) -> None:
    from lmawep_tui.engine.escalation import hand_in

    refuse_agents("hand in work by command")
    number = parse_pod_id(pod)
    hand_in(workspace(), number)
    write(f"{number} is up for review. Next: lmawep review {number} --approve")


def _both(what: str) -> tuple[TicketId, PodId | None]:
    """The ticket and its pod, from the id of either."""
    from lmawep_tui.store.queries import must_have_pod, must_have_ticket, pod_of_ticket

    snapshot = workspace().snapshot()
    if what.startswith("pod-"):
        pod = must_have_pod(snapshot, parse_pod_id(what))
        return pod.ticket, pod.id
    ticket = must_have_ticket(snapshot, parse_ticket_id(what)).id
    found = pod_of_ticket(snapshot, ticket)
    return ticket, found.id if found else None
