"""`lmawep ticket …`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.age import ago
from lmawep_tui.model.errors import LmawepError, UsageError
from lmawep_tui.model.graph import ready
from lmawep_tui.model.ids import TicketId, parse_ticket_id, ticket_name
from lmawep_tui.model.ticket import Priority, ReviewPolicy, Status, Ticket
from lmawep_tui.store.queries import filter_tickets, must_have_ticket, waiting_words
from lmawep_tui.store.shapes import invalid_shape, ticket_shape

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot

STYLES = {Status.COMPLETE: "ok", Status.WORKING: "busy", Status.BLOCKED: "blocked", Status.REVIEW: "warn",
          Status.ABANDONED: "muted"}  # fmt: skip
_PRIORITY = click.Choice([str(p) for p in Priority])
_STATUS = click.Choice([str(s) for s in Status])
_REVIEW = click.Choice([str(p) for p in ReviewPolicy])


def _only_a_person(fields: dict[str, Any]) -> None:
    """Raises Refused when an agent would say who looks at its work, or what it may cost."""
    if fields.get("review") is not None or fields.get("budget") is not None:
        refuse_agents("say who reviews a ticket or what it may cost")


@click.group("ticket")
def ticket_command() -> None: ...


@ticket_command.command("create")
@click.argument("title")
@click.option("-p", "--priority", type=_PRIORITY)
@click.option("-e", "--estimate", default="", help="Such as 2h.")
@click.option("-d", "--depends-on", multiple=True, metavar="ID", help="Ticket to wait for; may be given again.")
@click.option("--description", default="")
@click.option("--label", "labels", multiple=True)
@click.option("--touches", multiple=True, metavar="GLOB", help="Paths it expects to change.")
@click.option("--agent", help="Agent profile for this ticket.")
@click.option("--test", "test_", help="Test command for this ticket.")
@click.option("-t", "--template", help="Ticket template; `lmawep ticket templates` lists them.")
@click.option("--acceptance", multiple=True, metavar="TEXT", help="What has to hold at the end; may be given again.")
@click.option("--review", type=_REVIEW, help="Who reviews it, instead of roles.review.by.")
@click.option("--budget", type=click.FloatRange(min=0), help="US dollars that it may cost.")
@click.option("--edit", is_flag=True, help="Open it in $EDITOR then.")
@as_json
def create(title: str, edit: bool, json_: bool, depends_on: tuple[str, ...], labels: tuple[str, ...],
           touches: tuple[str, ...], test_: str | None, **fields: Any) -> None:  # fmt: skip
    """Make a ticket and print its name."""
    from lmawep_tui.engine.tickets import create as make

    _only_a_person(fields)
    ws = workspace()
    on = [parse_ticket_id(text) for text in depends_on]
    ticket = make(ws, title, depends_on=on, labels=labels, touches=touches, test=test_, **fields)
    if edit:
        ticket = edit_ticket(ws, ticket.id)
    write_json(ticket_shape(ticket)) if json_ else write(ticket_name(ticket.id))


@ticket_command.command("list")
@click.option("-s", "--status", type=_STATUS)
@click.option("-p", "--priority", type=_PRIORITY)
@click.option("-l", "--label")
@click.option("-a", "--all", "all_", is_flag=True, help="Closed tickets too.")
@click.argument("text", required=False, default="")
@as_json
def list_(status: str | None, priority: str | None, label: str | None, all_: bool, text: str, json_: bool) -> None:
    """List tickets; TEXT is looked for in id, title and labels."""
    snapshot = workspace().snapshot()
    found = filter_tickets(snapshot.tickets.values(), status=Status(status) if status else None,
                           priority=Priority(priority) if priority else None, label=label, text=text)  # fmt: skip
    if json_:
        write_json({"tickets": [ticket_shape(t) for t in found],
                    "invalid": [invalid_shape(i) for i in snapshot.invalid]})  # fmt: skip
        return
    shown = found if all_ or status else tuple(t for t in found if not t.status.closed)
    hidden = len(found) - len(shown)
    if hidden and not shown and not snapshot.invalid:
        write(f"{'All tickets are' if hidden > 1 else 'The one ticket is'} closed; --all shows "
              f"{'them' if hidden > 1 else 'it'}.")  # fmt: skip
        return
    _table(snapshot, shown)
    if hidden:
        write_styled((f"{hidden} closed not shown; --all shows them.", "muted"))


def _table(snapshot: Snapshot, tickets: tuple[Ticket, ...]) -> None:
    if not tickets and not snapshot.invalid:
        write("No tickets. `lmawep ticket create 'What to do'` makes one.")
        return
    rows = [(str(t.id), str(t.status), str(t.priority), t.assigned_to or "", t.title + _waits(snapshot, t))
            for t in tickets]  # fmt: skip
    write_table(("id", "status", "priority", "pod", "title"), rows, [STYLES.get(t.status, "") for t in tickets])
    for bad in snapshot.invalid:
        where = f"{bad.file}:{bad.line}" if bad.line else bad.file
        write_styled((f"{bad.id}  invalid  {where}: {bad.reason}", "blocked"))


def _waits(snapshot: Snapshot, ticket: Ticket) -> str:
    words = waiting_words(snapshot, ticket)
    return f"  ({words})" if words else ""


@ticket_command.command("ready")
@as_json
def ready_(json_: bool) -> None:
    """List tickets that could be spawned now, most urgent first."""
    snapshot = workspace().snapshot()
    found = ready(snapshot.tickets)
    if json_:
        write_json({"tickets": [ticket_shape(t) for t in found]})
    elif found:
        _table(snapshot, found)
    else:
        write("No ticket is ready.")


@ticket_command.command("show")
@click.argument("id_", metavar="ID")
@as_json
def show(id_: str, json_: bool) -> None:
    """Show one ticket whole."""
    snapshot = workspace().snapshot()
    ticket = must_have_ticket(snapshot, parse_ticket_id(id_))
    if json_:
        write_json(ticket_shape(ticket))
        return
    write_styled((f"#{ticket.id} {ticket.title}", "strong"))
    hold = snapshot.state.holds.get(ticket.id)
    facts = [
        ("status", f"{ticket.status}{f' ({hold.why})' if hold else ''}"),
        ("priority", ticket.priority), ("estimate", ticket.estimate), ("pod", ticket.assigned_to),
        ("waits for", ", ".join(map(str, ticket.dependencies))), ("labels", ", ".join(ticket.labels)),
        ("touches", ", ".join(ticket.touches)), ("agent", ticket.agent), ("test", ticket.test),
        ("review by", ticket.review), ("may cost", "" if ticket.budget is None else f"${ticket.budget:.2f}"),
        ("created", ago(ticket.created)), ("blockers", "; ".join(ticket.blockers)), ("notes", ticket.assignee_notes),
        ("landed as", snapshot.state.landed.get(ticket.id, "")),
    ]  # fmt: skip
    for name, value in facts:
        if value:
            write_styled((f"{name:>10}  ", "muted"), str(value))
    if ticket.description:
        write("\n" + ticket.description.rstrip())
    if ticket.acceptance:
        write("\nDone when:\n" + "\n".join(f"- {text}" for text in ticket.acceptance))


@ticket_command.command("update")
@click.argument("id_", metavar="ID")
@click.option("-s", "--status", type=_STATUS, help="Override of the lifecycle.")
@click.option("--why", default="", help="Reason, with --status blocked.")
@click.option("--force", is_flag=True, help="Allow --status complete.")
@click.option("--title")
@click.option("--description")
@click.option("-p", "--priority", type=_PRIORITY)
@click.option("-e", "--estimate")
@click.option("--notes", "assignee_notes")
@click.option("--blocker", "blockers", multiple=True, help="Replaces the list; '' empties it.")
@click.option("--label", "labels", multiple=True, help="Replaces the list; '' empties it.")
@click.option("--touches", multiple=True, help="Replaces the list; '' empties it.")
@click.option("--lane")
@click.option("--agent", help="'' for the default.")
@click.option("--test", "test_", help="'' for the project's.")
@click.option("--acceptance", multiple=True, metavar="TEXT", help="Replaces the list; '' empties it.")
@click.option("--review", type=click.Choice([*_REVIEW.choices, ""]), help="Who reviews it; '' for roles.review.by.")
@click.option("--budget", metavar="DOLLARS", help="What it may cost; '' for budgets.ticket.")
@as_json
def update(id_: str, status: str | None, why: str, force: bool, json_: bool, test_: str | None, **given: Any) -> None:
    """Change fields of a ticket; what its file says beside them stays."""
    from lmawep_tui.engine.tickets import set_status
    from lmawep_tui.engine.tickets import update as change

    ws, number = workspace(), parse_ticket_id(id_)
    fields = {key: tuple(v for v in value if v) if isinstance(value, tuple) else value
              for key, value in {**given, "test": test_}.items() if value not in (None, ())}  # fmt: skip
    _only_a_person(fields)
    fields |= {key: None for key in ("agent", "test", "review", "budget") if fields.get(key) == ""}
    if fields.get("budget") is not None:
        fields["budget"] = _dollars(str(fields["budget"]))
    if not fields and status is None:
        raise UsageError("Nothing to change was given.", "`lmawep ticket update --help` lists the fields.")
    ticket = change(ws, number, **fields) if fields else None
    if status is not None:
        ticket = set_status(ws, number, Status(status), why=why, force=force)
    assert ticket is not None  # one of the two was given
    write_json(ticket_shape(ticket)) if json_ else write(f"{ticket_name(number)}: {ticket.status}")


def _dollars(text: str) -> float:
    from lmawep_tui.model.draft import Around, Draft, values

    return float(values(Draft(budget=text), Around(tickets={}), ("budget",))["budget"] or 0)


@ticket_command.command("templates")
@as_json
def templates_(json_: bool) -> None:
    """List the ticket templates: your own in .lmawep/templates/tickets/, and the built-in ones."""
    from lmawep_tui.engine.templates import templates

    found = templates(workspace().layout)
    if json_:
        write_json({"templates": [{"name": t.name, "about": t.about, "own": t.own, "path": str(t.path)}
                                  for t in found]})  # fmt: skip
        return
    write_table(("name", "whose", "about"), [(t.name, "yours" if t.own else "built in", t.about) for t in found])


@ticket_command.command("depend")
@click.argument("id_", metavar="ID")
@click.argument("on", metavar="ON")
@click.option("--remove", is_flag=True, help="No longer wait for it.")
@as_json
def depend_(id_: str, on: str, remove: bool, json_: bool) -> None:
    """Make ticket ID wait for ticket ON."""
    from lmawep_tui.engine.tickets import depend

    ticket = depend(workspace(), parse_ticket_id(id_), parse_ticket_id(on), remove=remove)
    waits = ", ".join(map(str, ticket.dependencies)) or "nothing"
    write_json(ticket_shape(ticket)) if json_ else write(f"{ticket_name(ticket.id)} waits for {waits}")


@ticket_command.command("edit")
@click.argument("id_", metavar="ID")
def edit_(id_: str) -> None:
    """Open a ticket in $EDITOR; it is stored when it is valid."""
    ticket = edit_ticket(workspace(), parse_ticket_id(id_))
    write(f"{ticket_name(ticket.id)}: {ticket.status}")


def edit_ticket(ws: Workspace, ticket: TicketId) -> Ticket:
    """Lets the person edit a copy and stores it when it is valid; else says where the copy lies."""
    from lmawep_tui.engine.editor import copy_for_editor, edited, editor_command, forget, run_editor
    from lmawep_tui.engine.tickets import replace_text
    from lmawep_tui.files.read import read_text

    try:
        was = read_text(ws.layout.ticket(ticket))
    except FileNotFoundError:
        must_have_ticket(ws.snapshot(), ticket)
        raise
    copy = copy_for_editor(was, ws.layout.ticket(ticket).name)
    run_editor(editor_command(copy))
    try:
        result = replace_text(ws, ticket, was, edited(copy))
    except LmawepError as error:
        raise LmawepError(f"{error}", f"Your text is kept in {copy}.") from error
    forget(copy)
    return result
