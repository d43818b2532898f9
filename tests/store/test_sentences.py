"""The fleet in sentences."""

from __future__ import annotations

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.store.sentences import news, sentences


def _ticket(number: int, status: Status = Status.READY, *needs: int) -> Ticket:
    return Ticket(id=TicketId(number), title="Sort the menu.", status=status, dependencies=tuple(map(TicketId, needs)))


def _fleet(*tickets: Ticket) -> dict[str, str]:
    return sentences(Snapshot(tickets={ticket.id: ticket for ticket in tickets}))


def test_everything_is_a_sentence() -> None:
    said = _fleet(_ticket(101), _ticket(102, Status.COMPLETE), _ticket(103, Status.READY, 101))
    assert said["ticket-101"] == "Ticket 101, Sort the menu, is ready to be worked on."
    assert said["ticket-102"] == "Ticket 102, Sort the menu, is complete."
    assert said["ticket-103"] == "Ticket 103, Sort the menu, is ready and waits for 101."
    assert said["fleet"] == "Nothing needs you; 0 of 6 slots are busy."
    assert all(words.endswith(".") and "\n" not in words and words.isascii() for words in said.values())


def test_only_what_differs_is_news() -> None:
    before, now = _fleet(_ticket(101), _ticket(102)), _fleet(_ticket(101, Status.COMPLETE))
    assert list(news(before, before)) == []
    assert list(news(before, now)) == [
        ("ticket-101", "Ticket 101, Sort the menu, is complete."),
        ("ticket-102", "Ticket 102 is gone."),
    ]
    assert [about for about, _ in news({}, now)] == list(now)


def test_files_that_are_no_tickets_and_problems_are_told_and_untold() -> None:
    bad = InvalidTicket(id=None, file="ticket-7.yaml", reason="no title", line=3)
    before = sentences(Snapshot(invalid=(bad,), problems=("the state cannot be read",)))
    assert "The file ticket-7.yaml line 3 is no valid ticket: No title." in before.values()
    assert "Problem: The state cannot be read." in before.values()
    assert [words for _, words in news(before, sentences(Snapshot()))] == [
        "Nothing needs you; 0 of 6 slots are busy.",
        "The file ticket-7.yaml is in order, or gone.",
        "Solved: The state cannot be read.",
    ]
