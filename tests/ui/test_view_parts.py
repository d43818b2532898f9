"""The pure parts of the views: filters, lanes, patches, conflicts, moments in time."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.engine.vault_size import Size
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.lanes import length_words
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.model.timeline import Line, Span, landed_by, run_at, typical_s, with_cursor, working_at
from lmawep_tui.ui.present.memory_lines import found_lines, newest_words
from lmawep_tui.ui.present.patch_lines import conflict_lines, patch_lines
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.present.ticket_row import invalid_key
from lmawep_tui.ui.view_rows import with_needle
from lmawep_tui.ui.views import VIEWS, beside
from lmawep_tui.ui.views.doctor import place_of
from lmawep_tui.ui.views.graph import most_telling, part_of
from lmawep_tui.ui.views.memory import split_key
from lmawep_tui.ui.views.vault import size_words
from lmawep_tui.ui.widgets.table_rows import Group

LINE = Line(TicketId(101), [Span("pod-1", "0001-task", "task", "me", 100, 200, "crashed"),
                            Span("pod-1", "0002-task", "task", "me", 300, 400, "completed")], landed=500)  # fmt: skip


@pytest.mark.parametrize(("at", "run"), [(50, "0001-task"), (150, "0001-task"), (250, "0001-task"), (300, "0002-task"),
                                         (999, "0002-task"), (None, "0002-task")])  # fmt: skip
def test_the_run_that_a_moment_is_about(at: float | None, run: str) -> None:
    found = run_at(LINE, at)
    assert found is not None and found.run == run


def test_what_was_so_at_a_moment() -> None:
    other = Line(TicketId(102), [Span("pod-2", "0001-task", "task", "me", 150, None)])
    assert [(ticket, span.run) for ticket, span in working_at([LINE, other], 180)] == [
        (101, "0001-task"), (102, "0001-task")]  # fmt: skip
    assert [ticket for ticket, _ in working_at([LINE, other], 250)] == [102]
    assert (landed_by([LINE, other], 499), landed_by([LINE, other], 500)) == (0, 1)
    assert typical_s([LINE, other]) == 400 and typical_s([other]) is None
    assert run_at(Line(TicketId(103)), 5) is None


@given(st.lists(st.tuples(st.text("━ T", min_size=1, max_size=5), st.just("")), max_size=6), st.integers(-2, 30))
def test_a_moment_in_a_bar_takes_one_cell_and_moves_none(cells: list[tuple[str, str]], at: int) -> None:
    before, after = "".join(t for t, _ in cells), with_cursor(cells, at)
    text = "".join(t for t, _ in after)
    assert len(text) == len(before)
    assert all(a == b or (n == at and a == "│") for n, (a, b) in enumerate(zip(text, before, strict=True)))


@given(
    st.lists(st.sampled_from(["│ ", "├─", "● ", "  "]), min_size=1, max_size=30), st.integers(0, 40), st.integers(2, 20)
)
def test_a_part_of_wide_lanes_is_no_wider(cells: list[str], start: int, width: int) -> None:
    found = part_of([(cell, "") for cell in cells], start, width)
    assert len(plain_text(found)) <= width
    whole = "".join(cells)
    shown = plain_text(found).replace("‹", "").replace("›", "")
    assert shown in whole
    if start == 0 and len(whole) <= width:
        assert plain_text(found) == whole


def test_of_very_many_tickets_the_longest_ways_are_drawn() -> None:
    made = {TicketId(n): Ticket(id=TicketId(n), title="", dependencies=(TicketId(n - 1),) if n > 190 else ()) for n in
            range(101, 201)}  # fmt: skip
    assert list(most_telling(made, 12)) == [101, *range(190, 201)]
    assert most_telling(made, 100) is made


def test_the_critical_path_in_words() -> None:
    states = {1: Status.COMPLETE, 2: Status.READY, 3: Status.READY}
    made = {TicketId(n): Ticket(id=TicketId(n), title="", status=status) for n, status in states.items()}
    assert length_words(made, list(made), None) == "2 tickets"
    assert length_words(made, list(made), 1800.0) == "2 tickets, about 1h at the pace so far"


def test_a_filter_keeps_titles_of_groups_that_have_rows() -> None:
    entries = [Group("A"), ("1", ["Boil", ("Water", "")]), Group("B"), ("2", [[("St", ""), ("eep", "muted")]])]
    assert with_needle(entries, "WATER boil") == entries[:2]
    assert with_needle(entries, "steep") == entries[2:]
    assert with_needle(entries, "tea") == []


PATCH = """diff --git a/x.md b/x.md
index 1..2 100644
--- a/x.md
+++ b/x.md
@@ -1,2 +1,2 @@
-old
+new
--- a line that begins with dashes
"""


def test_a_patch_shows_files_and_lines_and_no_noise() -> None:
    lines = patch_lines(PATCH)
    assert [plain_text(line) for line in lines] == [
        "▪ x.md", "@@ -1,2 +1,2 @@", "-old", "+new", "--- a line that begins with dashes"]  # fmt: skip
    assert [line[0][1] for line in lines[1:]] == ["hunk", "removed", "added", "removed"]
    long = patch_lines(PATCH * 40, most=20)
    assert "lines more" in plain_text(long[-1]) and len(long) <= 21


def test_the_sides_of_a_conflict_have_their_own_colours() -> None:
    text = "before\n<<<<<<< pod-1\none\n=======\ntwo\n>>>>>>> pod-2\n=======\n"
    assert [line[0][1] for line in conflict_lines(text)] == ["", "hunk", "removed", "hunk", "added", "hunk", ""]


def test_where_a_finding_is() -> None:
    snapshot = Snapshot(tickets={TicketId(101): Ticket(id=TicketId(101), title="")})
    assert place_of("Ticket 101 is working and has no pod.", snapshot) == "101"
    assert place_of("pod-7 is gone, #101 too", snapshot) == "101"
    assert place_of("git is too old", snapshot) == ""
    bad = InvalidTicket(file="ticket-106.yaml", id=TicketId(106), line=4, reason="is not valid YAML")
    snapshot = dataclasses.replace(snapshot, invalid=(bad,))
    assert place_of("ticket-106.yaml:4: is not valid YAML", snapshot) == invalid_key(bad)


def test_notes_in_words() -> None:
    assert newest_words("# A\n\n- first\n- **last**\n\n") == "last"
    assert found_lines("One\ntwo one\n", "one")[1] == [("   2 ", "muted"), ("two ", ""), ("one", "match")]
    assert split_key("101/progress.md:12") == (101, "progress.md", 12)
    assert size_words(Size(2, 42, 3)) == "+42 −3 in 2" and size_words(Size()) == "as on main" and size_words(None) == ""


@given(st.text(max_size=60), st.text(min_size=1, max_size=4))
def test_marking_what_was_found_changes_no_text(text: str, needle: str) -> None:
    lines = found_lines(text, needle)
    assert ["".join(part for part, _ in line[1:]) for line in lines] == text.splitlines()


def test_views_go_round() -> None:
    names = list(VIEWS)
    assert [beside(name, 1) for name in names] == [*names[1:], names[0]]
    assert beside(names[0], -1) == names[-1] and len(names) <= 9  # each has a digit
