"""The table: what is selected stays selected, whatever happens to the rows around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.theme import BUILTIN_THEMES

from lmawep_tui.ui.widgets.columns import Column, fit, place
from lmawep_tui.ui.widgets.style_names import NAMES
from lmawep_tui.ui.widgets.table import Group, Row, Table
from lmawep_tui.ui.widgets.table_rows import TableRows

COLUMNS = (
    Column("id", "#", width=6, priority=9),
    Column("title", "Title", flex=3, min_width=8, priority=8),
    Column("branch", "Branch", flex=1, min_width=8, priority=1),
    Column("age", "Age", width=5, align="right", priority=3),
)
HOSTILE = [
    "[/]",
    "[/foo]",
    "[link='x",
    "list[int]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred",
    "\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "a\u202eb",
    "nul\x00",
]


def row(key: str, title: str = "") -> Row:
    return key, (key, title or f"title of {key}", "main", "3m")


def rows(*keys: str) -> list[Row]:
    return [row(key) for key in keys]


class TableApp(App[None]):
    """One table, and what it said."""

    def __init__(self, *, empty: str = "nothing here") -> None:
        super().__init__()
        self.table = Table(COLUMNS, empty=empty)
        self.said: list[tuple[str, str | None]] = []

    def compose(self) -> ComposeResult:
        yield self.table

    @on(Table.Selected)
    def selected(self, event: Table.Selected) -> None:
        assert event.control is self.table
        self.said.append(("selected", event.key))

    @on(Table.Activated)
    def activated(self, event: Table.Activated) -> None:
        assert event.control is self.table
        self.said.append(("activated", event.key))


def screen(table: Table) -> list[str]:
    """The text of every line of the table as it is painted."""
    return [strip.text.rstrip() for strip in table.render_lines(table.size.region)]


# -- the rows alone ------------------------------------------------------------------------------------------------

KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(first=KEYS, second=KEYS, data=st.data())
def test_the_cursor_stays_on_its_key_or_goes_to_the_nearest_left(
    first: list[str], second: list[str], data: st.DataObject
) -> None:
    table = TableRows()
    table.replace(rows(*first))
    if not first:
        assert table.cursor is None
        return
    cursor = data.draw(st.sampled_from(first))
    table.cursor = cursor
    table.replace(rows(*second))
    if cursor in second:
        assert table.cursor == cursor
    elif set(first) & set(second):
        at = first.index(cursor)
        left = [key for key in first if key in second]
        nearest = min(abs(first.index(key) - at) for key in left)
        assert table.cursor in left and abs(first.index(table.cursor) - at) == nearest
    else:
        assert table.cursor == (second[0] if second else None)
    assert table.cursor is None or table.key_at(table.cursor_place) == table.cursor


def test_titles_are_never_under_the_cursor() -> None:
    table = TableRows()
    table.replace([Group("Needs you"), row("a"), Group("In flight"), row("b"), row("c")])
    assert table.cursor == "a"
    assert (table.step(1), table.step(2), table.step(99), table.step(-1)) == ("b", "c", "c", "a")
    assert table.key_at(0) is None and table.key_at(2) is None


# -- columns -------------------------------------------------------------------------------------------------------


@given(width=st.integers(1, 200))
def test_columns_use_the_width_exactly_or_fold(width: int) -> None:
    placed = place(COLUMNS, width, 1)
    total = sum(at.width for at in placed) + len(placed) - 1
    assert total == width or placed == place(COLUMNS, 1, 1)
    assert [at.index for at in placed] == sorted(at.index for at in placed)


def test_the_least_important_columns_vanish_first() -> None:
    def shown(width: int) -> list[str]:
        return [COLUMNS[at.index].key for at in place(COLUMNS, width, 1)]

    assert shown(60) == ["id", "title", "branch", "age"]
    assert shown(29) == ["id", "title", "age"]
    assert shown(18) == ["id", "title"]
    assert shown(3) == ["id"]


def test_a_column_that_no_row_has_anything_in_gives_its_room_away() -> None:
    bare = [replace(column, bare=column.key == "branch") for column in COLUMNS]
    assert [COLUMNS[at.index].key for at in place(bare, 60, 1)] == ["id", "title", "age"]


def test_the_help_has_its_words_at_every_width() -> None:
    from lmawep_tui.ui.screens.help import _COLUMNS

    for width in range(36, 200):
        assert "text" in [_COLUMNS[at.index].key for at in place(_COLUMNS, width, 1)]


@given(st.text(st.characters(exclude_categories=("C", "M", "Z")), max_size=20), st.integers(1, 20))
def test_a_cell_takes_exactly_its_width(text: str, width: int) -> None:
    for align in ("left", "right"):
        assert cell_len(fit(text, width, align)) == width  # type: ignore[arg-type]


def test_a_cell_that_is_too_long_says_so() -> None:
    assert (fit("abcdef", 4), fit("日本語", 4), fit("ab", 4, "right")) == ("abc…", "日 …", "  ab")


# -- on the screen -------------------------------------------------------------------------------------------------


async def test_keys_move_by_rows_and_skip_titles() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.set_rows([Group("Needs you"), *rows("a", "b"), Group("In flight"), *rows("c", "d")])
        app.table.focus()
        seen = []
        for key in ("j", "down", "j", "j", "k", "g", "G", "home", "end", "enter"):
            await pilot.press(key)
            seen.append(app.table.cursor_key)
        assert seen == ["b", "c", "d", "d", "c", "a", "d", "a", "d", "d"]
        assert app.said[-1] == ("activated", "d")
        assert [key for kind, key in app.said if kind == "selected"] == ["a", "b", "c", "d", "c", "a", "d", "a", "d"]


async def test_a_verb_hits_the_same_row_after_inserting_sorting_and_refilling() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        many = [f"t{number:03}" for number in range(100)]
        table.set_rows(rows(*many))
        table.focus()
        table.move_to("t050")
        await pilot.pause()
        for entries in (
            rows("new", *many),
            rows(*reversed(many)),
            [Group("Needs you"), *rows(*many[40:60])],
            rows("t050"),
            rows(*many),
        ):
            table.set_rows(entries)
            await pilot.pause()
            line = next(line for line in screen(table) if line.startswith("▌"))
            assert "t050" in line
            await pilot.press("enter")
            assert app.said[-1] == ("activated", "t050")


async def test_a_row_that_vanishes_hands_the_cursor_to_its_neighbour() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.set_rows(rows("a", "b", "c"))
        app.table.move_to("b")
        app.table.set_rows(rows("a", "c"))
        assert app.table.cursor_key == "c"
        app.table.set_rows(rows("a"))
        assert app.table.cursor_key == "a"
        app.table.set_rows([])
        await pilot.pause()
        assert app.said == [("selected", key) for key in ("a", "b", "c", "a", None)]
        assert screen(app.table)[0].strip() == "nothing here"


async def test_a_long_table_keeps_the_cursor_at_its_place_on_the_screen() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        many = [f"t{number:03}" for number in range(100)]
        app.table.set_rows(rows(*many))
        app.table.move_to("t050")
        app.table.move_to("t047")  # in the middle, where nothing has to scroll to show it
        await pilot.pause()
        before = [line[:8] for line in screen(app.table)]
        app.table.set_rows(rows("x1", "x2", "x3", *many))
        await pilot.pause()
        assert [line[:8] for line in screen(app.table)] == before


async def test_marks_are_keys_and_survive_everything_but_their_row() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 10)) as pilot:
        table = app.table
        table.set_rows(rows("a", "b", "c"))
        table.focus()
        assert table.chosen == ("a",)
        await pilot.press("space", "j", "space")
        assert table.chosen == ("a", "c") and table.marked == {"a", "c"}
        table.set_rows(rows("c", "b", "a"))
        assert table.chosen == ("c", "a")
        assert [line[1] for line in screen(table)[1:4]] == ["✓", " ", "✓"]
        table.set_rows(rows("b", "a"))
        assert table.chosen == ("a",)
        table.set_rows(rows("c", "b", "a"))
        assert table.chosen == ("a",)  # a row that went and came back is not marked behind the person's back
        table.clear_marks()
        assert table.chosen == (table.cursor_key,)


async def test_one_row_is_painted_anew_alone() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.set_rows(rows("a", "b", "c"))
        await pilot.pause()
        before = screen(app.table)
        app.table.update_row("b", row("b", "changed")[1])
        app.table.update_row("gone", ("x",))
        await pilot.pause()
        after = screen(app.table)
        changed = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert changed == [2] and "changed" in after[2]


async def test_the_mouse_selects_and_a_second_click_opens() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.set_rows([Group("Needs you"), *rows("a", "b")])
        await pilot.pause()
        await pilot.click(app.table, offset=(5, 0))  # column titles
        await pilot.click(app.table, offset=(5, 1))  # a group's title
        assert app.table.cursor_key == "a"
        await pilot.click(app.table, offset=(5, 3))
        assert app.table.cursor_key == "b"
        await pilot.click(app.table, offset=(5, 3), times=2)
        assert app.said[-1] == ("activated", "b")


async def test_narrow_terminals_fold_columns() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 6)) as pilot:
        app.table.set_rows(rows("a"))
        await pilot.pause()
        assert "Branch" in screen(app.table)[0]
        await pilot.resize_terminal(25, 6)
        await pilot.pause()
        assert "Branch" not in screen(app.table)[0] and "Title" in screen(app.table)[0]
        assert all(cell_len(strip.text) == 25 for strip in app.table.render_lines(app.table.size.region))


async def test_the_cursor_is_seen_without_colour_and_shows_the_focus() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 6)) as pilot:
        app.table.set_rows(rows("a", "b"))
        app.table.focus()
        await pilot.pause()
        assert [line[0] for line in screen(app.table)[1:3]] == ["▌", " "]
        app.set_focus(None)
        await pilot.pause()
        assert [line[0] for line in screen(app.table)[1:3]] == ["▏", " "]


async def test_hostile_cells_are_shown_as_text() -> None:
    app = TableApp()
    async with app.run_test(size=(100, 14)) as pilot:
        app.table.set_rows([(text, (text, (text, "warn"), [(text, "ok"), ("!", "")], text)) for text in HOSTILE])
        app.table.set_rows([Group("[/foo]\x1b"), *app.table.rows.entries])
        await pilot.pause()
        painted = "".join(screen(app.table))
        assert not [char for char in painted if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e"]
        for text in ("[/]", "[/foo]", "[link='x", "list[int]", "␛[31mred"):
            assert text in painted


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_every_style_is_legible_in_every_theme(theme: str) -> None:
    """Text in the colour of its ground cannot be read: under the cursor as well as beside it."""
    app = TableApp()
    async with app.run_test(size=(60, 40)) as pilot:
        app.theme = theme
        cells: Sequence[tuple[str, str]] = [(name, name) for name in sorted(NAMES)]
        app.table.set_rows([(name, (name, cell, "", "")) for name, cell in zip(sorted(NAMES), cells, strict=True)])
        app.table.focus()
        await pilot.pause()
        for strip in app.table.render_lines(app.table.size.region):
            for text, style, _ in strip:
                # An ANSI theme leaves both to the terminal ("default"), which keeps them apart.
                if text.strip() and style is not None and style.color is not None and not style.color.is_default:
                    assert style.color != style.bgcolor, (theme, text, style)
