"""A ticket, whole, as lines for the detail pane."""

from __future__ import annotations

from lmawep_tui.model.age import since
from lmawep_tui.model.budget import ticket_warning
from lmawep_tui.model.costs import Spending, dollars, token_words
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.store.queries import waiting_words
from lmawep_tui.ui.present.glyphs import LOOKS
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.styled import StyledLine

_NAME_WIDTH = 11


def field(name: str, value: str, style: str = "") -> StyledLine:
    """Return one line of a name and its value."""
    return [(f"{name:>{_NAME_WIDTH}}  ", "muted"), (value, style)]


def ticket_lines(snapshot: Snapshot, ticket: Ticket, now: float) -> list[StyledLine]:
    """Return title, facts and description."""
    hold = snapshot.state.holds.get(ticket.id)
    landed = snapshot.state.landed.get(ticket.id)
    look = LOOKS[ticket.status]
    waiting = waiting_words(snapshot, ticket)
    lines: list[StyledLine] = [[(f"#{ticket.id} ", "accent"), (ticket.title, "strong")], []]
    lines.append(field("status", f"{look.glyph} {ticket.status}" + (f", {waiting}" if waiting else ""), look.style))
    if hold is not None:
        lines.append(field("because", f"{hold.kind}: {hold.why}", "warn"))
    refused = snapshot.state.refused.get(ticket.id)
    if refused is not None and not ticket.status.closed:
        lines.append(field("autopilot", f"cannot {refused.verb}: {refused.why}", "warn"))
    facts = {
        "priority": str(ticket.priority),
        "estimate": ticket.estimate,
        "pod": ticket.assigned_to or "",
        "needs": ", ".join(f"#{number}{_state(snapshot, number)}" for number in ticket.dependencies),
        "labels": ", ".join(ticket.labels),
        "lane": ticket.lane,
        "touches": ", ".join(ticket.touches),
        "agent": ticket.agent or "",
        "test": ticket.test or "",
        "review": f"by {ticket.review}" if ticket.review else "",
        "may cost": "" if ticket.budget is None else dollars(ticket.budget),
        "landed as": landed[:7] if landed else "",
        "used": used_words(snapshot.costs.tickets.get(ticket.id)),
        "created": _ago(ticket.created, now),
        "notes": ticket.assignee_notes,
    }
    lines += [field(name, value) for name, value in facts.items() if value]
    dear = ticket_warning(snapshot.config.budgets, snapshot.costs, ticket.id, ticket.budget)
    if dear and not ticket.status.closed:
        lines.append(field("budget", dear, "warn"))
    lines += [field("blocker", blocker, "warn") for blocker in ticket.blockers if hold is None or blocker != hold.why]
    if ticket.description.strip():
        lines += [[], *markdown_lines(ticket.description)]
    if ticket.acceptance:
        lines += [[], [("Done when", "subheading")], *([("· ", "muted"), (text, "")] for text in ticket.acceptance)]
    return lines


def used_words(spent: Spending | None) -> str:
    """Return `$1.84, 412k tok in 3 runs`, as far as it is known."""
    if not spent:
        return ""
    money = "" if spent.cost is None else ("~" if spent.estimated else "") + dollars(spent.cost)
    words = ", ".join(filter(None, (money, token_words(spent.tokens) if spent.tokens else "")))
    return f"{words} in {spent.runs} run{'s' if spent.runs != 1 else ''}"


def _state(snapshot: Snapshot, number: TicketId) -> str:
    other = snapshot.tickets.get(number)
    return f" ({other.status})" if other else " (missing)"


def _ago(text: str, now: float) -> str:
    words = since(text, now)
    return f"{words} ago" if words else ""


def invalid_lines(bad: InvalidTicket) -> list[StyledLine]:
    """Return what is wrong with a file that is no ticket."""
    return [
        [(bad.file, "strong")],
        [],
        field("status", "⚑ invalid", "error"),
        *([field("line", str(bad.line))] if bad.line else []),
        field("reason", bad.reason, "warn"),
        [],
        [("Mend the file: E opens it in $EDITOR. It is read again when it changes.", "muted")],
    ]
