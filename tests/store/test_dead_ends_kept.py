"""Who can never begin is looked for anew only when somebody waits for something else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.graph import dead_ends
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.store import _wait_alike

_waits = st.dictionaries(
    st.integers(101, 106).map(TicketId),
    st.tuples(st.lists(st.integers(101, 107).map(TicketId), max_size=2, unique=True), st.sampled_from(Status)),
)


def made(of: dict[TicketId, tuple[list[TicketId], Status]], title: str) -> dict[TicketId, Ticket]:
    return {
        number: Ticket(id=number, title=title, status=status, dependencies=tuple(on))
        for number, (on, status) in of.items()
    }


@given(_waits, _waits)
def test_alike_means_the_same_dead_ends(
    one: dict[TicketId, tuple[list[TicketId], Status]], other: dict[TicketId, tuple[list[TicketId], Status]]
) -> None:
    old, new = made(one, "old"), made(other, "new")
    if _wait_alike(old, new):
        assert dead_ends(old) == dead_ends(new)
    assert _wait_alike(old, made(one, "another title"))
    assert not _wait_alike(None, old)
    for number, ticket in old.items():
        changed = {**old, number: replace(ticket, dependencies=(*ticket.dependencies, TicketId(110)))}
        assert not _wait_alike(old, changed)
        assert not _wait_alike(old, {k: v for k, v in old.items() if k != number})
