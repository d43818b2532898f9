"""Comments find their lines again, or say that these are gone; a mark is bound to what was read."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.model.anchor import Hunk, find, moved
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.review_notes import (
    Look,
    Mark,
    ReviewNotes,
    Side,
    Spot,
    mark_of,
    with_comment,
    with_look,
    with_reviewed,
    with_sent,
    with_text,
    without_comment,
    without_reviewed,
)  # fmt: skip

EMPTY = ReviewNotes(pod=PodId("pod-1"), ticket=TicketId(101))


@pytest.mark.parametrize(
    ("line", "count", "hunks", "now"),
    [
        (5, 1, [], 5),
        (5, 1, [Hunk(2, 0, 3, 2)], 7),  # two lines put above
        (5, 1, [Hunk(5, 0, 6, 2)], 5),  # right below
        (5, 1, [Hunk(4, 0, 5, 2)], 7),  # right above
        (5, 1, [Hunk(1, 2, 0, 0)], 3),  # two removed above
        (5, 1, [Hunk(5, 1, 5, 1)], None),  # changed
        (5, 1, [Hunk(5, 1, 4, 0)], None),  # removed
        (5, 1, [Hunk(4, 1, 4, 3), Hunk(9, 1, 11, 1)], 7),
        (5, 3, [Hunk(5, 0, 6, 1)], None),  # something was put into the range
        (5, 2, [Hunk(5, 0, 6, 1)], None),
        (5, 3, [Hunk(7, 0, 8, 1)], 5),  # and here behind it
        (5, 3, [Hunk(7, 1, 7, 1)], None),
        (5, 3, [Hunk(4, 2, 4, 1)], None),
    ],
)
def test_lines_that_git_followed(line: int, count: int, hunks: list[Hunk], now: int | None) -> None:
    assert moved(line, count, hunks) == now


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    """As `git diff -U0` tells them: where a side is empty its number is that of the line before."""
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(Hunk(a + (b > a), b - a, c + (d > c), d - c))
    return found


_LINES = st.lists(st.sampled_from(["a", "b", "c", "}", ""]), max_size=25)


@given(_LINES, _LINES, st.data())
def test_a_line_is_never_followed_to_another_text(old: list[str], new: list[str], data: st.DataObject) -> None:
    if not old:
        return
    line = data.draw(st.integers(1, len(old)))
    count = data.draw(st.integers(1, len(old) - line + 1))
    now = moved(line, count, _hunks(old, new))
    if now is not None:
        assert new[now - 1 : now - 1 + count] == old[line - 1 : line - 1 + count]


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=30), st.data())
def test_a_line_moves_with_what_comes_and_goes_around_it(names: list[int], data: st.DataObject) -> None:
    old = [f"line {name}" for name in names]
    line = data.draw(st.integers(1, len(old)))
    kept = [text for at, text in enumerate(old, 1) if at == line or data.draw(st.booleans())]
    new = []
    for text in kept:
        new += [f"new {len(new)}"] * data.draw(st.integers(0, 2)) + [text]
    assert moved(line, 1, _hunks(old, new)) == new.index(old[line - 1]) + 1


@pytest.mark.parametrize(
    ("wanted", "lines", "near", "hunks", "now"),
    [
        (["x = 1"], ["a", "x = 1"], 9, [Hunk(9, 0, 2, 1)], 2),  # moved: what it was became new elsewhere
        (["x = 1"], ["a", "x = 1"], 9, [Hunk(9, 1, 1, 1)], None),  # that one was there before: not ours
        (["x", "y"], ["x", "y", "x", "y"], 4, [Hunk(0, 0, 1, 4)], 3),  # the closer one
        (["}"], ["}"], 1, [Hunk(1, 1, 1, 1)], None),  # says too little
        (["x"], ["x", "x"], 2, None, 2),  # nothing is known of before: at its own place
        (["x"], ["x", "b", "x"], 2, None, None),  # or at only one
        (["x"], ["b", "b", "x"], 2, None, 3),
        (["x", "y"], ["x"], 1, None, None),
        (["x"], [], 1, None, None),
    ],
)
def test_lines_that_are_looked_for(
    wanted: list[str], lines: list[str], near: int, hunks: list[Hunk] | None, now: int | None
) -> None:
    assert find(wanted, lines, near, hunks) == now


def test_a_mark_is_bound_to_the_content() -> None:
    notes = with_reviewed(EMPTY, {"a.py": "1..2", "b.py": "1..2"})
    assert mark_of(notes, "a.py", "1..2") is Mark.REVIEWED
    assert mark_of(notes, "a.py", "1..3") is Mark.CHANGED
    assert mark_of(notes, "a.py", "0..2") is Mark.CHANGED, "another beginning is another diff, too"
    assert mark_of(notes, "c.py", "1..2") is Mark.NEW
    assert mark_of(without_reviewed(notes, ["a.py"]), "a.py", "1..2") is Mark.NEW


def _said(notes: ReviewNotes, spot: Spot, text: str) -> ReviewNotes:
    return with_comment(notes, spot, text, quoted=("x",), commit=Sha("a" * 40), source=Sha("a" * 40), at="now")


def test_a_comment_is_open_until_it_is_sent_and_again_when_it_says_something_else() -> None:
    notes = _said(_said(EMPTY, Spot("a.py", 3), " Why? "), Spot("b.py", 1, 4, Side.OLD), "Keep it.")
    assert [(c.number, c.text, str(c.spot)) for c in notes.comments] == [
        (1, "Why?", "a.py:3"),
        (2, "Keep it.", "b.py:1-4"),
    ]
    notes = with_sent(notes, [1], "then")
    assert [c.number for c in notes.open] == [2]
    assert [c.number for c in with_text(notes, 1, "Why so?").open] == [1, 2]
    notes = without_comment(notes, 2)
    assert notes.open == () and _said(notes, Spot("c", 1), "x").comments[-1].number == 3, "numbers are not used twice"
    for text in ("", "  \n", "x" * 8_001):
        with pytest.raises(UsageError):
            _said(EMPTY, Spot("a.py", 1), text)
    assert from_plain(ReviewNotes, to_plain(notes)) == notes


def test_the_last_look_is_the_newest_at_another_commit() -> None:
    one, two = Sha("1" * 40), Sha("2" * 40)
    assert EMPTY.looked_before(one) is None
    notes = with_look(with_look(EMPTY, Look(commit=one, base=two)), Look(commit=two, base=two))
    assert (look := notes.looked_before(two)) is not None and look.commit == one
    again = with_look(notes, Look(commit=one, base=two))
    assert [look.commit for look in again.looks] == [two, one]
    many = replace(EMPTY, looks=tuple(Look(commit=Sha(f"{n:040}"), base=one) for n in range(20)))
    assert len(with_look(many, Look(commit=two, base=one)).looks) == 20
