"""A ticket in a form: each field says in words what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.files.ticket_file import new_ticket_text, parse_ticket
from lmawep_tui.model.draft import FIELDS, Around, Draft, changed, draft_of, faults, values
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Ticket


def _tickets(**waits: tuple[int, ...]) -> dict[TicketId, Ticket]:
    return {
        TicketId(n): Ticket(id=TicketId(n), title=f"T{n}", dependencies=tuple(map(TicketId, waits.get(f"t{n}", ()))))
        for n in (101, 102, 103)
    }


AROUND = Around(tickets=_tickets(t102=(101,), t103=(102,)), agents=("claude", "codex"), number=TicketId(101),
                statuses=("ready", "blocked"))  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("title", "", "A ticket needs a title."),
        ("title", " \t", "A ticket needs a title."),
        ("title", "x" * 301, "at most 300 characters; these are 301"),
        ("title", "a\x07b", "printable"),
        ("priority", "urgent", "'urgent' is not a priority: low, medium, high, critical."),
        ("status", "merging", "cannot be set to 'merging' by hand. Possible: ready, blocked."),
        ("description", "a\x1b[2J", "U+001B"),
        ("dependencies", "101", "cannot wait for itself"),
        ("dependencies", "102", "closes the cycle 101 → 102 → 101"),
        ("dependencies", "103", "closes the cycle 101 → 103 → 102 → 101"),
        ("dependencies", "999", "There is no ticket 999."),
        ("dependencies", "102x", "'102x' is not the number of a ticket"),
        ("touches", "/etc/passwd", "leaves the project"),
        ("touches", "src/../../x", "leaves the project"),
        ("labels", "x" * 41, "no label"),
        ("agent", "clau", "There is no agent 'clau'. Meant: claude?"),
        ("review", "nobody", "not a way to review"),
        ("budget", "-1", "US dollars"),
        ("budget", "nan", "US dollars"),
        ("budget", "1e9", "US dollars"),
        ("estimate", "x" * 201, "An estimate"),
        ("test", "make | tee log", "shell syntax"),
        ("test", "pytest 'x", "quote that is not closed"),
    ],
)
def test_what_is_wrong_is_said_in_words(field: str, text: str, says: str) -> None:
    found = faults(replace(Draft(title="Good"), **{field: text}), AROUND)
    assert list(found) == [field]
    assert says in found[field]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("title", "  Two   words ", "Two words"),
        ("description", "\n\na  \n\n b\n\n", "a\n\n b\n"),
        ("acceptance", "- one\n\n  two  \n", ("one", "two")),
        ("touches", "src/**, a.py\nb.py, a.py", ("src/**", "a.py", "b.py")),
        ("labels", "ui,  urgent,,", ("ui", "urgent")),
        ("agent", " codex ", "codex"),
        ("agent", "", None),
        ("review", "", None),
        ("review", "both", "both"),
        ("budget", "$2.50", 2.5),
        ("budget", "", None),
        ("test", "", None),
        ("test", "pytest -q", "pytest -q"),
    ],
)
def test_what_is_right_is_taken(field: str, text: str, value: Any) -> None:
    draft = replace(Draft(title="Good"), **{field: text})
    assert faults(draft, AROUND) == {}
    assert values(draft, AROUND, (field,))[field] == value


def test_a_field_that_nobody_touched_is_not_judged() -> None:
    base = Draft(title="Good", agent="gone", status="working")
    assert set(faults(base, AROUND)) == {"agent", "status"}
    assert faults(base, AROUND, base) == {}
    assert set(faults(replace(base, status="testing"), AROUND, base)) == {"status"}


def test_a_new_ticket_may_wait_for_all_that_are_there() -> None:
    assert faults(Draft(title="New", dependencies="#101 ticket-103"), replace(AROUND, number=None)) == {}


_ANY = st.one_of(st.text(max_size=60), st.text("- #:\"'{}[]|>&*!%@`,\n\t\\x0aé", max_size=40))


@settings(deadline=None)
@given(st.builds(Draft, **dict.fromkeys(FIELDS, _ANY)), st.sampled_from([(), *[(name,) for name in FIELDS]]))
def test_whatever_is_typed_gives_a_sentence_or_a_file_that_says_the_same(draft: Draft, keep: tuple[str, ...]) -> None:
    about = replace(AROUND, number=None)
    plain = Draft(title="Good")
    draft = replace(plain, **{name: getattr(draft, name) for name in keep or ("title", "description", "acceptance",
                                                                               "touches", "labels")})  # fmt: skip
    wrong = faults(draft, about)
    assert all(words.endswith((".", "?")) for words in wrong.values())
    if wrong:
        return
    made = Ticket(id=TicketId(104), **values(draft, about))
    read = parse_ticket(new_ticket_text(made), Path("ticket-104.yaml"))
    assert read == made
    shown = draft_of(read)
    assert not faults(shown, about)
    assert Ticket(id=TicketId(104), **values(shown, about)) == made
    assert changed(shown, draft_of(made)) == ()
