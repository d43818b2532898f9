"""The help page in a narrow window, and the bar of what happened: whole words, nothing cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lmawep_tui.ui.panes.bar import EventBar
from lmawep_tui.ui.present.help_lines import TEXT_AT, WHY, Item, help_entries, whole
from lmawep_tui.ui.present.styled import StyledLine, plain_text
from lmawep_tui.ui.widgets.table_rows import Entry, Group


def text_of(entries: list[Entry]) -> list[str]:
    """What stands in the text column, row for row."""
    rows = []
    for entry in entries:
        if isinstance(entry, Group):
            assert entry.title.startswith(" " * TEXT_AT)
            rows.append(entry.title[TEXT_AT:])
        else:
            cell = entry[1][1]
            assert isinstance(cell, list)
            rows.append(plain_text(cell))
    return rows


def row(text: str, why_not: str = "") -> list[Entry]:
    entry = help_entries([("Pods", [Item("pod.merge", "m", text, why_not=why_not)])])[1]
    assert not isinstance(entry, str)
    return whole(entry, 30)


@pytest.mark.parametrize(
    ("text", "why", "shown"),
    [
        ("Land it", "", ["Land it"]),
        ("Land it", "It is red.", ["Land it  ✕ It is red."]),
        ("Land it: test the result, then move main", "", ["Land it: test the result, then", "move main"]),
        ("Land it: test it, move main", "It is red.", ["Land it: test it, move main", "✕ It is red."]),
    ],
)
def test_a_row_that_is_too_long_goes_on_below_its_text(text: str, why: str, shown: list[str]) -> None:
    assert [line.rstrip() for line in text_of(row(text, why))] == shown


@given(st.lists(st.text("ab", min_size=1, max_size=12), min_size=1, max_size=12), st.text("cd ", max_size=40))
def test_nothing_of_a_row_is_lost(words: list[str], why: str) -> None:
    text = " ".join(words)
    shown = text_of(row(text, why))
    assert all(cell_len(line) <= 30 for line in shown)
    assert "".join("".join(shown).split()) == "".join(f"{text}{WHY if why else ''}{why}".split())


def test_what_happened_is_shown_whole_or_not_at_all() -> None:
    bar = EventBar()
    events: list[StyledLine] = [[(f" 14:0{n} ", "muted"), ("pod-2 tests green", "ok"), ("  ", "")] for n in range(3)]
    bar.tell(events)
    for width, count in ((10, 1), (26, 1), (51, 1), (52, 2), (200, 3)):
        bar.fit_items(width)
        assert len(bar.left) == 3 * count, width
    assert bar.text.count("tests green") == 3
