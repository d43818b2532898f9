"""The ways through a log: by kind, by event, by error, by time; folding one output, a cursor, copying, wrapping."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from lmawep_tui.engine.conversation import index
from lmawep_tui.engine.conversation.kinds import EDIT, ERROR
from lmawep_tui.files.log_times import entry
from lmawep_tui.ui.modals.log_kinds import LogKinds
from lmawep_tui.ui.panes.filter_line import FilterLine
from lmawep_tui.ui.widgets.log_view import LogView
from tests.ui.test_log_conversation import TalkApp, runs, says, shown
from tests.ui.test_log_view import LogApp, append, numbered, screen, until


def fails(command: str, id_: str) -> bytes:
    use = {"type": "tool_use", "id": id_, "name": "Bash", "input": {"command": command}}
    result = {"tool_use_id": id_, "type": "tool_result", "content": "it broke", "is_error": True}
    records = (
        {"type": "assistant", "message": {"content": [use]}},
        {"type": "user", "message": {"content": [result]}},
    )
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def edits(path: str, id_: str) -> bytes:
    use = {"type": "tool_use", "id": id_, "name": "Edit", "input": {"file_path": path, "old_string": "a"}}
    return json.dumps({"type": "assistant", "message": {"content": [use]}}).encode() + b"\n"


def talk() -> bytes:
    """A hundred rounds, each a message and a command; three of them fail, two edit."""
    parts = []
    for number in range(100):
        parts.append(says(f"word {number}"))
        if number in (10, 50, 90):
            parts.append(fails(f"try {number}", f"f{number}"))
        elif number in (20, 60):
            parts.append(edits(f"/repo/src/{number}.py", f"e{number}"))
        else:
            parts.append(runs(f"run {number}", f"ok {number}", f"r{number}"))
    return b"".join(parts)


@pytest.fixture
def app(tmp_path: Path) -> TalkApp:
    path = tmp_path / "log"
    path.write_bytes(talk())
    return TalkApp(path, over=True)


async def test_only_some_kinds_are_shown_and_the_border_says_so(app: TalkApp) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        view = app.log_view
        await until(pilot, lambda: "word 99" in shown(view))
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, LogKinds))
        painted = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        for told in ("[x] m messages         100", "t tool calls        98", "d edits              2", "e errors"):
            assert told in painted, painted
        await pilot.press("a", "e", "d", "enter")
        await until(pilot, lambda: app.screen_stack[-1] is app.screen_stack[0] and view.row_count() == 8)
        assert shown(view)[:2] == ["$ try 10  ✗ failed", "it broke"]
        assert [line for line in shown(view) if "edit" in line] == ["▸ edit src/20.py  −1", "▸ edit src/60.py  −1"]
        assert view.status_text == "only edits, errors · following"
        append(app._path, fails("try again", "late"))
        await until(pilot, lambda: view.row_count() == 10)
        view.search("word")  # what is hidden is not found
        await until(pilot, lambda: "no match" in view.status_text)
        view.show_kinds(None)
        await until(pilot, lambda: view.row_count() > 200)
        assert "only" not in view.status_text


async def test_from_error_to_error_and_from_event_to_event(app: TalkApp) -> None:
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: "word 99" in shown(view))

        async def at(text: str) -> None:
            await until(pilot, lambda: not view.searching and view.cursor is not None and here(app) == text)
            assert view.cursor in view.rows_shown() and not view.follow

        await pilot.press("left_parenthesis")
        await at("$ try 90  ✗ failed")
        await pilot.press("left_parenthesis")
        await pilot.press("left_parenthesis")
        await at("$ try 10  ✗ failed")
        await pilot.press("right_parenthesis")
        await at("$ try 50  ✗ failed")
        await pilot.press("F", "D")
        await at("▸ edit src/60.py  −1")
        await pilot.press("right_curly_bracket")
        await at("word 61")
        await pilot.press("left_curly_bracket", "left_curly_bracket")
        await at("word 60")
        view.put_cursor(0)
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: any("no earlier error" in note.message for note in app._notifications))


def here(app: TalkApp) -> str:
    view = app.log_view
    return "" if view.cursor is None else "".join(text for text, _ in view.row_line(view.cursor)).strip()


async def test_one_output_is_unfolded_by_itself_and_nothing_moves_above_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    long = "\n".join(f"out {number}" for number in range(60))
    path.write_bytes(b"".join(runs(f"seq {n}", long, f"t{n}") + says(f"word {n}") for n in range(30)))
    app = TalkApp(path, over=True)
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.log_view
        await until(pilot, lambda: "word 29" in shown(view))
        rows, before = view.row_count(), screen(view)
        await pilot.press("enter")
        assert here(app) == "out 59"
        await pilot.press("k", "k", "k", "k")
        assert here(app) == "… 53 more lines"
        above = screen(view)[: screen(view).index("  … 53 more lines")]
        await pilot.press("enter")
        await until(pilot, lambda: view.row_count() == rows + 52)
        assert screen(view)[: len(above)] == above and here(app) == "out 3"
        await pilot.press("enter")
        await until(pilot, lambda: view.row_count() == rows)
        view.put_cursor(None)
        await pilot.press("G")
        assert screen(view) == before
        row = next(row for row in range(rows) if "more lines" in str(view.row_line(row)))
        view.show_row(row, on_top=True)
        await pilot.pause()
        await pilot.click(type(view), offset=(5, 0))
        await until(pilot, lambda: view.row_count() == rows + 52)
        assert screen(view)[0].strip() == "out 3"


async def test_lines_are_marked_and_copied_clean(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n\x1b[31mtwo\x1b[0m\x1b]52;c;x\x07\nthr\x9bee\nfour\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 4)
        await pilot.press("y")
        assert app.clipboard == "one\ntwo\nthr<U+009B>ee\nfour" or app.clipboard.startswith("one\ntwo\nthr")
        assert not any(ord(char) < 32 and char != "\n" for char in app.clipboard)
        await pilot.press("enter", "K", "K")
        assert view.status_text.startswith("3 lines marked")
        await pilot.press("y")
        assert app.clipboard.startswith("two\nthr") and app.clipboard.endswith("four")
        assert any(note.message == "Copied 3 lines." for note in app._notifications)
        await pilot.press("k", "y")
        assert app.clipboard == "one" and len(view.marked) == 1
        view.let_go()
        assert view.cursor is None


async def test_long_lines_wrap_on_the_screen_and_the_end_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"{number} {'word ' * 30}end{number}\n" for number in range(200)))
    app = LogApp(path)
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1].startswith("199 "))
        await pilot.press("w")
        await until(pilot, lambda: screen(view)[-1].endswith("end199"))
        assert view.follow and view.status_text == "following"
        whole = screen(view)
        append(path, "short\n")
        await until(pilot, lambda: screen(view)[-1] == "short")
        assert screen(view)[:-1] == whole[1:]
        await pilot.press("k", "k")
        assert not view.follow and screen(view)[2:] == whole[1:-1]
        append(path, "more\n")
        await until(pilot, lambda: view.row_count() == 202)
        assert screen(view)[2:] == whole[1:-1] and "paused" in view.status_text
        await pilot.press("g")
        assert screen(view)[0].startswith("0 word")
        await pilot.press("j")
        assert screen(view)[0].startswith("word") and view.scroll_offset.y == 0
        await pilot.press("pagedown", "pageup", "k")
        assert screen(view)[0].startswith("0 word")
        view.search("end150")
        await until(pilot, lambda: not view.searching and any("end150" in line for line in screen(view)))
        await pilot.press("G")
        assert view.follow and screen(view)[-1] == "more"
        await pilot.resize_terminal(60, 12)
        await until(pilot, lambda: len(screen(view)) == 12 and screen(view)[-1] == "more")
        view.text_select_all()
        await pilot.pause()
        assert (app.screen.get_selected_text() or "").splitlines()[0].endswith("end0")
        await pilot.press("w")
        await until(pilot, lambda: screen(view)[-3].startswith("199 word") and screen(view)[-1] == "more")


async def test_going_to_a_time_a_line_and_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "log"
    lines = [f"2026-01-15 {10 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02} line {n}\n" for n in range(5000)]
    path.write_text("".join(lines))
    app = LogApp(path)
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: "line 4999" in screen(view)[-1])

        def top() -> str:
            return screen(view)[0].split(" ", 2)[2]

        for goal, line in (("10:30", 1800), ("11:00:05", 3605), ("-5m", 3305), ("+30s", 3335), ("42", 41),
                           ("2026-01-15 10:01", 60)):  # fmt: skip
            assert view.go_to_place(goal) == "" and not view.follow
            await until(pilot, lambda line=line: top() == f"line {line}")  # type: ignore[misc]
        assert view.go_to_place("50%") == ""
        await until(pilot, lambda: abs(int(top().split()[1]) - 2500) < 60)
        assert "no place in a log" in view.go_to_place("soon")
        await pilot.press("T")
        assert screen(view)[0].startswith("+0:4") or screen(view)[0].startswith("10:4")


async def test_a_log_without_times_says_so(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(500))
    app = LogApp(path)
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 500)
        assert "is not known" in view.go_to_place("10:30")
        await pilot.press("T", "F")
        assert any("is not known" in note.message for note in app._notifications)
        assert any("has no events" in note.message for note in app._notifications)
        path.with_name("output.times").write_bytes(entry(0, 3600.0) + entry(4000, 3660.0))
        assert view.go_to_place("+10s") == ""


async def test_errors_of_plain_lines_are_gone_to(tmp_path: Path) -> None:
    path = tmp_path / "log"
    words = {100: "0 errors", 200: "ValueError: no", 300: "3 failed", 350: "fail.py", 400: "no errors"}
    path.write_text("".join(f"line {n} {words.get(n, '')}\n" for n in range(500)))
    app = LogApp(path)
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 500)
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: view.cursor == 300)
        await pilot.press("right_parenthesis")
        await until(pilot, lambda: any("no further error" in note.message for note in app._notifications))


async def test_times_by_the_clock_since_the_start_and_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "log"
    parts = [says(f"word {number}") for number in range(3)]
    path.write_bytes(b"".join(parts))
    sizes = [0, len(parts[0]), len(parts[0] + parts[1])]
    path.with_name("output.times").write_bytes(b"".join(entry(s + 1, 3600.0 + 65 * n) for n, s in enumerate(sizes)))
    app = TalkApp(path, over=True)
    async with app.run_test(size=(80, 10)) as pilot:
        view = app.log_view
        for expected in (["01:00:00 word 0", "01:01:05 word 1", "01:02:10 word 2"],
                         ["+0:00:00 word 0", "+0:01:05 word 1", "+0:02:10 word 2"],
                         ["word 0", "word 1", "word 2"]):  # fmt: skip
            await until(pilot, lambda expected=expected: shown(view) == expected)  # type: ignore[misc]
            await pilot.press("T")


async def test_a_far_match_in_records_is_found_without_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_EAGER_BYTES", 20_000)
    monkeypatch.setattr(index, "_TAIL_BYTES", 8_000)
    monkeypatch.setattr(index.ConversationIndex, "_fill_gap", lambda self, deadline: 0)  # the rest never becomes known
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"word {n}" + (" needle" if n in (500, 3000) else "")) for n in range(6000)))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 5999")
        view.search("needle")
        await found(pilot, app, "word 3000 needle")
        await pilot.press("N")
        await found(pilot, app, "word 500 needle")
        await pilot.press("N")
        await found(pilot, app, "word 3000 needle")  # round by the end
        await pilot.press("G")
        await until(pilot, lambda: screen(view)[-1] == "word 5999")


async def found(pilot: Pilot[None], app: TalkApp, line: str) -> None:
    view = app.log_view
    await until(pilot, lambda: not view.searching and line in screen(view))
    row = view._match_row()
    assert row is not None and line in "".join(text for text, _ in view.row_line(row))


async def test_kinds_by_call(app: TalkApp) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        view = app.log_view
        await until(pilot, lambda: "word 99" in shown(view))
        view.show_kinds(ERROR)
        await until(pilot, lambda: view.row_count() == 6)
        view.show_kinds(EDIT)
        await until(pilot, lambda: view.row_count() == 2 and view.status_text == "only edits · following")


async def test_what_is_selected_with_the_mouse_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first line\n\x1b[31msecond\x1b[0m line\nthird line\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 3)
        await pilot.mouse_down(LogView, offset=(6, 0))
        await pilot.hover(LogView, offset=(6, 1))
        await pilot.mouse_up(LogView, offset=(6, 1))
        await until(pilot, lambda: app.clipboard.startswith("line\nsecond"))
        assert any(note.message == "Copied 2 lines." for note in app._notifications)


async def test_a_regular_expression_between_slashes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {n} took {n % 37}ms\n" for n in range(500)))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 500)
        assert view.search(r"/took 3[56]ms$/")
        await until(pilot, lambda: "/took 3[56]ms$/ 26/26" in view.status_text)
        assert not view.search("/(/") and "not a pattern" in view.status_text


async def test_escape_ends_a_search_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(2000))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 2000)
        before = view.status_text
        assert view.search("line 7")
        assert view.searching and view.busy_or_pointing
        view.let_go()
        assert not view.busy_or_pointing and view.needle is None
        await until(pilot, lambda: not app.workers)
        assert view.follow and view.status_text == before, "nor is it told, or gone to, once it would have been found"


async def test_ctrl_r_makes_a_regular_expression_of_what_is_typed_and_takes_it_back() -> None:
    class Line(App[None]):
        def compose(self) -> ComposeResult:
            yield FilterLine("log")

    app = Line()
    async with app.run_test() as pilot:
        line = app.query_one(Input)
        line.focus()
        await pilot.press(*"a.b")
        await pilot.press("ctrl+r")
        assert line.value == "/a.b/"
        await pilot.press("c")
        assert line.value == "/a.bc/", "one types on where one was"
        await pilot.press("ctrl+r")
        assert line.value == "a.bc"
