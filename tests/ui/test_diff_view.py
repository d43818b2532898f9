"""The diff on the screen: cursor, columns, notes, search, options, and whatever a file may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from lmawep_tui.ui.present.diff_syntax import lexer_for
from lmawep_tui.ui.widgets.diff_view import DiffView
from tests.ui.conftest import running
from tests.ui.test_diff_lines import DIFF
from tests.world import World

CODE = """diff --git a/src/a.py b/src/a.py
--- a/src/a.py
+++ b/src/a.py
@@ -1,5 +1,6 @@ class A:
 def f():
-    return old_value
+    return new_value
+    # more
 
-x = 1
+x = 2
 end
"""
HOSTILE = "\x1b[2J\x9b31m\u202e[@click=app.quit]x[/]\x00"
FILES = "".join(
    f"diff --git a/f{n} b/f{n}\n--- a/f{n}\n+++ b/f{n}\n@@ -1,30 +1,31 @@\n+new {n}\n"
    + "".join(f" line {at}\n" for at in range(30))
    for n in range(3)
)


class DiffApp(App[None]):
    """One diff on the screen."""

    CSS = "DiffView { height: 1fr; }"

    def __init__(self, view: DiffView) -> None:
        super().__init__()
        self.view = view
        self.left: list[str] = []
        """Keys that the view did not take."""

    def compose(self) -> ComposeResult:
        yield Vertical(self.view)

    def action_left(self, key: str) -> None:
        self.left.append(key)


def screen(view: DiffView) -> list[str]:
    return [strip.text.rstrip() for strip in view.render_lines(view.size.region)]


def styles(view: DiffView, row: int) -> dict[str, tuple[bool, bool]]:
    """Text of each piece of a row → whether it has a colour of its own, and a background."""
    strip = view.render_lines(view.size.region)[row]
    base = view.rich_style
    return {
        piece.text: (piece.style.color != base.color, piece.style.bgcolor != base.bgcolor)
        for piece in strip
        if piece.style is not None
    }


async def coloured(pilot: Pilot[None], view: DiffView) -> None:
    """Let the screen live until nothing on it waits for its colours."""
    for _ in range(1000):
        screen(view)
        if not view._unready:
            return
        await pilot.pause(0.01)
    raise AssertionError("the colours never came")


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_diff_in_one_column_and_in_two() -> None:
    view = DiffView()
    lexer_for("a.py")  # imported once; the first picture would come without colours
    async with DiffApp(view).run_test(size=(60, 12), notifications=True) as pilot:
        assert screen(view)[0].strip() == "no changes"
        view.show_diff(CODE)
        view.focus()
        assert screen(view)[:9] == [
            "▌■ src/a.py  +3  −2",
            " @@ -1,5 +1,6 @@ class A:",
            "   1   1  def f():",
            "   2     -    return old_value",
            "       2 +    return new_value",
            "       3 +    # more",
            "   3   4",
            "   4     -x = 1",
            "       5 +x = 2",
        ]
        await coloured(pilot, view)
        # The sign says what a line is, colour says it once more; words that changed have a shade of their own.
        assert styles(view, 4)["new_value"][1] and styles(view, 4)["return"][0]
        assert styles(view, 2)["def"] == (True, False)

        await press(pilot, "s")
        assert not view.two and "73 columns" in [note.message for note in pilot.app._notifications][-1]
        await pilot.resize_terminal(90, 12)
        await press(pilot, "vertical_line", "j", "j", "j")
        assert view.two
        half = (view.size.width - 1) // 2
        assert [(row[:half].rstrip(), row[half:].rstrip()) for row in screen(view)[1:9]] == [
            (" @@ -1,5 +1,6 @@ class A:", ""),
            ("   1  def f():", "│   1  def f():"),
            ("   2 -    return old_value", "│▌  2 +    return new_value"),
            ("", "│   3 +    # more"),
            ("   3", "│   4"),
            ("   4 -x = 1", "│   5 +x = 2"),
            ("   5  end", "│   6  end"),
            ("", ""),
        ]
        assert view.place() == ("src/a.py", "new", 2)
        await press(pilot, "less_than_sign")
        assert view.place() == ("src/a.py", "old", 2)
        await press(pilot, "j")  # nothing on the left: the line there is
        assert view.place() == ("src/a.py", "new", 3)
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert not view.two and view.place() == ("src/a.py", "new", 3)


async def test_the_cursor_the_selection_and_what_is_noted() -> None:
    view = DiffView()
    async with DiffApp(view).run_test(size=(60, 12)) as pilot:
        view.show_diff(CODE)
        view.focus()
        assert view.place() is None
        await press(pilot, "j", "j", "j")
        assert view.place() == ("src/a.py", "old", 2)
        await press(pilot, "v", "j", "j")
        assert view.selected() == [("src/a.py", "old", 2), ("src/a.py", "new", 2), ("src/a.py", "new", 3)]
        await press(pilot, "escape")
        assert view.selected() == [("src/a.py", "new", 3)]
        await press(pilot, "shift+up")
        assert view.selected() == [("src/a.py", "new", 2), ("src/a.py", "new", 3)]
        await press(pilot, "escape")

        view.margin = {("src/a.py", "new", 3): "warn"}
        view.notes = {("src/a.py", "new", 3): ["Why?\x1b[2J", "word " * 20], ("src/a.py", "new", 99): ["gone"]}
        assert screen(view)[5] == "●      3 +    # more"
        ten = "┃" + " word" * 10
        assert [row.strip() for row in screen(view)[6:9]] == ["┃ Why?␛[2J", ten, ten]
        assert screen(view)[4].startswith("▌")
        await press(pilot, "j", "j")
        assert view.place() == ("src/a.py", "new", 4)  # the cursor passes notes by
        await pilot.click(DiffView, offset=(10, 2))
        assert view.place() == ("src/a.py", "new", 1)
        await press(pilot, "G")
        assert view.place() == ("src/a.py", "new", 6)
        await press(pilot, "g")
        assert view.place() is None and view.scroll_offset.y == 0


async def test_keys_reach_every_hunk_and_file_even_at_the_end() -> None:
    view = DiffView()
    async with DiffApp(view).run_test(size=(60, 8)) as pilot:
        view.show_diff(DIFF)
        view.focus()
        places = []
        for key in ("right_square_bracket",) * 4 + ("left_square_bracket",) * 3:
            await press(pilot, key)
            places.append(view.line)
        assert places == [1, 7, 17, 17, 7, 1, 1]
        places = []
        for key in ("right_curly_bracket",) * 4 + ("left_curly_bracket",):
            await press(pilot, key)
            places.append(view.line)
        assert places == [12, 14, 16, 16, 14]
        assert view.file is not None and view.file.path == "pic.png"
        assert view.status_text == "file 3/4 · hunk 2/3 · +3 −3"


async def test_pages_keep_the_cursor_where_it_is_on_the_screen() -> None:
    view = DiffView()
    async with DiffApp(view).run_test(size=(60, 12)) as pilot:
        view.show_diff(FILES, subject="a")
        view.focus()
        await press(pilot, "j", "j", "j", "j", "pagedown")
        assert (view.cursor, view.scroll_offset.y) == (15, 11)
        await press(pilot, "space", "b")
        assert (view.cursor, view.scroll_offset.y) == (15, 11)
        await press(pilot, *["j"] * 12)
        assert view.cursor == 27 and view.scroll_offset.y + view.size.height > 27
        above = view.cursor - view.scroll_offset.y
        place = view.place()
        # More context moves lines; the cursor stays on its own, at its height of the screen.
        view.show_diff("diff --git a/e b/e\nold mode 100644\nnew mode 100755\n" + FILES, subject="a")
        assert view.place() == place and view.cursor - view.scroll_offset.y == above
        view.show_diff(FILES, subject="b")
        assert (view.cursor, view.scroll_offset.y) == (0, 0)
        for _ in range(4):  # the wheel takes the cursor along
            await pilot._post_mouse_events([MouseScrollDown], DiffView, offset=(5, 5))
        await pilot.pause()
        assert (view.cursor, view.scroll_offset.y) == (14, 12)


async def test_long_lines_scroll_or_wrap_beside_numbers_that_stay() -> None:
    view = DiffView()
    long = "word " * 30
    async with DiffApp(view).run_test(size=(40, 14)) as pilot:
        view.show_diff(f"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-{long}\n+{long}!\n+\tT日本\n")
        view.focus()
        await press(pilot, "j", "j", "j")
        first = screen(view)[3]
        await press(pilot, "l")
        assert screen(view)[3][:10] == first[:10] and screen(view)[3][10:20] == first[18:28]
        await press(pilot, "w")
        rows = [row[10:].rstrip() for row in screen(view)[2:14]]
        joined = "".join(row.ljust(view.text_width(two=False)) for row in rows[: view.layout_of_rows.height(2)])
        assert joined.split() == long.split()
        assert view.cursor == 3 and all(len(row) <= 40 for row in screen(view))
        assert any("    T日本" in row for row in screen(view))
        for _ in range(2):
            await press(pilot, "s")
        assert view.cursor == 3


async def test_a_search_from_before_the_diff_was_there_goes_to_its_match_when_it_comes() -> None:
    view = DiffView()
    async with DiffApp(view).run_test(size=(70, 12)):
        view.show_diff("", subject="pod-1")
        view.search("line 7")
        view.show_diff(FILES, subject="pod-1")
        assert (view.cursor, view.status_text[:12]) == (10, "“line 7” 1/3")
        view.search("nowhere")
        view.show_diff(FILES.replace("line 7", "nowhere"), subject="pod-1")
        assert view.cursor == 10, "the reader could see what they looked in, and reads on"


async def test_search_in_a_diff() -> None:
    view = DiffView()
    async with DiffApp(view).run_test(size=(70, 12)) as pilot:
        view.show_diff(FILES)
        view.focus()
        await press(pilot, "slash", *"line 7", "enter")
        assert view.has_focus and view.cursor == 10
        assert view.status_text.startswith("“line 7” 1/3 · file 1/3")
        await press(pilot, "n", "full_stop")
        assert view.cursor == 78 and view.file is not None and view.file.path == "f2"
        await press(pilot, "n", "N", "comma")
        assert view.cursor == 44
        row = view.cursor - view.scroll_offset.y
        assert styles(view, row)["line 7"][1]
        await press(pilot, "slash", "escape")
        assert view.has_focus and view.needle == "line 7"
        await press(pilot, "escape")
        assert view.needle == "" and "“" not in view.status_text
        view.search("f1")  # the names of files are found too
        assert view.file is not None and view.file.path == "f1"
        view.show_diff(DIFF.replace("+added", "+" + "x" * 200 + "target"))
        view.search("target")
        assert any("target" in row for row in screen(view))
        view.search("nowhere")
        assert "no match" in view.status_text


async def test_in_a_review_some_keys_are_left_to_it() -> None:
    view = DiffView(in_review=True)
    async with DiffApp(view).run_test(size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, DiffApp)
        for key in ("space", "n", "escape"):
            app.bind(key, f"left('{key}')")
        view.show_diff(FILES)
        view.focus()
        view.search("line")
        here = view.cursor
        await press(pilot, "space", "n", "escape", "escape")
        assert app.left == ["space", "n", "escape"] and view.cursor == here


@pytest.mark.parametrize("keys", [(), ("s",), ("w",)])
async def test_hostile_text_is_only_text(keys: tuple[str, ...]) -> None:
    view = DiffView()
    text = (
        f'diff --git "a/{HOSTILE}" "b/{HOSTILE}"\n--- "a/\\033[2J"\n+++ "b/\\033[2J"\n@@ -1 +1,2 @@ {HOSTILE}\n'
        f"-{HOSTILE}\n+{HOSTILE}{HOSTILE}\n+{'x' * 5000}{HOSTILE}\n{HOSTILE}\n"
    )
    async with DiffApp(view).run_test(size=(100, 20)) as pilot:
        view.show_diff(text)
        view.focus()
        await press(pilot, *keys)
        view.search("click")
        view.notes = {("\x1b[2J", "new", 1): [HOSTILE]}
        shown = "".join(screen(view)) + view.status_text
        assert not {"\x1b", "\x9b", "\u202e", "\x00"} & set(shown)
        assert "[@click=app.quit]x[/]" in shown and "␛[2J" in shown


async def test_the_diff_tab_reads_anew_with_other_options(world: World) -> None:
    lines = [f"line {number}" for number in range(40)]
    (world.root / "a.py").write_text("\n".join(lines) + "\n")
    world.git("add", ".")
    world.git("commit", "-qm", "Lines")
    record = world.spawn(world.ticket("One line more"))
    pod = Path(record.path)
    (pod / "a.py").write_text("\n".join([*lines[:20], "line  20", "new", *lines[21:]]) + "\n")
    world.git("commit", "-qam", "New", cwd=pod)
    async with running(world, (120, 40)) as ui:
        detail = ui.mission.detail
        await ui.press("2")
        await ui.until(lambda: detail.tab == "diff" and getattr(detail.view, "diff", None) and detail.view.diff.files)
        view = detail.view
        assert isinstance(view, DiffView) and len(view.diff) == 2 + 3 + 3 + 3
        ui.mission.focus_detail()
        await ui.sees("side by side", "white space")
        view.go_to_line(len(view.diff) - 1)
        place = view.place()
        await ui.press("plus")
        await ui.until(lambda: len(view.diff) == 2 + 8 + 3 + 8, "more lines around")
        assert view.place() == place
        await ui.sees("8 lines around")
        await ui.press("W")
        await ui.until(lambda: view.diff.removed == 0, "white space ignored")
        await ui.press("W", "E")
        await ui.until(lambda: len(view.diff) == 2 + 42, "the whole file")
        assert view.place() == place
        view.go_to_line(0)
        await ui.press("right_square_bracket")  # a file that is whole has one hunk: to its next change
        assert view.place() == ("a.py", "old", 21)
        await ui.press("E", "slash")
        await ui.type("new")
        await ui.press("enter")
        await ui.until(lambda: view.place() == ("a.py", "new", 22), "the match")
        await ui.sees("next match")
