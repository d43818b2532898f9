"""The graph of dependencies in the languages of other tools; a ticket's title is only ever text in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Ticket


def mermaid(tickets: Mapping[TicketId, Ticket], critical: Collection[TicketId] = ()) -> str:
    """A Mermaid flowchart: arrows go from what is waited for to what waits."""
    lines = ["flowchart LR"]
    for ticket in tickets.values():
        lines.append(f'  t{ticket.id}["#{ticket.id} {_entities(ticket.title)}"]:::{ticket.status}')
    lines += [f"  t{a} {'==>' if a in critical and b in critical else '-->'} t{b}" for a, b in _edges(tickets.values())]
    lines += [f"  classDef {status} {look}" for status, look in _CLASSES.items()]
    return "\n".join(lines)


def dot(tickets: Mapping[TicketId, Ticket], critical: Collection[TicketId] = ()) -> str:
    """A Graphviz digraph: arrows go from what is waited for to what waits."""
    lines = ["digraph tickets {", "  rankdir=LR;", '  node [shape=box, style="rounded,filled", fillcolor=white];']
    for ticket in tickets.values():
        words = f"#{ticket.id} {ticket.title}".replace("\\", "\\\\").replace('"', '\\"')
        lines.append(
            f'  t{ticket.id} [label="{words}\\n{ticket.status}", fillcolor="{_FILLS.get(ticket.status, "white")}"];'
        )
    for a, b in _edges(tickets.values()):
        lines.append(f"  t{a} -> t{b}{' [penwidth=3]' if a in critical and b in critical else ''};")
    return "\n".join([*lines, "}"])


_FILLS = {"complete": "#d5f0d5", "working": "#d5e8f8", "review": "#fdf0c8", "blocked": "#f8d5d5",
          "abandoned": "#eeeeee"}  # fmt: skip
_CLASSES = {status: f"fill:{colour},stroke:#666" for status, colour in _FILLS.items()}


def _edges(tickets: Iterable[Ticket]) -> Iterator[tuple[TicketId, TicketId]]:
    known = {ticket.id: ticket for ticket in tickets}
    for ticket in known.values():
        for dep in dict.fromkeys(ticket.dependencies):
            if dep in known:
                yield dep, ticket.id


def _entities(text: str) -> str:
    """Mermaid reads quotes, brackets and hash codes even inside quotes; as codes they are only signs."""
    return "".join(c if c.isalnum() or c in " .,:-_/+" else f"#{ord(c)};" for c in text)
